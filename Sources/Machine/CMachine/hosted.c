/* SPDX-License-Identifier: Apache-2.0
 *
 * Storage behind hosted.h: the one CPU of a unit test, and user memory that is simply memory.
 */
#include "machine.h"
#if __STDC_HOSTED__
struct machine_cpu machine_hosted_cpu;
uint64_t machine_hosted_counter;
struct machine_calls machine_calls;
size_t machine_copy_user(void *to, const void *from, size_t count) { memcpy(to, from, count); return 0; }
size_t machine_clear_user(void *to, size_t count) { memset(to, 0, count); return 0; }
#endif
