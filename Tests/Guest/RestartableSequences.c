// SPDX-License-Identifier: Apache-2.0
//
// rseq(2): the area tells the thread's CPU, and a sequence that is interrupted goes on at its abort handler, also in a
// signal's context. C libraries register an area of their own; each case takes that one away first.
// Source: Linux's include/uapi/linux/rseq.h and Documentation/userspace-api/rseq.rst.

#include "case.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <ucontext.h>

#define SIGNATURE 0x53053053

struct area {
    uint32_t cpu_id_start, cpu_id;
    uint64_t sequence;
    uint32_t flags, node_id, concurrency_id, padding;
} __attribute__((aligned(32)));

static int rseq(void *area, uint32_t length, int flags, uint32_t signature) {
    return (int)syscall(SYS_rseq, area, length, flags, signature);
}

// glibc's own, since 2.35.
extern const ptrdiff_t __rseq_offset __attribute__((weak));

static void take_from_the_library(void) {
    if (&__rseq_offset) rseq((char *)__builtin_thread_pointer() + __rseq_offset, 32, 1, SIGNATURE);
}

// Stays inside a sequence until it is interrupted; returns what the abort handler leaves.
static int stay(struct area *area) {
    int aborted = 0;
    __asm__ volatile(
        ".pushsection .data\n"
        ".balign 32\n"
        "3: .long 0, 0\n"
        ".quad 1f, 2f - 1f, 4f\n"
        ".popsection\n"
        "lea 3b(%%rip), %%rax\n"
        "movq %%rax, 8(%[area])\n"
        "1: pause\n"
        "jmp 1b\n"
        "2: ud2\n"
        ".long 0x53053053\n"
        "4: movl $1, %[aborted]\n"
        : [aborted] "+m"(aborted)
        : [area] "r"(area)
        : "rax", "memory");
    return aborted;
}

CASE(an_area_is_registered_once_and_taken_back) {
    take_from_the_library();
    static struct area area, other;
    CHECK_ERRNO(rseq(&area, 31, 0, SIGNATURE), EINVAL);
    CHECK_ERRNO(rseq((char *)&area + 8, 32, 0, SIGNATURE), EINVAL);
    CHECK_ERRNO(rseq(&area, 32, 2, SIGNATURE), EINVAL);
    CHECK_ERRNO(rseq(&area, 32, 1, SIGNATURE), EINVAL);
    CHECK_ERRNO(rseq((void *)0xffff800000000000, 32, 0, SIGNATURE), EFAULT);
    CHECK_EQUAL(rseq(&area, 32, 0, SIGNATURE), 0);
    CHECK_ERRNO(rseq(&area, 32, 0, SIGNATURE), EBUSY);
    CHECK_ERRNO(rseq(&area, 32, 0, 1), EPERM);
    CHECK_ERRNO(rseq(&other, 32, 0, SIGNATURE), EINVAL);
    CHECK_ERRNO(rseq(&area, 32, 1, 1), EPERM);
    CHECK_ERRNO(rseq(&other, 32, 1, SIGNATURE), EINVAL);
    CHECK_EQUAL(rseq(&area, 32, 1, SIGNATURE), 0);
    CHECK_EQUAL(area.cpu_id, (uint32_t)-1);
    CHECK_EQUAL(area.cpu_id_start, 0);
}

CASE(the_area_tells_the_cpu_after_every_move) {
    take_from_the_library();
    static struct area area;
    area.cpu_id = -1;
    CHECK_EQUAL(rseq(&area, 32, 0, SIGNATURE), 0);
    cpu_set_t all;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    for (int round = 0; round < 20; round++) {
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            if (!CPU_ISSET(cpu, &all)) continue;
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
            CHECK_EQUAL(*(volatile uint32_t *)&area.cpu_id, (uint32_t)cpu);
            CHECK_EQUAL(area.cpu_id_start, (uint32_t)cpu);
        }
    }
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
    CHECK_EQUAL(rseq(&area, 32, 1, SIGNATURE), 0);
}

static struct area *watched;
static volatile uint64_t place_in_handler, sequence_in_handler;

static void note_place(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    place_in_handler = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    sequence_in_handler = watched->sequence;
}

