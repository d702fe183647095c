// SPDX-License-Identifier: Apache-2.0
//
// What a process may do with its descriptors at large: close_range(2), owners and signals of fcntl(2), the size of
// pipes, advice and synchronisation, and O_PATH descriptors, which only name.

#include "case.h"
#include <sys/ioctl.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)
#define FIGETBSZ _IO(0x00, 2)

static int is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

CASE(a_range_is_closed) {
    int null = open("/dev/null", O_RDWR);
    for (int number = 50; number < 60; number++) CHECK_EQUAL(dup2(null, number), number);
    CHECK_EQUAL(CALL(close_range, 52, 54, 0), 0);
    CHECK_EQUAL(is_open(51) + is_open(55), 2);
    CHECK_EQUAL(is_open(52) + is_open(53) + is_open(54), 0);
    // What is not open does not matter; CLOSE_RANGE_CLOEXEC (4) marks instead.
    CHECK_EQUAL(CALL(close_range, 53, 56, 4), 0);
    CHECK_EQUAL(fcntl(55, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(56, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(57, F_GETFD), 0);
    CHECK_EQUAL(CALL(close_range, 57, 899, 0), 0);
    CHECK_EQUAL(CALL(close_range, 1000, -1, 0), 0);
    CHECK_EQUAL(is_open(57) + is_open(58) + is_open(59), 0);
    CHECK_EQUAL(is_open(51) + is_open(null), 2);
    // CLOSE_RANGE_UNSHARE (2): nobody shares them.
    CHECK_EQUAL(CALL(close_range, 50, 56, 2), 0);
    CHECK_EQUAL(is_open(51) + is_open(55), 0);
    CHECK_ERRNO(CALL(close_range, 5, 4, 0), EINVAL);
    CHECK_ERRNO(CALL(close_range, 50, 51, 1), EINVAL);
    CHECK_ERRNO(CALL(close_range, 50, 51, 8), EINVAL);
}

CASE(a_descriptor_has_an_owner) {
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETOWN), 0);
    CHECK_EQUAL(fcntl(ends[0], F_SETOWN, getpid()), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETOWN), getpid());
    CHECK_EQUAL(fcntl(ends[1], F_GETOWN), 0);
    // The open file has it: a duplicate has the same.
    int copy = dup(ends[0]);
    CHECK_EQUAL(fcntl(copy, F_GETOWN), getpid());
    struct { int type, id; } owner = {99, 99};
    CHECK_EQUAL(fcntl(ends[0], 16 /* F_GETOWN_EX */, &owner), 0);
    CHECK_EQUAL(owner.type, 1 /* F_OWNER_PID */);
    CHECK_EQUAL(owner.id, getpid());
    owner.type = 0 /* F_OWNER_TID */, owner.id = (int)syscall(SYS_gettid);
    CHECK_EQUAL(fcntl(ends[0], 15 /* F_SETOWN_EX */, &owner), 0);
    owner.type = owner.id = 99;
    CHECK_EQUAL(fcntl(ends[0], 16, &owner), 0);
    CHECK_EQUAL(owner.type, 0);
    CHECK_EQUAL(owner.id, syscall(SYS_gettid));
    // A group is negative for the older command.
    CHECK_EQUAL(CALL(fcntl, ends[0], F_SETOWN, -getpgrp()), 0);
    CHECK_EQUAL(fcntl(ends[0], 16, &owner), 0);
    CHECK_EQUAL(owner.type, 2 /* F_OWNER_PGRP */);
    CHECK_EQUAL(owner.id, getpgrp());
    CHECK_EQUAL(CALL(fcntl, ends[0], F_SETOWN, 0), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETOWN), 0);
    CHECK_ERRNO(CALL(fcntl, ends[0], F_SETOWN, 3999999), ESRCH);
    owner.type = 9;
    CHECK_ERRNO(fcntl(ends[0], 15, &owner), EINVAL);
    char *hole = page_before_hole() + PAGE;
    CHECK_ERRNO(CALL(fcntl, ends[0], 15, hole), EFAULT);
    CHECK_ERRNO(CALL(fcntl, ends[0], 16, hole), EFAULT);
    unsigned users[2];
    CHECK_EQUAL(fcntl(ends[0], 17 /* F_GETOWNER_UIDS */, users), 0);
}

CASE(a_descriptor_has_a_signal) {
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETSIG), 0);
    CHECK_EQUAL(fcntl(ends[0], F_SETSIG, SIGUSR1), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETSIG), SIGUSR1);
    CHECK_EQUAL(fcntl(ends[0], F_SETSIG, 0), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETSIG), 0);
    CHECK_ERRNO(fcntl(ends[0], F_SETSIG, 65), EINVAL);
    CHECK_ERRNO(fcntl(ends[0], F_SETSIG, -1), EINVAL);
}

CASE(a_pipe_has_a_size) {
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(fcntl(ends[0], F_GETPIPE_SZ), 65536);
    CHECK_EQUAL(fcntl(ends[0], F_SETPIPE_SZ, 5000), 8192);
    CHECK_EQUAL(fcntl(ends[1], F_GETPIPE_SZ), 8192);
    // Less than a page is a page, even nothing.
    CHECK_EQUAL(fcntl(ends[0], F_SETPIPE_SZ, 1), 4096);
    CHECK_EQUAL(fcntl(ends[0], F_SETPIPE_SZ, 0), 4096);
    CHECK_ERRNO(fcntl(ends[0], F_SETPIPE_SZ, -1), EINVAL);
    CHECK_EQUAL(fcntl(ends[0], F_SETPIPE_SZ, 16384), 16384);
    static char bytes[9000];
    CHECK_EQUAL(write(ends[1], bytes, sizeof bytes), sizeof bytes);
    CHECK_ERRNO(fcntl(ends[0], F_SETPIPE_SZ, 4096), EBUSY);
    int null = open("/dev/null", O_RDONLY);
    CHECK_ERRNO(fcntl(null, F_GETPIPE_SZ), EBADF);
    CHECK_ERRNO(fcntl(null, F_SETPIPE_SZ, 4096), EBADF);
}

