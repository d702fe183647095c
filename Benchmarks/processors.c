// SPDX-License-Identifier: Apache-2.0
//
// What several CPUs are worth, measured from inside; the word says what is done:
//
//     compute        four threads that only compute: "elapsed NANOSECONDS", and for each CPU "busy TICKS" of /proc/stat
//     allocate N     N threads, one on each CPU, that make the kernel allocate and free objects: "operations N" of each
//     pages N        the same with pages
//
// The last two execute marks (insmark.c) before and after, for which cpumark.c says what that CPU has executed. Objects are
// those of eventfd(2) and close(2), pages those of madvise(MADV_DONTNEED) and of touching 16 pages again; the process's
// table of files and its address space are locked on the way, as they are for every program.
// Build: musl-gcc -O2 -static -pthread processors.c -o processors.

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MARK(id) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n\t.word %c0\n\t.byte 0x4b,0x4d" :: "i"(id) : "memory")

enum { most_cpus = 64, operations = 20000, size = 16 * 4096 };
static int with_pages;
static atomic_int ready, go;

static void *compute(void *argument) {
    uint64_t x = (uintptr_t)argument + 1;
    for (long i = 0; i < 60000000; i++) x = x * 6364136223846793005ull + 1442695040888963407ull;
    return (void *)(uintptr_t)x;
}

// Ticks that a CPU was busy, from its line "cpuN user nice system idle …".
static int busy(long *ticks) {
    char text[8192] = "", *line = text;
    int file = open("/proc/stat", O_RDONLY), count = 0;
    if (file < 0 || read(file, text, sizeof text - 1) <= 0) return 0;
    close(file);
    while ((line = strstr(line, "\ncpu")) && count < most_cpus) {
        long user = 0, nice_ = 0, system = 0;
        if (sscanf(++line, "cpu%*d %ld %ld %ld", &user, &nice_, &system) == 3) ticks[count++] = user + nice_ + system;
    }
    return count;
}

static int computes(void) {
    long before[most_cpus], after[most_cpus];
    struct timespec begin, end;
    pthread_t threads[4];
    int count = busy(before);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, compute, (void *)i)) return 1;
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    busy(after);
    printf("elapsed %lld\n", (end.tv_sec - begin.tv_sec) * 1000000000ll + end.tv_nsec - begin.tv_nsec);
    for (int i = 0; i < count; i++) printf("busy %ld\n", after[i] - before[i]);
    return 0;
}

static int operate(char *memory) {
    if (!with_pages) {
        int file = eventfd(0, 0);
        return file >= 0 && close(file) == 0;
    }
    for (int i = 0; i < size; i += 4096) ((volatile char *)memory)[i] = 1;
    return madvise(memory, size, MADV_DONTNEED) == 0;
}

static void *allocate(void *number) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((long)number, &one);
    // Far apart: a table of pages holds 2 MiB.
    char *memory = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || sched_setaffinity(0, sizeof one, &one) != 0) return (void *)1;
    for (int i = 0; i < 10; i++)
        if (!operate(memory)) return (void *)1;
    atomic_fetch_add(&ready, 1);
    while (!atomic_load(&go)) {}
    MARK(16);
    for (int i = 0; i < operations; i++)
        if (!operate(memory)) return (void *)1;
    MARK(17);
    return NULL;
}

static int allocates(int count) {
    pthread_t threads[most_cpus];
    if (count < 1 || count > most_cpus) return 1;
    for (long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, allocate, (void *)i)) return 1;
    while (atomic_load(&ready) < count) sched_yield();
    atomic_store(&go, 1);
    for (int i = 0; i < count; i++) {
        void *failed;
        if (pthread_join(threads[i], &failed) != 0 || failed) return 1;
    }
    printf("operations %d\n", operations);
    return 0;
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "compute") == 0) return computes();
    with_pages = count > 2 && strcmp(words[1], "pages") == 0;
    if (with_pages || (count > 2 && strcmp(words[1], "allocate") == 0)) return allocates(atoi(words[2]));
    return 64;
}
