// SPDX-License-Identifier: Apache-2.0
//
// Threads that do everything at once for a while: signals, futexes, ends of threads, mappings that change under others,
// files, timers, computing. Each operation checks what it can by itself; what is conserved is counted at the end: tokens,
// money, signals, records of a file, descriptors. Nobody waits for what only a timeout would bring, so a lost wake-up stops a worker, and
// the watchdog names it.
//
//     stress [--seed N] [--seconds S] [--workers N] [--only OPERATION]
//
// The seed, which is printed, gives each worker's operations in their order; how they meet is the machine's. The last line
// is "stress: good". On Linux it runs as well, and has to pass there first.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { most_workers = 32, page = 4096, stuck_seconds = 40 };

// A worker, and what it has to account for. Written by itself, but for what is atomic.
struct worker {
    int number;
    _Atomic int id;
    uint64_t random;
    pthread_t thread;
    const char *_Atomic doing;
    _Atomic unsigned long beats;
    _Atomic long signals_sent_to, signal_sum_sent_to;
    _Atomic long signals_seen, signal_sum_seen, timers_seen;
    long queued_to_process, queued_sum, added, appended, locked;
};
static struct worker workers[most_workers];
static int worker_count = 8;
static uint64_t seed;
static atomic_int is_over;
static __thread struct worker *me;

// Ending

__attribute__((format(printf, 1, 2), noreturn)) static void wrong(const char *format, ...) {
    char text[400];
    va_list words;
    va_start(words, format);
    vsnprintf(text, sizeof text, format, words);
    va_end(words);
    int saved = errno;
    dprintf(2, "stress: WRONG: worker %d in %s: %s (errno %d; seed %llu)\n", me ? me->number : -1,
            me ? atomic_load(&me->doing) : "main", text, saved, (unsigned long long)seed);
    _exit(1);
}

#define MUST(condition)                                                    \
    do {                                                                   \
        if (!(condition)) wrong("line %d: %s", __LINE__, #condition);      \
    } while (0)

// As often as a signal gets in between.
#define AGAIN(call)                                                        \
    ({                                                                     \
        long again_;                                                       \
        do again_ = (long)(call);                                          \
        while (again_ == -1 && errno == EINTR);                            \
        again_;                                                            \
    })

// Chance: xorshift64*, one state for each worker.
static uint64_t any(struct worker *worker) {
    uint64_t x = worker->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    worker->random = x;
    return x * 0x2545f4914f6cdd1dull;
}
static uint64_t below(uint64_t limit) { return (any(me) >> 11) % limit; }

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    MUST(clock_gettime(clock, &time) == 0);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void nap(long micros) {
    struct timespec left = {0, micros * 1000};
    while (nanosleep(&left, &left) != 0) MUST(errno == EINTR);
}

static long futex(void *word, int operation, uint32_t value, const void *timeout, void *second, uint32_t third) {
    return syscall(SYS_futex, word, operation | 128 /* PRIVATE */, value, timeout, second, third);
}

// A thread that helps one operation. It takes none of the signals that are counted.
static pthread_t helper(void *(*body)(void *), void *argument) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_t thread;
    int error;
    while ((error = pthread_create(&thread, NULL, body, argument)) == EAGAIN) nap(500);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (error) wrong("pthread_create gives %d", error);
    return thread;
}

static void *join(pthread_t thread) {
    void *result;
    int error = pthread_join(thread, &result);
    if (error) wrong("pthread_join gives %d", error);
    return result;
}

// Locks of futexes alone (U. Drepper, Futexes Are Tricky): 0 free, 1 taken, 2 taken and waited for.

typedef struct { atomic_int word; } lock_t;

static void lock(lock_t *lock) {
    int seen = 0;
    if (atomic_compare_exchange_strong(&lock->word, &seen, 1)) return;
    if (seen != 2) seen = atomic_exchange(&lock->word, 2);
    while (seen != 0) {
        futex(&lock->word, 0 /* WAIT */, 2, NULL, NULL, 0);
        seen = atomic_exchange(&lock->word, 2);
    }
}

static void unlock(lock_t *lock) {
    if (atomic_exchange(&lock->word, 0) == 2) futex(&lock->word, 1 /* WAKE */, 1, NULL, NULL, 0);
}

// Money that moves between accounts and stays as much

enum { accounts = 6, money = 1000 };
static struct { lock_t lock; long amount; } bank[accounts];

static void op_transfer(void) {
    unsigned from = below(accounts), to = below(accounts);
    if (from == to) return;
    unsigned first = from < to ? from : to, second = from < to ? to : from;
    lock(&bank[first].lock);
    lock(&bank[second].lock);
    long amount = below(50);
    bank[from].amount -= amount;
    if (below(8) == 0) sched_yield();
    bank[to].amount += amount;
    unlock(&bank[second].lock);
    unlock(&bank[first].lock);
}

static void op_audit(void) {
    long sum = 0;
    for (int i = 0; i < accounts; i++) lock(&bank[i].lock);
    for (int i = 0; i < accounts; i++) sum += bank[i].amount;
    for (int i = accounts; i-- > 0;) unlock(&bank[i].lock);
    if (sum != accounts * money) wrong("%ld in the accounts, not %d", sum, accounts * money);
}

