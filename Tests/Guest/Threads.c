// SPDX-License-Identifier: Apache-2.0
//
// Threads: clone(2) and what C libraries build on it, futexes with all their operations, signals to threads, ends of
// threads in every order. What threads share is static: when a call fails on purpose (case.h) a case may end before they do.

#include "case.h"
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>

// linux/futex.h, which not every C library brings along.
enum {
    FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_LOCK_PI, FUTEX_UNLOCK_PI,
    FUTEX_TRYLOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, PRIVATE = 128, FUTEX_CLOCK_REALTIME = 256
};
static const uint32_t any_bit = 0xffffffff;

// Operation, its operand, comparison, its operand.
static uint32_t wake_operation(uint32_t operation, uint32_t operand, uint32_t comparison, uint32_t comparand) {
    return operation << 28 | comparison << 24 | (operand & 0xfff) << 12 | (comparand & 0xfff);
}

static long futex(void *word, int operation, uint32_t value, const void *timeout, void *second, uint32_t third) {
    return syscall(SYS_futex, word, operation, value, timeout, second, third);
}

static long self(void) { return syscall(SYS_gettid); }

static pthread_t start(void *(*body)(void *), void *argument) {
    pthread_t thread;
    // Once more where there was no memory for it: a case that has threads already must not end here.
    if (pthread_create(&thread, NULL, body, argument) == 0) return thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, body, argument), 0);
    return thread;
}

static void *join(pthread_t thread) {
    void *result = NULL;
    CHECK_EQUAL(pthread_join(thread, &result), 0);
    return result;
}

static struct timespec after(clockid_t clock, long milliseconds) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

// Waits until a thread sleeps in the kernel, as its state in /proc says.
static void until_asleep(long id) {
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/self/task/%ld/stat", id);
    for (;;) {
        // Nothing here ends the case: any thread may ask.
        int file = open(path, O_RDONLY);
        long count = file < 0 ? 0 : read(file, text, sizeof text - 1);
        if (file >= 0) close(file);
        text[count > 0 ? count : 0] = 0;
        char *state = strrchr(text, ')');
        if (state && state[2] == 'S') return;
        usleep(500);
    }
}

// The number of a thread that is about to sleep; 0 before it has said so.
static volatile long sleeper;
static void until_it_sleeps(void) {
    while (!sleeper) usleep(200);
    until_asleep(sleeper);
    sleeper = 0;
}

static void *identity(void *argument) { return argument; }

CASE(a_thread_runs_and_is_joined) { CHECK(join(start(identity, (void *)42)) == (void *)42); }

static void *its_number(void *argument) {
    *(long *)argument = self();
    return (void *)(long)getpid();
}

CASE(a_thread_has_its_own_number) {
    static long number;
    CHECK_EQUAL((long)join(start(its_number, &number)), getpid());
    CHECK(number != getpid() && number > 0);
    // The number goes a little later than the thread's last word.
    while (syscall(SYS_tgkill, getpid(), number, 0) == 0) usleep(200);
    CHECK_EQUAL(errno, ESRCH);
}

static __thread int local = 7;
static void *sets_its_own(void *argument) {
    int before = local;
    local = (int)(long)argument;
    sched_yield();
    return (void *)(long)(before * 100 + local);
}

