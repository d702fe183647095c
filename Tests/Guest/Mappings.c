// SPDX-License-Identifier: Apache-2.0
//
// Mappings of files that change under them, and of what is only like a file: /dev/zero, memfds and their seals.

#include "case.h"

static sigjmp_buf after_fault;

static void note_fault(int number, siginfo_t *info, void *context) {
    (void)info, (void)context;
    siglongjmp(after_fault, number);
}

// The signal that an access ends with, 0 if it succeeds.
static int signal_of(volatile char *address, char mode) {
    struct sigaction action = {.sa_sigaction = note_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    int number = sigsetjmp(after_fault, 1);
    if (number == 0) {
        if (mode == 'w') *address = 1;
        else (void)*address;
    }
    return number;
}

// A file of some pages, each filled with its number and one.
static int file_of(int pages) {
    int file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    CHECK(file >= 0);
    char page[PAGE];
    for (int i = 0; i < pages; i++) {
        memset(page, i + 1, PAGE);
        CHECK_EQUAL(write(file, page, PAGE), PAGE);
    }
    return file;
}

static char *map_of(int file, int pages, int flags) {
    char *map = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, file, 0);
    CHECK(map != MAP_FAILED);
    return map;
}

CASE(a_shorter_file_is_a_shorter_mapping) {
    int file = file_of(4);
    char *map = map_of(file, 4, MAP_SHARED);
    CHECK(map[0] == 1 && map[PAGE] == 2 && map[2 * PAGE] == 3 && map[3 * PAGE] == 4);
    CHECK_EQUAL(ftruncate(file, PAGE + 10), 0);
    CHECK_EQUAL(map[PAGE + 9], 2);
    CHECK_EQUAL(map[PAGE + 10], 0);
    CHECK_EQUAL(signal_of(map + 2 * PAGE, 'r'), SIGBUS);
    CHECK_EQUAL(signal_of(map + 3 * PAGE, 'w'), SIGBUS);
    CHECK_EQUAL(ftruncate(file, 4 * PAGE), 0);
    CHECK_EQUAL(map[2 * PAGE], 0);
    map[3 * PAGE + 5] = 77;
    char byte;
    CHECK_EQUAL(pread(file, &byte, 1, 3 * PAGE + 5), 1);
    CHECK_EQUAL(byte, 77);
    munmap(map, 4 * PAGE);
    close(file);
}

CASE(a_truncating_open_empties_a_mapping) {
    char path[] = "/tmp/emptiedXXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0);
    CHECK_EQUAL(ftruncate(file, PAGE), 0);
    char *map = map_of(file, 1, MAP_SHARED);
    map[0] = 1;
    CHECK_EQUAL(signal_of(map, 'r'), 0);
    int again = open(path, O_WRONLY | O_TRUNC);
    CHECK(again >= 0);
    CHECK_EQUAL(signal_of(map, 'r'), SIGBUS);
    CHECK_EQUAL(write(again, "new", 3), 3);
    CHECK_EQUAL(map[0], 'n');
    CHECK_EQUAL(truncate(path, 0), 0);
    CHECK_EQUAL(signal_of(map, 'r'), SIGBUS);
    unlink(path);
    close(again), close(file);
    munmap(map, PAGE);
}

CASE(private_pages_go_with_the_file) {
    int file = file_of(3);
    char *map = map_of(file, 3, MAP_PRIVATE);
    map[PAGE] = 50;      // a copy
    (void)*(volatile char *)(map + 2 * PAGE);
    CHECK_EQUAL(ftruncate(file, PAGE), 0);
    CHECK_EQUAL(map[0], 1);
    CHECK_EQUAL(signal_of(map + PAGE, 'r'), SIGBUS);
    CHECK_EQUAL(signal_of(map + 2 * PAGE, 'w'), SIGBUS);
    CHECK_EQUAL(ftruncate(file, 3 * PAGE), 0);
    CHECK_EQUAL(map[PAGE], 0);
    munmap(map, 3 * PAGE);
    close(file);
}

