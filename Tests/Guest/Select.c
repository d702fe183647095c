// SPDX-License-Identifier: Apache-2.0
//
// select(2), pselect6(2) and ppoll(2): sets of descriptors as bits, the time that is left, and a signal mask that holds
// for the wait alone. The raw calls: C libraries hide what is left of the time.

#include "case.h"
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

struct mask { const void *set; size_t size; };

static volatile int seen;
static void note(int number) { seen = number; }

static void note_users_signal(int flags) {
    struct sigaction action = {.sa_handler = note, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
    seen = 0;
}

static int in(const fd_set *set, int descriptor) { return FD_ISSET(descriptor, set) != 0; }

CASE(sets_keep_what_is_ready) {
    int ends[2], others[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(pipe(others), 0);
    CHECK_EQUAL(write(ends[1], "x", 1), 1);
    fd_set reading, writing, exceptional;
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    FD_ZERO(&exceptional);
    FD_SET(ends[0], &reading), FD_SET(others[0], &reading);
    FD_SET(ends[1], &writing), FD_SET(others[1], &writing);
    FD_SET(ends[0], &exceptional);
    struct timeval none = {0, 0};
    CHECK_EQUAL(CALL(select, others[1] + 1, &reading, &writing, &exceptional, &none), 3);
    CHECK_EQUAL(in(&reading, ends[0]), 1);
    CHECK_EQUAL(in(&reading, others[0]), 0);
    CHECK_EQUAL(in(&writing, ends[1]) + in(&writing, others[1]), 2);
    CHECK_EQUAL(in(&exceptional, ends[0]), 0);
    // A descriptor that is ready in two sets counts twice; one behind the limit is not looked at, and leaves the set.
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    FD_SET(ends[0], &reading), FD_SET(others[1], &writing);
    CHECK_EQUAL(CALL(select, ends[0] + 1, &reading, &writing, NULL, &none), 1);
    CHECK_EQUAL(in(&reading, ends[0]), 1);
    // The writer's end is gone: the reader reads the end of the pipe without waiting.
    close(others[1]);
    FD_ZERO(&reading);
    FD_SET(others[0], &reading);
    CHECK_EQUAL(CALL(select, others[0] + 1, &reading, NULL, NULL, NULL), 1);
}

CASE(sets_beyond_a_word) {
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    int high = fcntl(ends[1], F_DUPFD, 130);
    CHECK(high >= 130);
    fd_set writing;
    FD_ZERO(&writing);
    FD_SET(high, &writing), FD_SET(ends[1], &writing);
    CHECK_EQUAL(CALL(select, high + 1, NULL, &writing, NULL, NULL), 2);
    CHECK_EQUAL(in(&writing, high) + in(&writing, ends[1]), 2);
    close(high);
    CHECK_ERRNO(CALL(select, high + 1, NULL, &writing, NULL, NULL), EBADF);
}

CASE(the_rest_of_the_time_is_told) {
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    struct timeval half = {0, 20000};
    CHECK_EQUAL(CALL(select, ends[0] + 1, &set, NULL, NULL, &half), 0);
    CHECK_EQUAL(half.tv_sec, 0);
    CHECK_EQUAL(half.tv_usec, 0);
    CHECK_EQUAL(in(&set, ends[0]), 0);
    CHECK_EQUAL(write(ends[1], "x", 1), 1);
    FD_SET(ends[0], &set);
    // More microseconds than a second are carried over.
    struct timeval much = {1, 2500000};
    CHECK_EQUAL(CALL(select, ends[0] + 1, &set, NULL, NULL, &much), 1);
    CHECK(much.tv_sec >= 2 && much.tv_sec <= 3 && much.tv_usec < 1000000);
    FD_SET(ends[0], &set);
    struct timespec seconds = {5, 0};
    CHECK_EQUAL(CALL(pselect6, ends[0] + 1, &set, NULL, NULL, &seconds, NULL), 1);
    CHECK(seconds.tv_sec == 4 || (seconds.tv_sec == 5 && seconds.tv_nsec == 0));
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    seconds = (struct timespec){5, 0};
    CHECK_EQUAL(CALL(ppoll, &entry, 1, &seconds, NULL, 0), 1);
    CHECK(seconds.tv_sec == 4 || (seconds.tv_sec == 5 && seconds.tv_nsec == 0));
}

CASE(no_sets_are_a_sleep) {
    struct timespec before, after, wait = {0, 15000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK_EQUAL(CALL(pselect6, 0, NULL, NULL, NULL, &wait, NULL), 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK((after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec >= 15000000);
    CHECK_EQUAL(wait.tv_sec + wait.tv_nsec, 0);
}

CASE(a_signal_comes_through_the_mask_of_the_wait) {
    sigset_t blocked, empty, now;
    sigemptyset(&blocked), sigemptyset(&empty);
    sigaddset(&blocked, SIGUSR1);
    note_users_signal(SA_RESTART);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGUSR1);
    struct mask mask = {&empty, 8};
    CHECK_EQUAL(seen, 0);
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, NULL, &mask), EINTR);
    CHECK_EQUAL(seen, SIGUSR1);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_EQUAL(sigismember(&now, SIGUSR1), 1);
    seen = 0;
    raise(SIGUSR1);
    CHECK_ERRNO(CALL(ppoll, NULL, 0, NULL, &empty, 8), EINTR);
    CHECK_EQUAL(seen, SIGUSR1);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_EQUAL(sigismember(&now, SIGUSR1), 1);
    // A mask that keeps the signal out holds for the wait, and the old one comes back without it.
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    struct timespec none = {0, 0};
    mask.set = &blocked;
    CHECK_EQUAL(CALL(pselect6, 0, NULL, NULL, NULL, &none, &mask), 0);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_EQUAL(sigismember(&now, SIGUSR1), 0);
}

CASE(an_interrupted_wait_tells_the_rest) {
    note_users_signal(0);
    struct sigaction action = {.sa_handler = note};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value = {0, 10000}};
    struct timespec long_time = {50, 0};
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(CALL(ppoll, NULL, 0, &long_time, NULL, 0), EINTR);
    CHECK(long_time.tv_sec == 49);
    setitimer(ITIMER_REAL, &soon, NULL);
    long_time = (struct timespec){50, 0};
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, &long_time, NULL), EINTR);
    CHECK(long_time.tv_sec == 49);
    setitimer(ITIMER_REAL, &soon, NULL);
    struct timeval time = {50, 0};
    CHECK_ERRNO(CALL(select, 0, NULL, NULL, NULL, &time), EINTR);
    CHECK(time.tv_sec == 49);
}