CASE(thread_local_storage_is_local) {
    pthread_t threads[4];
    for (long i = 0; i < 4; i++) threads[i] = start(sets_its_own, (void *)(i + 1));
    for (long i = 0; i < 4; i++) CHECK_EQUAL((long)join(threads[i]), 701 + i);
    CHECK_EQUAL(local, 7);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int turn, total;

static void *takes_turns(void *argument) {
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&mutex);
        while (turn != (int)(long)argument) pthread_cond_wait(&condition, &mutex);
        total++;
        turn = (turn + 1) % 4;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

CASE(condition_variables_pass_turns) {
    pthread_t threads[4];
    turn = total = 0;
    for (long i = 0; i < 4; i++) threads[i] = start(takes_turns, (void *)i);
    for (int i = 0; i < 4; i++) join(threads[i]);
    CHECK_EQUAL(total, 400);
}

static volatile int stop;
static void *spins(void *argument) {
    volatile long *count = argument;
    while (!stop) (*count)++;
    return NULL;
}

CASE(a_thread_that_never_yields_starves_nobody) {
    static long count;
    count = stop = 0;
    pthread_t thread = start(spins, &count);
    usleep(20000);
    stop = 1;
    join(thread);
    CHECK(count > 0);
}

static void *keeps_floats(void *argument) {
    double base = (double)(long)argument, sum = 0;
    for (int i = 0; i < 200; i++) {
        sum += base / 3.0;
        if (i % 10 == 0) sched_yield();
    }
    return (void *)(long)(sum * 3.0 / base + 0.5);
}

CASE(floating_point_registers_are_per_thread) {
    pthread_t threads[3];
    for (long i = 0; i < 3; i++) threads[i] = start(keeps_floats, (void *)(i + 5));
    for (int i = 0; i < 3; i++) CHECK_EQUAL((long)join(threads[i]), 200);
}

static void *reads_control_word(void *argument) {
    (void)argument;
    uint32_t state;
    __asm__ volatile("stmxcsr %0" : "=m"(state));
    return (void *)(long)(state & 0x6000);
}

CASE(a_thread_inherits_the_rounding_mode) {
    uint32_t state, changed;
    __asm__ volatile("stmxcsr %0" : "=m"(state));
    changed = state | 0x6000;
    __asm__ volatile("ldmxcsr %0" : : "m"(changed));
    void *seen = join(start(reads_control_word, NULL));
    __asm__ volatile("ldmxcsr %0" : : "m"(state));
    CHECK_EQUAL((long)seen, 0x6000);
}

// Futexes

static uint32_t word, other;

static void *waits_on_word(void *argument) {
    (void)argument;
    sleeper = self();
    return (void *)(futex(&word, FUTEX_WAIT | PRIVATE, 1, NULL, NULL, 0) == 0 ? 0L : (long)errno);
}

CASE(a_futex_is_woken) {
    word = 1;
    pthread_t thread = start(waits_on_word, NULL);
    until_it_sleeps();
    CHECK_EQUAL(futex(&word, FUTEX_WAKE | PRIVATE, INT_MAX, NULL, NULL, 0), 1);
    CHECK_EQUAL((long)join(thread), 0);
    CHECK_EQUAL(futex(&word, FUTEX_WAKE | PRIVATE, 1, NULL, NULL, 0), 0);
}

CASE(a_futex_compares_and_times_out) {
    word = 5;
    CHECK_ERRNO(futex(&word, FUTEX_WAIT | PRIVATE, 4, NULL, NULL, 0), EAGAIN);
    struct timespec shortly = {0, 1000000};
    CHECK_ERRNO(futex(&word, FUTEX_WAIT | PRIVATE, 5, &shortly, NULL, 0), ETIMEDOUT);
    struct timespec wall = after(CLOCK_REALTIME, 2), steady = after(CLOCK_MONOTONIC, 2);
    CHECK_ERRNO(
        futex(&word, FUTEX_WAIT_BITSET | PRIVATE | FUTEX_CLOCK_REALTIME, 5, &wall, NULL, any_bit),
        ETIMEDOUT);
    CHECK_ERRNO(
        futex(&word, FUTEX_WAIT_BITSET | PRIVATE, 5, &steady, NULL, any_bit), ETIMEDOUT);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET | PRIVATE, 5, &steady, NULL, 0), EINVAL);
    struct timespec wrong = {0, 1000000000};
    CHECK_ERRNO(futex(&word, FUTEX_WAIT | PRIVATE, 5, &wrong, NULL, 0), EINVAL);
    CHECK_ERRNO(futex((char *)&word + 1, FUTEX_WAIT | PRIVATE, 5, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex((void *)8, FUTEX_WAIT | PRIVATE, 5, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex(&word, 77, 5, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 5, NULL, NULL, 0), ENOSYS);
}

static void *waits_with_bits(void *argument) {
    sleeper = self();
    return (void *)futex(&word, FUTEX_WAIT_BITSET | PRIVATE, 1, NULL, NULL, (uint32_t)(long)argument);
}

CASE(bits_choose_who_is_woken) {
    word = 1;
    pthread_t first = start(waits_with_bits, (void *)1);
    until_it_sleeps();
    pthread_t second = start(waits_with_bits, (void *)6);
    until_it_sleeps();
    CHECK_EQUAL(futex(&word, FUTEX_WAKE_BITSET | PRIVATE, INT_MAX, NULL, NULL, 8), 0);
    CHECK_EQUAL(futex(&word, FUTEX_WAKE_BITSET | PRIVATE, INT_MAX, NULL, NULL, 4), 1);
    CHECK_EQUAL((long)join(second), 0);
    CHECK_EQUAL(futex(&word, FUTEX_WAKE_BITSET | PRIVATE, INT_MAX, NULL, NULL, 1), 1);
    CHECK_EQUAL((long)join(first), 0);
}

CASE(waiters_are_moved) {
    word = 1;
    other = 1;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        threads[i] = start(waits_on_word, NULL);
        until_it_sleeps();
    }
    CHECK_ERRNO(futex(&word, FUTEX_CMP_REQUEUE | PRIVATE, 1, (void *)5, &other, 9), EAGAIN);
    CHECK_EQUAL(futex(&word, FUTEX_CMP_REQUEUE | PRIVATE, 1, (void *)1, &other, 1), 2);
    CHECK_EQUAL(futex(&word, FUTEX_REQUEUE | PRIVATE, 0, (void *)5, &other, 0), 1);
    CHECK_EQUAL(futex(&word, FUTEX_WAKE | PRIVATE, 5, NULL, NULL, 0), 0);
    CHECK_EQUAL(futex(&other, FUTEX_WAKE | PRIVATE, 5, NULL, NULL, 0), 2);
    for (int i = 0; i < 3; i++) CHECK_EQUAL((long)join(threads[i]), 0);
    CHECK_ERRNO(futex(&word, FUTEX_CMP_REQUEUE | PRIVATE, -1, (void *)1, &other, 1), EINVAL);
}

