// SPDX-License-Identifier: Apache-2.0
//
// Threads on several CPUs: where they run, what they see of each other's memory, and that nothing is lost. Every case also
// holds on one CPU. Sources: sched(7), sched_setaffinity(2), getcpu(2), membarrier(2), munmap(2), mprotect(2).

#include "case.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

static int cpu_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

CASE(a_thread_runs_where_it_is_put) {
    int count = cpu_count();
    CHECK(count >= 1);
    cpu_set_t all;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &all)) continue;
        cpu_set_t one, now;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
        CHECK_EQUAL(sched_getcpu(), cpu);
        unsigned number = 99, node = 99;
        CHECK(syscall(SYS_getcpu, &number, &node, NULL) == 0);
        CHECK_EQUAL(number, cpu);
        CHECK_EQUAL(node, 0);
        CHECK(sched_getaffinity(0, sizeof now, &now) == 0);
        CHECK(CPU_EQUAL(&one, &now));
    }
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
    cpu_set_t none;
    CPU_ZERO(&none);
    CHECK_ERRNO(sched_setaffinity(0, sizeof none, &none), EINVAL);
}

static void *ask_affinity(void *set) {
    return (void *)(long)(sched_getaffinity(0, sizeof(cpu_set_t), set) != 0);
}

CASE(a_thread_inherits_the_cpus_of_its_maker) {
    cpu_set_t all, one, got;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    int last = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) if (CPU_ISSET(cpu, &all)) last = cpu;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    pthread_t thread;
    void *failed = NULL;
    int made = pthread_create(&thread, NULL, ask_affinity, &got);
    if (made == 0) pthread_join(thread, &failed);
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
    CHECK_EQUAL(made, 0);
    CHECK(!failed && CPU_EQUAL(&one, &got));
}

static atomic_int ready_count;
static atomic_long total;

static void *add(void *rounds) {
    atomic_fetch_add(&ready_count, 1);
    for (long i = 0; i < (long)rounds; i++) atomic_fetch_add(&total, 1);
    return NULL;
}

CASE(threads_add_to_one_number) {
    pthread_t threads[4];
    atomic_store(&total, 0);
    int made = 0;
    while (made < 4 && pthread_create(&threads[made], NULL, add, (void *)50000) == 0) made++;
    for (int i = 0; i < made; i++) pthread_join(threads[i], NULL);
    CHECK_EQUAL(atomic_load(&total), 50000 * made);
    CHECK_EQUAL(made, 4);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static long guarded, turns[4];

static void *take_turns(void *number) {
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&mutex);
        while (guarded % 4 != (long)number) pthread_cond_wait(&condition, &mutex);
        guarded++;
        turns[(long)number]++;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

CASE(turns_by_a_condition_are_not_lost) {
    NEEDS_MEMORY;
    pthread_t threads[4];
    guarded = 0;
    memset(turns, 0, sizeof turns);
    for (long i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, take_turns, (void *)i) == 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    CHECK_EQUAL(guarded, 2000);
    for (int i = 0; i < 4; i++) CHECK_EQUAL(turns[i], 500);
}

// A thread that reads a page all the time while another one changes what the page is.
static char *volatile shared_page;
static atomic_int stop_reading;
static atomic_long faults_seen;

static void on_fault(int signal, siginfo_t *information, void *context) {
    (void)signal, (void)context;
    char *page = (char *)((uintptr_t)information->si_addr & ~4095ul);
    if (page != shared_page) _exit(77);
    atomic_fetch_add(&faults_seen, 1);
    while (atomic_load(&stop_reading) == 0 && mprotect(page, 4096, PROT_READ | PROT_WRITE) != 0) sched_yield();
}

static void *write_always(void *unused) {
    (void)unused;
    atomic_fetch_add(&ready_count, 1);
    while (!atomic_load(&stop_reading)) ++*(volatile long *)shared_page;
    return NULL;
}

CASE(a_page_made_read_only_is_so_on_every_cpu) {
    NEEDS_MEMORY;
    struct sigaction action = {.sa_flags = SA_SIGINFO, .sa_sigaction = on_fault}, old;
    shared_page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(shared_page != MAP_FAILED);
    CHECK(sigaction(SIGSEGV, &action, &old) == 0);
    atomic_store(&stop_reading, 0);
    atomic_store(&ready_count, 0);
    atomic_store(&faults_seen, 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, write_always, NULL) == 0);
    while (!atomic_load(&ready_count)) sched_yield();
    long changed_under_protection = 0;
    for (int i = 0; i < 200; i++) {
        mprotect(shared_page, 4096, PROT_READ);
        long before = *(volatile long *)shared_page;
        long faults = atomic_load(&faults_seen);
        for (volatile int j = 0; j < 200; j++) {}
        long after = *(volatile long *)shared_page;
        // Written although nobody had made it writable again: a stale translation.
        if (after != before && atomic_load(&faults_seen) == faults) {
            sched_yield();
            if (atomic_load(&faults_seen) == faults) changed_under_protection++;
        }
    }
    mprotect(shared_page, 4096, PROT_READ | PROT_WRITE);
    atomic_store(&stop_reading, 1);
    pthread_join(thread, NULL);
    sigaction(SIGSEGV, &old, NULL);
    munmap(shared_page, 4096);
    CHECK_EQUAL(changed_under_protection, 0);
}

