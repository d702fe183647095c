// SPDX-License-Identifier: Apache-2.0
//
// epoll: levels and edges, one-shot and exclusive entries, nesting, files that go away, waiting with time and signals.

#include "case.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <time.h>

static int ends[2];

static int new_poll(void) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    CHECK(poll >= 0);
    return poll;
}

static void new_pipe(void) { CHECK_EQUAL(pipe2(ends, O_NONBLOCK), 0); }

static void watch(int poll, int file, unsigned events, unsigned long data) {
    struct epoll_event event = {.events = events, .data.u64 = data};
    CHECK_EQUAL(epoll_ctl(poll, EPOLL_CTL_ADD, file, &event), 0);
}

static void change(int poll, int file, unsigned events, unsigned long data) {
    struct epoll_event event = {.events = events, .data.u64 = data};
    CHECK_EQUAL(epoll_ctl(poll, EPOLL_CTL_MOD, file, &event), 0);
}

// Exactly one entry has exactly these events.
static void expect_one(int poll, unsigned events, unsigned long data) {
    struct epoll_event found[4] = {{0}};
    CHECK_EQUAL(epoll_wait(poll, found, 4, 0), 1);
    CHECK_EQUAL(found[0].events, events);
    CHECK_EQUAL(found[0].data.u64, data);
}

static void expect_nothing(int poll) {
    struct epoll_event found[4];
    CHECK_EQUAL(epoll_wait(poll, found, 4, 0), 0);
}

static void put(int file, int count) {
    static char bytes[65536];
    CHECK_EQUAL(write(file, bytes, count), count);
}

static void take(int file, int count) {
    static char bytes[65536];
    CHECK_EQUAL(read(file, bytes, count), count);
}

CASE(a_level_is_told_as_long_as_it_lasts) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN, 0x1122334455667788);
    expect_nothing(poll);
    put(ends[1], 2);
    for (int i = 0; i < 3; i++) expect_one(poll, EPOLLIN, 0x1122334455667788);
    take(ends[0], 1);
    expect_one(poll, EPOLLIN, 0x1122334455667788);
    take(ends[0], 1);
    expect_nothing(poll);
}

CASE(an_edge_is_told_once) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN | EPOLLET, 7);
    put(ends[1], 2);
    expect_one(poll, EPOLLIN, 7);
    expect_nothing(poll);
    take(ends[0], 1);
    expect_nothing(poll);
    put(ends[1], 1);
    expect_one(poll, EPOLLIN, 7);
    expect_nothing(poll);
    change(poll, ends[0], EPOLLIN | EPOLLET, 8);
    expect_one(poll, EPOLLIN, 8);
    expect_nothing(poll);
}

CASE(what_is_there_already_is_told) {
    int poll = new_poll();
    new_pipe();
    put(ends[1], 1);
    watch(poll, ends[0], EPOLLIN | EPOLLET, 1);
    watch(poll, ends[1], EPOLLOUT | EPOLLET, 2);
    struct epoll_event found[4];
    CHECK_EQUAL(epoll_wait(poll, found, 4, 0), 2);
    CHECK_EQUAL(found[0].data.u64, 1);
    CHECK_EQUAL(found[0].events, EPOLLIN);
    CHECK_EQUAL(found[1].data.u64, 2);
    CHECK_EQUAL(found[1].events, EPOLLOUT);
}

CASE(a_one_shot_entry_fires_once_until_it_is_armed_again) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN | EPOLLONESHOT, 3);
    put(ends[1], 1);
    expect_one(poll, EPOLLIN, 3);
    put(ends[1], 1);
    expect_nothing(poll);
    close(ends[1]);
    expect_nothing(poll);
    change(poll, ends[0], EPOLLIN | EPOLLONESHOT, 4);
    expect_one(poll, EPOLLIN | EPOLLHUP, 4);
    expect_nothing(poll);
}

CASE(hang_ups_and_errors_are_always_told) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], 0, 1);
    expect_nothing(poll);
    close(ends[1]);
    expect_one(poll, EPOLLHUP, 1);
    close(ends[0]);
    expect_nothing(poll);
    new_pipe();
    watch(poll, ends[1], EPOLLOUT, 2);
    expect_one(poll, EPOLLOUT, 2);
    close(ends[0]);
    expect_one(poll, EPOLLOUT | EPOLLERR, 2);
}

CASE(a_full_pipe_becomes_writable) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[1], EPOLLOUT | EPOLLET, 1);
    expect_one(poll, EPOLLOUT, 1);
    put(ends[1], 65536);
    expect_nothing(poll);
    take(ends[0], 65536);
    expect_one(poll, EPOLLOUT, 1);
    expect_nothing(poll);
}

CASE(normal_data_is_told_if_it_is_asked_for) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLRDNORM, 1);
    put(ends[1], 1);
    expect_one(poll, EPOLLRDNORM, 1);
    change(poll, ends[0], EPOLLIN | EPOLLRDNORM, 1);
    expect_one(poll, EPOLLIN | EPOLLRDNORM, 1);
}