// Numbers behind every kind of lock that the C library has

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, inheriting, recursive;
static pthread_rwlock_t readers = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spinning;
static sem_t semaphore;
static volatile long numbers[6];

static void op_count(void) {
    unsigned kind = below(6);
    int error = 0;
    switch (kind) {
    case 0: error = pthread_mutex_lock(&plain); break;
    case 1: error = pthread_mutex_lock(&inheriting); break;
    case 2: error = pthread_mutex_lock(&recursive) | pthread_mutex_lock(&recursive); break;
    case 3: error = pthread_rwlock_wrlock(&readers); break;
    case 4: error = pthread_spin_lock(&spinning); break;
    case 5: error = AGAIN(sem_wait(&semaphore)); break;
    }
    if (error) wrong("lock of kind %u gives %d", kind, error);
    long seen = numbers[kind];
    if (below(6) == 0 && kind != 4) sched_yield();
    numbers[kind] = seen + 1;
    me->added++;
    switch (kind) {
    case 0: error = pthread_mutex_unlock(&plain); break;
    case 1: error = pthread_mutex_unlock(&inheriting); break;
    case 2: error = pthread_mutex_unlock(&recursive) | pthread_mutex_unlock(&recursive); break;
    case 3: error = pthread_rwlock_unlock(&readers); break;
    case 4: error = pthread_spin_unlock(&spinning); break;
    case 5: error = sem_post(&semaphore); break;
    }
    if (error) wrong("unlock of kind %u gives %d", kind, error);
    if (below(16) == 0) {
        MUST(pthread_rwlock_rdlock(&readers) == 0);
        long before = numbers[3];
        if (below(2)) sched_yield();
        MUST(numbers[3] == before);
        MUST(pthread_rwlock_unlock(&readers) == 0);
    }
}

// Two threads that wake each other by futex, condition or pipe

struct pair {
    atomic_int turn;
    int rounds;
    int how;
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    int there[2], back[2];
};

static void pair_turn(struct pair *pair, int mine) {
    if (pair->how == 0) {
        int other;
        while ((other = atomic_load(&pair->turn)) != mine) futex(&pair->turn, 0, other, NULL, NULL, 0);
        atomic_store(&pair->turn, !mine);
        futex(&pair->turn, 1, 1, NULL, NULL, 0);
    } else if (pair->how == 1) {
        pthread_mutex_lock(&pair->mutex);
        while (pair->turn != mine) pthread_cond_wait(&pair->condition, &pair->mutex);
        pair->turn = !mine;
        pthread_cond_signal(&pair->condition);
        pthread_mutex_unlock(&pair->mutex);
    } else {
        char byte = 'x';
        int *in = mine ? pair->there : pair->back, *out = mine ? pair->back : pair->there;
        if (!mine) MUST(AGAIN(write(out[1], &byte, 1)) == 1);
        MUST(AGAIN(read(in[0], &byte, 1)) == 1);
        if (mine) MUST(AGAIN(write(out[1], &byte, 1)) == 1);
    }
}

static void *pair_partner(void *argument) {
    struct pair *pair = argument;
    for (int i = 0; i < pair->rounds; i++) pair_turn(pair, 1);
    return pair;
}

static void op_pair(void) {
    struct pair pair = {.rounds = 1 + below(40), .how = below(3), .mutex = PTHREAD_MUTEX_INITIALIZER,
                        .condition = PTHREAD_COND_INITIALIZER};
    if (pair.how == 2) MUST(pipe(pair.there) == 0 && pipe(pair.back) == 0);
    pthread_t partner = helper(pair_partner, &pair);
    for (int i = 0; i < pair.rounds; i++) pair_turn(&pair, 0);
    MUST(join(partner) == &pair);
    if (pair.how == 2)
        for (int i = 0; i < 2; i++) close(pair.there[i]), close(pair.back[i]);
}

// A crowd that waits on one word, is moved to another in part, and all woken

struct crowd { atomic_int first, second, ready, gone; };

static void *one_of_crowd(void *argument) {
    struct crowd *crowd = argument;
    atomic_fetch_add(&crowd->ready, 1);
    while (atomic_load(&crowd->first) == 0) {
        struct timespec long_ = {20, 0};
        if (futex(&crowd->first, 0, 0, &long_, NULL, 0) != 0 && errno == ETIMEDOUT) return (void *)1;
    }
    atomic_fetch_add(&crowd->gone, 1);
    return NULL;
}

static void op_crowd(void) {
    struct crowd crowd = {0};
    int size = 1 + below(5);
    pthread_t threads[5];
    for (int i = 0; i < size; i++) threads[i] = helper(one_of_crowd, &crowd);
    while (atomic_load(&crowd.ready) < size) sched_yield();
    if (below(2)) nap(below(300));
    // Whoever has not begun to wait sees the new value; whoever has is woken here or after being moved.
    atomic_store(&crowd.first, 1);
    futex(&crowd.first, 3 /* REQUEUE */, below(3), (void *)(long)INT_MAX, &crowd.second, 0);
    futex(&crowd.second, 1, INT_MAX, NULL, NULL, 0);
    for (int i = 0; i < size; i++) MUST(join(threads[i]) == NULL);
    MUST(atomic_load(&crowd.gone) == size);
}

// Threads that come and go

static __thread uint64_t local_words[3] = {7, 8, 9};
static atomic_int detached;