static void *map_and_unmap(void *number) {
    unsigned long tag = (unsigned long)number;
    for (int i = 0; i < 60; i++) {
        size_t pages = 1 + (tag + i) % 40;
        unsigned long *memory =
            mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return (void *)1;
        for (size_t page = 0; page < pages; page++) {
            if (memory[page * 512] != 0) return (void *)2;  // somebody else's frame
            memory[page * 512] = tag << 32 | i;
        }
        for (size_t page = 0; page < pages; page++)
            if (memory[page * 512] != (tag << 32 | i)) return (void *)3;
        if (munmap(memory, pages * 4096) != 0) return (void *)4;
    }
    return NULL;
}

CASE(memory_given_back_is_not_seen_by_its_old_owner) {
    NEEDS_MEMORY;
    pthread_t threads[4];
    long worst = 0;
    for (long i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, map_and_unmap, (void *)(i + 1)) == 0);
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        if ((long)result > worst) worst = (long)result;
    }
    CHECK_EQUAL(worst, 0);
}

static atomic_long signals_seen;

static void count_signal(int signal) {
    (void)signal;
    atomic_fetch_add(&signals_seen, 1);
}

static void *spin(void *unused) {
    (void)unused;
    atomic_fetch_add(&ready_count, 1);
    while (!atomic_load(&stop_reading)) {}
    return NULL;
}

CASE(a_signal_reaches_a_thread_that_only_computes) {
    NEEDS_MEMORY;
    struct sigaction action = {.sa_handler = count_signal}, old;
    CHECK(sigaction(SIGUSR1, &action, &old) == 0);
    atomic_store(&stop_reading, 0);
    atomic_store(&ready_count, 0);
    atomic_store(&signals_seen, 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, spin, NULL) == 0);
    while (!atomic_load(&ready_count)) sched_yield();
    for (int i = 1; i <= 50; i++) {
        pthread_kill(thread, SIGUSR1);
        while (atomic_load(&signals_seen) < i) sched_yield();
    }
    atomic_store(&stop_reading, 1);
    pthread_join(thread, NULL);
    sigaction(SIGUSR1, &old, NULL);
    CHECK_EQUAL(atomic_load(&signals_seen), 50);
}

static void *use_doubles(void *seed) {
    double value = 1.0 + (double)(long)seed, expected = value;
    for (int i = 0; i < 400; i++) {
        value = value * 1.0000001 + (double)i;
        if (i % 16 == 0) sched_yield();
        expected = expected * 1.0000001 + (double)i;
        if (value != expected) return (void *)1;
    }
    return NULL;
}

