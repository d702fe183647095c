// SPDX-License-Identifier: Apache-2.0
//
// The marks of Benchmarks/microbench.c, and the allocator's own names: a call as C code makes it.

#ifndef CMARK_H
#define CMARK_H

#include <stddef.h>

#define MARK(id) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n\t.word %c0\n\t.byte 0x4b,0x4d" ::"i"(id) : "memory")

int posix_memalign(void **block, size_t alignment, size_t size);
void free(void *block);

// The loop alone: item 0.
static inline void measure_loop(long count) {
    MARK(16);
    for (long i = 0; i < count; i++) __asm__ volatile("" ::: "memory");
    MARK(17);
}

// A block of 64 bytes, given back at once: item 33.
static inline void measure_pair(long count) {
    void *block;
    MARK(82);
    for (long i = 0; i < count; i++)
        if (posix_memalign(&block, 16, 64) == 0) free(block);
    MARK(83);
}

#endif
