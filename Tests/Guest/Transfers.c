// SPDX-License-Identifier: Apache-2.0
//
// Transfers at a position: pwritev(2), preadv2(2), pwritev2(2) with their flags, and what happens at the largest offsets
// that a file can have.

#include "case.h"
#include <sys/uio.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)
// linux/fs.h, for C libraries without them.
#define HIGH_PRIORITY 1
#define DATA_SYNC 2
#define SYNC 4
#define NO_WAIT 8
#define APPEND 16
#define LARGEST 0x7fffffffffffffffL

static int new_file(int flags) {
    char name[] = "/dev/shm/transfers.XXXXXX";
    int made = mkstemp(name);
    CHECK(made >= 0);
    close(made);
    int file = open(name, flags);
    CHECK(file >= 0);
    unlink(name);
    return file;
}

CASE(pieces_at_a_position) {
    int file = new_file(O_RDWR);
    struct iovec pieces[2] = {{"abc", 3}, {"defg", 4}};
    CHECK_EQUAL(CALL(pwritev, file, pieces, 2, 2, 0), 7);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 0);
    CHECK_EQUAL(CALL(pwritev2, file, pieces, 2, 0, 0, 0), 7);
    check_contents(file, "abcdefgfg");
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 0);
    // An offset of -1 is the file's own position.
    CHECK_EQUAL(CALL(pwritev2, file, pieces, 1, -1L, 0, 0), 3);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 3);
    char first[2], second[10] = {0};
    struct iovec rooms[2] = {{first, 2}, {second, 9}};
    CHECK_EQUAL(CALL(preadv2, file, rooms, 2, -1L, 0, 0), 6);
    CHECK(memcmp(first, "de", 2) == 0 && strcmp(second, "fgfg") == 0);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 9);
    CHECK_EQUAL(CALL(preadv2, file, rooms, 1, 1, 0, 0), 2);
    CHECK(memcmp(first, "bc", 2) == 0);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 9);
}

CASE(flags_of_one_transfer) {
    int file = new_file(O_RDWR);
    struct iovec piece = {"abc", 3}, room = {(char[3]){0}, 3};
    CHECK_EQUAL(CALL(pwritev2, file, &piece, 1, 0, 0, SYNC), 3);
    CHECK_EQUAL(CALL(pwritev2, file, &piece, 1, 3, 0, DATA_SYNC | HIGH_PRIORITY), 3);
    // APPEND writes at the end whatever the offset says, and moves no position unless it is the file's own.
    CHECK_EQUAL(CALL(pwritev2, file, &piece, 1, 0, 0, APPEND), 3);
    check_contents(file, "abcabcabc");
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 0);
    CHECK_EQUAL(CALL(pwritev2, file, &piece, 1, -1L, 0, APPEND), 3);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 12);
    CHECK_EQUAL(CALL(preadv2, file, &room, 1, 0, 0, HIGH_PRIORITY), 3);
    CHECK_ERRNO(CALL(preadv2, file, &room, 1, 0, 0, 0x4000), EOPNOTSUPP);
    CHECK_ERRNO(CALL(pwritev2, file, &piece, 1, 0, 0, 0x4000), EOPNOTSUPP);
    CHECK_ERRNO(CALL(preadv2, file, &room, 1, -2L, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(pwritev2, file, &piece, 1, -2L, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(pwritev, file, &piece, 1, -1L, 0), EINVAL);
    // An empty pipe that must not be waited for.
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_ERRNO(CALL(preadv2, ends[0], &room, 1, -1L, 0, NO_WAIT), EAGAIN);
    CHECK_EQUAL(write(ends[1], "xyz", 3), 3);
    CHECK_EQUAL(CALL(preadv2, ends[0], &room, 1, -1L, 0, NO_WAIT), 3);
    CHECK_ERRNO(CALL(preadv2, ends[0], &room, 1, 0, 0, 0), ESPIPE);
    CHECK_ERRNO(CALL(pwritev2, ends[1], &piece, 1, 0, 0, 0), ESPIPE);
    CHECK_ERRNO(CALL(pwritev, ends[1], &piece, 1, 0, 0), ESPIPE);
}

CASE(descriptors_and_addresses) {
    int reading = new_file(O_RDONLY), writing = new_file(O_WRONLY);
    struct iovec piece = {"abc", 3}, nowhere = {page_before_hole() + PAGE, 3};
    CHECK_ERRNO(CALL(pwritev, reading, &piece, 1, 0, 0), EBADF);
    CHECK_ERRNO(CALL(pwritev2, reading, &piece, 1, 0, 0, 0), EBADF);
    CHECK_ERRNO(CALL(preadv2, writing, &piece, 1, 0, 0, 0), EBADF);
    CHECK_ERRNO(CALL(pwritev, 99, &piece, 1, 0, 0), EBADF);
    CHECK_ERRNO(CALL(pwritev, writing, nowhere.iov_base, 1, 0, 0), EFAULT);
    CHECK_ERRNO(CALL(pwritev2, writing, nowhere.iov_base, 1, 0, 0, 0), EFAULT);
    CHECK_ERRNO(CALL(preadv2, reading, nowhere.iov_base, 1, 0, 0, 0), EFAULT);
    CHECK_ERRNO(CALL(pwritev, writing, &nowhere, 1, 0, 0), EFAULT);
    CHECK_ERRNO(CALL(pwritev2, writing, &nowhere, 1, 0, 0, 0), EFAULT);
    CHECK_ERRNO(CALL(pwritev, writing, &piece, 1025, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(preadv2, reading, &piece, -1L, 0, 0, 0), EINVAL);
    CHECK_EQUAL(CALL(pwritev, writing, &piece, 0, 0, 0), 0);
}

CASE(the_largest_offsets) {
    int file = new_file(O_RDWR);
    char byte = 'x', bytes[2] = {'x', 'y'};
    struct iovec piece = {&byte, 1};
    CHECK_EQUAL(lseek(file, LARGEST, SEEK_SET), LARGEST);
    CHECK_ERRNO(lseek(file, 1, SEEK_CUR), EINVAL);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), LARGEST);
    // A transfer that would end behind the largest offset is wrong, even where there is nothing to read.
    CHECK_EQUAL(read(file, &byte, 0), 0);
    CHECK_ERRNO(read(file, &byte, 1), EINVAL);
    CHECK_ERRNO(write(file, &byte, 1), EINVAL);
    CHECK_ERRNO(readv(file, &piece, 1), EINVAL);
    CHECK_ERRNO(writev(file, &piece, 1), EINVAL);
    CHECK_ERRNO(pread(file, &byte, 1, LARGEST), EINVAL);
    CHECK_EQUAL(pread(file, &byte, 1, LARGEST - 1), 0);
    CHECK_ERRNO(pread(file, bytes, 2, LARGEST - 1), EINVAL);
    CHECK_ERRNO(pwrite(file, &byte, 1, LARGEST), EINVAL);
    CHECK_ERRNO(pwrite(file, bytes, 2, LARGEST - 1), EINVAL);
    CHECK_ERRNO(preadv(file, &piece, 1, LARGEST), EINVAL);
    CHECK_ERRNO(CALL(pwritev, file, &piece, 1, LARGEST, 0), EINVAL);
    CHECK_EQUAL(pwrite(file, &byte, 0, LARGEST), 0);
    // The address is looked at first.
    CHECK_ERRNO(CALL(pread64, file, -1L, 1L, LARGEST), EFAULT);
    // So is whether the file has positions at all.
    int ends[2], folder = open("/", O_RDONLY | O_DIRECTORY);
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_ERRNO(pread(ends[0], &byte, 1, LARGEST), ESPIPE);
    CHECK_ERRNO(pwrite(ends[1], &byte, 1, LARGEST), ESPIPE);
    CHECK_ERRNO(pread(ends[0], &byte, 1, -1), EINVAL);
    CHECK_ERRNO(pread(folder, &byte, 1, 0), EISDIR);
    CHECK_EQUAL(lseek(file, 0, SEEK_END), 0);
}

