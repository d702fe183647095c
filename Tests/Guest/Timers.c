// SPDX-License-Identifier: Apache-2.0
//
// Timers that tell by a file or by a signal: timerfd, timer_create, the interval timers of CPU time.

#include "case.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

#define MILLISECOND 1000000L

static long long now(clockid_t clock) {
    struct timespec time;
    CHECK_EQUAL(clock_gettime(clock, &time), 0);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static struct itimerspec after(long value, long interval) {
    return (struct itimerspec){
        .it_interval = {interval / 1000000000, interval % 1000000000}, .it_value = {value / 1000000000, value % 1000000000}};
}

static long long left(const struct itimerspec *time) { return time->it_value.tv_sec * 1000000000LL + time->it_value.tv_nsec; }

static uint64_t take(int file) {
    uint64_t count = 0;
    CHECK_EQUAL(read(file, &count, 8), 8);
    return count;
}

CASE(a_single_shot) {
    int file = timerfd_create(CLOCK_MONOTONIC, 0);
    CHECK(file >= 0);
    long long begin = now(CLOCK_MONOTONIC);
    struct itimerspec set = after(20 * MILLISECOND, 0), got;
    CHECK_EQUAL(timerfd_settime(file, 0, &set, NULL), 0);
    CHECK_EQUAL(timerfd_gettime(file, &got), 0);
    CHECK(left(&got) > 0 && left(&got) <= 20 * MILLISECOND);
    struct pollfd asked = {.fd = file, .events = POLLIN};
    CHECK_EQUAL(poll(&asked, 1, 0), 0);
    CHECK_EQUAL(take(file), 1);
    CHECK(now(CLOCK_MONOTONIC) - begin >= 20 * MILLISECOND);
    CHECK_EQUAL(timerfd_gettime(file, &got), 0);
    CHECK_EQUAL(left(&got), 0);
}

CASE(a_period_counts_what_nobody_read) {
    int file = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    CHECK(file >= 0);
    CHECK_EQUAL(fcntl(file, F_GETFD), FD_CLOEXEC);
    uint64_t count;
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
    struct itimerspec set = after(5 * MILLISECOND, 5 * MILLISECOND), got;
    CHECK_EQUAL(timerfd_settime(file, 0, &set, NULL), 0);
    struct pollfd asked = {.fd = file, .events = POLLIN};
    CHECK_EQUAL(poll(&asked, 1, 1000), 1);
    struct timespec wait = {0, 52 * MILLISECOND};
    nanosleep(&wait, NULL);
    CHECK(take(file) >= 11);
    CHECK_EQUAL(timerfd_gettime(file, &got), 0);
    CHECK(left(&got) > 0 && left(&got) <= 5 * MILLISECOND);
    CHECK_EQUAL(got.it_interval.tv_nsec, 5 * MILLISECOND);
    CHECK_EQUAL(poll(&asked, 1, 1000), 1);
    struct itimerspec off = after(0, 0), old;
    CHECK_EQUAL(timerfd_settime(file, 0, &off, &old), 0);
    CHECK_EQUAL(old.it_interval.tv_nsec, 5 * MILLISECOND);
    CHECK_EQUAL(poll(&asked, 1, 20), 0);
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
}

CASE(absolute_times) {
    static const clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME};
    for (int i = 0; i < 3; i++) {
        int file = timerfd_create(clocks[i], 0);
        CHECK(file >= 0);
        long long due = now(clocks[i]) + 10 * MILLISECOND;
        struct itimerspec set = after(due, 0);
        CHECK_EQUAL(timerfd_settime(file, TFD_TIMER_ABSTIME, &set, NULL), 0);
        CHECK_EQUAL(take(file), 1);
        CHECK(now(clocks[i]) >= due);
        // What has passed already is due at once.
        set = after(due - 1000, 0);
        CHECK_EQUAL(timerfd_settime(file, TFD_TIMER_ABSTIME, &set, NULL), 0);
        CHECK_EQUAL(take(file), 1);
        close(file);
    }
}

CASE(a_tiny_period_costs_nothing) {
    int file = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec set = after(1, 1);
    CHECK_EQUAL(timerfd_settime(file, 0, &set, NULL), 0);
    struct timespec wait = {0, 10 * MILLISECOND};
    nanosleep(&wait, NULL);
    CHECK(take(file) >= 10 * (uint64_t)MILLISECOND);
}

