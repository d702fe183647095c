// SPDX-License-Identifier: Apache-2.0
//
// Scheduling policies, the discipline of the clock, and what a process shares: what may be asked, and what is refused.

#include "case.h"
#include <sched.h>
#include <sys/timex.h>
#include <time.h>

#define CALL(name, ...) syscall(SYS_##name, __VA_ARGS__)

static long set_policy(int policy, int priority) {
    struct sched_param param = {.sched_priority = priority};
    return CALL(sched_setscheduler, 0, policy, &param);
}

CASE(policies_are_kept) {
    struct sched_param param = {.sched_priority = 77};
    CHECK_EQUAL(CALL(sched_getscheduler, 0), SCHED_OTHER);
    CHECK_EQUAL(CALL(sched_getparam, 0, &param), 0);
    CHECK_EQUAL(param.sched_priority, 0);
    CHECK_EQUAL(set_policy(3, 0), 0);
    CHECK_EQUAL(CALL(sched_getscheduler, getpid()), 3);
    CHECK_EQUAL(set_policy(5, 0), 0);
    CHECK_EQUAL(CALL(sched_getscheduler, 0), 5);
    CHECK_EQUAL(set_policy(SCHED_OTHER | 0x40000000, 0), 0);
    CHECK_EQUAL(CALL(sched_getscheduler, 0), 0x40000000);
    CHECK_EQUAL(set_policy(SCHED_OTHER, 0), 0);
    CHECK_EQUAL(CALL(sched_getscheduler, 0), SCHED_OTHER);
    param.sched_priority = 0;
    CHECK_EQUAL(CALL(sched_setparam, 0, &param), 0);
}

CASE(policies_are_checked) {
    struct sched_param param = {.sched_priority = 0};
    CHECK_ERRNO(set_policy(SCHED_FIFO, 0), EINVAL);
    CHECK_ERRNO(set_policy(SCHED_FIFO, 100), EINVAL);
    CHECK_ERRNO(set_policy(SCHED_OTHER, 1), EINVAL);
    CHECK_ERRNO(set_policy(4, 0), EINVAL);
    CHECK_ERRNO(set_policy(6, 0), EINVAL);
    CHECK_ERRNO(set_policy(-1, 0), EINVAL);
    CHECK_ERRNO(CALL(sched_setscheduler, -1, 0, &param), EINVAL);
    CHECK_ERRNO(CALL(sched_setscheduler, 0, 0, NULL), EINVAL);
    CHECK_ERRNO(CALL(sched_setscheduler, 0, 0, 0x10), EFAULT);
    CHECK_ERRNO(CALL(sched_setscheduler, 99999999, 0, &param), ESRCH);
    CHECK_ERRNO(CALL(sched_getscheduler, -1), EINVAL);
    CHECK_ERRNO(CALL(sched_getscheduler, 99999999), ESRCH);
    CHECK_ERRNO(CALL(sched_getparam, 0, NULL), EINVAL);
    CHECK_ERRNO(CALL(sched_setparam, 0, NULL), EINVAL);
    param.sched_priority = 5;
    CHECK_ERRNO(CALL(sched_setparam, 0, &param), EINVAL);
}

CASE(who_is_not_root_gets_no_real_time) {
    CHECK_EQUAL(seteuid(1000), 0);
    long result = set_policy(SCHED_FIFO, 1);
    int why = errno;
    long batch = set_policy(3, 0), other = set_policy(SCHED_OTHER, 0);
    CHECK_EQUAL(seteuid(0), 0);
    CHECK_EQUAL(result, -1);
    CHECK_EQUAL(why, EPERM);
    CHECK_EQUAL(batch, 0);
    CHECK_EQUAL(other, 0);
}

CASE(intervals) {
    struct timespec interval = {-1, -1};
    CHECK_EQUAL(CALL(sched_rr_get_interval, 0, &interval), 0);
    CHECK(interval.tv_sec == 0 && interval.tv_nsec >= 0 && interval.tv_nsec < 1000000000);
    CHECK_ERRNO(CALL(sched_rr_get_interval, -1, &interval), EINVAL);
    CHECK_ERRNO(CALL(sched_rr_get_interval, 99999999, &interval), ESRCH);
    CHECK_ERRNO(CALL(sched_rr_get_interval, 0, 0x10), EFAULT);
}

struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t least, most;
};

