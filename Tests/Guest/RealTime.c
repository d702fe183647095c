// SPDX-License-Identifier: Apache-2.0
//
// Nice values of threads, threads of real-time policies on one CPU, and who lends whom a priority. Nothing here looks at a
// clock: what must not happen would never end. Sources: sched(7), setpriority(2), futex(2), pthread_mutexattr_setprotocol(3).

#include "case.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

static pid_t own_id(void) { return (pid_t)syscall(SYS_gettid); }

static pthread_t start(void *(*body)(void *), void *argument) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, body, argument);
    if (error) case_fails("no thread: %d", error);
    return thread;
}

static void nap(void) { nanosleep(&(struct timespec){0, 1000000}, NULL); }

// Everything that the case starts runs on one CPU; the threads take that over.
static cpu_set_t all_cpus;
static void use_one_cpu(void) {
    CHECK(sched_getaffinity(0, sizeof all_cpus, &all_cpus) == 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &all_cpus)) continue;
        CPU_SET(cpu, &one);
        break;
    }
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
}

static void use_all_cpus(void) { sched_setaffinity(0, sizeof all_cpus, &all_cpus); }

static int set_policy(pid_t id, int policy, int priority) {
    struct sched_param param = {.sched_priority = priority};
    return (int)syscall(SYS_sched_setscheduler, id, policy, &param);
}

// MARK: Nice values

static atomic_int other, go_on;

static void *waits(void *argument) {
    (void)argument;
    atomic_store(&other, own_id());
    while (!atomic_load(&go_on)) nap();
    return (void *)(long)getpriority(PRIO_PROCESS, 0);
}

static void wait_for_other(void) { while (!atomic_load(&other)) nap(); }

CASE(a_nice_value_is_the_threads) {
    NEEDS_MEMORY;
    atomic_store(&other, 0);
    atomic_store(&go_on, 0);
    pthread_t thread = start(waits, NULL);
    wait_for_other();
    int set = setpriority(PRIO_PROCESS, other, 7);
    int its = getpriority(PRIO_PROCESS, other), ours = getpriority(PRIO_PROCESS, 0);
    int processes = getpriority(PRIO_PROCESS, getpid()), users = getpriority(PRIO_USER, 0);
    atomic_store(&go_on, 1);
    void *seen;
    pthread_join(thread, &seen);
    CHECK_EQUAL(set, 0);
    CHECK_EQUAL(its, 7);
    CHECK_EQUAL(ours, 0);
    CHECK_EQUAL(processes, 0);
    CHECK(users <= 0);
    CHECK_EQUAL((long)seen, 7);
    CHECK_ERRNO(getpriority(PRIO_PROCESS, 99999999), ESRCH);
    CHECK_ERRNO(setpriority(3, 0, 0), EINVAL);
    CHECK_ERRNO(setpriority(PRIO_PGRP, 99999999, 0), ESRCH);
    CHECK_ERRNO(setpriority(PRIO_USER, 54321, 0), ESRCH);
}

CASE(a_group_has_all_threads) {
    NEEDS_MEMORY;
    CHECK_EQUAL(setpgid(0, 0) == 0 || errno == EPERM, 1);
    atomic_store(&other, 0);
    atomic_store(&go_on, 0);
    pthread_t thread = start(waits, NULL);
    wait_for_other();
    int set = setpriority(PRIO_PROCESS, other, 3);
    int least = getpriority(PRIO_PGRP, getpgrp());
    int group = setpriority(PRIO_PGRP, 0, 5);
    int its = getpriority(PRIO_PROCESS, other), ours = getpriority(PRIO_PROCESS, 0);
    int back = setpriority(PRIO_PGRP, getpgrp(), 0);
    atomic_store(&go_on, 1);
    void *seen;
    pthread_join(thread, &seen);
    CHECK_EQUAL(set, 0);
    CHECK_EQUAL(least, 0);
    CHECK_EQUAL(group, 0);
    CHECK_EQUAL(its, 5);
    CHECK_EQUAL(ours, 5);
    CHECK_EQUAL(back, 0);
    CHECK_EQUAL((long)seen, 0);
}

static void *tells_nice(void *argument) {
    (void)argument;
    return (void *)(long)getpriority(PRIO_PROCESS, 0);
}

