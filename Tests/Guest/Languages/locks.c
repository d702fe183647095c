// SPDX-License-Identifier: Apache-2.0
//
// For the sanitizers of gcc: threads that share a number properly, and memory that is used as it should be; with an
// argument, memory that is not.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int number;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *count(void *argument) {
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&lock);
        number++;
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

int main(int words, char **arguments) {
    (void)arguments;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    char *bytes = malloc(100);
    bytes[5] = 7;
    printf("number %d %d\n", number, bytes[5]);
    fflush(stdout);
    free(bytes);
    return words > 1 ? bytes[5] : 0;
}
