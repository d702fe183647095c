// SPDX-License-Identifier: Apache-2.0
//
// sendfile(2) and copy_file_range(2): bytes that go from one descriptor to another without passing through the program.

#include "case.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

// A file of its own with these bytes, its position at the beginning.
static int file_with(const char *text, int flags) {
    char name[] = "/tmp/copies.XXXXXX";
    int made = mkstemp(name);
    CHECK(made >= 0);
    CHECK_EQUAL(write(made, text, strlen(text)), strlen(text));
    close(made);
    int file = open(name, flags);
    CHECK(file >= 0);
    unlink(name);
    return file;
}

CASE(sending_moves_both_positions) {
    int input = file_with("0123456789", O_RDONLY), output = file_with("", O_RDWR);
    CHECK_EQUAL(CALL(sendfile, output, input, NULL, 4), 4);
    CHECK_EQUAL(lseek(input, 0, SEEK_CUR), 4);
    CHECK_EQUAL(lseek(output, 0, SEEK_CUR), 4);
    CHECK_EQUAL(CALL(sendfile, output, input, NULL, 100), 6);
    CHECK_EQUAL(CALL(sendfile, output, input, NULL, 100), 0);
    check_contents(output, "0123456789");
    // With an offset the input's own position stays.
    off_t place = 7;
    CHECK_EQUAL(CALL(sendfile, output, input, &place, 2), 2);
    CHECK_EQUAL(place, 9);
    CHECK_EQUAL(lseek(input, 0, SEEK_CUR), 10);
    check_contents(output, "012345678978");
    place = 20;
    CHECK_EQUAL(CALL(sendfile, output, input, &place, 2), 0);
    CHECK_EQUAL(place, 20);
}

CASE(sending_to_pipes_and_sockets) {
    int input = file_with("0123456789", O_RDONLY), ends[2], sockets[2];
    char got[16];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(CALL(sendfile, ends[1], input, NULL, 5), 5);
    CHECK_EQUAL(read(ends[0], got, sizeof got), 5);
    CHECK(memcmp(got, "01234", 5) == 0);
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    CHECK_EQUAL(CALL(sendfile, sockets[0], input, NULL, 100), 5);
    CHECK_EQUAL(read(sockets[1], got, sizeof got), 5);
    CHECK(memcmp(got, "56789", 5) == 0);
    // A pipe that is full takes what it has room for.
    int flags = fcntl(ends[1], F_GETFL);
    CHECK_EQUAL(fcntl(ends[1], F_SETFL, flags | O_NONBLOCK), 0);
    int room = fcntl(ends[1], F_GETPIPE_SZ), large = file_with("", O_RDWR);
    CHECK_EQUAL(ftruncate(large, 2 * room), 0);
    CHECK_EQUAL(CALL(sendfile, ends[1], large, NULL, 2 * room), room);
    CHECK_ERRNO(CALL(sendfile, ends[1], large, NULL, 1), EAGAIN);
    CHECK_EQUAL(lseek(large, 0, SEEK_CUR), room);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(CALL(sendfile, ends[1], large, NULL, 1), EPIPE);
}

CASE(sending_zeros) {
    int zero = open("/dev/zero", O_RDWR), output = file_with("", O_RDWR);
    CHECK(zero >= 0);
    CHECK_EQUAL(CALL(sendfile, output, zero, NULL, 10000), 10000);
    CHECK_EQUAL(lseek(output, 0, SEEK_CUR), 10000);
    char byte = 1;
    CHECK_EQUAL(pread(output, &byte, 1, 9999), 1);
    CHECK_EQUAL(byte, 0);
    int null = open("/dev/null", O_RDWR);
    CHECK_EQUAL(CALL(sendfile, null, output, &(off_t){1}, 20000), 9999);
    CHECK_ERRNO(CALL(sendfile, output, null, NULL, 10), EINVAL);
}