CASE(a_nice_value_is_taken_over) {
    NEEDS_MEMORY;
    void *nice_, *reset;
    CHECK_EQUAL(setpriority(PRIO_PROCESS, 0, 4), 0);
    pthread_join(start(tells_nice, NULL), &nice_);
    CHECK_EQUAL(setpriority(PRIO_PROCESS, 0, -4), 0);
    CHECK_EQUAL(set_policy(0, SCHED_OTHER | 0x40000000 /* SCHED_RESET_ON_FORK */, 0), 0);
    pthread_join(start(tells_nice, NULL), &reset);
    CHECK_EQUAL(set_policy(0, SCHED_OTHER, 0), 0);
    CHECK_EQUAL(setpriority(PRIO_PROCESS, 0, 0), 0);
    CHECK_EQUAL((long)nice_, 4);
    CHECK_EQUAL((long)reset, 0);
}

CASE(who_is_not_root_only_gives_way) {
    struct rlimit before;
    CHECK_EQUAL(getrlimit(RLIMIT_NICE, &before), 0);
    struct rlimit limit = {25, 25}, none = {0, before.rlim_max};
    CHECK_EQUAL(setrlimit(RLIMIT_NICE, &none), 0);
    CHECK_EQUAL(setpriority(PRIO_PROCESS, 0, 3), 0);
    CHECK_EQUAL(seteuid(1000), 0);
    int more = setpriority(PRIO_PROCESS, 0, 5), less = setpriority(PRIO_PROCESS, 0, 4), why = errno;
    CHECK_EQUAL(seteuid(0), 0);
    // Not even root may, where it is in a container.
    int raised = setrlimit(RLIMIT_NICE, &limit);
    CHECK_EQUAL(seteuid(1000), 0);
    int allowed = setpriority(PRIO_PROCESS, 0, -5), refused = setpriority(PRIO_PROCESS, 0, -6);
    CHECK_EQUAL(seteuid(0), 0);
    if (raised == 0) CHECK_EQUAL(setrlimit(RLIMIT_NICE, &before), 0);
    CHECK_EQUAL(setpriority(PRIO_PROCESS, 0, 0), 0);
    CHECK_EQUAL(more, 0);
    CHECK_EQUAL(less, -1);
    CHECK_EQUAL(why, EACCES);
    if (raised == 0) CHECK_EQUAL(allowed, 0);
    CHECK_EQUAL(refused, -1);
}

// MARK: Real-time threads that never wait

static atomic_int flag, spins;

static void *spins_until_told(void *argument) {
    (void)argument;
    if (set_policy(0, SCHED_FIFO, 50) != 0) return (void *)1L;
    atomic_store(&spins, 1);
    while (!atomic_load(&flag)) {}
    return NULL;
}

static long number_in(const char *path) {
    char text[32] = "";
    int file = open(path, O_RDONLY);
    if (file < 0 || read(file, text, sizeof text - 1) < 2) return -2;
    close(file);
    return atol(text);
}

CASE(real_time_threads_leave_a_share_to_others) {
    NEEDS_MEMORY;
    CHECK_EQUAL(number_in("/proc/sys/kernel/sched_rt_period_us"), 1000000);
    CHECK_EQUAL(number_in("/proc/sys/kernel/sched_rt_runtime_us"), 950000);
    // The other thread's CPU is this one's: this one goes on only if that one is taken off it.
    void *failed;
    atomic_store(&flag, 0);
    atomic_store(&spins, 0);
    use_one_cpu();
    pthread_t thread = start(spins_until_told, NULL);
    while (!atomic_load(&spins)) sched_yield();
    atomic_store(&flag, 1);
    pthread_join(thread, &failed);
    use_all_cpus();
    CHECK_EQUAL((long)failed, 0);
}

static void *spins_and_sets(void *argument) {
    (void)argument;
    while (!atomic_load(&go_on)) {}
    atomic_store(&flag, 1);
    return NULL;
}