CASE(floating_point_registers_move_with_their_thread) {
    NEEDS_MEMORY;
    pthread_t threads[6];
    long wrong = 0;
    for (long i = 0; i < 6; i++) CHECK(pthread_create(&threads[i], NULL, use_doubles, (void *)i) == 0);
    for (int i = 0; i < 6; i++) {
        void *result;
        pthread_join(threads[i], &result);
        wrong += (long)result;
    }
    CHECK_EQUAL(wrong, 0);
}

// The classic test of store buffers: without the barriers both could read 0.
static atomic_int flag_a, flag_b, seen_a, round_number;

static void *slow_side(void *rounds) {
    for (int i = 1; i <= (int)(long)rounds; i++) {
        while (atomic_load(&round_number) != i) sched_yield();
        atomic_store_explicit(&flag_b, 1, memory_order_relaxed);
        syscall(SYS_membarrier, 8 /* PRIVATE_EXPEDITED */, 0, 0);
        atomic_store_explicit(&seen_a, atomic_load_explicit(&flag_a, memory_order_relaxed), memory_order_relaxed);
        atomic_fetch_add(&ready_count, 1);
    }
    return NULL;
}

CASE(membarrier_orders_the_other_thread) {
    NEEDS_MEMORY;
    CHECK(syscall(SYS_membarrier, 16 /* REGISTER_PRIVATE_EXPEDITED */, 0, 0) == 0);
    pthread_t thread;
    long rounds = 300, both = 0;
    atomic_store(&round_number, 0);
    CHECK(pthread_create(&thread, NULL, slow_side, (void *)rounds) == 0);
    for (int i = 1; i <= rounds; i++) {
        atomic_store(&flag_a, 0);
        atomic_store(&flag_b, 0);
        atomic_store(&ready_count, 0);
        atomic_store(&round_number, i);
        atomic_store_explicit(&flag_a, 1, memory_order_relaxed);
        atomic_signal_fence(memory_order_seq_cst);
        int b = atomic_load_explicit(&flag_b, memory_order_relaxed);
        while (!atomic_load(&ready_count)) sched_yield();
        if (b == 0 && atomic_load(&seen_a) == 0) both++;
    }
    pthread_join(thread, NULL);
    CHECK_EQUAL(both, 0);
}

static void *wait_in_pipe(void *descriptor) {
    char byte;
    return (void *)(long)read((int)(long)descriptor, &byte, 1);
}

CASE(wake_ups_by_pipes_are_not_lost) {
    NEEDS_MEMORY;
    for (int i = 0; i < 50; i++) {
        int ends[2];
        CHECK(pipe(ends) == 0);
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, wait_in_pipe, (void *)(long)ends[0]) == 0);
        if (i % 2) sched_yield();
        CHECK_EQUAL(write(ends[1], "x", 1), 1);
        void *count;
        pthread_join(thread, &count);
        CHECK_EQUAL((long)count, 1);
        close(ends[0]);
        close(ends[1]);
    }
}

static double thread_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void *burn(void *seconds) {
    while (thread_seconds() < *(double *)seconds) {}
    return NULL;
}

CASE(time_on_all_cpus_adds_up) {
    NEEDS_MEMORY;
    struct rusage before, after;
    CHECK(getrusage(RUSAGE_SELF, &before) == 0);
    double seconds = 0.02;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, burn, &seconds) == 0);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    CHECK(getrusage(RUSAGE_SELF, &after) == 0);
    double used = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) + (after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
                  ((after.ru_utime.tv_usec - before.ru_utime.tv_usec) + (after.ru_stime.tv_usec - before.ru_stime.tv_usec)) / 1e6;
    if (used < 0.059) case_fails("three threads of 20 ms used %f s", used);
}
