// SPDX-License-Identifier: Apache-2.0
//
// Ends in the way that its argument names: each status and each kind of death has to come back to the host.

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noinline)) static int recurse(int depth) {
    volatile char space[64];
    space[0] = (char)depth;
    return recurse(depth + 1) + space[0];
}

// Takes memory until there is none, and says whether that was told or deadly.
static int exhaust(void) {
    size_t total = 0;
    for (;;) {
        char *piece = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED) return 3;
        memset(piece, 1, 1 << 20);
        total += 1 << 20;
    }
}

int main(int count, char **words) {
    const char *how = count > 1 ? words[1] : "";
    if (strcmp(how, "status") == 0) return atoi(words[2]);
    if (strcmp(how, "signal") == 0) raise(atoi(words[2]));
    if (strcmp(how, "abort") == 0) abort();
    if (strcmp(how, "hlt") == 0) __asm__ volatile("hlt");
    if (strcmp(how, "cli") == 0) __asm__ volatile("cli");
    if (strcmp(how, "in") == 0) __asm__ volatile("inb $0x60, %%al" ::: "al");
    if (strcmp(how, "ud2") == 0) __asm__ volatile("ud2");
    if (strcmp(how, "null") == 0) *(volatile int *)0 = 1;
    if (strcmp(how, "kernel") == 0) *(volatile int *)0x6c0000000000 = 1;
    if (strcmp(how, "upper") == 0) *(volatile int *)0xffffffff80000000 = 1;
    if (strcmp(how, "divide") == 0) __asm__ volatile("xorl %%ecx, %%ecx\n idivl %%ecx" ::: "eax", "ecx", "edx");
    if (strcmp(how, "stack") == 0) return recurse(0);
    if (strcmp(how, "memory") == 0) return exhaust();
    if (strcmp(how, "unflushed") == 0) {
        printf("this is flushed by exit");
        fprintf(stderr, "and this at once\n");
        exit(5);
    }
    if (strcmp(how, "at once") == 0) {
        printf("this is never seen");
        _exit(6);
    }
    if (strcmp(how, "blocked") == 0) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        *(volatile int *)8 = 1;
    }
    return 100;
}
