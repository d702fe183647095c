// SPDX-License-Identifier: Apache-2.0
//
// Clocks go forward, agree with each other, and sleeping takes as long as was asked.

#include "case.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

static long long nanoseconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) case_fails("clock %d: errno %d", (int)clock, errno);
    CHECK(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

CASE(the_monotonic_clock_never_goes_back) {
    long long last = nanoseconds(CLOCK_MONOTONIC);
    for (int i = 0; i < 20000; i++) {
        long long now = nanoseconds(CLOCK_MONOTONIC);
        CHECK(now >= last);
        last = now;
    }
}

CASE(the_vdso_and_the_call_agree) {
    static const clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW};
    // Long enough for a kernel that measures its clock meanwhile to become sure of it.
    for (long long begin = nanoseconds(CLOCK_MONOTONIC); nanoseconds(CLOCK_MONOTONIC) - begin < 60000000;) {
        for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
            struct timespec time;
            long long before = nanoseconds(clocks[i]);
            CHECK_EQUAL(syscall(SYS_clock_gettime, clocks[i], &time), 0);
            long long middle = time.tv_sec * 1000000000LL + time.tv_nsec, after = nanoseconds(clocks[i]);
            CHECK(before <= middle && middle <= after);
        }
    }
}

CASE(the_functions_of_the_vdso_answer) {
    unsigned char *base = (unsigned char *)getauxval(AT_SYSINFO_EHDR);
    CHECK(base != NULL);
    Elf64_Ehdr *header = (Elf64_Ehdr *)base;
    Elf64_Phdr *segments = (Elf64_Phdr *)(base + header->e_phoff);
    Elf64_Dyn *dynamic = NULL;
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_DYNAMIC) dynamic = (Elf64_Dyn *)(base + segments[i].p_offset);
    CHECK(dynamic != NULL);
    Elf64_Sym *symbols = NULL;
    char *strings = NULL;
    uint32_t *hash = NULL;
    for (; dynamic->d_tag != DT_NULL; dynamic++) {
        if (dynamic->d_tag == DT_SYMTAB) symbols = (Elf64_Sym *)(base + dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_STRTAB) strings = (char *)(base + dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_HASH) hash = (uint32_t *)(base + dynamic->d_un.d_ptr);
    }
    CHECK(symbols && strings && hash);
    int (*clock_)(clockid_t, struct timespec *) = NULL;
    int (*day)(struct timeval *, struct timezone *) = NULL;
    time_t (*seconds)(time_t *) = NULL;
    int (*cpu)(unsigned *, unsigned *, void *) = NULL;
    for (uint32_t i = 1; i < hash[1]; i++) {
        const char *name = strings + symbols[i].st_name;
        void *code = base + symbols[i].st_value;
        if (!strcmp(name, "__vdso_clock_gettime")) memcpy(&clock_, &code, sizeof code);
        if (!strcmp(name, "__vdso_gettimeofday")) memcpy(&day, &code, sizeof code);
        if (!strcmp(name, "__vdso_time")) memcpy(&seconds, &code, sizeof code);
        if (!strcmp(name, "__vdso_getcpu")) memcpy(&cpu, &code, sizeof code);
    }
    CHECK(clock_ && day && seconds && cpu);
    struct timespec before, after;
    struct timeval middle;
    struct timezone zone = {1, 1};
    CHECK_EQUAL(clock_(CLOCK_REALTIME, &before), 0);
    CHECK_EQUAL(day(&middle, &zone), 0);
    CHECK_EQUAL(zone.tz_minuteswest, 0);
    CHECK_EQUAL(clock_(CLOCK_REALTIME, &after), 0);
    long long now = middle.tv_sec * 1000000LL + middle.tv_usec;
    CHECK(before.tv_sec * 1000000LL + before.tv_nsec / 1000 <= now);
    CHECK(now <= after.tv_sec * 1000000LL + after.tv_nsec / 1000);
    CHECK_EQUAL(day(NULL, NULL), 0);
    time_t stored, answered = seconds(&stored);
    CHECK_EQUAL(answered, stored);
    CHECK(answered - after.tv_sec >= -1 && answered - after.tv_sec <= 2);
    unsigned number = 99, node = 99;
    CHECK_EQUAL(cpu(&number, &node, NULL), 0);
    CHECK(number < 4096 && node < 64);
    CHECK_EQUAL(cpu(NULL, NULL, NULL), 0);
    CHECK_EQUAL(clock_(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
    CHECK_EQUAL(clock_(12345, &after), -EINVAL);
}

CASE(every_clock_answers) {
    static const clockid_t clocks[] = {
        CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
        CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME,
    };
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        CHECK(nanoseconds(clocks[i]) > 0);
        struct timespec step;
        CHECK_EQUAL(clock_getres(clocks[i], &step), 0);
        CHECK(step.tv_sec == 0 && step.tv_nsec > 0 && step.tv_nsec <= 10000000);
    }
}

