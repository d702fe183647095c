// SPDX-License-Identifier: Apache-2.0
//
// A program that hangs in each way that a dump of its threads has to show: two threads that each have the mutex that the
// other one wants, one that waits for bytes nobody writes, one that spins in the program. The first thread waits for them.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static int ends[2];

static void *left(void *p) {
    prctl(PR_SET_NAME, "left");
    pthread_mutex_lock(&first);
    pthread_barrier_wait(&barrier);
    pthread_mutex_lock(&second);
    return p;
}

static void *right(void *p) {
    prctl(PR_SET_NAME, "right");
    pthread_mutex_lock(&second);
    pthread_barrier_wait(&barrier);
    pthread_mutex_lock(&first);
    return p;
}

static void *reads(void *p) {
    char byte;
    prctl(PR_SET_NAME, "reads");
    pthread_barrier_wait(&barrier);
    if (read(ends[0], &byte, 1) != 1) return NULL;
    return p;
}

static void *spins(void *p) {
    prctl(PR_SET_NAME, "spins");
    pthread_barrier_wait(&barrier);
    for (volatile unsigned turn = 0;; turn++) {}
    return p;
}

int main(int count, char **words) {
    (void)words;
    pthread_t thread;
    void *(*bodies[])(void *) = {left, right, reads, spins};
    int threads = count > 1 ? 4 : 3; /* with any word, one spins */
    if (pipe(ends) != 0) return 1;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread, NULL, bodies[i], NULL) != 0) return 1;
    pthread_barrier_wait(&barrier);
    usleep(50000); /* for the others to come to where they hang */
    puts("hangs");
    fflush(stdout);
    pthread_join(thread, NULL);
    return 0;
}