CASE(errors_of_timer_files) {
    int file = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec set = after(1, 0), got;
    uint64_t count;
    CHECK_ERRNO(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(99, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 1), EINVAL);
    CHECK_ERRNO(timerfd_settime(file, 8, &set, NULL), EINVAL);
    CHECK_ERRNO(timerfd_settime(0, 0, &set, NULL), EINVAL);
    CHECK_ERRNO(timerfd_settime(999, 0, &set, NULL), EBADF);
    CHECK_ERRNO(timerfd_gettime(0, &got), EINVAL);
    set.it_value.tv_nsec = 1000000000;
    CHECK_ERRNO(timerfd_settime(file, 0, &set, NULL), EINVAL);
    set = after(1, 0);
    set.it_value.tv_sec = -1;
    CHECK_ERRNO(timerfd_settime(file, 0, &set, NULL), EINVAL);
    CHECK_ERRNO(read(file, &count, 7), EINVAL);
    CHECK_ERRNO(write(file, &count, 8), EINVAL);
    CHECK_ERRNO(syscall(SYS_timerfd_settime, file, 0, (void *)16, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_timerfd_gettime, file, (void *)16), EFAULT);
}

CASE(timer_files_and_epoll) {
    int poll = epoll_create1(0), file = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 9}, found;
    CHECK_EQUAL(epoll_ctl(poll, EPOLL_CTL_ADD, file, &event), 0);
    CHECK_EQUAL(epoll_wait(poll, &found, 1, 0), 0);
    struct itimerspec set = after(10 * MILLISECOND, 0);
    CHECK_EQUAL(timerfd_settime(file, 0, &set, NULL), 0);
    CHECK_EQUAL(epoll_wait(poll, &found, 1, 2000), 1);
    CHECK_EQUAL(found.events, EPOLLIN);
    CHECK_EQUAL(epoll_wait(poll, &found, 1, 0), 0);
    CHECK_EQUAL(take(file), 1);
}

static volatile int alarms;
static void count_alarm(int number) { alarms += number == SIGALRM; }

CASE(a_signal_interrupts_a_read) {
    int file = timerfd_create(CLOCK_MONOTONIC, 0);
    struct sigaction action = {.sa_handler = count_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value.tv_usec = 10000};
    setitimer(ITIMER_REAL, &soon, NULL);
    uint64_t count;
    CHECK_ERRNO(read(file, &count, 8), EINTR);
}

// The wall clock may be set by the super-user only, who must not do so on the test's Linux host.
CASE(setting_the_clock_cancels_if_asked) {
    int file = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
    struct itimerspec set = after(now(CLOCK_REALTIME) + 3600000 * MILLISECOND, 0);
    CHECK_EQUAL(timerfd_settime(file, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &set, NULL), 0);
    uint64_t count;
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
    if (access("/proc/self/fail-nth", F_OK) != 0 || getuid() != 0) return;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += 5;
    CHECK_EQUAL(clock_settime(CLOCK_REALTIME, &time), 0);
    struct pollfd asked = {.fd = file, .events = POLLIN};
    CHECK_EQUAL(poll(&asked, 1, 0), 1);
    CHECK_ERRNO(read(file, &count, 8), ECANCELED);
    CHECK_ERRNO(read(file, &count, 8), EAGAIN);
    time.tv_sec -= 5;
    CHECK_EQUAL(clock_settime(CLOCK_REALTIME, &time), 0);
}

// --- timer_create

static volatile int signals, last_overrun, last_id;
static volatile long last_value;

static void note(int number, siginfo_t *info, void *context) {
    (void)context;
    if (info->si_code != SI_TIMER || number != info->si_signo) return;
    signals++;
    last_overrun = info->si_overrun;
    last_id = info->si_timerid;
    last_value = (long)info->si_value.sival_ptr;
}

static int new_timer(clockid_t clock, int notification, int number, long value) {
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_RESTART};
    if (number) sigaction(number, &action, NULL);
    signals = last_overrun = last_value = 0;
    struct sigevent event = {.sigev_notify = notification, .sigev_signo = number, .sigev_value.sival_ptr = (void *)value};
    if (notification == 4) ((int *)&event)[4] = syscall(SYS_gettid);
    int id = -1;
    if (syscall(SYS_timer_create, clock, &event, &id) != 0) case_fails("timer_create: errno %d", errno);
    return id;
}