CASE(attributes) {
    struct attributes got = {0}, wanted = {.size = 48, .policy = 3, .nice = 5};
    memset(&got, 0xff, sizeof got);
    CHECK_EQUAL(CALL(sched_getattr, 0, &got, 48, 0), 0);
    CHECK_EQUAL(got.size, 48);
    CHECK_EQUAL(got.policy, SCHED_OTHER);
    CHECK_EQUAL(got.nice, 0);
    CHECK_EQUAL(got.priority, 0);
    CHECK_EQUAL(got.least, 0xffffffff);
    CHECK_EQUAL(CALL(sched_setattr, 0, &wanted, 0), 0);
    CHECK_EQUAL(CALL(sched_getattr, 0, &got, 48, 0), 0);
    CHECK_EQUAL(got.policy, 3);
    CHECK_EQUAL(got.nice, 5);
    wanted.policy = SCHED_OTHER;
    wanted.nice = 0;
    CHECK_EQUAL(CALL(sched_setattr, 0, &wanted, 0), 0);
    CHECK_ERRNO(CALL(sched_getattr, 0, &got, 47, 0), EINVAL);
    CHECK_ERRNO(CALL(sched_getattr, 0, &got, 4097, 0), EINVAL);
    CHECK_ERRNO(CALL(sched_getattr, 0, &got, 48, 1), EINVAL);
    CHECK_ERRNO(CALL(sched_getattr, 0, NULL, 48, 0), EINVAL);
    wanted.size = 47;
    CHECK_ERRNO(CALL(sched_setattr, 0, &wanted, 0), E2BIG);
    CHECK_EQUAL(wanted.size, 56);
    struct { struct attributes known; uint64_t more; } larger = {.known = {.size = 64}, .more = 1};
    CHECK_ERRNO(CALL(sched_setattr, 0, &larger, 0), E2BIG);
    larger.known.size = 64;
    larger.more = 0;
    CHECK_EQUAL(CALL(sched_setattr, 0, &larger, 0), 0);
    wanted = (struct attributes){.size = 48, .policy = 99};
    CHECK_ERRNO(CALL(sched_setattr, 0, &wanted, 0), EINVAL);
    wanted = (struct attributes){.size = 48, .flags = 1 << 20};
    CHECK_ERRNO(CALL(sched_setattr, 0, &wanted, 0), EINVAL);
}

CASE(the_clock_has_a_discipline) {
    struct timex answer;
    memset(&answer, 0, sizeof answer);
    long state = CALL(adjtimex, &answer);
    CHECK(state >= 0 && state <= 5);
    CHECK(answer.tick >= 9000 && answer.tick <= 11000);
    CHECK(answer.tolerance == 32768000 && answer.precision >= 1);
    long difference = answer.time.tv_sec - time(NULL);
    CHECK(difference >= -1 && difference <= 1);
    memset(&answer, 0, sizeof answer);
    CHECK_EQUAL(CALL(clock_adjtime, CLOCK_REALTIME, &answer), state);
    memset(&answer, 0, sizeof answer);
    CHECK_ERRNO(CALL(clock_adjtime, CLOCK_MONOTONIC, &answer), EOPNOTSUPP);
    CHECK_ERRNO(CALL(clock_adjtime, 99, &answer), EINVAL);
    CHECK_ERRNO(CALL(adjtimex, 0x10), EFAULT);
    CHECK_EQUAL(seteuid(1000), 0);
    answer.modes = ADJ_OFFSET;
    long result = CALL(adjtimex, &answer);
    int why = errno;
    memset(&answer, 0, sizeof answer);
    answer.modes = 0xa001;  // ADJ_OFFSET_SS_READ
    long reading = CALL(adjtimex, &answer);
    CHECK_EQUAL(seteuid(0), 0);
    CHECK_EQUAL(result, -1);
    CHECK_EQUAL(why, EPERM);
    CHECK_EQUAL(reading, state);
    answer.modes = 0x8000;
    CHECK_ERRNO(CALL(adjtimex, &answer), EINVAL);
}

CASE(sharing_nothing) {
    CHECK_EQUAL(CALL(unshare, 0), 0);
    CHECK_EQUAL(CALL(unshare, CLONE_FILES), 0);
    CHECK_EQUAL(CALL(unshare, CLONE_FS | CLONE_SYSVSEM), 0);
    CHECK_EQUAL(CALL(unshare, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM), 0);
    CHECK_ERRNO(CALL(unshare, 1), EINVAL);
    CHECK_ERRNO(CALL(unshare, CLONE_PARENT), EINVAL);
    CHECK_EQUAL(seteuid(1000), 0);
    long result = CALL(unshare, CLONE_NEWUTS);
    int why = errno;
    CHECK_EQUAL(seteuid(0), 0);
    CHECK_EQUAL(result, -1);
    CHECK_EQUAL(why, EPERM);
    CHECK_ERRNO(CALL(setns, -1, 0), EBADF);
    CHECK_ERRNO(CALL(setns, 0, 0), EINVAL);
}