// One that is more important runs at once, whatever the others have of their share.
CASE(real_time_threads_go_first) {
    NEEDS_MEMORY;
    atomic_store(&flag, 0);
    atomic_store(&go_on, 0);
    use_one_cpu();
    pthread_t thread = start(spins_and_sets, NULL);
    int set = set_policy(0, SCHED_FIFO, 10);
    atomic_store(&go_on, 1);
    // The other one has the CPU only while this one waits.
    int early = 0;
    for (int i = 0; i < 1000; i++) {
        sched_yield();
        early |= atomic_load(&flag);
    }
    int back = set_policy(0, SCHED_OTHER, 0);
    pthread_join(thread, NULL);
    use_all_cpus();
    CHECK_EQUAL(set, 0);
    CHECK_EQUAL(early, 0);
    CHECK_EQUAL(back, 0);
}

static void *sets_flag_later(void *argument) {
    (void)argument;
    for (int i = 0; i < 10; i++) sched_yield();
    atomic_store(&flag, 1);
    return NULL;
}

// sched_yield(2): behind those of the same priority, who would never run otherwise.
CASE(real_time_threads_give_way_to_equals) {
    NEEDS_MEMORY;
    atomic_store(&flag, 0);
    use_one_cpu();
    int set = set_policy(0, SCHED_FIFO, 10);
    pthread_t thread = start(sets_flag_later, NULL);
    if (set == 0) while (!atomic_load(&flag)) sched_yield();
    int back = set_policy(0, SCHED_OTHER, 0);
    pthread_join(thread, NULL);
    use_all_cpus();
    CHECK_EQUAL(set, 0);
    CHECK_EQUAL(back, 0);
}

// MARK: Lending

static pthread_mutex_t mutexes[3];
static atomic_int holds, wants, done, order;

static void make_mutexes(void) {
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    CHECK_EQUAL(pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT), 0);
    for (int i = 0; i < 3; i++) pthread_mutex_init(&mutexes[i], &kind);
    pthread_mutexattr_destroy(&kind);
    atomic_store(&holds, 0);
    atomic_store(&wants, 0);
    atomic_store(&done, 0);
    atomic_store(&order, 0);
}

// Has a mutex, waits for the go, and gives it back. `link` is the next mutex of a chain that it waits for first, or -1.
struct owner { int mutex, link, priority; };

static void *owns(void *argument) {
    struct owner *self = argument;
    if (set_policy(0, SCHED_FIFO, self->priority) != 0) return (void *)1L;
    pthread_mutex_lock(&mutexes[self->mutex]);
    atomic_fetch_add(&holds, 1);
    if (self->link >= 0) {
        pthread_mutex_lock(&mutexes[self->link]);
        pthread_mutex_unlock(&mutexes[self->link]);
    } else {
        while (!atomic_load(&wants)) nap();
        // Here the one in between would keep it from the CPU.
        for (volatile int i = 0; i < 1000; i++) {}
    }
    pthread_mutex_unlock(&mutexes[self->mutex]);
    return NULL;
}

static void *needs(void *argument) {
    struct owner *self = argument;
    if (set_policy(0, SCHED_FIFO, self->priority) != 0) return (void *)1L;
    atomic_store(&wants, 1);
    pthread_mutex_lock(&mutexes[self->mutex]);
    atomic_store(&done, 1);
    pthread_mutex_unlock(&mutexes[self->mutex]);
    return NULL;
}

static void *in_between(void *argument) {
    (void)argument;
    if (set_policy(0, SCHED_FIFO, 20) != 0) return (void *)1L;
    while (!atomic_load(&wants)) nap();
    while (!atomic_load(&done)) {}
    return NULL;
}

// The thread that does the case is more important than all of them, so that it can start them in order.
static long invert(int chain) {
    struct owner owners[3] = {{0, -1, 10}, {1, 0, 11}, {2, 1, 12}}, needing = {chain - 1, -1, 30};
    pthread_t threads[5];
    void *failed;
    long failures = 0;
    make_mutexes();
    use_one_cpu();
    if (set_policy(0, SCHED_FIFO, 40) != 0) failures++;
    for (int i = 0; i < chain; i++) {
        threads[i] = start(owns, &owners[i]);
        while (atomic_load(&holds) <= i) nap();
        for (int naps = 0; naps < 3; naps++) nap();  // until it waits for the next one
    }
    threads[3] = start(in_between, NULL);
    for (int naps = 0; naps < 3; naps++) nap();
    threads[4] = start(needs, &needing);
    for (int i = 0; i < 5; i++) {
        if (i >= chain && i < 3) continue;
        pthread_join(threads[i], &failed);
        failures += failed != NULL;
    }
    if (set_policy(0, SCHED_OTHER, 0) != 0) failures++;
    use_all_cpus();
    return failures;
}