static int settime(int id, int flags, struct itimerspec set) { return syscall(SYS_timer_settime, id, flags, &set, NULL); }

static void wait_for_signals(int count) {
    sigset_t none;
    sigemptyset(&none);
    while (signals < count) sigsuspend(&none);
}

static void block(int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

CASE(a_timer_sends_its_signal) {
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};
    block(SIGUSR1);
    for (int i = 0; i < 3; i++) {
        int id = new_timer(clocks[i], SIGEV_SIGNAL, SIGUSR1, 0x1122334455667788);
        CHECK_EQUAL(settime(id, 0, after(5 * MILLISECOND, 0)), 0);
        wait_for_signals(1);
        CHECK_EQUAL(last_value, 0x1122334455667788);
        CHECK_EQUAL(last_overrun, 0);
        struct itimerspec got;
        CHECK_EQUAL(syscall(SYS_timer_gettime, id, &got), 0);
        CHECK_EQUAL(left(&got), 0);
        CHECK_EQUAL(settime(id, TIMER_ABSTIME, after(now(clocks[i]) + 5 * MILLISECOND, 0)), 0);
        signals = 0;
        wait_for_signals(1);
        CHECK_EQUAL(syscall(SYS_timer_delete, id), 0);
        CHECK_ERRNO(syscall(SYS_timer_delete, id), EINVAL);
    }
}

CASE(a_periodic_timer_goes_on_and_counts_overruns) {
    block(SIGRTMIN + 3);
    int id = new_timer(CLOCK_MONOTONIC, 4, SIGRTMIN + 3, 5);
    CHECK_EQUAL(settime(id, 0, after(4 * MILLISECOND, 4 * MILLISECOND)), 0);
    wait_for_signals(3);
    struct timespec wait = {0, 42 * MILLISECOND};
    nanosleep(&wait, NULL);
    int before = signals;
    wait_for_signals(before + 1);
    CHECK_EQUAL(signals, before + 1);
    CHECK(last_overrun >= 8);
    CHECK_EQUAL(syscall(SYS_timer_getoverrun, id), last_overrun);
    struct itimerspec got;
    CHECK_EQUAL(syscall(SYS_timer_gettime, id, &got), 0);
    CHECK(left(&got) > 0 && left(&got) <= 4 * MILLISECOND);
    CHECK_EQUAL(syscall(SYS_timer_delete, id), 0);
}

CASE(a_timer_waited_for_by_sigtimedwait) {
    block(SIGRTMIN);
    int id = new_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGRTMIN, 6);
    CHECK_EQUAL(settime(id, 0, after(MILLISECOND, MILLISECOND)), 0);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    for (int i = 0; i < 3; i++) {
        siginfo_t info;
        CHECK_EQUAL(sigwaitinfo(&set, &info), SIGRTMIN);
        CHECK_EQUAL(info.si_code, SI_TIMER);
        CHECK_EQUAL(info.si_value.sival_int, 6);
        CHECK_EQUAL(info.si_timerid, id);
    }
    CHECK_EQUAL(settime(id, 0, after(0, 0)), 0);
    struct timespec wait = {0, 5 * MILLISECOND}, drain = {0, 0};
    sigtimedwait(&set, NULL, &drain);
    nanosleep(&wait, NULL);
    CHECK_ERRNO(sigtimedwait(&set, NULL, &drain), EAGAIN);
    syscall(SYS_timer_delete, id);
}

CASE(a_timer_that_tells_nobody) {
    int id = new_timer(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
    CHECK_EQUAL(settime(id, 0, after(1000 * MILLISECOND, 7 * MILLISECOND)), 0);
    struct itimerspec got;
    CHECK_EQUAL(syscall(SYS_timer_gettime, id, &got), 0);
    CHECK(left(&got) > 500 * MILLISECOND && left(&got) <= 1000 * MILLISECOND);
    CHECK_EQUAL(settime(id, 0, after(1, 7 * MILLISECOND)), 0);
    CHECK_EQUAL(syscall(SYS_timer_gettime, id, &got), 0);
    CHECK(left(&got) > 0 && left(&got) <= 7 * MILLISECOND);
    syscall(SYS_timer_delete, id);
}

CASE(a_timer_without_description_is_sigalrm) {
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGALRM, &action, NULL);
    alarm(0);
    block(SIGALRM);
    signals = 0;
    int id = -1;
    CHECK_EQUAL(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id), 0);
    CHECK_EQUAL(settime(id, 0, after(MILLISECOND, 0)), 0);
    wait_for_signals(1);
    CHECK_EQUAL(last_value, id);
    CHECK_EQUAL(last_id, id);
    syscall(SYS_timer_delete, id);
}

