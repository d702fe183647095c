// SPDX-License-Identifier: Apache-2.0
//
// The number of a system call is an int: the lower half of RAX. What stands in the upper half does not matter, and a
// number that is negative, or that of another architecture's call, is no call.

#include "case.h"

#define HIGH(half) ((long)((unsigned long)(half) << 32))

CASE(the_upper_half_does_not_matter) {
    CHECK_EQUAL(syscall(HIGH(1) | SYS_getpid), getpid());
    CHECK_EQUAL(syscall(HIGH(0xffffffff) | SYS_getpid), getpid());
    CHECK_EQUAL(syscall(HIGH(0x80000000) | SYS_getpid), getpid());
    CHECK_EQUAL(syscall(HIGH(0x12345678) | SYS_write, 1, "", 0), 0);
    CHECK_ERRNO(syscall(HIGH(1) | SYS_close, 99), EBADF);
    // A call that copies its registers, and one that throws.
    CHECK_ERRNO(syscall(HIGH(7) | SYS_clone, 0x10000UL /* CLONE_THREAD without CLONE_SIGHAND */, 0, 0, 0, 0), EINVAL);
}

CASE(numbers_below_zero_are_no_calls) {
    CHECK_ERRNO(syscall(-1L), ENOSYS);
    CHECK_ERRNO(syscall(-2L), ENOSYS);
    CHECK_ERRNO(syscall(0xffffffffL), ENOSYS);
    CHECK_ERRNO(syscall(0x80000000L | SYS_getpid), ENOSYS);
    CHECK_ERRNO(syscall(HIGH(1) | 0x80000000L | SYS_getpid), ENOSYS);
    CHECK_ERRNO(syscall(HIGH(1) | 0xfffffL), ENOSYS);
}

static volatile int seen;
static void note(int number) { seen = number; }

CASE(an_interrupted_call_starts_again_with_its_whole_number) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    sigset_t blocked, empty;
    sigemptyset(&blocked), sigemptyset(&empty);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGUSR1);
    seen = 0;
    CHECK_ERRNO(syscall(HIGH(1) | SYS_rt_sigsuspend, &empty, 8L), EINTR);
    CHECK_EQUAL(seen, SIGUSR1);
}
