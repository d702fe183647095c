// SPDX-License-Identifier: Apache-2.0
//
// Several threads that wait: for the same poll, for each other through sockets and counters, and while files go away.

#include "case.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>

static int watch, ends[2], counter;
static atomic_int taken, failures;

static pthread_t start(void *(*body)(void *), void *argument) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, body, argument);
    if (error) case_fails("no thread: %d", error);
    return thread;
}

static void join(pthread_t thread) { CHECK_EQUAL(pthread_join(thread, NULL), 0); }

static void add(int file, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = file};
    CHECK_EQUAL(epoll_ctl(watch, EPOLL_CTL_ADD, file, &event), 0);
}

static void *wait_for_one(void *argument) {
    struct epoll_event found;
    (void)argument;
    if (epoll_wait(watch, &found, 1, 5000) != 1 || found.data.fd != counter) failures++;
    return NULL;
}

CASE(a_thread_that_waits_is_woken) {
    failures = 0;
    watch = epoll_create1(0);
    counter = eventfd(0, EFD_NONBLOCK);
    add(counter, EPOLLIN);
    pthread_t thread = start(wait_for_one, NULL);
    struct timespec pause = {0, 10000000};
    nanosleep(&pause, NULL);
    uint64_t one = 1;
    CHECK_EQUAL(write(counter, &one, 8), 8);
    join(thread);
    CHECK_EQUAL(failures, 0);
}

CASE(what_is_added_while_a_thread_waits_counts) {
    failures = 0;
    watch = epoll_create1(0);
    counter = eventfd(1, EFD_NONBLOCK);
    pthread_t thread = start(wait_for_one, NULL);
    struct timespec pause = {0, 10000000};
    nanosleep(&pause, NULL);
    add(counter, EPOLLIN);
    join(thread);
    CHECK_EQUAL(failures, 0);
}

enum { tokens = 300, consumers = 4 };

static void *consume(void *argument) {
    (void)argument;
    while (atomic_load(&taken) < tokens) {
        struct epoll_event found;
        int count = epoll_wait(watch, &found, 1, 50);
        if (count < 0) failures++;
        if (count != 1) continue;
        uint64_t value;
        // A semaphore: one token for each read that succeeds.
        while (read(counter, &value, 8) == 8) taken++;
    }
    return NULL;
}

CASE(each_token_is_taken_once) {
    static const unsigned styles[] = {EPOLLIN, EPOLLIN | EPOLLET, EPOLLIN | EPOLLEXCLUSIVE};
    for (int style = 0; style < 3; style++) {
        failures = taken = 0;
        watch = epoll_create1(0);
        counter = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
        add(counter, styles[style]);
        pthread_t threads[consumers];
        for (int i = 0; i < consumers; i++) threads[i] = start(consume, NULL);
        for (int i = 0; i < tokens; i++) {
            uint64_t one = 1;
            CHECK_EQUAL(write(counter, &one, 8), 8);
            if (i % 16 == 0) sched_yield();
        }
        for (int i = 0; i < consumers; i++) join(threads[i]);
        CHECK_EQUAL(taken, tokens);
        CHECK_EQUAL(failures, 0);
        close(counter);
        close(watch);
    }
}

enum { streamed = 2000000 };

static void *produce(void *argument) {
    int file = *(int *)argument;
    static unsigned char bytes[50000];
    for (long at = 0; at < streamed;) {
        for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)((at + i) % 251);
        long left = streamed - at < (long)sizeof bytes ? streamed - at : (long)sizeof bytes;
        long count = write(file, bytes, left);
        if (count <= 0) {
            failures++;
            break;
        }
        at += count;
    }
    close(file);
    return NULL;
}

CASE(a_stream_waits_for_its_reader_and_loses_nothing) {
    failures = 0;
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pthread_t thread = start(produce, &ends[0]);
    static unsigned char bytes[30000];
    long at = 0, count;
    while ((count = read(ends[1], bytes, sizeof bytes)) > 0) {
        for (long i = 0; i < count; i++)
            if (bytes[i] != (at + i) % 251) case_fails("byte %ld is wrong", at + i);
        at += count;
    }
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(at, streamed);
    join(thread);
    CHECK_EQUAL(failures, 0);
    close(ends[1]);
}