CASE(an_ignored_timer_goes_on) {
    block(SIGUSR2);
    int id = new_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR2, 1);
    signal(SIGUSR2, SIG_IGN);
    CHECK_EQUAL(settime(id, 0, after(MILLISECOND, MILLISECOND)), 0);
    struct timespec wait = {0, 10 * MILLISECOND};
    nanosleep(&wait, NULL);
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR2, &action, NULL);
    wait_for_signals(2);
    syscall(SYS_timer_delete, id);
}

CASE(timers_of_cpu_time) {
    block(SIGUSR1);
    static const clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
    for (int i = 0; i < 2; i++) {
        int id = new_timer(clocks[i], SIGEV_SIGNAL, SIGUSR1, 3);
        long long begin = now(clocks[i]);
        CHECK_EQUAL(settime(id, 0, after(30 * MILLISECOND, 0)), 0);
        // Sleeping takes none.
        struct timespec wait = {0, 50 * MILLISECOND};
        nanosleep(&wait, NULL);
        sigset_t pending;
        sigpending(&pending);
        CHECK(!sigismember(&pending, SIGUSR1));
        do sigpending(&pending);
        while (!sigismember(&pending, SIGUSR1));
        CHECK(now(clocks[i]) - begin >= 30 * MILLISECOND);
        wait_for_signals(1);
        syscall(SYS_timer_delete, id);
    }
}

CASE(errors_of_timers) {
    int id = -1;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    CHECK_ERRNO(syscall(SYS_timer_create, 99, &event, &id), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC_RAW, &event, &id), EOPNOTSUPP);
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, (void *)16, &id), EFAULT);
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, (void *)16), EFAULT);
    event.sigev_signo = 99;
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    event.sigev_signo = 0;
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    event = (struct sigevent){.sigev_notify = 77, .sigev_signo = SIGUSR1};
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    event.sigev_notify = 4;
    ((int *)&event)[4] = 999999;
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    struct itimerspec set = after(1, 0);
    CHECK_ERRNO(settime(-1, 0, set), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_gettime, 12345, &set), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_getoverrun, 12345), EINVAL);
    id = new_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
    set.it_value.tv_nsec = -1;
    CHECK_ERRNO(settime(id, 0, set), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_settime, id, 0, NULL, NULL), EINVAL);
    syscall(SYS_timer_delete, id);
}

CASE(interval_timers_of_cpu_time) {
    static const int kinds[] = {ITIMER_VIRTUAL, ITIMER_PROF}, numbers[] = {SIGVTALRM, SIGPROF};
    for (int i = 0; i < 2; i++) {
        block(numbers[i]);
        // So long that a busy host does not use it up between two lines.
        struct itimerval set = {.it_value.tv_sec = 100}, got;
        CHECK_EQUAL(setitimer(kinds[i], &set, NULL), 0);
        CHECK_EQUAL(getitimer(kinds[i], &got), 0);
        CHECK(got.it_value.tv_sec >= 50 && got.it_value.tv_sec <= 100);
        long long begin = now(CLOCK_PROCESS_CPUTIME_ID);
        set = (struct itimerval){.it_value.tv_usec = 20000};
        CHECK_EQUAL(setitimer(kinds[i], &set, &got), 0);
        CHECK(got.it_value.tv_sec >= 50 && got.it_value.tv_sec <= 100);
        sigset_t pending;
        volatile long work = 0;
        do {
            for (int k = 0; k < 10000; k++) work += k;
            sigpending(&pending);
        } while (!sigismember(&pending, numbers[i]));
        CHECK(now(CLOCK_PROCESS_CPUTIME_ID) - begin >= 15 * MILLISECOND);
        signal(numbers[i], SIG_IGN);
    }
    struct itimerval set = {{0, 0}, {0, 0}};
    CHECK_ERRNO(setitimer(3, &set, NULL), EINVAL);
}
