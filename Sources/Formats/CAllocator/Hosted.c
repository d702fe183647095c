// SPDX-License-Identifier: Apache-2.0
//
// The host's side of CAllocator: the C library's allocator plus a failure hook for tests.
// The counters are per thread because unit tests run in parallel. Empty on bare metal.

#if __STDC_HOSTED__

#define _POSIX_C_SOURCE 200809L
#include "CAllocator.h"
#include <stdlib.h>

static _Thread_local uint64_t allocations;
static _Thread_local uint64_t failing_allocation;
static _Thread_local int64_t live;

void *apus_allocate(size_t size, size_t alignment) {
    allocations += 1;
    if (failing_allocation == allocations) {
        failing_allocation = 0;
        return NULL;
    }
    void *pointer = NULL;
    if (alignment < sizeof(void *)) alignment = sizeof(void *);
    if (posix_memalign(&pointer, alignment, size) != 0) return NULL;
    live += 1;
    return pointer;
}

void apus_deallocate(void *pointer) {
    if (pointer == NULL) return;
    live -= 1;
    free(pointer);
}

void apus_test_fail_allocation(uint64_t k) {
    failing_allocation = k == 0 ? 0 : allocations + k;
}

uint64_t apus_test_allocation_count(void) {
    return allocations;
}

int64_t apus_test_live_allocations(void) {
    return live;
}

#endif