CASE(errors_of_epoll_ctl) {
    int poll = new_poll();
    new_pipe();
    struct epoll_event event = {.events = EPOLLIN};
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_MOD, ends[0], &event), ENOENT);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL), ENOENT);
    watch(poll, ends[0], EPOLLIN, 0);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, ends[0], &event), EEXIST);
    CHECK_ERRNO(epoll_ctl(poll, 9, ends[0], &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, 999, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(999, EPOLL_CTL_ADD, ends[0], &event), EBADF);
    CHECK_ERRNO(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, poll, &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, ends[1], NULL), EFAULT);
    int file = open("/tmp/epoll-file", O_CREAT | O_RDWR, 0600);
    CHECK(file >= 0);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, file, &event), EPERM);
    close(file);
    file = open("/tmp", O_RDONLY);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, file, &event), EPERM);
    close(file);
    file = open("/dev/null", O_RDWR);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, file, &event), EPERM);
    close(file);
    unlink("/tmp/epoll-file");
    CHECK_EQUAL(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL), 0);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL), ENOENT);
    put(ends[1], 1);
    expect_nothing(poll);
}

CASE(errors_of_creation_and_waiting) {
    CHECK_ERRNO(epoll_create1(1), EINVAL);
    CHECK_ERRNO(syscall(SYS_epoll_create, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_epoll_create, -1), EINVAL);
    int poll = epoll_create(1);
    CHECK(poll >= 0);
    CHECK_EQUAL(fcntl(poll, F_GETFD), 0);
    int other = new_poll();
    CHECK_EQUAL(fcntl(other, F_GETFD), FD_CLOEXEC);
    struct epoll_event found[4];
    CHECK_ERRNO(epoll_wait(poll, found, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_epoll_wait, poll, found, -1, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_epoll_wait, poll, found, 0x7fffffff, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(999, found, 4, 0), EBADF);
    new_pipe();
    CHECK_ERRNO(epoll_wait(ends[0], found, 4, 0), EINVAL);
    CHECK_ERRNO(read(poll, found, 8), EINVAL);
    CHECK_ERRNO(write(poll, found, 8), EINVAL);
    CHECK_EQUAL(lseek(poll, 5, SEEK_SET), 0);
}

CASE(a_bad_address_loses_no_event) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN | EPOLLET, 5);
    put(ends[1], 1);
    char *hole = page_before_hole();
    CHECK_ERRNO(syscall(SYS_epoll_wait, poll, hole + PAGE, 1, 0), EFAULT);
    expect_one(poll, EPOLLIN, 5);
}

CASE(a_closed_file_is_watched_no_longer) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN, 1);
    put(ends[1], 1);
    int copy = dup(ends[0]);
    CHECK(copy >= 0);
    close(ends[0]);
    // The open file lives on in its copy, under the old number.
    expect_one(poll, EPOLLIN, 1);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 2};
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], &event), EBADF);
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_MOD, copy, &event), ENOENT);
    close(copy);
    expect_nothing(poll);
    // The number is free for another file.
    int counter = eventfd(1, 0);
    CHECK_EQUAL(counter, ends[0]);
    watch(poll, counter, EPOLLIN, 3);
    expect_one(poll, EPOLLIN, 3);
    CHECK_EQUAL(dup2(ends[1], counter), counter);
    expect_nothing(poll);
}

CASE(one_number_can_stand_for_several_files) {
    int poll = new_poll();
    int first = eventfd(1, 0);
    watch(poll, first, EPOLLIN, 1);
    int copy = dup(first), second = eventfd(1, 0);
    CHECK_EQUAL(dup2(second, first), first);
    watch(poll, first, EPOLLIN, 2);
    watch(poll, copy, EPOLLIN, 3);
    struct epoll_event found[8];
    CHECK_EQUAL(epoll_wait(poll, found, 8, 0), 3);
    CHECK_EQUAL(found[0].data.u64 + found[1].data.u64 + found[2].data.u64, 6);
    CHECK_EQUAL(epoll_ctl(poll, EPOLL_CTL_DEL, copy, NULL), 0);
    close(copy);
    expect_one(poll, EPOLLIN, 2);
}

CASE(a_poll_can_be_polled) {
    int inner = new_poll(), outer = new_poll();
    new_pipe();
    watch(inner, ends[0], EPOLLIN, 1);
    watch(outer, inner, EPOLLIN, 2);
    struct pollfd asked = {.fd = outer, .events = POLLIN};
    CHECK_EQUAL(poll(&asked, 1, 0), 0);
    expect_nothing(outer);
    put(ends[1], 1);
    CHECK_EQUAL(poll(&asked, 1, 0), 1);
    CHECK_EQUAL(asked.revents, POLLIN);
    expect_one(outer, EPOLLIN, 2);
    expect_one(inner, EPOLLIN, 1);
    take(ends[0], 1);
    CHECK_EQUAL(poll(&asked, 1, 0), 0);
    expect_nothing(outer);
    expect_nothing(inner);
    put(ends[1], 1);
    CHECK_EQUAL(poll(&asked, 1, -1), 1);
}

