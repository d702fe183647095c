// SPDX-License-Identifier: Apache-2.0
//
// ZeroMQ inside one process: a hundred questions and answers between two threads.

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

static void *answer(void *context) {
    void *socket = zmq_socket(context, ZMQ_REP);
    zmq_bind(socket, "inproc://questions");
    char text[64];
    for (int i = 0; i < 100; i++) zmq_send(socket, text, zmq_recv(socket, text, sizeof text, 0), 0);
    zmq_close(socket);
    return NULL;
}

int main(void) {
    void *context = zmq_ctx_new();
    pthread_t thread;
    pthread_create(&thread, NULL, answer, context);
    void *socket = zmq_socket(context, ZMQ_REQ);
    zmq_connect(socket, "inproc://questions");
    int right = 0;
    for (int i = 0; i < 100; i++) {
        char question[64], text[64];
        int length = snprintf(question, sizeof question, "question %d", i);
        zmq_send(socket, question, length, 0);
        right += zmq_recv(socket, text, sizeof text, 0) == length && memcmp(text, question, length) == 0;
    }
    pthread_join(thread, NULL);
    zmq_close(socket);
    zmq_ctx_term(context);
    printf("zmq %d\n", right);
    return 0;
}