CASE(a_wake_changes_a_second_word) {
    NEEDS_MEMORY;
    word = 1;
    other = 10;
    pthread_t thread = start(waits_on_word, NULL);
    until_it_sleeps();
    // other += 5 if it was greater than 9, waking nobody there.
    uint32_t operation = wake_operation(1, 5, 4, 9);
    CHECK_EQUAL(futex(&word, FUTEX_WAKE_OP | PRIVATE, 1, (void *)1, &other, operation), 1);
    CHECK_EQUAL(other, 15);
    CHECK_EQUAL((long)join(thread), 0);
    operation = wake_operation(3 | 8, 3, 0, 0)  /* other &= ~(1 << 3) */;
    CHECK_EQUAL(futex(&word, FUTEX_WAKE_OP | PRIVATE, 1, (void *)1, &other, operation), 0);
    CHECK_EQUAL(other, 7);
    CHECK_ERRNO(futex(&word, FUTEX_WAKE_OP | PRIVATE, 1, (void *)1, &other, 6u << 24), ENOSYS);
}

CASE(a_shared_futex_is_its_page) {
    NEEDS_MEMORY;
    char path[] = "/tmp/futexXXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0);
    CHECK_EQUAL(ftruncate(file, PAGE), 0);
    uint32_t *one = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    uint32_t *two = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(one != MAP_FAILED && two != MAP_FAILED && one != two);
    word = 0;
    other = 0;
    struct timespec shortly = {0, 1000000};
    CHECK_ERRNO(futex(one, FUTEX_WAIT, 0, &shortly, NULL, 0), ETIMEDOUT);
    void *wakes(void *argument) {
        until_asleep(getpid());
        return (void *)futex(argument, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
    pthread_t thread = start(wakes, two);
    struct timespec later = {5, 0};
    CHECK_EQUAL(futex(one, FUTEX_WAIT, 0, &later, NULL, 0), 0);
    CHECK_EQUAL((long)join(thread), 1);
    munmap(one, PAGE);
    munmap(two, PAGE);
    close(file);
    unlink(path);
}

struct futex_wait_entry { uint64_t value, address; uint32_t flags, reserved; };

CASE(several_words_are_waited_for) {
    NEEDS_MEMORY;
    word = other = 1;
    struct futex_wait_entry list[2] = {{1, (uintptr_t)&word, 2 | 128, 0}, {1, (uintptr_t)&other, 2 | 128, 0}};
    struct timespec soon = after(CLOCK_MONOTONIC, 2);
    long result = syscall(449, list, 2, 0, &soon, CLOCK_MONOTONIC);
    if (result == -1 && errno == ENOSYS) return;  // older than Linux 5.16
    CHECK_ERRNO(syscall(449, list, 2, 0, &soon, CLOCK_MONOTONIC), ETIMEDOUT);
    void *wakes(void *argument) {
        until_asleep(getpid());
        return (void *)futex(argument, FUTEX_WAKE | PRIVATE, 1, NULL, NULL, 0);
    }
    pthread_t thread = start(wakes, &other);
    CHECK_EQUAL(syscall(449, list, 2, 0, NULL, CLOCK_MONOTONIC), 1);
    join(thread);
    list[1].value = 3;
    CHECK_ERRNO(syscall(449, list, 2, 0, NULL, CLOCK_MONOTONIC), EAGAIN);
    CHECK_ERRNO(syscall(449, list, 0, 0, NULL, CLOCK_MONOTONIC), EINVAL);
    CHECK_ERRNO(syscall(449, list, 129, 0, NULL, CLOCK_MONOTONIC), EINVAL);
    list[1].flags = 128;
    CHECK_ERRNO(syscall(449, list, 2, 0, NULL, CLOCK_MONOTONIC), EINVAL);
}

// Mutexes of every kind

static void *locks_and_counts(void *argument) {
    for (int i = 0; i < 200; i++) {
        if (pthread_mutex_lock(argument) != 0) return (void *)1;
        int seen = total;
        if (i % 16 == 0) sched_yield();
        total = seen + 1;
        pthread_mutex_unlock(argument);
    }
    return NULL;
}

static void check_mutex(pthread_mutexattr_t *attributes) {
    static pthread_mutex_t lock;
    CHECK_EQUAL(pthread_mutex_init(&lock, attributes), 0);
    total = 0;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) threads[i] = start(locks_and_counts, &lock);
    for (int i = 0; i < 3; i++) CHECK(join(threads[i]) == NULL);
    CHECK_EQUAL(total, 600);
    CHECK_EQUAL(pthread_mutex_destroy(&lock), 0);
}

CASE(mutexes_exclude) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    check_mutex(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    check_mutex(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    check_mutex(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_NONE);
    check_mutex(&attributes);
}

CASE(a_mutex_with_inheritance_times_out) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    static pthread_mutex_t lock;
    pthread_mutex_init(&lock, &attributes);
    void *tries(void *argument) {
        struct timespec soon = after(CLOCK_REALTIME, 5);
        long first = pthread_mutex_trylock(argument), second = pthread_mutex_timedlock(argument, &soon);
        return (void *)(first * 1000 + second);
    }
    pthread_mutex_lock(&lock);
    CHECK_EQUAL((long)join(start(tries, &lock)), EBUSY * 1000 + ETIMEDOUT);
    CHECK_EQUAL(pthread_mutex_unlock(&lock), 0);
    CHECK_EQUAL(pthread_mutex_lock(&lock), 0);
    CHECK_EQUAL(pthread_mutex_unlock(&lock), 0);
}

CASE(ownership_by_hand) {
    word = 0;
    CHECK_EQUAL(futex(&word, FUTEX_LOCK_PI | PRIVATE, 0, NULL, NULL, 0), 0);
    CHECK_EQUAL(word, self());
    CHECK_ERRNO(futex(&word, FUTEX_LOCK_PI | PRIVATE, 0, NULL, NULL, 0), EDEADLK);
    CHECK_ERRNO(futex(&word, FUTEX_TRYLOCK_PI | PRIVATE, 0, NULL, NULL, 0), EDEADLK);
    CHECK_EQUAL(futex(&word, FUTEX_UNLOCK_PI | PRIVATE, 0, NULL, NULL, 0), 0);
    CHECK_EQUAL(word, 0);
    CHECK_ERRNO(futex(&word, FUTEX_UNLOCK_PI | PRIVATE, 0, NULL, NULL, 0), EPERM);
    word = 0x3ffffff0;
    CHECK_ERRNO(futex(&word, FUTEX_LOCK_PI | PRIVATE, 0, NULL, NULL, 0), ESRCH);
}

#ifdef __GLIBC__
static void check_robust(int protocol) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setprotocol(&attributes, protocol);
    static pthread_mutex_t lock;
    pthread_mutex_init(&lock, &attributes);
    static volatile int is_held, may_die;
    is_held = may_die = 0;
    void *dies_with_it(void *argument) {
        pthread_mutex_lock(argument);
        is_held = 1;
        while (!may_die) usleep(200);
        return NULL;
    }
    void *waits_for_it(void *argument) {
        sleeper = self();
        long result = pthread_mutex_lock(argument);
        if (result == EOWNERDEAD) pthread_mutex_consistent(argument);
        pthread_mutex_unlock(argument);
        return (void *)result;
    }
    pthread_t dying = start(dies_with_it, &lock);
    while (!is_held) usleep(200);
    pthread_t waiting = start(waits_for_it, &lock);
    until_it_sleeps();
    may_die = 1;
    join(dying);
    CHECK_EQUAL((long)join(waiting), EOWNERDEAD);
    CHECK_EQUAL(pthread_mutex_lock(&lock), 0);
    CHECK_EQUAL(pthread_mutex_unlock(&lock), 0);
    // And with nobody waiting yet.
    join(start(dies_with_it, &lock));
    CHECK_EQUAL(pthread_mutex_lock(&lock), EOWNERDEAD);
    CHECK_EQUAL(pthread_mutex_unlock(&lock), 0);
    CHECK_EQUAL(pthread_mutex_lock(&lock), ENOTRECOVERABLE);
}