static void *short_life(void *argument) {
    uint64_t number = (uintptr_t)argument;
    MUST(local_words[0] == 7 && local_words[1] == 8 && local_words[2] == 9);
    local_words[1] = number;
    if (number % 3 == 0) sched_yield();
    char space[8 * page];
    for (size_t i = 0; i < sizeof space; i += page) ((volatile char *)space)[i] = (char)number;
    MUST(local_words[1] == number);
    if (number % 5 == 0) pthread_exit(argument);
    return argument;
}

static void *detached_life(void *argument) {
    short_life((void *)1);
    atomic_fetch_sub(&detached, 1);
    return argument;
}

static void op_threads(void) {
    pthread_t threads[6];
    uint64_t base = any(me) >> 8;
    int count = 1 + below(6);
    for (int i = 0; i < count; i++) threads[i] = helper(short_life, (void *)(base + i));
    for (int i = 0; i < count; i++) MUST(join(threads[i]) == (void *)(base + i));
    if (below(4) == 0 && atomic_load(&detached) < 16) {
        atomic_fetch_add(&detached, 1);
        MUST(pthread_detach(helper(detached_life, NULL)) == 0);
    }
}

static void *reads_for_ever(void *argument) {
    char byte;
    for (;;) read(*(int *)argument, &byte, 1);
    return NULL;
}

static void op_cancel(void) {
    int ends[2];
    MUST(pipe(ends) == 0);
    pthread_t thread = helper(reads_for_ever, &ends[0]);
    if (below(2)) nap(below(400));
    MUST(pthread_cancel(thread) == 0);
    MUST(join(thread) == PTHREAD_CANCELED);
    close(ends[0]);
    close(ends[1]);
}

static void *takes_and_dies(void *mutex) {
    if (pthread_mutex_lock(mutex) != 0) return (void *)1;
    return NULL;
}

static void op_robust(void) {
    pthread_mutex_t mutex;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    if (below(2)) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    MUST(pthread_mutex_init(&mutex, &attributes) == 0);
    pthread_t thread = helper(takes_and_dies, &mutex);
    int hasJoined = below(2);
    if (hasJoined) MUST(join(thread) == NULL);
    int error = pthread_mutex_lock(&mutex);
    if (hasJoined && error != EOWNERDEAD) wrong("a dead thread's mutex gives %d", error);
    if (error == EOWNERDEAD) {
        MUST(pthread_mutex_consistent(&mutex) == 0);
        MUST(pthread_mutex_unlock(&mutex) == 0);
        if (!hasJoined) MUST(join(thread) == NULL);
    } else {
        // We were first: the other one gets it now, and dies with it.
        MUST(error == 0 && pthread_mutex_unlock(&mutex) == 0);
        MUST(join(thread) == NULL);
        MUST(pthread_mutex_lock(&mutex) == EOWNERDEAD);
        MUST(pthread_mutex_consistent(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
    }
    MUST(pthread_mutex_destroy(&mutex) == 0);
}

// Signals: real-time ones, which are not merged, each with a value

#define SIGNAL_RESTARTS (SIGRTMIN + 4)
#define SIGNAL_INTERRUPTS (SIGRTMIN + 5)
#define SIGNAL_TIMER (SIGRTMIN + 6)
#define SIGNAL_PROCESS (SIGRTMIN + 7)

static void on_signal(int number, siginfo_t *information, void *context) {
    (void)context, (void)number;
    if (!me) wrong("signal %d in a thread that blocks it", number);
    atomic_fetch_add(&me->signals_seen, 1);
    atomic_fetch_add(&me->signal_sum_seen, (long)(uintptr_t)information->si_value.sival_ptr);
}

static void op_signal(void) {
    struct worker *target = &workers[below(worker_count)];
    int number = below(2) ? SIGNAL_RESTARTS : SIGNAL_INTERRUPTS;
    siginfo_t information = {.si_signo = number, .si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid()};
    long value = below(1000000);
    information.si_value.sival_ptr = (void *)value;
    // Counted before it can arrive, and taken back if there is no place for it.
    atomic_fetch_add(&target->signals_sent_to, 1);
    atomic_fetch_add(&target->signal_sum_sent_to, value);
    if (syscall(SYS_rt_tgsigqueueinfo, getpid(), atomic_load(&target->id), number, &information) == 0) return;
    if (errno != EAGAIN) wrong("rt_tgsigqueueinfo to %d", target->number);
    atomic_fetch_sub(&target->signals_sent_to, 1);
    atomic_fetch_sub(&target->signal_sum_sent_to, value);
}

static atomic_long process_signals, process_sum;

// Takes what is sent to the process: by sigwaitinfo or by signalfd. The value -1 is the end.
static void *takes_signals(void *argument) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGNAL_PROCESS);
    int file = argument ? signalfd(-1, &set, 0) : -1;
    MUST(!argument || file >= 0);
    for (;;) {
        long value;
        if (argument) {
            struct signalfd_siginfo information;
            MUST(AGAIN(read(file, &information, sizeof information)) == sizeof information);
            value = (long)information.ssi_ptr;
        } else {
            siginfo_t information;
            MUST(AGAIN(sigwaitinfo(&set, &information)) == SIGNAL_PROCESS);
            value = (long)(uintptr_t)information.si_value.sival_ptr;
        }
        if (value == -1) return NULL;
        atomic_fetch_add(&process_signals, 1);
        atomic_fetch_add(&process_sum, value);
    }
}

