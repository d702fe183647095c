/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls (SDM vol. 2, SYSCALL): RCX = return address, R11 = flags, interrupts off by FMASK, stack still the
 * program's. A whole machine_frame is pushed, so that signals, fork and traces find every register; on the way back
 * the six registers that calls preserve are not reloaded, because the kernel's own code has preserved them.
 * Linux's calling convention (arch/x86 entry, syscall(2)): number in RAX, arguments RDI RSI RDX R10 R8 R9.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"

.section .text.machine_system_call_entry, "ax", @progbits
.globl machine_system_call_entry
.type machine_system_call_entry, @function
machine_system_call_entry:
    swapgs
    movq %rsp, %gs:CPU_PROGRAM_STACK
    movq %gs:CPU_KERNEL_STACK, %rsp
    pushq $PROGRAM_DATA
    pushq %gs:CPU_PROGRAM_STACK
    pushq %r11
    pushq $PROGRAM_CODE
    pushq %rcx
    pushq %rax
    pushq $SYSTEM_CALL_VECTOR
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    sti
    movq %rsp, %rdi
    call machine_system_call                /* the personality's; rax = result */
    movq %rax, FRAME_RAX(%rsp)
    cli
    cmpl $0, %gs:CPU_PENDING
    jne 1f
    movq FRAME_RIP(%rsp), %rcx
    movq FRAME_RFLAGS(%rsp), %r11
    movq %rcx, %rdx
    shrq $47, %rdx                          /* sysretq to a non-canonical address would fault in the kernel */
    jnz 1f
    testl $0x10100, %r11d                   /* TF and RF need iretq */
    jnz 1f
    movq FRAME_R10(%rsp), %r10
    movq FRAME_R9(%rsp), %r9
    movq FRAME_R8(%rsp), %r8
    movq FRAME_RDX(%rsp), %rdx
    movq FRAME_RSI(%rsp), %rsi
    movq FRAME_RDI(%rsp), %rdi
    movq FRAME_RSP(%rsp), %rsp
    swapgs
    sysretq
1:  jmp machine_return_to_program
.size machine_system_call_entry, . - machine_system_call_entry
#endif