CASE(a_hole_shows_in_mappings) {
    int file = file_of(4);
    char *shared = map_of(file, 4, MAP_SHARED), *own = map_of(file, 4, MAP_PRIVATE);
    CHECK_EQUAL(shared[PAGE] + own[PAGE] + shared[2 * PAGE] + own[2 * PAGE], 2 + 2 + 3 + 3);
    own[2 * PAGE + 1] = 60;
    CHECK_EQUAL(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, 2 * PAGE), 0);
    CHECK_EQUAL(shared[0], 1);
    CHECK_EQUAL(shared[PAGE], 0);
    CHECK_EQUAL(shared[2 * PAGE], 0);
    CHECK_EQUAL(shared[3 * PAGE], 4);
    CHECK_EQUAL(own[PAGE], 0);
    CHECK_EQUAL(own[2 * PAGE], 3);  // written before: the program's own
    CHECK_EQUAL(own[2 * PAGE + 1], 60);
    shared[PAGE] = 9;
    char byte;
    CHECK_EQUAL(pread(file, &byte, 1, PAGE), 1);
    CHECK_EQUAL(byte, 9);
    CHECK_EQUAL(own[PAGE], 9);
    munmap(shared, 4 * PAGE), munmap(own, 4 * PAGE);
    close(file);
}

// However a mapping was cut, moved and joined, every piece of it learns.
CASE(pieces_of_a_mapping_learn) {
    int file = file_of(8);
    char *map = map_of(file, 8, MAP_SHARED);
    for (int i = 0; i < 8; i++) CHECK_EQUAL(map[i * PAGE], i + 1);
    CHECK_EQUAL(mprotect(map + 2 * PAGE, 2 * PAGE, PROT_READ), 0);
    CHECK_EQUAL(munmap(map + 5 * PAGE, PAGE), 0);
    char *moved = mremap(map + 6 * PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, new_pages(2));
    CHECK(moved != MAP_FAILED);
    CHECK_EQUAL(mprotect(map + 2 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE), 0);
    CHECK_EQUAL(munmap(map, PAGE), 0);
    char *second = map_of(file, 8, MAP_SHARED);
    CHECK_EQUAL(second[7 * PAGE], 8);
    CHECK_EQUAL(ftruncate(file, 2 * PAGE), 0);
    CHECK_EQUAL(map[PAGE], 2);
    CHECK_EQUAL(signal_of(map + 2 * PAGE, 'r'), SIGBUS);
    CHECK_EQUAL(signal_of(map + 4 * PAGE, 'w'), SIGBUS);
    CHECK_EQUAL(signal_of(moved, 'r'), SIGBUS);
    CHECK_EQUAL(signal_of(moved + PAGE, 'r'), SIGBUS);
    CHECK_EQUAL(signal_of(second + 7 * PAGE, 'r'), SIGBUS);
    CHECK_EQUAL(second[0], 1);
    munmap(map, 5 * PAGE), munmap(moved, 2 * PAGE), munmap(second, 8 * PAGE);
    CHECK_EQUAL(ftruncate(file, 0), 0);
    close(file);
}

CASE(pages_behind_the_end_are_not_shown) {
    int file = file_of(1);
    CHECK_EQUAL(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 4 * PAGE), 0);
    char *map = map_of(file, 4, MAP_SHARED);
    CHECK_EQUAL(map[0], 1);
    CHECK_EQUAL(signal_of(map + PAGE, 'r'), SIGBUS);
    CHECK_ERRNO(madvise(map, 4 * PAGE, 22 /* MADV_POPULATE_READ */), EFAULT);
    CHECK_ERRNO(write(file, map + PAGE, 1), EFAULT);
    munmap(map, 4 * PAGE);
    close(file);
}

CASE(advice_punches_holes) {
    int file = file_of(2);
    char *map = map_of(file, 2, MAP_SHARED);
    CHECK_EQUAL(madvise(map, PAGE, MADV_REMOVE), 0);
    CHECK_EQUAL(map[0], 0);
    CHECK_EQUAL(map[PAGE], 2);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_size, 2 * PAGE);
    char *zeros = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    zeros[7] = 7;
    CHECK_EQUAL(madvise(zeros, PAGE, MADV_REMOVE), 0);
    CHECK_EQUAL(zeros[7], 0);
    char *own = map_of(file, 2, MAP_PRIVATE);
    CHECK_ERRNO(madvise(own, PAGE, MADV_REMOVE), EACCES);
    CHECK_ERRNO(madvise(new_pages(1), PAGE, MADV_REMOVE), EINVAL);
    char *hole = new_pages(2);
    munmap(hole + PAGE, PAGE);
    CHECK_ERRNO(madvise(hole + PAGE, PAGE, MADV_REMOVE), ENOMEM);
    munmap(map, 2 * PAGE), munmap(own, 2 * PAGE), munmap(zeros, PAGE);
    close(file);
}

