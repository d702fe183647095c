// SPDX-License-Identifier: Apache-2.0
//
// What a memfd promises for ever: fcntl(2), F_ADD_SEALS.

#include "case.h"

static int sealable(void) {
    int file = memfd_create("sealed", MFD_ALLOW_SEALING);
    CHECK(file >= 0);
    CHECK_EQUAL(ftruncate(file, 2 * PAGE), 0);
    return file;
}

static void seal(int file, int seals) { CHECK_EQUAL(fcntl(file, F_ADD_SEALS, seals), 0); }

CASE(seals_add_up) {
    int file = sealable();
    CHECK_EQUAL(fcntl(file, F_GET_SEALS), 0);
    seal(file, F_SEAL_SHRINK);
    seal(file, F_SEAL_GROW);
    CHECK_EQUAL(fcntl(file, F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW);
    CHECK_ERRNO(fcntl(file, F_ADD_SEALS, 0x1000), EINVAL);
    seal(file, F_SEAL_SEAL);
    CHECK_ERRNO(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), EPERM);
    CHECK_EQUAL(fcntl(file, F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    close(file);
}

CASE(seals_must_be_asked_for) {
    int file = memfd_create("plain", 0);
    CHECK_EQUAL(fcntl(file, F_GET_SEALS), F_SEAL_SEAL);
    CHECK_ERRNO(fcntl(file, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    close(file);
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_ERRNO(fcntl(ends[0], F_GET_SEALS), EINVAL);
    CHECK_ERRNO(fcntl(ends[1], F_ADD_SEALS, F_SEAL_GROW), EINVAL);
    close(ends[0]), close(ends[1]);
}

CASE(a_reader_seals_nothing) {
    int file = sealable();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int reader = open(path, O_RDONLY);
    CHECK(reader >= 0);
    CHECK_ERRNO(fcntl(reader, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    CHECK_EQUAL(fcntl(reader, F_GET_SEALS), 0);
    close(reader), close(file);
}

CASE(sealed_sizes_stay) {
    int file = sealable();
    seal(file, F_SEAL_SHRINK);
    CHECK_ERRNO(ftruncate(file, PAGE), EPERM);
    CHECK_EQUAL(ftruncate(file, 3 * PAGE), 0);
    seal(file, F_SEAL_GROW);
    CHECK_ERRNO(ftruncate(file, 4 * PAGE), EPERM);
    CHECK_EQUAL(ftruncate(file, 3 * PAGE), 0);
    CHECK_ERRNO(fallocate(file, 0, 0, 4 * PAGE), EPERM);
    CHECK_EQUAL(fallocate(file, 0, 0, 3 * PAGE), 0);
    CHECK_EQUAL(pwrite(file, "x", 1, 3 * PAGE - 1), 1);
    CHECK_ERRNO(pwrite(file, "x", 1, 3 * PAGE), EPERM);
    CHECK_EQUAL(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE), 0);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_size, 3 * PAGE);
    close(file);
}

CASE(sealed_contents_stay) {
    int file = sealable();
    CHECK_EQUAL(pwrite(file, "kept", 4, 0), 4);
    char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    CHECK_ERRNO(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), EBUSY);  // mprotect could make it writable
    CHECK_EQUAL(fcntl(file, F_GET_SEALS), 0);
    CHECK_EQUAL(munmap(map, PAGE), 0);
    char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    seal(file, F_SEAL_WRITE);
    CHECK_ERRNO(pwrite(file, "lost", 4, 0), EPERM);
    CHECK_ERRNO(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE), EPERM);
    void *none = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(none == MAP_FAILED && errno == EPERM);
    own[0] = 'K';
    char text[4];
    CHECK_EQUAL(pread(file, text, 4, 0), 4);
    CHECK(memcmp(text, "kept", 4) == 0);
    CHECK(memcmp(own, "Kept", 4) == 0);
    munmap(own, PAGE);
    close(file);
}

CASE(future_writers_are_refused) {
    int file = sealable();
    char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(map != MAP_FAILED);
    seal(file, F_SEAL_FUTURE_WRITE);
    map[1] = 'm';
    char byte;
    CHECK_EQUAL(pread(file, &byte, 1, 1), 1);
    CHECK_EQUAL(byte, 'm');
    CHECK_ERRNO(pwrite(file, "x", 1, 0), EPERM);
    void *none = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(none == MAP_FAILED && errno == EPERM);
    char *reader = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    CHECK(reader != MAP_FAILED);
    CHECK_EQUAL(reader[1], 'm');
    CHECK_ERRNO(mprotect(reader, PAGE, PROT_READ | PROT_WRITE), EACCES);
    munmap(map, PAGE), munmap(reader, PAGE);
    close(file);
}