CASE(a_robust_mutex_survives_its_owner) { check_robust(PTHREAD_PRIO_NONE); }
CASE(a_robust_mutex_with_inheritance_survives_its_owner) { check_robust(PTHREAD_PRIO_INHERIT); }
#endif

CASE(semaphores_barriers_and_locks) {
    static sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    void *posts(void *argument) {
        for (int i = 0; i < 50; i++) sem_post(argument);
        return NULL;
    }
    pthread_t thread = start(posts, &semaphore);
    for (int i = 0; i < 50; i++) CHECK_EQUAL(sem_wait(&semaphore), 0);
    join(thread);
    struct timespec soon = after(CLOCK_REALTIME, 2);
    CHECK_ERRNO(sem_timedwait(&semaphore, &soon), ETIMEDOUT);

    static pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 3);
    void *meets(void *argument) {
        (void)argument;
        return (void *)(long)pthread_barrier_wait(&barrier);
    }
    pthread_t first = start(meets, NULL), second = start(meets, NULL);
    long sum = (long)pthread_barrier_wait(&barrier) + (long)join(first) + (long)join(second);
    CHECK_EQUAL(sum, PTHREAD_BARRIER_SERIAL_THREAD);

    static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    void *reads(void *argument) {
        (void)argument;
        for (int i = 0; i < 50; i++) {
            pthread_rwlock_rdlock(&lock);
            int seen = total;
            sched_yield();
            if (seen != total) return (void *)1;
            pthread_rwlock_unlock(&lock);
        }
        return NULL;
    }
    first = start(reads, NULL);
    second = start(reads, NULL);
    for (int i = 0; i < 50; i++) {
        pthread_rwlock_wrlock(&lock);
        total++;
        sched_yield();
        pthread_rwlock_unlock(&lock);
    }
    CHECK(join(first) == NULL && join(second) == NULL);
}