static void *poll_all(void *argument) {
    struct pollfd asked[3] = {{.fd = watch, .events = POLLIN}, {.fd = ends[0], .events = POLLIN}, {.fd = counter, .events = POLLIN}};
    long which = (long)argument;
    if (poll(asked, 3, 5000) < 1 || !(asked[which].revents & POLLIN)) failures++;
    return NULL;
}

CASE(poll_waits_for_polls_sockets_and_counters) {
    for (long which = 0; which < 3; which++) {
        failures = 0;
        watch = epoll_create1(0);
        counter = eventfd(0, EFD_NONBLOCK);
        CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        int inner = eventfd(0, EFD_NONBLOCK);
        add(inner, EPOLLIN);
        pthread_t threads[3];
        for (int i = 0; i < 3; i++) threads[i] = start(poll_all, (void *)which);
        struct timespec pause = {0, 5000000};
        nanosleep(&pause, NULL);
        uint64_t one = 1;
        CHECK_EQUAL(write(which == 0 ? inner : which == 1 ? ends[1] : counter, &one, 8), 8);
        for (int i = 0; i < 3; i++) join(threads[i]);
        CHECK_EQUAL(failures, 0);
        close(watch), close(counter), close(inner), close(ends[0]), close(ends[1]);
    }
}

static void *watch_and_forget(void *argument) {
    long seed = (long)argument;
    for (int i = 0; i < 200; i++) {
        int file = eventfd(i & 1, EFD_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN | (seed & 1 ? EPOLLET : 0), .data.fd = file}, found[8];
        if (file < 0 || epoll_ctl(watch, EPOLL_CTL_ADD, file, &event) != 0) failures++;
        if (epoll_wait(watch, found, 8, 0) < 0) failures++;
        if (i % 3 == 0 && epoll_ctl(watch, EPOLL_CTL_DEL, file, NULL) != 0) failures++;
        close(file);
    }
    return NULL;
}

CASE(files_come_and_go_while_others_wait) {
    failures = 0;
    watch = epoll_create1(0);
    pthread_t threads[4];
    for (long i = 0; i < 4; i++) threads[i] = start(watch_and_forget, (void *)i);
    for (int i = 0; i < 4; i++) join(threads[i]);
    CHECK_EQUAL(failures, 0);
    struct epoll_event found;
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 0);
    close(watch);
}

static void *wait_in_vain(void *argument) {
    (void)argument;
    struct epoll_event found;
    if (epoll_wait(watch, &found, 1, -1) != -1 || errno != EINTR) failures++;
    taken++;
    return NULL;
}

static void nothing(int number) { (void)number; }

CASE(signals_end_the_waits_of_their_thread) {
    struct sigaction action = {.sa_handler = nothing};
    sigaction(SIGUSR1, &action, NULL);
    watch = epoll_create1(0);
    failures = taken = 0;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) threads[i] = start(wait_in_vain, NULL);
    // Again and again: a signal that comes before the wait ends nothing.
    for (int i = 0; i < 3; i++) {
        while (taken <= i) {
            CHECK_EQUAL(pthread_kill(threads[i], SIGUSR1), 0);
            struct timespec pause = {0, 5000000};
            nanosleep(&pause, NULL);
        }
    }
    for (int i = 0; i < 3; i++) join(threads[i]);
    CHECK_EQUAL(failures, 0);
    close(watch);
}

static void *read_timer(void *argument) {
    uint64_t ticks;
    if (read(*(int *)argument, &ticks, 8) != 8 || ticks < 1) failures++;
    taken += (int)ticks;
    return NULL;
}

CASE(threads_share_a_timer) {
    failures = taken = 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec set = {{0, 2000000}, {0, 2000000}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) threads[i] = start(read_timer, &timer);
    CHECK_EQUAL(timerfd_settime(timer, 0, &set, NULL), 0);
    for (int i = 0; i < 3; i++) join(threads[i]);
    CHECK_EQUAL(failures, 0);
    CHECK(taken >= 3);
    close(timer);
}