CASE(a_size_beyond_what_a_file_can_have) {
    int file = new_file(O_RDWR);
    CHECK_EQUAL(ftruncate(file, LARGEST), 0);
    CHECK_EQUAL(lseek(file, 0, SEEK_END), LARGEST);
    CHECK_ERRNO(lseek(file, 1, SEEK_END), EINVAL);
    CHECK_ERRNO(ftruncate(file, -1), EINVAL);
    CHECK_EQUAL(lseek(file, -1, SEEK_END), LARGEST - 1);
    char bytes[2] = {1, 1};
    CHECK_ERRNO(read(file, bytes, 2), EINVAL);
    CHECK_EQUAL(read(file, bytes, 1), 1);
    CHECK_EQUAL(bytes[0], 0);
    CHECK_EQUAL(ftruncate(file, 0), 0);
}

CASE(room_that_is_promised) {
    int file = new_file(O_RDWR);
    CHECK_EQUAL(CALL(fallocate, file, 0, 100, 200), 0);
    CHECK_EQUAL(lseek(file, 0, SEEK_END), 300);
    CHECK_EQUAL(CALL(fallocate, file, FALLOC_FL_KEEP_SIZE, 0, 5000), 0);
    CHECK_EQUAL(lseek(file, 0, SEEK_END), 300);
    CHECK_EQUAL(pwrite(file, "xxx", 3, 0), 3);
    CHECK_EQUAL(CALL(fallocate, file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), 0);
    char byte = 1;
    CHECK_EQUAL(pread(file, &byte, 1, 1), 1);
    CHECK_EQUAL(byte, 0);
    CHECK_ERRNO(CALL(fallocate, file, 0, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(fallocate, file, 0, -1L, 1), EINVAL);
    CHECK_ERRNO(CALL(fallocate, file, 0, 0, -1L), EINVAL);
    CHECK_ERRNO(CALL(fallocate, file, FALLOC_FL_PUNCH_HOLE, 0, 4096), EOPNOTSUPP);
    CHECK_ERRNO(CALL(fallocate, file, 0x4000, 0, 4096), EOPNOTSUPP);
    CHECK_ERRNO(CALL(fallocate, file, 0, LARGEST, 1), EFBIG);
    CHECK_ERRNO(CALL(fallocate, 99, 0, 0, 1), EBADF);
    CHECK_ERRNO(CALL(fallocate, new_file(O_RDONLY), 0, 0, 1), EBADF);
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_ERRNO(CALL(fallocate, ends[1], 0, 0, 1), ESPIPE);
}
