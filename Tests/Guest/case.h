// SPDX-License-Identifier: Apache-2.0
//
// The frame of a guest case file: `CASE(name) { … }` defines a case, `CHECK` and its relatives end it when they fail.
// The same program runs on Linux first and then in the machine; it prints "ok NAME" or "FAIL NAME: why" for each case and
// at last "N passed, M failed". A case that faults or hangs is a failed case, not the end of the file.
// "cost NAME N" says how far the time stamp counter went, which in a machine that counts instructions is their number.
//
// With GUEST_FAILURES=N in the environment each case is run N times, and in the k-th run the kernel's k-th allocation
// fails (/proc/self/fail-nth, as in Linux's fault-injection.rst). What the case thinks of that does not count: it is "ok"
// when the program and the kernel are still there. A case whose threads cannot go on without each other says NEEDS_MEMORY.

#ifndef GUEST_CASE_H
#define GUEST_CASE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct guest_case { const char *name; void (*run)(void); };
static struct guest_case guest_cases[512];
static int guest_case_count;
static sigjmp_buf guest_case_end;
static char guest_case_why[256];

#define CASE(name)                                                                                   \
    static void case_##name(void);                                                                   \
    __attribute__((constructor)) static void register_##name(void) {                                 \
        guest_cases[guest_case_count++] = (struct guest_case){#name, case_##name};                   \
    }                                                                                                \
    static void case_##name(void)

__attribute__((format(printf, 1, 2), noreturn)) static void case_fails(const char *format, ...) {
    va_list words;
    va_start(words, format);
    vsnprintf(guest_case_why, sizeof guest_case_why, format, words);
    va_end(words);
    siglongjmp(guest_case_end, 1);
}

// The condition holds.
#define CHECK(condition)                                                                             \
    do {                                                                                             \
        if (!(condition)) case_fails("line %d: %s (errno %d)", __LINE__, #condition, errno);         \
    } while (0)

// Two integers are equal.
#define CHECK_EQUAL(left, right)                                                                     \
    do {                                                                                             \
        long long l_ = (long long)(left), r_ = (long long)(right);                                   \
        if (l_ != r_) case_fails("line %d: %s is %lld (0x%llx), not %lld", __LINE__, #left, l_, l_, r_); \
    } while (0)

// The call fails with this errno.
#define CHECK_ERRNO(call, number)                                                                    \
    do {                                                                                             \
        errno = 0;                                                                                   \
        long result_ = (long)(call);                                                                 \
        int errno_ = errno;                                                                          \
        if (result_ != -1 || errno_ != (number))                                                     \
            case_fails("line %d: %s gives %ld, errno %d, not errno %d", __LINE__, #call, result_, errno_, number); \
    } while (0)

// Leaves a case that means nothing when a call fails on purpose: one thread would wait for another for ever.
#define NEEDS_MEMORY                                                                                 \
    do {                                                                                             \
        if (getenv("GUEST_FAILURES")) return;                                                        \
    } while (0)

#define PAGE 4096UL

// The file holds this short text and nothing else.
__attribute__((unused)) static void check_contents(int file, const char *text) {
    char got[128] = {0};
    CHECK_EQUAL(pread(file, got, sizeof got - 1, 0), strlen(text));
    if (strcmp(got, text) != 0) case_fails("\"%s\" instead of \"%s\"", got, text);
}

// Pages that can be read and written.
__attribute__((unused)) static char *new_pages(size_t count) {
    char *pages = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) case_fails("no pages: errno %d", errno);
    return pages;
}

// One page with nothing behind it.
__attribute__((unused)) static char *page_before_hole(void) {
    char *pages = new_pages(2);
    munmap(pages + PAGE, PAGE);
    return pages;
}

static void unexpected_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    snprintf(guest_case_why, sizeof guest_case_why, "signal %d, code %d, address %p", number, info->si_code, info->si_addr);
    siglongjmp(guest_case_end, 1);
}

static void expect_no_signal(void) {
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGALRM, SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        struct sigaction action = {.sa_sigaction = unexpected_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigaction(deadly[i], &action, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void say(const char *format, ...) {
    char line[512];
    va_list words;
    va_start(words, format);
    int length = vsnprintf(line, sizeof line, format, words);
    va_end(words);
    if (write(1, line, length) != length) _exit(99);
}

static struct rlimit guest_limits[RLIM_NLIMITS];

// Takes back what an unfinished case may have left: descriptors, folder, limits.
static void tidy(int kept) {
    for (int i = 0; i < RLIM_NLIMITS; i++) setrlimit(i, &guest_limits[i]);
    for (int descriptor = 3; descriptor < kept; descriptor++) close(descriptor);
    umask(022);
    if (chdir("/tmp") != 0) say("FAIL tidy: no /tmp\n");
}

// Runs a case up to `rounds` times, with another allocation failing each time, until none is left to fail.
static void run_with_failures(int index, int rounds, int control) {
    static int round;
    for (round = 1; round <= rounds; round++) {
        char text[24] = {0};
        expect_no_signal();
        alarm(5);  // a case may wait for what has failed
        int length = snprintf(text, sizeof text, "%d", round);
        if (sigsetjmp(guest_case_end, 1) == 0) {
            if (pwrite(control, text, length, 0) != length) case_fails("cannot arm the failure");
            guest_cases[index].run();
        }
        memset(text, 0, sizeof text);
        int isPending = pread(control, text, sizeof text - 1, 0) > 0 && atoi(text) > 0;
        alarm(0);
        if (pwrite(control, "0", 1, 0) != 1) say("FAIL %s: cannot disarm the failure\n", guest_cases[index].name);
        tidy(control);
        if (isPending) break;
    }
    say("ok %s\nrounds %s %d\n", guest_cases[index].name, guest_cases[index].name, round);
}

// All cases with failing allocations; nothing if the kernel has no such file.
static int run_all_with_failures(int rounds, int count, char **words) {
    int file = open("/proc/self/fail-nth", O_RDWR);
    int control = fcntl(file, F_DUPFD, 900);
    if (control < 0) {
        say("FAIL start: no /proc/self/fail-nth\n");
        return 1;
    }
    for (int i = 0; i < RLIM_NLIMITS; i++) getrlimit(i, &guest_limits[i]);
    for (int index = 0; index < guest_case_count; index++) {
        if (count > 1 && strcmp(words[1], guest_cases[index].name) != 0) continue;
        run_with_failures(index, rounds, control);
    }
    return 0;
}

int main(int count, char **words) {
    static int passed, failed, index;
    const char *rounds = getenv("GUEST_FAILURES");
    if (rounds) return run_all_with_failures(atoi(rounds), count, words);
    for (index = 0; index < guest_case_count; index++) {
        if (count > 1 && strcmp(words[1], guest_cases[index].name) != 0) continue;
        static unsigned long long start;
        start = __builtin_ia32_rdtsc();
        expect_no_signal();
        alarm(20);
        if (sigsetjmp(guest_case_end, 1) == 0) {
            guest_cases[index].run();
            passed++;
            unsigned long long cost = __builtin_ia32_rdtsc() - start;
            say("ok %s\ncost %s %llu\n", guest_cases[index].name, guest_cases[index].name, cost);
        } else {
            failed++;
            say("FAIL %s: %s\n", guest_cases[index].name, guest_case_why);
        }
        alarm(0);
    }
    say("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

#endif