CASE(a_signal_leads_out_of_a_sequence_before_its_handler_runs) {
    take_from_the_library();
    static struct area area;
    watched = &area;
    CHECK_EQUAL(rseq(&area, 32, 0, SIGNATURE), 0);
    struct sigaction action = {.sa_sigaction = note_place, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    struct itimerval timer = {.it_value = {.tv_usec = 20000}};
    CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
    CHECK_EQUAL(stay(&area), 1);
    // Another thread may have run before the signal came; then the handler is outside already.
    while (!place_in_handler) sched_yield();
    CHECK_EQUAL(sequence_in_handler, 0);
    CHECK_EQUAL(area.sequence, 0);
    CHECK_EQUAL(rseq(&area, 32, 1, SIGNATURE), 0);
}

CASE(a_sequence_that_was_left_is_forgotten) {
    take_from_the_library();
    static struct area area;
    static struct { uint32_t version, flags; uint64_t start, length, abort; } __attribute__((aligned(32))) elsewhere;
    static uint32_t handler[2] = {SIGNATURE};
    elsewhere.start = 0x1000, elsewhere.length = 16, elsewhere.abort = (uint64_t)(uintptr_t)&handler[1];
    CHECK_EQUAL(rseq(&area, 32, 0, SIGNATURE), 0);
    area.sequence = (uint64_t)(uintptr_t)&elsewhere;
    struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; i < 100 && *(volatile uint64_t *)&area.sequence; i++) nanosleep(&moment, NULL);
    CHECK_EQUAL(area.sequence, 0);
    CHECK_EQUAL(rseq(&area, 32, 1, SIGNATURE), 0);
}

static void *stay_often(void *unused) {
    (void)unused;
    take_from_the_library();
    static __thread struct area area;
    if (rseq(&area, 32, 0, SIGNATURE) != 0) return (void *)1;
    for (int i = 0; i < 3; i++) {
        if (stay(&area) != 1 || area.sequence != 0) return (void *)2;
    }
    return (void *)(long)rseq(&area, 32, 1, SIGNATURE);
}

CASE(preemption_leads_out_of_a_sequence) {
    cpu_set_t all, one;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++) if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    // This thread is the third one on the CPU: the last of the others needs somebody who takes it away.
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, stay_often, NULL) == 0);
    for (int i = 0; i < 2; i++) {
        void *result = NULL;
        int joined;
        while ((joined = pthread_tryjoin_np(threads[i], &result)) == EBUSY) sched_yield();
        CHECK_EQUAL(joined, 0);
        CHECK_EQUAL((long)result, 0);
    }
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
}

// MARK: membarrier(2)

static struct area far_area;
static atomic_int is_far, stays_far, times_left;

static void *stays_elsewhere(void *argument) {
    (void)argument;
    take_from_the_library();
    if (rseq(&far_area, 32, 0, SIGNATURE) != 0) return (void *)1L;
    atomic_store(&is_far, 1);
    while (atomic_load(&stays_far)) atomic_fetch_add(&times_left, stay(&far_area));
    return (void *)(long)(rseq(&far_area, 32, 1, SIGNATURE) != 0);
}

// However the threads lie on the CPUs, the other one's sequence is left: by a switch or by the barrier's interrupt.
CASE(a_barrier_leads_out_of_sequences) {
    NEEDS_MEMORY;
    enum { barrier = 1 << 7, registration = 1 << 8, registrations = 1 << 9, one_cpu = 1 };
    long query = syscall(SYS_membarrier, 0, 0, 0);
    CHECK((query & (barrier | registration)) == (barrier | registration));
    CHECK_ERRNO(syscall(SYS_membarrier, barrier, 0, 0), EPERM);
    CHECK_ERRNO(syscall(SYS_membarrier, registration, one_cpu, 0), EINVAL);
    CHECK_EQUAL(syscall(SYS_membarrier, registration, 0, 0), 0);
    if (query & registrations) CHECK(syscall(SYS_membarrier, registrations, 0, 0) & registration);
    CHECK_ERRNO(syscall(SYS_membarrier, barrier, 2, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_membarrier, 8 /* PRIVATE_EXPEDITED */, one_cpu, 0), EINVAL);
    CHECK_EQUAL(syscall(SYS_membarrier, barrier, one_cpu, 1000000), 0);
    atomic_store(&is_far, 0);
    atomic_store(&stays_far, 1);
    atomic_store(&times_left, 0);
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, stays_elsewhere, NULL), 0);
    while (!atomic_load(&is_far)) sched_yield();
    for (int round = 0; round < 20; round++) {
        // Without the barrier the loop would have nothing to end it where the other thread has a CPU of its own.
        int before = atomic_load(&times_left);
        while (atomic_load(&times_left) == before) {
            CHECK_EQUAL(syscall(SYS_membarrier, barrier, 0, 0), 0);
            uint32_t cpu = ((volatile struct area *)&far_area)->cpu_id;
            CHECK_EQUAL(syscall(SYS_membarrier, barrier, one_cpu, cpu), 0);
            sched_yield();
        }
    }
    atomic_store(&stays_far, 0);
    int last = atomic_load(&times_left);
    while (atomic_load(&times_left) == last && syscall(SYS_membarrier, barrier, 0, 0) == 0) sched_yield();
    void *failed;
    pthread_join(thread, &failed);
    CHECK_EQUAL((long)failed, 0);
}