CASE(polls_do_not_watch_each_other_in_a_circle) {
    int polls[16];
    for (int i = 0; i < 16; i++) polls[i] = new_poll();
    watch(polls[1], polls[0], EPOLLIN, 0);
    struct epoll_event event = {.events = EPOLLIN};
    CHECK_ERRNO(epoll_ctl(polls[0], EPOLL_CTL_ADD, polls[1], &event), ELOOP);
    watch(polls[2], polls[1], EPOLLIN, 0);
    CHECK_ERRNO(epoll_ctl(polls[0], EPOLL_CTL_ADD, polls[2], &event), ELOOP);
    int i = 3;
    while (i < 16 && epoll_ctl(polls[i], EPOLL_CTL_ADD, polls[i - 1], &event) == 0) i++;
    CHECK(i < 16 && errno == ELOOP);
}

CASE(exclusive_entries) {
    int poll = new_poll(), other = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN | EPOLLEXCLUSIVE, 1);
    watch(other, ends[0], EPOLLIN | EPOLLEXCLUSIVE | EPOLLET, 2);
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_MOD, ends[0], &event), EINVAL);
    event.events = EPOLLIN;
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_MOD, ends[0], &event), EINVAL);
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, ends[1], &event), EINVAL);
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    CHECK_ERRNO(epoll_ctl(poll, EPOLL_CTL_ADD, other, &event), EINVAL);
    put(ends[1], 1);
    expect_one(poll, EPOLLIN, 1);
    CHECK_EQUAL(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL), 0);
    expect_nothing(poll);
}

CASE(waits_end_in_time) {
    int poll = new_poll();
    new_pipe();
    watch(poll, ends[0], EPOLLIN, 1);
    struct timespec before, after;
    struct epoll_event found[4];
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK_EQUAL(epoll_wait(poll, found, 4, 20), 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK((after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec >= 20000000);
    struct timespec wait = {0, 20000000};
    CHECK_EQUAL(syscall(SYS_epoll_pwait2, poll, found, 4, &wait, NULL, 8), 0);
    wait.tv_nsec = 1000000000;
    CHECK_ERRNO(syscall(SYS_epoll_pwait2, poll, found, 4, &wait, NULL, 8), EINVAL);
    put(ends[1], 1);
    CHECK_EQUAL(syscall(SYS_epoll_pwait2, poll, found, 4, NULL, NULL, 8), 1);
    CHECK_EQUAL(epoll_wait(poll, found, 4, -1), 1);
}

static volatile int alarms;
static void count_alarm(int number) { alarms += number == SIGALRM; }

CASE(signals_interrupt_waits) {
    int poll = new_poll();
    struct epoll_event found[4];
    struct sigaction action = {.sa_handler = count_alarm, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    alarms = 0;
    struct itimerval soon = {.it_value.tv_usec = 20000};
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(epoll_wait(poll, found, 4, -1), EINTR);
    CHECK_EQUAL(alarms, 1);
    // Blocked until the call lets it through.
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGALRM);
    CHECK_EQUAL(alarms, 1);
    CHECK_EQUAL(epoll_wait(poll, found, 4, 0), 0);
    CHECK_ERRNO(epoll_pwait(poll, found, 4, -1, &none), EINTR);
    CHECK_EQUAL(alarms, 2);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGALRM));
    CHECK_ERRNO(syscall(SYS_epoll_pwait, poll, found, 4, 0, &none, 4), EINVAL);
}

CASE(a_thousand_files_and_one_that_is_ready) {
    int poll = new_poll();
    static int counters[1000];
    for (int i = 0; i < 1000; i++) {
        counters[i] = eventfd(0, 0);
        if (counters[i] < 0) {
            struct rlimit many = {1100, 1100};
            CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &many), 0);
            counters[i] = eventfd(0, 0);
        }
        CHECK(counters[i] >= 0);
        watch(poll, counters[i], EPOLLIN, i);
    }
    for (int i = 0; i < 1000; i += 333) {
        unsigned long one = 1;
        CHECK_EQUAL(write(counters[i], &one, 8), 8);
        expect_one(poll, EPOLLIN, i);
        CHECK_EQUAL(read(counters[i], &one, 8), 8);
    }
    expect_nothing(poll);
    close(poll);
    for (int i = 0; i < 1000; i++) close(counters[i]);
}

CASE(turns_are_fair) {
    int poll = new_poll(), counters[6];
    for (int i = 0; i < 6; i++) {
        counters[i] = eventfd(1, 0);
        watch(poll, counters[i], EPOLLIN, i);
    }
    unsigned seen = 0;
    struct epoll_event found[2];
    for (int i = 0; i < 3; i++) {
        CHECK_EQUAL(epoll_wait(poll, found, 2, 0), 2);
        seen |= 1u << found[0].data.u64 | 1u << found[1].data.u64;
    }
    CHECK_EQUAL(seen, 63);
}