static void op_queue(void) {
    long value = below(1000000);
    if (sigqueue(getpid(), SIGNAL_PROCESS, (union sigval){.sival_ptr = (void *)value}) == 0) {
        me->queued_to_process++;
        me->queued_sum += value;
    } else {
        MUST(errno == EAGAIN);
    }
}

static void on_timer(int number) {
    (void)number;
    atomic_fetch_add(&me->timers_seen, 1);
}

// A timer of our own, waited for in sigsuspend(2), which must not miss it.
static void op_timer(void) {
    sigset_t timer_only, old, without;
    sigemptyset(&timer_only);
    sigaddset(&timer_only, SIGNAL_TIMER);
    MUST(pthread_sigmask(SIG_BLOCK, &timer_only, &old) == 0);
    without = old;
    sigdelset(&without, SIGNAL_TIMER);
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGNAL_TIMER};
    ((int *)&event.sigev_notify)[1] = atomic_load(&me->id);  // sigev_notify_thread_id, which not every library names
    int timer;
    while (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) != 0) MUST(errno == EAGAIN);
    long before = atomic_load(&me->timers_seen);
    struct itimerspec when = {.it_value = {0, 1 + below(800000)}};
    MUST(syscall(SYS_timer_settime, timer, 0, &when, NULL) == 0);
    while (atomic_load(&me->timers_seen) == before) sigsuspend(&without);
    MUST(syscall(SYS_timer_delete, timer) == 0);
    MUST(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
}

// Mappings of our own

static uint64_t mix(uint64_t a, uint64_t b) { return (a ^ b * 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull | 1; }

static void op_map(void) {
    size_t pages = 1 + below(48);
    uint64_t tag = any(me);
    uint64_t *memory = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        MUST(errno == ENOMEM);
        return;
    }
    for (size_t i = 0; i < pages; i++) {
        for (int j = 0; j < 512; j += 73) MUST(memory[i * 512 + j] == 0);
        memory[i * 512 + i % 512] = mix(tag, i);
    }
    size_t hole = below(pages), length = 1 + below(pages - hole);
    int kind = below(5);
    switch (kind) {
    case 0:
        MUST(mprotect(&memory[hole * 512], length * page, PROT_READ) == 0);
        break;
    case 1:
        MUST(munmap(&memory[hole * 512], length * page) == 0);
        break;
    case 2:
        MUST(madvise(&memory[hole * 512], length * page, MADV_DONTNEED) == 0);
        for (size_t i = hole; i < hole + length; i++) MUST(memory[i * 512 + i % 512] == 0);
        break;
    case 3: {
        uint64_t *moved = mremap(memory, pages * page, (pages + length) * page, MREMAP_MAYMOVE);
        MUST(moved != MAP_FAILED);
        memory = moved;
        for (size_t i = pages; i < pages + length; i++) MUST(memory[i * 512 + 5] == 0);
        for (size_t i = 0; i < pages; i++) MUST(memory[i * 512 + i % 512] == mix(tag, i));
        MUST(munmap(memory, (pages + length) * page) == 0);
        return;
    }
    default:
        length = 0;
    }
    for (size_t i = 0; i < pages; i++)
        if (i < hole || i >= hole + length) MUST(memory[i * 512 + i % 512] == mix(tag, i));
    if (kind != 1) {
        MUST(munmap(memory, pages * page) == 0);
        return;
    }
    // Somebody else may have the hole by now.
    if (hole > 0) MUST(munmap(memory, hole * page) == 0);
    if (hole + length < pages) MUST(munmap(&memory[(hole + length) * 512], (pages - hole - length) * page) == 0);
}

// Places whose pages others replace: old contents there are a translation that a CPU has not forgotten

enum { slots = 4, slot_pages = 8 };
static struct { pthread_rwlock_t lock; uint64_t *memory; uint64_t tag; int isReadOnly; } slot[slots];
static __thread sigjmp_buf at_fault;
static __thread volatile char *volatile may_fault;

static void on_fault(int number, siginfo_t *information, void *context) {
    (void)context;
    if (!may_fault || information->si_addr != may_fault) wrong("signal %d at %p", number, information->si_addr);
    siglongjmp(at_fault, 1);
}

static int faults_when_written(volatile char *place) {
    if (sigsetjmp(at_fault, 1) == 0) {
        may_fault = place;
        *place = *place;
        may_fault = NULL;
        return 0;
    }
    may_fault = NULL;
    return 1;
}

