// SPDX-License-Identifier: Apache-2.0
//
// Bytes between pipes and files: splice, tee, vmsplice.

#include "case.h"
#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>

static int new_file(const char *text) {
    int file = open("/tmp", O_RDWR | O_TMPFILE, 0600);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text)) case_fails("no file: errno %d", errno);
    lseek(file, 0, SEEK_SET);
    return file;
}

static void new_pipe(int *ends) {
    if (pipe(ends) != 0) case_fails("no pipe: errno %d", errno);
}

static void check_pipe(int end, const char *expected) {
    char text[100] = {0};
    ssize_t count = read(end, text, sizeof text - 1);
    if (count != (ssize_t)strlen(expected) || strcmp(text, expected) != 0) case_fails("the pipe says %s", text);
}

CASE(from_a_file_and_back) {
    int file = new_file("0123456789"), ends[2];
    new_pipe(ends);
    CHECK_EQUAL(splice(file, NULL, ends[1], NULL, 4, 0), 4);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 4);
    loff_t offset = 7;
    CHECK_EQUAL(splice(file, &offset, ends[1], NULL, 100, 0), 3);
    CHECK_EQUAL(offset, 10);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 4);
    CHECK_EQUAL(splice(file, &offset, ends[1], NULL, 100, 0), 0);
    int target = new_file("");
    CHECK_EQUAL(splice(ends[0], NULL, target, NULL, 5, 0), 5);
    offset = 100;
    CHECK_EQUAL(splice(ends[0], NULL, target, &offset, 100, 0), 2);
    CHECK_EQUAL(offset, 102);
    CHECK_EQUAL(lseek(target, 0, SEEK_CUR), 5);
    char text[102];
    CHECK_EQUAL(pread(target, text, 102, 0), 102);
    CHECK(memcmp(text, "01237", 5) == 0 && memcmp(text + 100, "89", 2) == 0);
}

CASE(what_does_not_fit_stays) {
    int ends[2], small[2];
    new_pipe(ends);
    new_pipe(small);
    CHECK_EQUAL(fcntl(small[1], F_SETPIPE_SZ, 4096), 4096);
    static char page[8192];
    memset(page, 'x', sizeof page);
    CHECK_EQUAL(write(ends[1], page, 8192), 8192);
    CHECK_EQUAL(splice(ends[0], NULL, small[1], NULL, 8192, SPLICE_F_NONBLOCK), 4096);
    CHECK_ERRNO(splice(ends[0], NULL, small[1], NULL, 8192, SPLICE_F_NONBLOCK), EAGAIN);
    CHECK_EQUAL(read(small[0], page, 8192), 4096);
    CHECK_EQUAL(splice(ends[0], NULL, small[1], NULL, 8192, 0), 4096);
    CHECK_EQUAL(read(small[0], page, 8192), 4096);
    close(ends[1]);
    CHECK_EQUAL(splice(ends[0], NULL, small[1], NULL, 8192, 0), 0);
    close(small[0]);
    signal(SIGPIPE, SIG_IGN);
    new_pipe(ends);
    CHECK_EQUAL(write(ends[1], "a", 1), 1);
    CHECK_ERRNO(splice(ends[0], NULL, small[1], NULL, 10, 0), EPIPE);
    check_pipe(ends[0], "a");
}

CASE(a_copy_leaves_the_bytes) {
    int one[2], two[2];
    new_pipe(one);
    new_pipe(two);
    CHECK_ERRNO(tee(one[0], two[1], 10, SPLICE_F_NONBLOCK), EAGAIN);
    CHECK_EQUAL(write(one[1], "both", 4), 4);
    CHECK_EQUAL(tee(one[0], two[1], 3, 0), 3);
    check_pipe(two[0], "bot");
    check_pipe(one[0], "both");
    CHECK_ERRNO(tee(one[0], one[1], 3, 0), EINVAL);
    close(one[1]);
    CHECK_EQUAL(tee(one[0], two[1], 3, 0), 0);
}

CASE(memory_goes_through_pipes) {
    int ends[2];
    new_pipe(ends);
    char first[] = "first ", second[] = "second", got[20] = {0};
    struct iovec pieces[2] = {{first, 6}, {second, 6}};
    CHECK_EQUAL(vmsplice(ends[1], pieces, 2, SPLICE_F_GIFT), 12);
    struct iovec back = {got, 20};
    CHECK_EQUAL(vmsplice(ends[0], &back, 1, 0), 12);
    CHECK(strcmp(got, "first second") == 0);
    CHECK_ERRNO(vmsplice(ends[0], &back, 1, SPLICE_F_NONBLOCK), EAGAIN);
    CHECK_ERRNO(vmsplice(new_file(""), &back, 1, 0), EBADF);
}

CASE(sockets_and_pipes) {
    int ends[2], pair[2];
    new_pipe(ends);
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_EQUAL(write(ends[1], "hello", 5), 5);
    CHECK_EQUAL(splice(ends[0], NULL, pair[0], NULL, 100, 0), 5);
    CHECK_EQUAL(splice(pair[1], NULL, ends[1], NULL, 100, 0), 5);
    check_pipe(ends[0], "hello");
}

static void *write_later(void *end) {
    usleep(3000);
    return (void *)write(*(int *)end, "late", 4);
}

CASE(waiting_for_bytes) {
    NEEDS_MEMORY;
    int ends[2];
    new_pipe(ends);
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, write_later, &ends[1]), 0);
    int file = new_file("");
    CHECK_EQUAL(splice(ends[0], NULL, file, NULL, 100, 0), 4);
    pthread_join(thread, NULL);
}

CASE(wrong_arguments) {
    int ends[2], file = new_file("text");
    new_pipe(ends);
    loff_t offset = 0;
    CHECK_ERRNO(splice(file, NULL, file, NULL, 1, 0), EINVAL);
    CHECK_ERRNO(splice(ends[0], &offset, file, NULL, 1, 0), ESPIPE);
    CHECK_ERRNO(splice(file, NULL, ends[1], &offset, 1, 0), ESPIPE);
    CHECK_ERRNO(splice(ends[0], NULL, ends[1], NULL, 1, 0), EINVAL);
    CHECK_ERRNO(splice(ends[1], NULL, file, NULL, 1, 0), EBADF);
    CHECK_ERRNO(splice(file, NULL, ends[0], NULL, 1, 0), EBADF);
    CHECK_ERRNO(splice(file, NULL, ends[1], NULL, 1, 64), EINVAL);
    CHECK_ERRNO(splice(-1, NULL, ends[1], NULL, 1, 0), EBADF);
    CHECK_ERRNO(tee(file, ends[1], 1, 0), EINVAL);
    char *hole = page_before_hole() + PAGE;
    CHECK_ERRNO(splice(file, (loff_t *)hole, ends[1], NULL, 1, 0), EFAULT);
    struct iovec bad = {hole, 10};
    CHECK_ERRNO(vmsplice(ends[1], &bad, 1, 0), EFAULT);
    CHECK_EQUAL(splice(file, NULL, ends[1], NULL, 0, 0), 0);
    fcntl(file, F_SETFL, O_APPEND);
    CHECK_EQUAL(write(ends[1], "x", 1), 1);
    CHECK_ERRNO(splice(ends[0], NULL, file, NULL, 1, 0), EINVAL);
}
