/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory primitives that the compiler calls by itself. They are C, and the only C with logic, because a compiler
 * turns a Swift or C loop that copies into a call to memcpy: these must not become calls to themselves (-fno-builtin).
 * String instructions move 8 bytes a step: an emulator pays per step, and real CPUs take them at full width.
 */
#include "machine.h"
#if !__STDC_HOSTED__ && defined(__x86_64__)

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    void *d = to;
    size_t words = count >> 3, bytes = count & 7;
    __asm__ volatile("rep movsq\n\tmovq %3, %%rcx\n\trep movsb"
                     : "+D"(d), "+S"(from), "+c"(words) : "r"(bytes) : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t count) {
    /* A forward copy is right unless the destination starts inside the source. */
    if ((uintptr_t)to - (uintptr_t)from >= count) return memcpy(to, from, count);
    uint8_t *d = to;
    const uint8_t *s = from;
    while (count >= 8) {
        count -= 8;
        uint64_t word;
        __builtin_memcpy_inline(&word, s + count, 8);
        __builtin_memcpy_inline(d + count, &word, 8);
    }
    while (count--) d[count] = s[count];
    return to;
}

void *memset(void *to, int byte, size_t count) {
    void *d = to;
    uint64_t pattern = 0x0101010101010101ull * (uint8_t)byte;
    size_t words = count >> 3, bytes = count & 7;
    __asm__ volatile("rep stosq\n\tmovq %3, %%rcx\n\trep stosb"
                     : "+D"(d), "+c"(words) : "a"(pattern), "r"(bytes) : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t count) {
    const uint8_t *p = a, *q = b;
    while (count >= 8) {
        uint64_t x, y;
        __builtin_memcpy_inline(&x, p, 8);
        __builtin_memcpy_inline(&y, q, 8);
        if (x != y) break;
        p += 8, q += 8, count -= 8;
    }
    for (; count; p++, q++, count--)
        if (*p != *q) return *p - *q;
    return 0;
}
#endif