static void op_slot(void) {
    unsigned index = below(slots);
    if (below(3) != 0) {
        MUST(pthread_rwlock_rdlock(&slot[index].lock) == 0);
        for (int i = 0; i < slot_pages; i++) {
            uint64_t is = slot[index].memory[i * 512 + 11], must = mix(slot[index].tag, i);
            if (is != must) wrong("page %d of place %u has 0x%llx, not 0x%llx", i, index, (unsigned long long)is, (unsigned long long)must);
        }
        int isReadOnly = slot[index].isReadOnly;
        if (below(4) == 0) {
            int faulted = faults_when_written((char *)&slot[index].memory[below(slot_pages) * 512 + 40]);
            if (faulted != isReadOnly) wrong("place %u, read-only %d, faults %d", index, isReadOnly, faulted);
        }
        MUST(pthread_rwlock_unlock(&slot[index].lock) == 0);
        return;
    }
    MUST(pthread_rwlock_wrlock(&slot[index].lock) == 0);
    uint64_t *memory = slot[index].memory, tag = any(me);
    switch (below(4)) {
    case 0: {
        void *new = mmap(memory, slot_pages * page, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        MUST(new == memory);
        break;
    }
    case 1: {
        int file = syscall(SYS_memfd_create, "slot", 0);
        MUST(file >= 0 && ftruncate(file, slot_pages * page) == 0);
        void *new = mmap(memory, slot_pages * page, PROT_READ | PROT_WRITE, MAP_FIXED | (below(2) ? MAP_SHARED : MAP_PRIVATE), file, 0);
        MUST(new == memory);
        close(file);
        break;
    }
    case 2: {
        void *other = mmap(NULL, slot_pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        MUST(other != MAP_FAILED);
        memset(other, 0x5a, slot_pages * page);
        MUST(mremap(other, slot_pages * page, slot_pages * page, MREMAP_MAYMOVE | MREMAP_FIXED, memory) == memory);
        break;
    }
    default:
        MUST(mprotect(memory, slot_pages * page, PROT_READ | PROT_WRITE) == 0);
    }
    for (int i = 0; i < slot_pages; i++) memory[i * 512 + 11] = mix(tag, i);
    slot[index].tag = tag;
    slot[index].isReadOnly = below(2);
    if (slot[index].isReadOnly) MUST(mprotect(memory, slot_pages * page, PROT_READ) == 0);
    MUST(pthread_rwlock_unlock(&slot[index].lock) == 0);
}

// Computing

static void op_hot(void) {
    double value = 1.0 + below(1000);
    long rounds = 2000 + below(60000);
    double first = value, second = value;
    for (long i = 0; i < rounds; i++) first = first * 1.0000001 + 0.5 / (double)(i + 1);
    long double wide = 0;
    for (long i = 0; i < rounds / 8; i++) wide += (long double)i / 3;
    for (long i = 0; i < rounds; i++) second = second * 1.0000001 + 0.5 / (double)(i + 1);
    if (first != second) wrong("the same sum is %.17g and %.17g", first, second);
    long n = rounds / 8;
    long double expected = (long double)n * (n - 1) / 6;
    MUST(wide - expected < 1 && expected - wide < 1);
}

static cpu_set_t all_cpus;

static void op_move(void) {
    if (CPU_COUNT(&all_cpus) < 2) return;
    struct worker *target = below(3) ? me : &workers[below(worker_count)];
    cpu_set_t one;
    int cpu;
    do cpu = below(CPU_SETSIZE);
    while (!CPU_ISSET(cpu, &all_cpus));
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    MUST(sched_setaffinity(atomic_load(&target->id), sizeof one, &one) == 0);
    sched_yield();
    MUST(sched_setaffinity(atomic_load(&target->id), sizeof all_cpus, &all_cpus) == 0);
}

// Time goes on, and does on every CPU

static _Atomic uint64_t latest;

static void op_time(void) {
    uint64_t before = atomic_load(&latest);
    uint64_t now = nanoseconds(CLOCK_MONOTONIC);
    if (now < before) wrong("the time is %llu, and was %llu", (unsigned long long)now, (unsigned long long)before);
    while (before < now && !atomic_compare_exchange_weak(&latest, &before, now)) {}
    uint64_t cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    uint64_t span = 1000 * below(600);
    if (below(2)) {
        nap(span / 1000);
        MUST(nanoseconds(CLOCK_MONOTONIC) >= now + span);
    }
    MUST(nanoseconds(CLOCK_THREAD_CPUTIME_ID) >= cpu);
}

// Tokens: whoever has taken one brings it back

enum { tokens = 3 };
static int token_pipe[2], token_event, token_socket[2];
static atomic_int tokens_out[3];

static void op_token(void) {
    int kind = below(3);
    char byte;
    uint64_t one;
    if (kind == 0) MUST(AGAIN(read(token_pipe[0], &byte, 1)) == 1 && byte == 't');
    if (kind == 1) MUST(AGAIN(read(token_event, &one, 8)) == 8 && one == 1);
    if (kind == 2) MUST(AGAIN(recv(token_socket[0], &byte, 1, 0)) == 1 && byte == 't');
    int out = atomic_fetch_add(&tokens_out[kind], 1);
    if (out >= tokens) wrong("%d tokens of kind %d are out", out + 1, kind);
    if (below(3) == 0) sched_yield();
    atomic_fetch_sub(&tokens_out[kind], 1);
    byte = 't';
    one = 1;
    if (kind == 0) MUST(AGAIN(write(token_pipe[1], &byte, 1)) == 1);
    if (kind == 1) MUST(AGAIN(write(token_event, &one, 8)) == 8);
    if (kind == 2) MUST(AGAIN(send(token_socket[1], &byte, 1, 0)) == 1);
}

// Waiting with poll and epoll for what a helper brings, with a timeout far away

struct bringer { int file; int isEvent; long micros; };

static void *brings(void *argument) {
    struct bringer *bringer = argument;
    if (bringer->micros) nap(bringer->micros);
    uint64_t one = 1;
    MUST(write(bringer->file, &one, bringer->isEvent ? 8 : 1) > 0);
    return NULL;
}

static void op_poll(void) {
    int ends[2], event = eventfd(0, EFD_NONBLOCK), poll_file = epoll_create1(0);
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && event >= 0 && poll_file >= 0);
    struct bringer bringer = {.isEvent = below(2), .micros = below(2) * below(400)};
    bringer.file = bringer.isEvent ? event : ends[1];
    if (below(2)) {
        pthread_t thread = helper(brings, &bringer);
        struct pollfd files[2] = {{ends[0], POLLIN, 0}, {event, POLLIN, 0}};
        MUST(AGAIN(poll(files, 2, 60000)) == 1);
        MUST(files[bringer.isEvent].revents == POLLIN && files[!bringer.isEvent].revents == 0);
        join(thread);
    } else {
        struct epoll_event entry = {.events = EPOLLIN | (below(2) ? EPOLLET : 0), .data.u32 = 0}, got;
        MUST(epoll_ctl(poll_file, EPOLL_CTL_ADD, ends[0], &entry) == 0);
        entry.data.u32 = 1;
        MUST(epoll_ctl(poll_file, EPOLL_CTL_ADD, event, &entry) == 0);
        pthread_t thread = helper(brings, &bringer);
        MUST(AGAIN(epoll_wait(poll_file, &got, 1, 60000)) == 1);
        MUST((int)got.data.u32 == bringer.isEvent);
        join(thread);
    }
    close(ends[0]);
    close(ends[1]);
    close(event);
    close(poll_file);
}

static void op_timerfd(void) {
    int file = timerfd_create(CLOCK_MONOTONIC, 0);
    MUST(file >= 0);
    uint64_t span = 1 + below(700000), count, before = nanoseconds(CLOCK_MONOTONIC);
    struct itimerspec when = {.it_value = {0, span}};
    MUST(timerfd_settime(file, 0, &when, NULL) == 0);
    MUST(AGAIN(read(file, &count, 8)) == 8 && count == 1);
    MUST(nanoseconds(CLOCK_MONOTONIC) >= before + span);
    close(file);
}

// A stream through a pipe or a socket arrives whole and in order

struct stream { int file; size_t length; uint64_t tag; };

static void *pours(void *argument) {
    struct stream *stream = argument;
    unsigned char buffer[1500];
    for (size_t sent = 0; sent < stream->length;) {
        size_t count = stream->length - sent < sizeof buffer ? stream->length - sent : sizeof buffer;
        for (size_t i = 0; i < count; i++) buffer[i] = (unsigned char)(stream->tag + (sent + i) * 7);
        long written = AGAIN(write(stream->file, buffer, count));
        MUST(written > 0);
        sent += written;
    }
    close(stream->file);
    return NULL;
}

static void op_stream(void) {
    int ends[2];
    MUST((below(2) ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) == 0);
    struct stream stream = {ends[1], below(200000), any(me)};
    pthread_t thread = helper(pours, &stream);
    unsigned char buffer[2000];
    size_t position = 0;
    for (;;) {
        long count = AGAIN(read(ends[0], buffer, 1 + below(sizeof buffer)));
        MUST(count >= 0);
        if (count == 0) break;
        for (long i = 0; i < count; i++, position++)
            if (buffer[i] != (unsigned char)(stream.tag + position * 7)) wrong("byte %zu of a stream is another", position);
    }
    if (position != stream.length) wrong("%zu bytes of %zu arrived", position, stream.length);
    join(thread);
    close(ends[0]);
}

// Files: our own, one that all append to, one that is locked

static int log_file;
static volatile long under_lock;
enum { record = 31, most_records = 400 };

static void op_file(void) {
    char name[64], text[3000], back[3000];
    snprintf(name, sizeof name, "file-%d", me->number);
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(file >= 0);
    memset(text, 'a' + below(26), sizeof text);
    size_t length = 1 + below(sizeof text);
    MUST(write(file, text, length) == (long)length);
    int copy = dup(file);
    MUST(copy > file || copy >= 0);
    close(file);
    MUST(pread(copy, back, sizeof back, 0) == (long)length && memcmp(text, back, length) == 0);
    MUST(unlink(name) == 0);
    struct stat status;
    MUST(fstat(copy, &status) == 0 && status.st_nlink == 0 && status.st_size == (long)length);
    close(copy);
}

static void make_record(char text[64], int who, long index) {
    int length = snprintf(text, 64, "%02d %010ld %016llx\n", who, index, (unsigned long long)mix(who, index));
    MUST(length == record);
}

static void op_append(void) {
    if (me->appended >= most_records) return;
    char text[64];
    make_record(text, me->number, me->appended);
    MUST(write(log_file, text, record) == record);
    me->appended++;
}

static void op_lock(void) {
    int file = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600), isWhole = below(2);
    MUST(file >= 0);
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
    // The two kinds do not see each other, so the number is behind both.
    MUST(AGAIN(flock(file, LOCK_EX)) == 0);
    if (isWhole) MUST(AGAIN(fcntl(file, F_OFD_SETLKW, &range)) == 0);
    long seen = under_lock;
    if (below(3) == 0) sched_yield();
    under_lock = seen + 1;
    me->locked++;
    if (below(2)) MUST(flock(file, LOCK_UN) == 0);
    close(file);
}