CASE(a_condition_times_out_on_both_clocks) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_t steady;
    pthread_cond_init(&steady, &attributes);
    pthread_mutex_lock(&mutex);
    struct timespec soon = after(CLOCK_MONOTONIC, 2);
    CHECK_EQUAL(pthread_cond_timedwait(&steady, &mutex, &soon), ETIMEDOUT);
    soon = after(CLOCK_REALTIME, 2);
    CHECK_EQUAL(pthread_cond_timedwait(&condition, &mutex, &soon), ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
}

// Signals

static volatile long handled_by, handled;
static void notes_thread(int number) {
    (void)number;
    handled_by = self();
    handled++;
}

static void handle_user_signals(int flags) {
    struct sigaction action = {.sa_handler = notes_thread, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    handled = handled_by = 0;
}

static void *waits_for_signal(void *argument) {
    (void)argument;
    long number = self();
    sleeper = number;
    sigset_t none;
    sigemptyset(&none);
    sigsuspend(&none);
    return (void *)(handled_by == number ? number : -handled_by);
}

static void block(int how, int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    CHECK_EQUAL(pthread_sigmask(how, &set, NULL), 0);
}

CASE(a_signal_to_a_thread_reaches_that_thread) {
    handle_user_signals(0);
    block(SIG_BLOCK, SIGUSR1);
    pthread_t thread = start(waits_for_signal, NULL);
    while (!sleeper) usleep(200);
    CHECK_EQUAL(pthread_kill(thread, SIGUSR1), 0);
    sleeper = 0;
    CHECK((long)join(thread) > 0);
    CHECK_EQUAL(handled, 1);
    block(SIG_UNBLOCK, SIGUSR1);
    CHECK_EQUAL(handled, 1);
}

CASE(a_signal_to_the_process_takes_a_thread_that_does_not_block_it) {
    NEEDS_MEMORY;
    handle_user_signals(0);
    block(SIG_BLOCK, SIGUSR1);
    pthread_t thread = start(waits_for_signal, NULL);
    until_it_sleeps();
    CHECK_EQUAL(kill(getpid(), SIGUSR1), 0);
    CHECK((long)join(thread) > 0);
    block(SIG_UNBLOCK, SIGUSR1);
}

CASE(a_blocked_signal_waits_for_its_thread) {
    handle_user_signals(0);
    block(SIG_BLOCK, SIGUSR2);
    void *sends(void *argument) {
        kill(getpid(), SIGUSR2);
        return argument;
    }
    join(start(sends, NULL));
    CHECK_EQUAL(handled, 0);
    sigset_t pending;
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR2));
    block(SIG_UNBLOCK, SIGUSR2);
    CHECK_EQUAL(handled, 1);
    CHECK_EQUAL(handled_by, self());
}

