// SPDX-License-Identifier: Apache-2.0
//
// Clocks go forward, agree with each other, and sleeping takes as long as was asked.

#include "case.h"
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
    for (int i = 0; i < 100; i++) {
        struct timespec time;
        long long before = nanoseconds(CLOCK_MONOTONIC);
        CHECK_EQUAL(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time), 0);
        long long middle = time.tv_sec * 1000000000LL + time.tv_nsec, after = nanoseconds(CLOCK_MONOTONIC);
        CHECK(before <= middle && middle <= after);
    }
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
