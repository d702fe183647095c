/* SPDX-License-Identifier: Apache-2.0
 *
 * What Swift cannot say: instructions, volatile accesses, and the structures that assembly and Swift share.
 * Only declarations and inline shims without logic; the routines behind them are in <arch>/*.S, one per section.
 * Each architecture answers to the same names; hosted.h stands in for hardware in unit tests.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_INLINE static inline __attribute__((always_inline, nodebug))

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);

/* A CPU's single frames: room for Memory's FrameCache. */
struct machine_frame_cache { uint64_t words[2]; };

#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "x86_64.h"
#else
#include "hosted.h"
#endif

/* Why every system call takes the long way: bits of machine_calls.held. */
enum { MACHINE_CALLS_TRACED = 1, MACHINE_CALLS_SHORT_OF_MEMORY = 2 };
MACHINE_INLINE void machine_calls_hold(uint32_t reason) { machine_calls.held |= reason; machine_calls.limit = 0; }
MACHINE_INLINE void machine_calls_resume(uint32_t reason) {
    machine_calls.held &= ~reason; machine_calls.limit = machine_calls.held ? 0 : machine_calls.count; }
MACHINE_INLINE uint32_t machine_calls_held(void) { return machine_calls.held; }

/* Counts of references that several CPUs change. The last one to go sees what all the others did before. */
MACHINE_INLINE void machine_increment32(uint32_t *_Nonnull count) { __atomic_fetch_add(count, 1, __ATOMIC_RELAXED); }
MACHINE_INLINE bool machine_decrement32(uint32_t *_Nonnull count) { return __atomic_sub_fetch(count, 1, __ATOMIC_ACQ_REL) == 0; }

/* What programs read of the clock: the page in front of the code that the kernel lends them (vdso.S). */
struct machine_lent_clock {
    uint32_t sequence;            /* odd: call the kernel; changes with everything else here */
    uint32_t reserved;
    uint64_t counter_at_base, multiplier, nanoseconds_at_base;
    uint64_t clock_offsets[12];   /* by clock number (clock_gettime(2)): what to add to monotonic time */
};

/* Volatile accesses: a plain pointer loop on a device register would be deleted (MMIO), or merged (DMA). */
MACHINE_INLINE uint8_t machine_load8(uintptr_t a) { return *(const volatile uint8_t *)a; }
MACHINE_INLINE uint16_t machine_load16(uintptr_t a) { return *(const volatile uint16_t *)a; }
MACHINE_INLINE uint32_t machine_load32(uintptr_t a) { return *(const volatile uint32_t *)a; }
MACHINE_INLINE uint64_t machine_load64(uintptr_t a) { return *(const volatile uint64_t *)a; }
MACHINE_INLINE void machine_store8(uintptr_t a, uint8_t v) { *(volatile uint8_t *)a = v; }
MACHINE_INLINE void machine_store16(uintptr_t a, uint16_t v) { *(volatile uint16_t *)a = v; }
MACHINE_INLINE void machine_store32(uintptr_t a, uint32_t v) { *(volatile uint32_t *)a = v; }
MACHINE_INLINE void machine_store64(uintptr_t a, uint64_t v) { *(volatile uint64_t *)a = v; }