CASE(the_wall_clock_is_of_our_time) {
    struct timeval now;
    CHECK_EQUAL(gettimeofday(&now, NULL), 0);
    CHECK(now.tv_sec > 1700000000 && now.tv_sec < 4102444800);
    CHECK(llabs((long long)time(NULL) - now.tv_sec) <= 1);
    CHECK(llabs(nanoseconds(CLOCK_REALTIME) / 1000000000 - now.tv_sec) <= 1);
}

CASE(sleep_takes_as_long_as_asked) {
    struct timespec wish = {0, 30000000};
    long long before = nanoseconds(CLOCK_MONOTONIC);
    CHECK_EQUAL(nanosleep(&wish, NULL), 0);
    long long took = nanoseconds(CLOCK_MONOTONIC) - before;
    CHECK(took >= 30000000 && took < 2000000000);
}

CASE(sleep_until_a_time) {
    long long until = nanoseconds(CLOCK_MONOTONIC) + 20000000;
    struct timespec wish = {until / 1000000000, until % 1000000000};
    CHECK_EQUAL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wish, NULL), 0);
    CHECK(nanoseconds(CLOCK_MONOTONIC) >= until);
    wish.tv_sec = 0;
    CHECK_EQUAL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wish, NULL), 0);
    CHECK_EQUAL(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &wish, NULL), 0);
}

CASE(sleeping_for_nothing_returns) {
    struct timespec none = {0, 0}, one = {0, 1};
    CHECK_EQUAL(nanosleep(&none, NULL), 0);
    for (int i = 0; i < 50; i++) CHECK_EQUAL(nanosleep(&one, NULL), 0);
}

CASE(work_takes_processor_time_and_sleep_does_not) {
    long long before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    struct timespec wish = {0, 50000000};
    nanosleep(&wish, NULL);
    CHECK(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before < 40000000);
    long long end = nanoseconds(CLOCK_MONOTONIC) + 60000000;
    before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    while (nanoseconds(CLOCK_MONOTONIC) < end) {}
    CHECK(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before > 5000000);
    struct rusage usage;
    CHECK_EQUAL(getrusage(RUSAGE_SELF, &usage), 0);
    struct tms times_;
    CHECK(times(&times_) != (clock_t)-1);
}

CASE(futex_waits_time_out) {
    static int word;
    struct timespec limit = {0, 20000000};
    long long before = nanoseconds(CLOCK_MONOTONIC);
    CHECK_ERRNO(syscall(SYS_futex, &word, 128, 0, &limit, 0, 0), ETIMEDOUT);
    CHECK(nanoseconds(CLOCK_MONOTONIC) - before >= 20000000);
    CHECK_ERRNO(syscall(SYS_futex, &word, 128, 1, &limit, 0, 0), EAGAIN);
    CHECK_EQUAL(syscall(SYS_futex, &word, 129, 1, 0, 0, 0), 0);
}

CASE(the_counter_runs) {
    unsigned low, high, low2, high2;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    __asm__ volatile("rdtsc" : "=a"(low2), "=d"(high2));
    CHECK(((uint64_t)high2 << 32 | low2) > ((uint64_t)high << 32 | low));
}