// The run

static const struct { const char *name; void (*run)(void); int weight; } operations[] = {
    {"transfer", op_transfer, 12}, {"audit", op_audit, 2}, {"count", op_count, 12}, {"pair", op_pair, 3},
    {"crowd", op_crowd, 2}, {"threads", op_threads, 3}, {"cancel", op_cancel, 1}, {"robust", op_robust, 2},
    {"signal", op_signal, 12}, {"queue", op_queue, 4}, {"timer", op_timer, 2}, {"map", op_map, 6},
    {"slot", op_slot, 14}, {"hot", op_hot, 3}, {"move", op_move, 3}, {"time", op_time, 4}, {"token", op_token, 8},
    {"poll", op_poll, 3}, {"timerfd", op_timerfd, 2}, {"stream", op_stream, 1}, {"file", op_file, 3},
    {"append", op_append, 2}, {"lock", op_lock, 3},
};
enum { operation_count = sizeof operations / sizeof operations[0] };
static const char *only;

static int choose(void) {
    int total = 0;
    for (int i = 0; i < operation_count; i++) total += operations[i].weight;
    int point = below(total);
    for (int i = 0;; i++)
        if ((point -= operations[i].weight) < 0) return i;
}

static pthread_barrier_t everybody_has_begun, nobody_sends;