CASE(an_owner_runs_for_the_one_that_waits) {
    NEEDS_MEMORY;
    CHECK_EQUAL(invert(1), 0);
}

CASE(lending_goes_on_along_a_chain) {
    NEEDS_MEMORY;
    CHECK_EQUAL(invert(3), 0);
}

static void *takes_turn(void *argument) {
    long priority = (long)argument;
    if (set_policy(0, SCHED_FIFO, (int)priority) != 0) return (void *)1L;
    pthread_mutex_lock(&mutexes[0]);
    atomic_store(&order, atomic_load(&order) * 10 + (int)priority);
    pthread_mutex_unlock(&mutexes[0]);
    return NULL;
}

CASE(the_most_important_waiter_is_next) {
    NEEDS_MEMORY;
    static const long priorities[] = {2, 5, 3, 5, 9};
    pthread_t threads[5];
    make_mutexes();
    use_one_cpu();
    pthread_mutex_lock(&mutexes[0]);
    for (int i = 0; i < 5; i++) {
        threads[i] = start(takes_turn, (void *)priorities[i]);
        for (int naps = 0; naps < 5; naps++) nap();
    }
    pthread_mutex_unlock(&mutexes[0]);
    long failures = 0;
    for (int i = 0; i < 5; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        failures += failed != NULL;
    }
    use_all_cpus();
    CHECK_EQUAL(failures, 0);
    CHECK_EQUAL(atomic_load(&order), 95532);
}

// What is lent is given back: the owner, ordinary again, does not run before a real-time thread that is ready.
CASE(what_is_lent_is_given_back) {
    NEEDS_MEMORY;
    struct owner needing = {0, -1, 30};
    make_mutexes();
    use_one_cpu();
    pthread_mutex_lock(&mutexes[0]);
    pthread_t thread = start(needs, &needing);
    while (!atomic_load(&wants)) nap();
    for (int naps = 0; naps < 3; naps++) nap();
    atomic_store(&flag, 0);
    pthread_mutex_unlock(&mutexes[0]);
    // The other one has run since: it is more important than this thread now is.
    int at_once = atomic_load(&done);
    pthread_join(thread, NULL);
    use_all_cpus();
    CHECK_EQUAL(at_once, 1);
}

// MARK: Circles

static uint32_t words[2];
static atomic_int circle_errors, circle_others, circle_stage;

static long lock_word(int index) { return syscall(SYS_futex, &words[index], 6 | 128 /* LOCK_PI, PRIVATE */, 0, NULL); }
static void unlock_word(int index) { syscall(SYS_futex, &words[index], 7 | 128); }

// Whoever comes last closes the circle.
static void take(int index) {
    if (lock_word(index) == 0) unlock_word(index);
    else atomic_fetch_add(errno == EDEADLK ? &circle_errors : &circle_others, 1);
}

static void *closes_circle(void *argument) {
    (void)argument;
    lock_word(1);
    atomic_store(&circle_stage, 1);
    while (atomic_load(&circle_stage) < 2) nap();
    for (int naps = 0; naps < 5; naps++) nap();
    take(0);
    unlock_word(1);
    return NULL;
}

CASE(waiting_in_a_circle_is_refused) {
    NEEDS_MEMORY;
    words[0] = words[1] = 0;
    atomic_store(&circle_errors, 0);
    atomic_store(&circle_others, 0);
    atomic_store(&circle_stage, 0);
    CHECK_EQUAL(lock_word(0), 0);
    pthread_t thread = start(closes_circle, NULL);
    while (atomic_load(&circle_stage) < 1) nap();
    atomic_store(&circle_stage, 2);
    take(1);
    CHECK_ERRNO(lock_word(0), EDEADLK);
    unlock_word(0);
    pthread_join(thread, NULL);
    CHECK_EQUAL(atomic_load(&circle_errors), 1);
    CHECK_EQUAL(atomic_load(&circle_others), 0);
    CHECK_EQUAL(words[0], 0);
    CHECK_EQUAL(words[1], 0);
}
