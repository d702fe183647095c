// SPDX-License-Identifier: Apache-2.0
//
// Mappings: what mmap, mprotect, munmap and brk promise, seen through faults.

#include "case.h"
#include <sys/stat.h>

static sigjmp_buf after_fault;
static volatile int fault_code;
static void *volatile fault_address;

static void note_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    fault_code = number == SIGSEGV ? info->si_code : 1000 + number;
    fault_address = info->si_addr;
    siglongjmp(after_fault, 1);
}

// The si_code of the fault that an access ends with, 0 if it succeeds.
static int fault_of(volatile char *address, char mode) {
    struct sigaction action = {.sa_sigaction = note_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    fault_code = 0;
    if (sigsetjmp(after_fault, 1) == 0) {
        if (mode == 'r') (void)*address;
        if (mode == 'w') *address = 1;
        if (mode == 'x') ((void (*)(void))(uintptr_t)address)();
    } else {
        CHECK(fault_address == address);
    }
    return fault_code;
}

CASE(fresh_pages_are_zero) {
    char *pages = new_pages(64);
    for (size_t i = 0; i < 64 * PAGE; i++) CHECK(pages[i] == 0);
    memset(pages, 0xff, 64 * PAGE);
    CHECK_EQUAL(munmap(pages, 64 * PAGE), 0);
    char *again = new_pages(64);
    for (size_t i = 0; i < 64 * PAGE; i += 64) CHECK(again[i] == 0);
}

CASE(protection_is_kept) {
    char *page = new_pages(1);
    CHECK_EQUAL(fault_of(page, 'w'), 0);
    CHECK_EQUAL(fault_of(page, 'x'), SEGV_ACCERR);
    CHECK_EQUAL(mprotect(page, PAGE, PROT_READ), 0);
    CHECK_EQUAL(fault_of(page, 'r'), 0);
    CHECK_EQUAL(fault_of(page, 'w'), SEGV_ACCERR);
    CHECK_EQUAL(mprotect(page, PAGE, PROT_NONE), 0);
    CHECK_EQUAL(fault_of(page, 'r'), SEGV_ACCERR);
    CHECK_EQUAL(mprotect(page, PAGE, PROT_READ | PROT_WRITE), 0);
    CHECK_EQUAL(page[0], 1);
    CHECK_EQUAL(munmap(page, PAGE), 0);
    CHECK_EQUAL(fault_of(page, 'r'), SEGV_MAPERR);
}

CASE(code_runs_where_it_may) {
    unsigned char *page = (unsigned char *)new_pages(1);
    page[0] = 0xc3;  // ret
    CHECK_EQUAL(mprotect(page, PAGE, PROT_READ | PROT_EXEC), 0);
    CHECK_EQUAL(fault_of((char *)page, 'x'), 0);
    CHECK_EQUAL(fault_of((char *)page, 'w'), SEGV_ACCERR);
}

CASE(parts_of_a_mapping_change_alone) {
    char *pages = new_pages(5);
    memset(pages, 7, 5 * PAGE);
    CHECK_EQUAL(mprotect(pages + PAGE, PAGE, PROT_READ), 0);
    CHECK_EQUAL(munmap(pages + 3 * PAGE, PAGE), 0);
    CHECK_EQUAL(fault_of(pages, 'w'), 0);
    CHECK_EQUAL(fault_of(pages + PAGE, 'w'), SEGV_ACCERR);
    CHECK_EQUAL(fault_of(pages + 2 * PAGE, 'w'), 0);
    CHECK_EQUAL(fault_of(pages + 3 * PAGE, 'r'), SEGV_MAPERR);
    CHECK_EQUAL(pages[4 * PAGE], 7);
    CHECK_EQUAL(munmap(pages, 5 * PAGE), 0);
    CHECK_EQUAL(fault_of(pages + 4 * PAGE, 'r'), SEGV_MAPERR);
}

CASE(protection_reaches_over_pages_that_have_it_already) {
    char *pages = new_pages(4);
    CHECK_EQUAL(mprotect(pages, PAGE, PROT_READ), 0);
    CHECK_EQUAL(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
    CHECK_EQUAL(mprotect(pages + 3 * PAGE, PAGE, PROT_READ), 0);
    CHECK_EQUAL(mprotect(pages, 4 * PAGE, PROT_READ | PROT_WRITE), 0);
    for (int i = 0; i < 4; i++) pages[i * PAGE] = 1;
}

CASE(fixed_mappings_replace) {
    char *pages = new_pages(3);
    memset(pages, 7, 3 * PAGE);
    char *middle = mmap(pages + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(middle == pages + PAGE);
    CHECK_EQUAL(middle[0], 0);
    CHECK_EQUAL(pages[PAGE - 1], 7);
    CHECK_EQUAL(pages[2 * PAGE], 7);
    CHECK_ERRNO(
        syscall(SYS_mmap, pages, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | 0x100000 /* MAP_FIXED_NOREPLACE */, -1, 0),
        EEXIST);
}

CASE(hints_are_hints) {
    char *pages = new_pages(2);
    munmap(pages, 2 * PAGE);
    CHECK(mmap(pages, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == pages);
    char *other = mmap(pages, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(other != MAP_FAILED && other != pages);
    char *odd = mmap((void *)0x680000000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(odd != MAP_FAILED);
    munmap(odd, PAGE);
}

CASE(page_zero_stays_unmapped) {
    CHECK_EQUAL(fault_of((char *)8, 'r'), SEGV_MAPERR);
    CHECK_EQUAL(fault_of((char *)8, 'w'), SEGV_MAPERR);
}

CASE(the_kernel_cannot_be_seen) {
    static const unsigned long places[] = {0x680000000000, 0x6c0000000000, 0x6ffffffff000};
    for (int i = 0; i < 3; i++) {
        CHECK(fault_of((char *)places[i], 'r') != 0);
        CHECK(fault_of((char *)places[i], 'w') != 0);
        CHECK(fault_of((char *)places[i], 'x') != 0);
    }
}

CASE(files_are_mapped_privately) {
    int file = open("memory", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_EQUAL(write(file, "contents", 8), 8);
    char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    CHECK(page != MAP_FAILED);
    CHECK(memcmp(page, "contents\0\0", 10) == 0);
    page[0] = 'C';
    char back[8];
    CHECK_EQUAL(pread(file, back, 8, 0), 8);
    CHECK(memcmp(back, "contents", 8) == 0);
    close(file);
    CHECK_EQUAL(page[0], 'C');
    unlink("memory");
}

CASE(files_are_mapped_shared) {
    int file = open("memory", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_EQUAL(ftruncate(file, 2 * PAGE), 0);
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(pages != MAP_FAILED);
    memcpy(pages + PAGE, "through the mapping", 19);
    char back[19];
    CHECK_EQUAL(pread(file, back, 19, PAGE), 19);
    CHECK(memcmp(back, "through the mapping", 19) == 0);
    CHECK_EQUAL(pwrite(file, "through the file", 16, PAGE), 16);
    CHECK(memcmp(pages + PAGE, "through the file", 16) == 0);
    CHECK_EQUAL(msync(pages, 2 * PAGE, MS_SYNC), 0);
    close(file);
    unlink("memory");
}

CASE(behind_the_end_of_a_file_is_a_bus_error) {
    int file = open("memory", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_EQUAL(write(file, "x", 1), 1);
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, file, 0);
    CHECK(pages != MAP_FAILED);
    CHECK_EQUAL(fault_of(pages + PAGE - 1, 'r'), 0);
    CHECK_EQUAL(fault_of(pages + PAGE, 'r'), 1000 + SIGBUS);
    close(file);
    unlink("memory");
}

CASE(a_mapping_needs_the_right_to_read_and_write) {
    int file = open("memory", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    CHECK_EQUAL(write(file, "x", 1), 1);
    CHECK_ERRNO(syscall(SYS_mmap, 0, PAGE, PROT_READ, MAP_PRIVATE, file, 0), EACCES);
    close(file);
    file = open("memory", O_RDONLY);
    CHECK_ERRNO(syscall(SYS_mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), EACCES);
    char *page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    CHECK(page != MAP_FAILED);
    CHECK_ERRNO(mprotect(page, PAGE, PROT_READ | PROT_WRITE), EACCES);
    close(file);
    unlink("memory");
}

CASE(the_break_moves) {
    char *start = (char *)syscall(SYS_brk, 0);
    char *end = start + 10 * PAGE + 123;
    CHECK((char *)syscall(SYS_brk, end) == end);
    memset(start, 1, (size_t)(end - start));
    CHECK((char *)syscall(SYS_brk, start) == start);
    CHECK((char *)syscall(SYS_brk, end) == end);
    char *page = (char *)(((uintptr_t)start + PAGE - 1) & ~(PAGE - 1));
    CHECK_EQUAL(page[0], 0);
    CHECK((char *)syscall(SYS_brk, 0x7fffffff0000) == end);
    CHECK((char *)syscall(SYS_brk, 1) == end);
    CHECK((char *)syscall(SYS_brk, start) == start);
}

CASE(dont_need_forgets) {
    char *pages = new_pages(2);
    memset(pages, 7, 2 * PAGE);
    CHECK_EQUAL(madvise(pages, PAGE, MADV_DONTNEED), 0);
    CHECK_EQUAL(pages[0], 0);
    CHECK_EQUAL(pages[PAGE], 7);
}

CASE(memory_can_be_reserved_beyond_what_there_is) {
    size_t size = 1UL << 36;
    char *pages = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(pages != MAP_FAILED);
    CHECK_EQUAL(mprotect(pages + size / 2, PAGE, PROT_READ | PROT_WRITE), 0);
    CHECK_EQUAL(fault_of(pages + size / 2, 'w'), 0);
    CHECK_EQUAL(fault_of(pages, 'r'), SEGV_ACCERR);
    CHECK_EQUAL(munmap(pages, size), 0);
}

CASE(many_mappings) {
    enum { count = 1000 };
    static char *page[count];
    // What a run that failed half-way has left: thousands of those would fill the memory.
    for (int i = 0; i < count; i++) {
        if (page[i]) munmap(page[i], PAGE);
        page[i] = NULL;
    }
    for (int i = 0; i < count; i++) {
        page[i] = mmap(NULL, PAGE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page[i] == MAP_FAILED) page[i] = NULL;
        CHECK(page[i] != NULL);
        if (i % 2 == 0) *(int *)page[i] = i;
    }
    for (int i = 0; i < count; i += 2) CHECK_EQUAL(*(int *)page[i], i);
    char *middle = page[500];
    for (int i = 0; i < count; i++) {
        CHECK_EQUAL(munmap(page[i], PAGE), 0);
        page[i] = NULL;
    }
    CHECK_EQUAL(fault_of(middle, 'r'), SEGV_MAPERR);
}

CASE(a_mapping_grows_and_shrinks_in_place) {
    char *start = new_pages(8);
    start[0] = 1;
    start[7 * PAGE] = 8;
    CHECK(mremap(start, 8 * PAGE, 3 * PAGE, 0) == start);
    CHECK_ERRNO((long)mremap(start, 4 * PAGE, 8 * PAGE, 0), EFAULT);
    CHECK(mremap(start, 3 * PAGE, 8 * PAGE, 0) == start);
    CHECK_EQUAL(start[0], 1);
    CHECK_EQUAL(start[7 * PAGE], 0);
    CHECK_EQUAL(munmap(start, 8 * PAGE), 0);
}

CASE(a_mapping_moves_with_its_pages) {
    char *start = new_pages(16);
    for (int i = 0; i < 4; i++) start[i * PAGE] = 10 + i;
    // The next pages are taken: the first four cannot grow where they are.
    CHECK_EQUAL(mprotect(start + 4 * PAGE, 12 * PAGE, PROT_READ), 0);
    CHECK_ERRNO((long)mremap(start, 4 * PAGE, 6 * PAGE, 0), ENOMEM);
    char *moved = mremap(start, 4 * PAGE, 6 * PAGE, MREMAP_MAYMOVE);
    CHECK(moved != MAP_FAILED && moved != start);
    for (int i = 0; i < 4; i++) CHECK_EQUAL(moved[i * PAGE], 10 + i);
    CHECK_EQUAL(moved[5 * PAGE], 0);
    CHECK_EQUAL(fault_of(start, 'r'), SEGV_MAPERR);
    CHECK_EQUAL(munmap(moved, 6 * PAGE), 0);
    CHECK_EQUAL(munmap(start, 16 * PAGE), 0);
}

CASE(a_mapping_moves_to_a_fixed_place) {
    char *start = new_pages(4), *target = new_pages(4);
    start[PAGE] = 5;
    target[PAGE] = 6;
    CHECK(mremap(start, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
    CHECK_EQUAL(target[PAGE], 5);
    CHECK_EQUAL(fault_of(start, 'r'), SEGV_MAPERR);
    CHECK_ERRNO((long)mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_FIXED, start), EINVAL);
    CHECK_ERRNO(
        (long)mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE), EINVAL);
    CHECK_EQUAL(munmap(target, 4 * PAGE), 0);
}

CASE(a_shared_mapping_is_mapped_twice) {
    char *start = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(start != MAP_FAILED);
    start[PAGE] = 7;
    char *again = mremap(start, 0, 2 * PAGE, MREMAP_MAYMOVE);
    CHECK(again != MAP_FAILED && again != start);
    CHECK_EQUAL(again[PAGE], 7);
    again[0] = 9;
    CHECK_EQUAL(start[0], 9);
    CHECK_EQUAL(munmap(start, 2 * PAGE), 0);
    CHECK_EQUAL(munmap(again, 2 * PAGE), 0);
}

CASE(an_old_place_stays_mapped) {
    char *start = new_pages(2);
    start[0] = 3;
    char *moved = mremap(start, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | 4 /* MREMAP_DONTUNMAP */, NULL);
    CHECK(moved != MAP_FAILED && moved != start);
    CHECK_EQUAL(moved[0], 3);
    CHECK_EQUAL(start[0], 0);
    CHECK_EQUAL(munmap(start, 2 * PAGE), 0);
    CHECK_EQUAL(munmap(moved, 2 * PAGE), 0);
}

CASE(moves_that_make_no_sense_are_refused) {
    char *start = new_pages(2);
    CHECK_ERRNO((long)mremap(start + 1, PAGE, PAGE, 0), EINVAL);
    CHECK_ERRNO((long)mremap(start, PAGE, 0, 0), EINVAL);
    CHECK_ERRNO((long)mremap(start, PAGE, PAGE, 64), EINVAL);
    CHECK_ERRNO((long)mremap(start, 0, PAGE, MREMAP_MAYMOVE), EINVAL);
    CHECK_EQUAL(munmap(start, 2 * PAGE), 0);
    CHECK_ERRNO((long)mremap(start, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EFAULT);
}

CASE(pages_that_are_there_are_told) {
    char *start = new_pages(4);
    unsigned char vector[4] = {9, 9, 9, 9};
    start[PAGE] = 1;
    start[3 * PAGE] = 1;
    CHECK_EQUAL(mincore(start, 4 * PAGE, vector), 0);
    CHECK(!(vector[0] & 1) && (vector[1] & 1) && !(vector[2] & 1) && (vector[3] & 1));
    CHECK_ERRNO(mincore(start + 1, PAGE, vector), EINVAL);
    CHECK_ERRNO(mincore(start, 4 * PAGE, (void *)8), EFAULT);
    CHECK_EQUAL(munmap(start + PAGE, PAGE), 0);
    CHECK_ERRNO(mincore(start, 4 * PAGE, vector), ENOMEM);
    CHECK_EQUAL(munmap(start, 4 * PAGE), 0);
}

CASE(pages_are_populated_on_advice) {
    char *start = new_pages(4);
    unsigned char vector[4] = {0};
    if (madvise(start, 4 * PAGE, 23 /* MADV_POPULATE_WRITE */) == 0) {
        CHECK_EQUAL(mincore(start, 4 * PAGE, vector), 0);
        for (int i = 0; i < 4; i++) CHECK(vector[i] & 1);
        CHECK_EQUAL(mprotect(start, PAGE, PROT_READ), 0);
        CHECK_ERRNO(madvise(start, 4 * PAGE, 23), EINVAL);
        CHECK_EQUAL(madvise(start, 4 * PAGE, 22 /* MADV_POPULATE_READ */), 0);
    } else {
        CHECK_EQUAL(errno, EINVAL);  // older than Linux 5.14
    }
    CHECK_EQUAL(munmap(start, 4 * PAGE), 0);
}

CASE(malloc_gives_and_takes) {
    static char *piece[500];
    unsigned seed = 1;
    for (int round = 0; round < 20; round++)
        for (int i = 0; i < 500; i++) {
            seed = seed * 1103515245 + 12345;
            size_t size = seed >> 8 & 0xfff;
            free(piece[i]);
            piece[i] = malloc(size + 1);
            CHECK(piece[i] != NULL);
            memset(piece[i], i, size + 1);
        }
    for (int i = 0; i < 500; i++) {
        CHECK_EQUAL((unsigned char)piece[i][0], i & 255);
        free(piece[i]);
        piece[i] = NULL;
    }
    char *large = malloc(8 << 20);
    CHECK(large != NULL);
    large[(8 << 20) - 1] = 1;
    free(large);
}