static void *work(void *argument) {
    me = argument;
    atomic_store(&me->id, (int)syscall(SYS_gettid));
    pthread_barrier_wait(&everybody_has_begun);
    while (!atomic_load(&is_over)) {
        int index = choose();
        if (only && strcmp(only, operations[index].name) != 0) continue;
        atomic_store(&me->doing, operations[index].name);
        operations[index].run();
        atomic_fetch_add(&me->beats, 1);
    }
    atomic_store(&me->doing, "the end");
    pthread_barrier_wait(&nobody_sends);
    atomic_store(&me->doing, "waiting for its signals");
    while (atomic_load(&me->signals_seen) != atomic_load(&me->signals_sent_to)) nap(200);
    atomic_fetch_add(&me->beats, 1);
    atomic_store(&me->doing, "nothing more");
    return NULL;
}

// Who has not done anything for long is said with what it does and what the kernel thinks that it does.
static void say_stuck(struct worker *worker) {
    char path[64], text[200] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", atomic_load(&worker->id));
    int file = open(path, O_RDONLY);
    if (file >= 0 && read(file, text, sizeof text - 1) < 0) text[0] = 0;
    if (file >= 0) close(file);
    dprintf(2, "stress: STUCK: worker %d (thread %d) in %s; signals %ld of %ld; %s\n", worker->number, atomic_load(&worker->id),
            atomic_load(&worker->doing), atomic_load(&worker->signals_seen), atomic_load(&worker->signals_sent_to), text);
}

static void *watch(void *argument) {
    unsigned long seen[most_workers] = {0};
    int idle[most_workers] = {0};
    for (;;) {
        nap(999999);
        int stuck = 0;
        for (int i = 0; i < worker_count; i++) {
            unsigned long beats = atomic_load(&workers[i].beats);
            idle[i] = beats == seen[i] ? idle[i] + 1 : 0;
            seen[i] = beats;
            if (idle[i] >= stuck_seconds && strcmp(atomic_load(&workers[i].doing), "nothing more") != 0) stuck = 1;
        }
        if (!stuck) continue;
        for (int i = 0; i < worker_count; i++) say_stuck(&workers[i]);
        dprintf(2, "stress: WRONG: a worker is stuck (seed %llu)\n", (unsigned long long)seed);
        _exit(3);
    }
    return argument;
}

static char folder[] = "/tmp/stressXXXXXX";

static void prepare(void) {
    MUST(mkdtemp(folder) && chdir(folder) == 0);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&inheriting, &attributes);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &attributes);
    pthread_spin_init(&spinning, 0);
    sem_init(&semaphore, 0, 1);
    for (int i = 0; i < accounts; i++) bank[i].amount = money;
    for (int i = 0; i < slots; i++) {
        pthread_rwlock_init(&slot[i].lock, NULL);
        slot[i].memory = mmap(NULL, slot_pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        MUST(slot[i].memory != MAP_FAILED);
        for (int j = 0; j < slot_pages; j++) slot[i].memory[j * 512 + 11] = mix(0, j);
    }
    MUST(pipe(token_pipe) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, token_socket) == 0);
    token_event = eventfd(tokens, EFD_SEMAPHORE);
    MUST(token_event >= 0 && write(token_pipe[1], "tttttttt", tokens) == tokens);
    MUST(send(token_socket[1], "tttttttt", tokens, 0) == tokens);
    log_file = open("log", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    MUST(log_file >= 0);
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigfillset(&action.sa_mask);
    sigdelset(&action.sa_mask, SIGSEGV);
    MUST(sigaction(SIGNAL_RESTARTS, &action, NULL) == 0);
    action.sa_flags = SA_SIGINFO;
    MUST(sigaction(SIGNAL_INTERRUPTS, &action, NULL) == 0);
    action.sa_flags = 0;
    action.sa_handler = on_timer;
    MUST(sigaction(SIGNAL_TIMER, &action, NULL) == 0);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    MUST(sigaction(SIGSEGV, &action, NULL) == 0);
    MUST(sched_getaffinity(0, sizeof all_cpus, &all_cpus) == 0);
}