CASE(what_sending_refuses) {
    int input = file_with("0123456789", O_RDWR), output = file_with("", O_RDWR);
    int folder = open("/tmp", O_RDONLY | O_DIRECTORY), ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    off_t negative = -1, zero = 0;
    CHECK_ERRNO(CALL(sendfile, 99, input, NULL, 1), EBADF);
    CHECK_ERRNO(CALL(sendfile, output, 99, NULL, 1), EBADF);
    CHECK_ERRNO(CALL(sendfile, output, input, &negative, 1), EINVAL);
    CHECK_ERRNO(CALL(sendfile, output, input, page_before_hole() + PAGE, 1), EFAULT);
    CHECK_ERRNO(CALL(sendfile, output, folder, NULL, 1), EINVAL);
    CHECK_ERRNO(CALL(sendfile, ends[1], ends[0], &zero, 1), ESPIPE);
    int reading = file_with("", O_RDONLY), writing = file_with("", O_WRONLY);
    CHECK_ERRNO(CALL(sendfile, reading, input, NULL, 1), EBADF);
    CHECK_ERRNO(CALL(sendfile, output, writing, NULL, 1), EBADF);
    int appending = file_with("", O_RDWR | O_APPEND);
    CHECK_ERRNO(CALL(sendfile, appending, input, NULL, 1), EINVAL);
    CHECK_EQUAL(CALL(sendfile, output, input, NULL, 0), 0);
    CHECK_EQUAL(lseek(input, 0, SEEK_CUR), 0);
    int path = open("/tmp", O_PATH);
    CHECK_ERRNO(CALL(sendfile, output, path, NULL, 1), EBADF);
    CHECK_ERRNO(CALL(sendfile, path, input, NULL, 1), EBADF);
}

CASE(copying_a_range) {
    int input = file_with("0123456789", O_RDWR), output = file_with("abcdef", O_RDWR);
    off_t from = 2, to = 1;
    CHECK_EQUAL(CALL(copy_file_range, input, &from, output, &to, 3, 0), 3);
    CHECK_EQUAL(from, 5);
    CHECK_EQUAL(to, 4);
    check_contents(output, "a234ef");
    CHECK_EQUAL(lseek(input, 0, SEEK_CUR) + lseek(output, 0, SEEK_CUR), 0);
    CHECK_EQUAL(CALL(copy_file_range, input, NULL, output, NULL, 2, 0), 2);
    CHECK_EQUAL(lseek(input, 0, SEEK_CUR), 2);
    CHECK_EQUAL(lseek(output, 0, SEEK_CUR), 2);
    check_contents(output, "0134ef");
    // As much as there is, and nothing at the end.
    to = 0;
    CHECK_EQUAL(CALL(copy_file_range, input, NULL, output, &to, 1000, 0), 8);
    CHECK_EQUAL(CALL(copy_file_range, input, NULL, output, &to, 1000, 0), 0);
    check_contents(output, "23456789");
    // Within one file, as long as the ranges are apart.
    from = 0, to = 5;
    CHECK_EQUAL(CALL(copy_file_range, input, &from, input, &to, 5, 0), 5);
    check_contents(input, "0123401234");
}

CASE(what_copying_refuses) {
    int input = file_with("0123456789", O_RDWR), output = file_with("abcdef", O_RDWR);
    int folder = open("/tmp", O_RDONLY | O_DIRECTORY), ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    off_t from = 0, to = 4, negative = -100, wrapping = -1;
    CHECK_ERRNO(CALL(copy_file_range, 99, NULL, output, NULL, 1, 0), EBADF);
    CHECK_ERRNO(CALL(copy_file_range, input, NULL, 99, NULL, 1, 0), EBADF);
    CHECK_ERRNO(CALL(copy_file_range, input, NULL, output, NULL, 1, 1), EINVAL);
    CHECK_ERRNO(CALL(copy_file_range, input, &from, input, &to, 5, 0), EINVAL);
    CHECK_ERRNO(CALL(copy_file_range, input, &negative, output, &to, 5, 0), EINVAL);
    CHECK_ERRNO(CALL(copy_file_range, input, &wrapping, output, &to, 5, 0), EOVERFLOW);
    CHECK_ERRNO(CALL(copy_file_range, folder, NULL, output, NULL, 1, 0), EISDIR);
    CHECK_ERRNO(CALL(copy_file_range, ends[0], NULL, output, NULL, 1, 0), EINVAL);
    CHECK_ERRNO(CALL(copy_file_range, input, NULL, ends[1], NULL, 1, 0), EINVAL);
    int reading = file_with("", O_RDONLY), writing = file_with("", O_WRONLY);
    CHECK_ERRNO(CALL(copy_file_range, writing, NULL, output, NULL, 1, 0), EBADF);
    CHECK_ERRNO(CALL(copy_file_range, input, NULL, reading, NULL, 1, 0), EBADF);
    int appending = file_with("", O_RDWR | O_APPEND);
    CHECK_ERRNO(CALL(copy_file_range, input, NULL, appending, NULL, 1, 0), EBADF);
    char *hole = page_before_hole() + PAGE;
    CHECK_ERRNO(CALL(copy_file_range, input, hole, output, NULL, 1, 0), EFAULT);
    CHECK_ERRNO(CALL(copy_file_range, input, NULL, output, hole, 1, 0), EFAULT);
    CHECK_EQUAL(CALL(copy_file_range, input, NULL, output, NULL, 0, 0), 0);
}
