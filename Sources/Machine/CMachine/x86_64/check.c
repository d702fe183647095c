/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds offsets.h to the structures that Swift sees. No code.
 */
#include "machine.h"
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"
#define SAME(type, field, offset) _Static_assert(offsetof(struct type, field) == offset, #type "." #field)
SAME(machine_cpu, kernel_stack, CPU_KERNEL_STACK);
SAME(machine_cpu, program_stack, CPU_PROGRAM_STACK);
SAME(machine_cpu, pending, CPU_PENDING);
SAME(machine_cpu, preemption_depth, CPU_PREEMPTION_DEPTH);
SAME(machine_cpu, current_thread, CPU_CURRENT_THREAD);
SAME(machine_cpu, current_body, CPU_CURRENT_BODY);
SAME(machine_cpu, program_frame, CPU_PROGRAM_FRAME);
SAME(machine_calls, limit, CALLS_LIMIT);
SAME(machine_frame, r15, FRAME_R15);
SAME(machine_frame, r12, FRAME_R12);
SAME(machine_frame, rbx, FRAME_RBX);
SAME(machine_frame, vector, FRAME_VECTOR);
SAME(machine_frame, error, FRAME_ERROR);
SAME(machine_frame, ss, FRAME_SS);
_Static_assert(MACHINE_PENDING_FULL_RETURN == PENDING_FULL_RETURN, "pending bits");
SAME(machine_frame, r11, FRAME_R11);
SAME(machine_frame, rax, FRAME_RAX);
SAME(machine_frame, rdi, FRAME_RDI);
SAME(machine_frame, vector, FRAME_VECTOR);
SAME(machine_frame, rip, FRAME_RIP);
SAME(machine_frame, cs, FRAME_CS);
SAME(machine_frame, rflags, FRAME_RFLAGS);
SAME(machine_frame, rsp, FRAME_RSP);
_Static_assert(MACHINE_START_CPU_PAGE == START_CPU_PAGE, "where CPUs start");
_Static_assert(MACHINE_TRAP_VECTORS == TRAP_VECTORS && MACHINE_TRAP_STUB_SIZE == TRAP_STUB_SIZE, "trap stubs");
_Static_assert(sizeof(struct machine_frame) == FRAME_SIZE, "machine_frame");
SAME(machine_lent_clock, sequence, LENT_SEQUENCE);
SAME(machine_lent_clock, counter_at_base, LENT_COUNTER_AT_BASE);
SAME(machine_lent_clock, multiplier, LENT_MULTIPLIER);
SAME(machine_lent_clock, nanoseconds_at_base, LENT_NANOSECONDS_AT_BASE);
SAME(machine_lent_clock, clock_offsets, LENT_CLOCK_OFFSETS);
#endif
