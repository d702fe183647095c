// SPDX-License-Identifier: Apache-2.0
//
// futex_waitv(2): a wait for whichever of several words is woken first.

#include "case.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
// linux/futex.h, which not every C library brings along.
#define SIZE_32 2
#define PRIVATE 128
#define WAKE 1

// struct futex_waitv.
struct entry { uint64_t value, address; uint32_t flags, reserved; };

static struct entry entry_of(uint32_t *word, uint32_t value) {
    return (struct entry){value, (uintptr_t)word, SIZE_32 | PRIVATE, 0};
}

static long wait_for(const void *entries, unsigned count, unsigned flags, const struct timespec *until, int clock) {
    return syscall(SYS_futex_waitv, entries, (long)count, (long)flags, until, (long)clock);
}

static struct timespec in_milliseconds(int clock, long milliseconds) {
    struct timespec time;
    clock_gettime(clock, &time);
    long part = time.tv_nsec + milliseconds * 1000000;
    return (struct timespec){time.tv_sec + part / 1000000000, part % 1000000000};
}

static uint32_t words[128];

static void *wake_one(void *word) {
    // Until somebody was there to be woken.
    while (syscall(SYS_futex, word, WAKE | PRIVATE, 1) == 0) sched_yield();
    return NULL;
}

CASE(the_word_that_was_woken_is_told) {
    NEEDS_MEMORY;
    struct entry entries[3] = {entry_of(&words[0], 0), entry_of(&words[1], 0), entry_of(&words[2], 0)};
    for (int which = 0; which < 3; which++) {
        pthread_t thread;
        CHECK_EQUAL(pthread_create(&thread, NULL, wake_one, &words[which]), 0);
        CHECK_EQUAL(wait_for(entries, 3, 0, NULL, 0), which);
        pthread_join(thread, NULL);
    }
}

CASE(as_many_as_there_may_be) {
    NEEDS_MEMORY;
    static struct entry entries[129];
    for (int i = 0; i < 128; i++) entries[i] = entry_of(&words[i], 0);
    entries[128] = entries[0];
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, wake_one, &words[127]), 0);
    CHECK_EQUAL(wait_for(entries, 128, 0, NULL, 0), 127);
    pthread_join(thread, NULL);
    CHECK_ERRNO(wait_for(entries, 129, 0, NULL, 0), EINVAL);
    // Nobody is left in any queue.
    for (int i = 0; i < 128; i++) CHECK_EQUAL(syscall(SYS_futex, &words[i], WAKE | PRIVATE, 1), 0);
}

CASE(another_value_is_told_at_once) {
    struct entry entries[2] = {entry_of(&words[0], 0), entry_of(&words[1], 5)};
    CHECK_ERRNO(wait_for(entries, 2, 0, NULL, 0), EAGAIN);
    CHECK_EQUAL(syscall(SYS_futex, &words[0], WAKE | PRIVATE, 1), 0);
}

CASE(the_time_is_absolute) {
    struct entry entries[1] = {entry_of(&words[0], 0)};
    struct timespec until = in_milliseconds(CLOCK_MONOTONIC, 10), now;
    CHECK_ERRNO(wait_for(entries, 1, 0, &until, CLOCK_MONOTONIC), ETIMEDOUT);
    clock_gettime(CLOCK_MONOTONIC, &now);
    CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
    until = in_milliseconds(CLOCK_REALTIME, 10);
    CHECK_ERRNO(wait_for(entries, 1, 0, &until, CLOCK_REALTIME), ETIMEDOUT);
    CHECK_ERRNO(wait_for(entries, 1, 0, &(struct timespec){0, 0}, CLOCK_MONOTONIC), ETIMEDOUT);
}

CASE(what_is_refused) {
    struct entry good = entry_of(&words[0], 5), wrong = good;
    CHECK_ERRNO(wait_for(&good, 0, 0, NULL, 0), EINVAL);
    CHECK_ERRNO(wait_for(NULL, 1, 0, NULL, 0), EINVAL);
    CHECK_ERRNO(wait_for(&good, 1, 1, NULL, 0), EINVAL);
    struct timespec far = in_milliseconds(CLOCK_MONOTONIC, 1000), bad = {0, 1000000000};
    CHECK_ERRNO(wait_for(&good, 1, 0, &far, CLOCK_BOOTTIME), EINVAL);
    CHECK_ERRNO(wait_for(&good, 1, 0, &bad, CLOCK_MONOTONIC), EINVAL);
    wrong.flags = 0x100 | SIZE_32;
    CHECK_ERRNO(wait_for(&wrong, 1, 0, NULL, 0), EINVAL);
    wrong.flags = PRIVATE;
    CHECK_ERRNO(wait_for(&wrong, 1, 0, NULL, 0), EINVAL);
    wrong = good, wrong.reserved = 1;
    CHECK_ERRNO(wait_for(&wrong, 1, 0, NULL, 0), EINVAL);
    wrong = good, wrong.address += 1;
    CHECK_ERRNO(wait_for(&wrong, 1, 0, NULL, 0), EINVAL);
    wrong = good, wrong.address = (uintptr_t)page_before_hole() + PAGE;
    CHECK_ERRNO(wait_for(&wrong, 1, 0, NULL, 0), EFAULT);
    CHECK_ERRNO(wait_for(page_before_hole() + PAGE, 1, 0, NULL, 0), EFAULT);
    CHECK_ERRNO(wait_for(&good, 1, 0, (void *)(page_before_hole() + PAGE), CLOCK_MONOTONIC), EFAULT);
    // A value does not fit a word.
    wrong = good, wrong.value = 1UL << 32;
    CHECK_ERRNO(wait_for(&wrong, 1, 0, NULL, 0), EINVAL);
}