CASE(a_signal_is_waited_for_by_another_thread) {
    NEEDS_MEMORY;
    block(SIG_BLOCK, SIGUSR1);
    void *takes(void *argument) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        siginfo_t info;
        (void)argument;
        sleeper = self();
        return (void *)(long)sigwaitinfo(&set, &info);
    }
    pthread_t thread = start(takes, NULL);
    until_it_sleeps();
    kill(getpid(), SIGUSR1);
    CHECK_EQUAL((long)join(thread), SIGUSR1);
    block(SIG_UNBLOCK, SIGUSR1);
}

static void *reads_a_pipe(void *argument) {
    char byte;
    sleeper = self();
    long result = read(*(int *)argument, &byte, 1);
    return (void *)(result < 0 ? -(long)errno : result);
}

CASE(a_signal_interrupts_or_restarts_a_read_of_another_thread) {
    static int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    handle_user_signals(0);
    pthread_t thread = start(reads_a_pipe, &ends[0]);
    until_it_sleeps();
    pthread_kill(thread, SIGUSR1);
    CHECK_EQUAL((long)join(thread), -EINTR);
    handle_user_signals(SA_RESTART);
    thread = start(reads_a_pipe, &ends[0]);
    until_it_sleeps();
    pthread_kill(thread, SIGUSR1);
    while (!handled) usleep(200);
    CHECK_EQUAL(write(ends[1], "x", 1), 1);
    CHECK_EQUAL((long)join(thread), 1);
    close(ends[0]);
    close(ends[1]);
}