// What the tokens, the file and the counters say in the end.
static void settle(void) {
    char bytes[16], line[record + 1] = "";
    uint64_t count;
    fcntl(token_pipe[0], F_SETFL, O_NONBLOCK);
    MUST(read(token_pipe[0], bytes, sizeof bytes) == tokens);
    MUST(recv(token_socket[0], bytes, sizeof bytes, MSG_DONTWAIT) == tokens);
    fcntl(token_event, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < tokens; i++) MUST(read(token_event, &count, 8) == 8);
    MUST(read(token_event, &count, 8) == -1 && errno == EAGAIN);
    long added = 0, counted = 0, appended = 0, locked = 0, sent = 0, sum = 0;
    for (int i = 0; i < 6; i++) counted += numbers[i];
    for (int i = 0; i < worker_count; i++) {
        struct worker *worker = &workers[i];
        added += worker->added;
        appended += worker->appended;
        locked += worker->locked;
        sent += worker->queued_to_process;
        sum += worker->queued_sum;
        if (worker->signals_seen != worker->signals_sent_to || worker->signal_sum_seen != worker->signal_sum_sent_to)
            wrong("worker %d saw %ld signals (%ld) of %ld (%ld)", i, worker->signals_seen, worker->signal_sum_seen,
                  worker->signals_sent_to, worker->signal_sum_sent_to);
    }
    if (added != counted) wrong("%ld additions, and the sum is %ld", added, counted);
    if (locked != under_lock) wrong("%ld additions under locks of files, and the sum is %ld", locked, under_lock);
    if (sent != atomic_load(&process_signals) || sum != atomic_load(&process_sum))
        wrong("%ld signals of %ld to the process were taken", atomic_load(&process_signals), sent);
    long next[most_workers] = {0};
    for (long i = 0; i < appended; i++) {
        MUST(pread(log_file, line, record, i * record) == record);
        int who = atoi(line);
        char expected[64];
        MUST(who >= 0 && who < worker_count);
        make_record(expected, who, next[who]);
        if (memcmp(expected, line, record) != 0) wrong("record %ld is %s", i, line);
        next[who]++;
    }
    struct stat status;
    MUST(fstat(log_file, &status) == 0 && status.st_size == appended * record);
    while (atomic_load(&detached) > 0) nap(500);
    unlink("log");
    unlink("lock");
    MUST(rmdir(folder) == 0);
}

int main(int count, char **words) {
    double seconds = 5;
    seed = (uint64_t)time(NULL) * 1000003 ^ nanoseconds(CLOCK_MONOTONIC);
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(words[i], "--seed") == 0) seed = strtoull(words[i + 1], NULL, 0);
        else if (strcmp(words[i], "--seconds") == 0) seconds = atof(words[i + 1]);
        else if (strcmp(words[i], "--workers") == 0) worker_count = atoi(words[i + 1]);
        else if (strcmp(words[i], "--only") == 0) only = words[i + 1];
        else wrong("what is %s?", words[i]);
    }
    MUST(worker_count > 0 && worker_count <= most_workers);
    prepare();
    dprintf(1, "stress: seed %llu, %g s, %d workers on %d CPUs\n", (unsigned long long)seed, seconds, worker_count,
            CPU_COUNT(&all_cpus));
    sigset_t all, old, process;
    sigemptyset(&process);
    sigaddset(&process, SIGNAL_PROCESS);
    sigfillset(&all);
    MUST(pthread_sigmask(SIG_BLOCK, &process, NULL) == 0);
    pthread_barrier_init(&everybody_has_begun, NULL, worker_count + 1);
    pthread_barrier_init(&nobody_sends, NULL, worker_count);
    for (int i = 0; i < worker_count; i++) {
        workers[i] = (struct worker){.number = i, .random = mix(seed, i + 1), .doing = "the beginning"};
        MUST(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    MUST(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);
    pthread_t watcher = helper(watch, NULL), takers[2] = {helper(takes_signals, NULL), helper(takes_signals, "file")};
    pthread_barrier_wait(&everybody_has_begun);
    uint64_t end = nanoseconds(CLOCK_MONOTONIC) + (uint64_t)(seconds * 1e9);
    while (nanoseconds(CLOCK_MONOTONIC) < end) nap(50000);
    atomic_store(&is_over, 1);
    for (int i = 0; i < worker_count; i++) join(workers[i].thread);
    for (int i = 0; i < 2; i++)
        while (sigqueue(getpid(), SIGNAL_PROCESS, (union sigval){.sival_ptr = (void *)-1l}) != 0) nap(1000);
    for (int i = 0; i < 2; i++) join(takers[i]);
    pthread_cancel(watcher);
    join(watcher);
    settle();
    unsigned long beats = 0;
    long signals = 0;
    for (int i = 0; i < worker_count; i++) beats += workers[i].beats, signals += workers[i].signals_seen;
    dprintf(1, "stress: %lu operations, %ld signals to threads, %ld to the process\n", beats, signals, atomic_load(&process_signals));
    dprintf(1, "stress: good\n");
    return 0;
}