CASE(what_is_refused) {
    struct timeval wrong = {-1, 0}, negative = {0, -1};
    struct timespec long_part = {0, 1000000000};
    sigset_t empty;
    sigemptyset(&empty);
    struct mask short_mask = {&empty, 4}, no_mask = {NULL, 4};
    struct timespec none = {0, 0};
    CHECK_ERRNO(CALL(select, -1, NULL, NULL, NULL, NULL), EINVAL);
    CHECK_ERRNO(CALL(select, 0, NULL, NULL, NULL, &wrong), EINVAL);
    CHECK_ERRNO(CALL(select, 0, NULL, NULL, NULL, &negative), EINVAL);
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, &long_part, NULL), EINVAL);
    CHECK_ERRNO(CALL(pselect6, -1, NULL, NULL, NULL, NULL, NULL), EINVAL);
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, &none, &short_mask), EINVAL);
    CHECK_EQUAL(CALL(pselect6, 0, NULL, NULL, NULL, &none, &no_mask), 0);
    CHECK_ERRNO(CALL(ppoll, NULL, 0, &long_part, NULL, 0), EINVAL);
    CHECK_ERRNO(CALL(ppoll, NULL, 0, &none, &empty, 4), EINVAL);
    CHECK_ERRNO(CALL(ppoll, NULL, 1 << 30, &none, NULL, 0), EINVAL);
    // A huge count of descriptors is cut to those that can be open.
    CHECK_EQUAL(CALL(select, 0x7fffffff, NULL, NULL, NULL, &(struct timeval){0, 0}), 0);
}

CASE(addresses_that_are_none) {
    char *hole = page_before_hole() + PAGE;
    struct timespec none = {0, 0};
    struct mask mask = {hole, 8};
    CHECK_ERRNO(CALL(select, 1, hole, NULL, NULL, NULL), EFAULT);
    CHECK_ERRNO(CALL(select, 1, NULL, hole, NULL, NULL), EFAULT);
    CHECK_ERRNO(CALL(select, 1, NULL, NULL, hole, NULL), EFAULT);
    CHECK_ERRNO(CALL(select, 0, NULL, NULL, NULL, hole), EFAULT);
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, hole, NULL), EFAULT);
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, &none, hole), EFAULT);
    CHECK_ERRNO(CALL(pselect6, 0, NULL, NULL, NULL, &none, &mask), EFAULT);
    CHECK_ERRNO(CALL(ppoll, hole, 1, &none, NULL, 0), EFAULT);
    CHECK_ERRNO(CALL(ppoll, NULL, 0, hole, NULL, 0), EFAULT);
    CHECK_ERRNO(CALL(ppoll, NULL, 0, &none, hole, 8), EFAULT);
    // A set that ends with its page: eight bytes are enough for 64 descriptors, not for 65.
    memset(hole - 8, 0, 8);
    CHECK_EQUAL(CALL(select, 64, hole - 8, NULL, NULL, &(struct timeval){0, 0}), 0);
    CHECK_ERRNO(CALL(select, 65, hole - 8, NULL, NULL, NULL), EFAULT);
}