static void cleans_up(void *argument) { *(int *)argument += 1; }
static int cleaned;
static void *is_cancelled(void *argument) {
    pthread_cleanup_push(cleans_up, &cleaned);
    sleeper = self();
    for (;;) pause();
    pthread_cleanup_pop(0);
    return argument;
}

CASE(a_thread_is_cancelled) {
    cleaned = 0;
    pthread_t thread = start(is_cancelled, NULL);
    until_it_sleeps();
    CHECK_EQUAL(pthread_cancel(thread), 0);
    CHECK(join(thread) == PTHREAD_CANCELED);
    CHECK_EQUAL(cleaned, 1);
}

// Memory

CASE(one_thread_sees_what_another_maps) {
    void *maps(void *argument) {
        (void)argument;
        int *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *page = 4711;
        return page;
    }
    int *page = join(start(maps, NULL));
    CHECK_EQUAL(*page, 4711);
    CHECK_EQUAL(munmap(page, PAGE), 0);
}

CASE(many_threads_live_at_once) {
    enum { COUNT = 200 };
    static pthread_t threads[COUNT];
    static pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, COUNT + 1);
    void *meets(void *argument) {
        pthread_barrier_wait(&barrier);
        return argument;
    }
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    for (long i = 0; i < COUNT; i++)
        CHECK_EQUAL(pthread_create(&threads[i], &attributes, meets, (void *)i), 0);
    pthread_barrier_wait(&barrier);
    for (long i = 0; i < COUNT; i++) CHECK_EQUAL((long)join(threads[i]), i);
}

static long free_kibibytes(void) {
    FILE *file = fopen("/proc/meminfo", "r");
    long value = 0;
    char line[128];
    while (file && fgets(line, sizeof line, file)) sscanf(line, "MemFree: %ld", &value);
    if (file) fclose(file);
    return value;
}

CASE(threads_leave_nothing_behind) {
    // With failing allocations each thread is one more chance, and a few will do.
    int count = getenv("GUEST_FAILURES") ? 50 : 10000;
    for (int i = 0; i < 50; i++) join(start(identity, NULL));
    long before = free_kibibytes();
    for (int i = 0; i < count; i++) join(start(identity, NULL));
    long after = free_kibibytes();
    // On Linux others use memory, too; in the machine nobody does. The smallest piece of kernel memory, lost by each
    // thread, would be 160 KiB; the stacks of those that end last are given back a little later.
    if (getpid() == 1 && before - after >= 100) case_fails("%ld KiB are gone", before - after);
}

