// SPDX-License-Identifier: Apache-2.0
//
// Signals and counters as files: signalfd, eventfd.

#include "case.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/time.h>

static sigset_t set_of(int first, int second) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, first);
    if (second) sigaddset(&set, second);
    return set;
}

static int new_file(int first, int second, int flags) {
    sigset_t set = set_of(first, second);
    CHECK_EQUAL(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    int file = signalfd(-1, &set, flags);
    CHECK(file >= 0);
    return file;
}

CASE(a_signal_is_read_instead_of_handled) {
    int file = new_file(SIGUSR1, SIGUSR2, SFD_NONBLOCK | SFD_CLOEXEC);
    struct signalfd_siginfo info[3];
    CHECK_ERRNO(read(file, info, sizeof info), EAGAIN);
    CHECK_EQUAL(fcntl(file, F_GETFD), FD_CLOEXEC);
    kill(getpid(), SIGUSR2);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK_EQUAL(read(file, info, sizeof info), 256);
    CHECK_EQUAL(info[0].ssi_signo + info[1].ssi_signo, SIGUSR1 + SIGUSR2);
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(info[i].ssi_pid, getpid());
        CHECK_EQUAL(info[i].ssi_uid, getuid());
        CHECK_EQUAL(info[i].ssi_code, info[i].ssi_signo == SIGUSR1 ? SI_TKILL : SI_USER);
    }
    CHECK_ERRNO(read(file, info, sizeof info), EAGAIN);
    sigset_t pending;
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGUSR1) && !sigismember(&pending, SIGUSR2));
}

CASE(values_come_along_in_order) {
    int file = new_file(SIGRTMIN + 1, 0, SFD_NONBLOCK);
    for (int i = 0; i < 3; i++) {
        union sigval value = {.sival_int = 70 + i};
        CHECK_EQUAL(sigqueue(getpid(), SIGRTMIN + 1, value), 0);
    }
    for (int i = 0; i < 3; i++) {
        struct signalfd_siginfo info;
        CHECK_EQUAL(read(file, &info, sizeof info), 128);
        CHECK_EQUAL(info.ssi_int, 70 + i);
        CHECK_EQUAL((int)info.ssi_ptr, 70 + i);
        CHECK_EQUAL(info.ssi_code, SI_QUEUE);
    }
}

CASE(a_read_waits_for_a_signal) {
    int file = new_file(SIGALRM, 0, 0);
    struct itimerval soon = {.it_value.tv_usec = 10000};
    setitimer(ITIMER_REAL, &soon, NULL);
    struct signalfd_siginfo info;
    CHECK_EQUAL(read(file, &info, sizeof info), 128);
    CHECK_EQUAL(info.ssi_signo, SIGALRM);
    CHECK_EQUAL(info.ssi_code, SI_KERNEL);
}

CASE(signal_files_are_polled) {
    int file = new_file(SIGUSR1, 0, SFD_NONBLOCK), watch = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 4}, found;
    CHECK_EQUAL(epoll_ctl(watch, EPOLL_CTL_ADD, file, &event), 0);
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 0);
    struct pollfd asked = {.fd = file, .events = POLLIN};
    CHECK_EQUAL(poll(&asked, 1, 0), 0);
    raise(SIGUSR1);
    CHECK_EQUAL(poll(&asked, 1, 0), 1);
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 1);
    CHECK_EQUAL(found.events, EPOLLIN);
    struct signalfd_siginfo info;
    CHECK_EQUAL(read(file, &info, sizeof info), 128);
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 0);
}

CASE(the_set_can_be_changed) {
    int file = new_file(SIGUSR1, SIGUSR2, SFD_NONBLOCK);
    sigset_t second = set_of(SIGUSR2, 0);
    CHECK_EQUAL(signalfd(file, &second, 0), file);
    raise(SIGUSR1);
    struct signalfd_siginfo info;
    CHECK_ERRNO(read(file, &info, sizeof info), EAGAIN);
    sigset_t first = set_of(SIGUSR1, SIGKILL);
    CHECK_EQUAL(signalfd(file, &first, 0), file);
    CHECK_EQUAL(read(file, &info, sizeof info), 128);
}

CASE(errors_of_signal_files) {
    sigset_t set = set_of(SIGUSR1, 0);
    int file = new_file(SIGUSR1, 0, SFD_NONBLOCK);
    char byte[128];
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, &set, 4, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, &set, 8, 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, (void *)16, 8, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_signalfd4, 999, &set, 8, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_signalfd4, 0, &set, 8, 0), EINVAL);
    CHECK_ERRNO(read(file, byte, 127), EINVAL);
    CHECK_ERRNO(write(file, byte, 128), EINVAL);
    CHECK(syscall(SYS_signalfd, -1, &set, 8) >= 0);
}

// --- eventfd

static void add(int file, uint64_t count) { CHECK_EQUAL(write(file, &count, 8), 8); }

static uint64_t take(int file) {
    uint64_t count;
    CHECK_EQUAL(read(file, &count, 8), 8);
    return count;
}

CASE(a_counter_adds_up) {
    int file = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);
    CHECK(file >= 0);
    CHECK_EQUAL(fcntl(file, F_GETFD), FD_CLOEXEC);
    add(file, 4);
    CHECK_EQUAL(take(file), 7);
    uint64_t count;
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
    add(file, 0);
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
    CHECK_ERRNO(read(file, &count, 7), EINVAL);
    CHECK_ERRNO(write(file, &count, 7), EINVAL);
    CHECK_ERRNO(eventfd(0, 0x100), EINVAL);
}

CASE(a_semaphore_gives_one_at_a_time) {
    int file = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    CHECK_EQUAL(take(file), 1);
    CHECK_EQUAL(take(file), 1);
    uint64_t count;
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
}

CASE(a_counter_overflows_into_waiting) {
    int file = eventfd(0, EFD_NONBLOCK);
    uint64_t most = 0xfffffffffffffffe, none = 0xffffffffffffffff, one = 1;
    CHECK_ERRNO(write(file, &none, 8), EINVAL);
    add(file, most);
    CHECK_ERRNO(write(file, &one, 8), EAGAIN);
    struct pollfd asked = {.fd = file, .events = POLLIN | POLLOUT};
    CHECK_EQUAL(poll(&asked, 1, 0), 1);
    CHECK_EQUAL(asked.revents, POLLIN);
    CHECK_EQUAL(take(file), (long long)most);
    CHECK_EQUAL(poll(&asked, 1, 0), 1);
    CHECK_EQUAL(asked.revents, POLLOUT);
}

static volatile int alarms;
static void count_alarm(int number) { alarms += number == SIGALRM; }

CASE(a_write_that_waits_is_interrupted) {
    int file = eventfd(0, 0);
    add(file, 0xfffffffffffffffe);
    struct sigaction action = {.sa_handler = count_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value.tv_usec = 10000};
    setitimer(ITIMER_REAL, &soon, NULL);
    uint64_t one = 1;
    CHECK_ERRNO(write(file, &one, 8), EINTR);
    take(file);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(read(file, &one, 8), EINTR);
}

CASE(each_write_is_an_edge) {
    int file = eventfd(0, EFD_NONBLOCK), watch = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET}, found;
    CHECK_EQUAL(epoll_ctl(watch, EPOLL_CTL_ADD, file, &event), 0);
    for (int i = 0; i < 3; i++) {
        add(file, 1);
        CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 1);
        CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 0);
    }
    CHECK_EQUAL(take(file), 3);
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 0);
}
