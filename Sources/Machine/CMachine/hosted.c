/* SPDX-License-Identifier: Apache-2.0
 *
 * Storage behind hosted.h: the CPUs of unit tests, user memory that is simply memory, and contexts. A context is a
 * thread of the process that waits until somebody switches to it: one runs, so code under test sees one CPU, while
 * stacks and switches are real. C, because leaving a context for good is a jump to where its thread began.
 */
#include "machine.h"
#if __STDC_HOSTED__
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdlib.h>

_Thread_local struct machine_cpu machine_hosted_cpu;
struct machine_calls machine_calls;
struct machine_heap_cache machine_hosted_heap_caches[24];
struct machine_frame_cache machine_hosted_frame_cache;

size_t machine_copy_user(void *to, const void *from, size_t count) { memcpy(to, from, count); return 0; }
size_t machine_clear_user(void *to, size_t count) { memset(to, 0, count); return 0; }
size_t machine_store_user32(void *word, uint32_t value) { memcpy(word, &value, 4); return 0; }
size_t machine_store_user64(void *word, uint64_t value) { memcpy(word, &value, 8); return 0; }
struct machine_user_word machine_load_user32(const void *word) {
    uint32_t value; memcpy(&value, word, 4); return (struct machine_user_word){value, 0}; }
struct machine_user_word machine_load_user64(const void *word) {
    uint64_t value; memcpy(&value, word, 8); return (struct machine_user_word){value, 0}; }
size_t machine_exchange_user32(void *word, uint32_t *expected, uint32_t desired) {
    return !__atomic_compare_exchange_n((uint32_t *)word, expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

struct machine_hosted_context {
    void (*entry)(uintptr_t);
    uintptr_t argument;
    sem_t turn;
    struct machine_cpu cpu;
    int has_begun, is_over;
    jmp_buf beginning;
};

/* A context that begins at `entry`; without one, of the thread that will switch from it first. */
struct machine_hosted_context *machine_hosted_make(void (*entry)(uintptr_t), uintptr_t argument) {
    struct machine_hosted_context *context = calloc(1, sizeof *context);
    if (!context) return NULL;
    context->entry = entry;
    context->argument = argument;
    context->has_begun = !entry;
    sem_init(&context->turn, 0, 0);
    return context;
}

static void *begin(void *argument) {
    struct machine_hosted_context *context = argument;
    machine_hosted_cpu = context->cpu;
    if (setjmp(context->beginning) == 0) context->entry(context->argument);
    sem_destroy(&context->turn);
    free(context);
    return NULL;
}

void machine_hosted_switch(struct machine_hosted_context *from, struct machine_hosted_context *to) {
    to->cpu = machine_hosted_cpu;
    if (to->has_begun) {
        sem_post(&to->turn);
    } else {
        pthread_t thread;
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        pthread_attr_setstacksize(&attributes, 1 << 20);
        to->has_begun = 1;
        if (pthread_create(&thread, &attributes, begin, to) != 0) abort();
        pthread_attr_destroy(&attributes);
    }
    while (sem_wait(&from->turn) != 0) {}
    if (from->is_over) longjmp(from->beginning, 1);
    machine_hosted_cpu = from->cpu;
}

/* Ends a context on which nobody runs: its thread leaves from where it waits. */
void machine_hosted_free(struct machine_hosted_context *context) {
    if (context->entry && context->has_begun) {
        context->is_over = 1;
        sem_post(&context->turn);
    } else {
        sem_destroy(&context->turn);
        free(context);
    }
}
#endif
