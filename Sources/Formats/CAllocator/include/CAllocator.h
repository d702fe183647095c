// SPDX-License-Identifier: Apache-2.0
//
// The fallible allocation behind Containers: two C functions and nothing else.
// On bare metal they are only declared here; the kernel's heap defines them. On a host (the tool, the unit tests)
// Hosted.c defines them by posix_memalign and free, with a hook that makes the k-th allocation fail.

#ifndef APUS_CALLOCATOR_H
#define APUS_CALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

/// Allocates `size` bytes (more than zero) aligned to `alignment` (a power of two); NULL when there is no memory.
void *apus_allocate(size_t size, size_t alignment);

/// Gives back what `apus_allocate` returned; NULL is allowed and does nothing.
void apus_deallocate(void *pointer);

#if __STDC_HOSTED__
/// Makes the `k`-th allocation of the calling thread from now on fail, once; 0 takes the order back.
void apus_test_fail_allocation(uint64_t k);

/// How many allocations the calling thread has asked for.
uint64_t apus_test_allocation_count(void);

/// How many allocations of the calling thread are alive: allocated less deallocated on this thread.
int64_t apus_test_live_allocations(void);
#endif

#endif