// Refusals

CASE(impossible_threads_are_refused) {
    CHECK_ERRNO(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0), EINVAL);
    struct { uint64_t words[11]; } wish = {{CLONE_THREAD}};
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 63UL), EINVAL);
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 88UL), EINVAL);
    CHECK_ERRNO(syscall(SYS_clone3, (void *)8, 88UL), EFAULT);
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 1UL << 20), E2BIG);
    wish.words[0] = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    wish.words[4] = SIGCHLD;
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 88UL), EINVAL);
    wish.words[4] = 0;
    wish.words[5] = 4096;
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 88UL), EINVAL);
}

CASE(addresses_of_threads_are_checked) {
    unsigned long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    // A thread pointer outside of the program's half.
    CHECK_ERRNO(syscall(SYS_clone, flags | CLONE_SETTLS, 0, 0, 0, 1UL << 63), EPERM);
    CHECK_ERRNO(syscall(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, 1UL << 63), EPERM);
    struct { uint64_t words[11]; } wish = {{flags}};
    wish.words[5] = ~0UL - 4096;  // a stack that ends behind the end of all addresses
    wish.words[6] = 1UL << 20;
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 88UL), EINVAL);
    wish.words[5] = 0;
    CHECK_ERRNO(syscall(SYS_clone3, &wish, 88UL), EINVAL);
    CHECK_ERRNO(futex((void *)~3UL, FUTEX_WAKE, 1, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex((void *)2, FUTEX_WAKE | PRIVATE, 1, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex((void *)8, FUTEX_LOCK_PI | PRIVATE, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex(&word, FUTEX_CMP_REQUEUE | PRIVATE, 1, (void *)1, (void *)9, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT | PRIVATE, word, (void *)8, NULL, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_set_robust_list, (void *)8, 23UL), EINVAL);
}

CASE(a_limit_of_threads_is_told) {
    struct rlimit old, one;
    CHECK_EQUAL(getrlimit(RLIMIT_NPROC, &old), 0);
    one = (struct rlimit){1, old.rlim_max};
    // The privileged have no limit. By the calls themselves: C libraries tell all threads, and there is one.
    if (getuid() == 0) CHECK_EQUAL(syscall(SYS_setresuid, 1234, 1234, 0), 0);
    CHECK_EQUAL(setrlimit(RLIMIT_NPROC, &one), 0);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, identity, NULL);
    setrlimit(RLIMIT_NPROC, &old);
    if (getuid() == 1234) CHECK_EQUAL(syscall(SYS_setresuid, 0, 0, 0), 0);
    CHECK_EQUAL(error, EAGAIN);
    join(start(identity, NULL));
}

CASE(barriers_of_memory) {
    long commands = syscall(SYS_membarrier, 0, 0, 0);
    CHECK(commands > 0);
    CHECK_EQUAL(syscall(SYS_membarrier, 1, 0, 0), 0);
    CHECK_EQUAL(syscall(SYS_membarrier, 1 << 4, 0, 0), 0);
    CHECK_EQUAL(syscall(SYS_membarrier, 1 << 3, 0, 0), 0);
    CHECK_ERRNO(syscall(SYS_membarrier, 3, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_membarrier, 0, 4, 0), EINVAL);
}

CASE(time_is_kept_per_thread) {
    struct timespec own, all;
    void *works(void *argument) {
        volatile long sum = 0;
        for (long i = 0; i < 3000000; i++) sum += i;
        return argument;
    }
    struct timespec before;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    join(start(works, NULL));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &all);
    CHECK(all.tv_sec > own.tv_sec || (all.tv_sec == own.tv_sec && all.tv_nsec > own.tv_nsec));
    clockid_t clock;
    CHECK_EQUAL(pthread_getcpuclockid(pthread_self(), &clock), 0);
    CHECK_EQUAL(clock_gettime(clock, &own), 0);
}