CASE(freeing_is_for_private_memory) {
    int file = file_of(1);
    char *map = map_of(file, 1, MAP_SHARED), *own = map_of(file, 1, MAP_PRIVATE);
    char *zeros = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK_ERRNO(madvise(map, PAGE, MADV_FREE), EINVAL);
    CHECK_ERRNO(madvise(own, PAGE, MADV_FREE), EINVAL);
    CHECK_ERRNO(madvise(zeros, PAGE, MADV_FREE), EINVAL);
    CHECK_ERRNO(madvise(map, PAGE, MADV_WIPEONFORK), EINVAL);
    CHECK_EQUAL(madvise(new_pages(1), PAGE, MADV_FREE), 0);
    CHECK_EQUAL(madvise(new_pages(1), PAGE, MADV_WIPEONFORK), 0);
    munmap(map, PAGE), munmap(own, PAGE), munmap(zeros, PAGE);
    close(file);
}

CASE(dev_zero_is_memory) {
    int file = open("/dev/zero", O_RDWR);
    CHECK(file >= 0);
    char *own = map_of(file, 2, MAP_PRIVATE), *shared = map_of(file, 2, MAP_SHARED);
    CHECK(own[0] == 0 && shared[PAGE] == 0);
    own[5] = 5, shared[PAGE + 6] = 6;
    CHECK(own[5] == 5 && shared[PAGE + 6] == 6);
    CHECK_EQUAL(madvise(own, PAGE, MADV_DONTNEED), 0);
    CHECK_EQUAL(own[5], 0);
    char *other = map_of(file, 2, MAP_SHARED);
    CHECK_EQUAL(other[PAGE + 6], 0);
    munmap(own, 2 * PAGE), munmap(shared, 2 * PAGE), munmap(other, 2 * PAGE);
    close(file);
    file = open("/dev/null", O_RDWR);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED && errno == ENODEV);
    close(file);
    file = open("/tmp", O_RDONLY | O_DIRECTORY);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED && errno == ENODEV);
    close(file);
}

CASE(low_addresses_on_request) {
    for (int i = 0; i < 3; i++) {
        uintptr_t place = (uintptr_t)mmap(
            NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
        CHECK(place >= 0x40000000 && place + 3 * PAGE <= 0x80000000);
        *(char *)place = 1;
    }
    char *wish = (char *)0x52345000;
    CHECK(mmap(wish, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0) == wish);
    CHECK(mmap(wish, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0) != wish);
    void *large = mmap(NULL, 3ul << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_32BIT, -1, 0);
    CHECK(large == MAP_FAILED && errno == ENOMEM);
}

CASE(offsets_have_an_end) {
    int file = file_of(1);
    long last = 0x7ffffffffffff000;
    CHECK(mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, file, last) == MAP_FAILED && errno == EOVERFLOW);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, -PAGE) == MAP_FAILED && errno == EOVERFLOW);
    char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, last - PAGE);
    CHECK(map != MAP_FAILED);
    CHECK_EQUAL(signal_of(map, 'r'), SIGBUS);
    munmap(map, PAGE);
    close(file);
}

CASE(data_has_a_limit) {
    struct rlimit old, small;
    CHECK_EQUAL(getrlimit(RLIMIT_DATA, &old), 0);
    char *readable = mmap(NULL, 32ul << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(readable != MAP_FAILED);
    small = old;
    small.rlim_cur = 24ul << 20;
    CHECK_EQUAL(setrlimit(RLIMIT_DATA, &small), 0);
    void *large = mmap(NULL, 32ul << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int why = errno;
    void *shared = mmap(NULL, 32ul << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int changed = mprotect(readable, 32ul << 20, PROT_READ | PROT_WRITE), change_why = errno;
    void *broken = sbrk(32ul << 20);
    void *little = mmap(NULL, 1ul << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *grown = mremap(little, 1ul << 20, 32ul << 20, MREMAP_MAYMOVE);
    CHECK_EQUAL(setrlimit(RLIMIT_DATA, &old), 0);
    CHECK(large == MAP_FAILED && why == ENOMEM);
    CHECK(shared != MAP_FAILED);
    CHECK(changed == -1 && change_why == ENOMEM);
    CHECK(broken == (void *)-1);
    CHECK(little != MAP_FAILED);
    CHECK(grown == MAP_FAILED);
    munmap(shared, 32ul << 20), munmap(little, 1ul << 20), munmap(readable, 32ul << 20);
}