CASE(a_file_tells_its_block_size) {
    int file = open("/dev/shm/descriptors", O_CREAT | O_RDWR, 0600), size = 0;
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(ioctl(file, FIGETBSZ, &size), 0);
    CHECK_EQUAL(size, status.st_blksize);
    CHECK_ERRNO(ioctl(file, FIGETBSZ, page_before_hole() + PAGE), EFAULT);
    unlink("/dev/shm/descriptors");
}

CASE(advice_is_checked) {
    int file = open("/dev/shm/descriptors", O_CREAT | O_RDWR, 0600), ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    for (int advice = 0; advice <= 5; advice++) CHECK_EQUAL(CALL(fadvise64, file, 0L, 0L, advice), 0);
    CHECK_EQUAL(CALL(fadvise64, file, 1L << 40, 1L << 40, 0), 0);
    CHECK_ERRNO(CALL(fadvise64, file, 0L, 0L, 6), EINVAL);
    CHECK_ERRNO(CALL(fadvise64, file, 0L, 0L, -1), EINVAL);
    CHECK_ERRNO(CALL(fadvise64, file, 0L, -1L, 0), EINVAL);
    CHECK_ERRNO(CALL(fadvise64, ends[0], 0L, 0L, 0), ESPIPE);
    CHECK_ERRNO(CALL(fadvise64, 99, 0L, 0L, 0), EBADF);
    int writing = open("/dev/shm/descriptors", O_WRONLY);
    int folder = open("/dev/shm", O_RDONLY | O_DIRECTORY), null = open("/dev/null", O_RDONLY);
    CHECK_ERRNO(CALL(readahead, 99, 0L, 1L), EBADF);
    CHECK_ERRNO(CALL(readahead, writing, 0L, 1L), EBADF);
    CHECK_ERRNO(CALL(readahead, ends[0], 0L, 1L), EINVAL);
    CHECK_ERRNO(CALL(readahead, folder, 0L, 1L), EINVAL);
    CHECK_ERRNO(CALL(readahead, null, 0L, 1L), EINVAL);
    unlink("/dev/shm/descriptors");
}

CASE(synchronising) {
    int file = open("/dev/shm/descriptors", O_CREAT | O_RDWR, 0600), ends[2];
    int folder = open("/dev/shm", O_RDONLY | O_DIRECTORY), path = open("/dev/shm", O_PATH);
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(write(file, "x", 1), 1);
    CHECK_EQUAL(CALL(fdatasync, file), 0);
    CHECK_EQUAL(CALL(fsync, folder), 0);
    CHECK_EQUAL(CALL(syncfs, file), 0);
    CHECK_EQUAL(CALL(syncfs, ends[0]), 0);
    CHECK_ERRNO(CALL(fdatasync, ends[0]), EINVAL);
    CHECK_ERRNO(CALL(fdatasync, 99), EBADF);
    CHECK_ERRNO(CALL(fdatasync, path), EBADF);
    CHECK_ERRNO(CALL(syncfs, 99), EBADF);
    CHECK_ERRNO(CALL(syncfs, path), EBADF);
    CHECK_EQUAL(CALL(sync_file_range, file, 0L, 0L, 7), 0);
    CHECK_EQUAL(CALL(sync_file_range, file, 1L << 40, 10L, 0), 0);
    CHECK_ERRNO(CALL(sync_file_range, file, 0L, 0L, 8), EINVAL);
    CHECK_ERRNO(CALL(sync_file_range, file, -1L, 0L, 0), EINVAL);
    CHECK_ERRNO(CALL(sync_file_range, file, 0L, -1L, 0), EINVAL);
    CHECK_ERRNO(CALL(sync_file_range, file, 1L, 0x7fffffffffffffffL, 0), EINVAL);
    CHECK_ERRNO(CALL(sync_file_range, ends[0], 0L, 0L, 0), ESPIPE);
    CHECK_ERRNO(CALL(sync_file_range, 99, 0L, 0L, 0), EBADF);
    CHECK_ERRNO(CALL(sync_file_range, 99, 0L, 0L, 8), EBADF);
    unlink("/dev/shm/descriptors");
}

CASE(a_descriptor_that_only_names) {
    int path = open("/proc/version", O_PATH);
    CHECK(path >= 0);
    char byte;
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, path, 0), EBADF);
    CHECK_ERRNO(read(path, &byte, 1), EBADF);
    CHECK_ERRNO(ioctl(path, FIONREAD, &byte), EBADF);
    CHECK_ERRNO(CALL(fchmod, path, 0600), EBADF);
    CHECK_ERRNO(ftruncate(path, 0), EBADF);
    CHECK_ERRNO(fcntl(path, F_SETOWN, getpid()), EBADF);
    CHECK_ERRNO(lseek(path, 0, SEEK_SET), EBADF);
    CHECK_ERRNO(CALL(getdents64, path, &byte, 1), EBADF);
    CHECK_EQUAL(fcntl(path, F_GETFL) & O_PATH, O_PATH);
    struct stat status;
    CHECK_EQUAL(fstat(path, &status), 0);
    CHECK(S_ISREG(status.st_mode));
}
