/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls (SDM vol. 2, SYSCALL): RCX = return address, R11 = flags, interrupts off by FMASK, stack still the
 * program's. Linux's calling convention (syscall(2)): number in RAX, arguments RDI RSI RDX R10 R8 R9; all but RAX, RCX
 * and R11 are preserved.
 *
 * The direct way calls the handler itself, by Swift's convention (swift/docs/ABI/CallConvSummary.rst): RDI = the
 * frame, RSI = the thread's body, both borrowed; R12 = 0, and not 0 afterwards when the handler threw, with the error
 * in AX (an Errno); RAX = the result otherwise. R13 would be a closure's context: handlers have none (see
 * SystemCallBinding). Only what handlers may clobber is saved; the registers that calls preserve enter the frame when
 * something will look at it, on the long way and at a return with pending work.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"

.macro SAVE_PRESERVED_REGISTERS
    movq %rbx, FRAME_RBX(%rsp)
    movq %rbp, FRAME_RBP(%rsp)
    movq %r13, FRAME_R13(%rsp)
    movq %r14, FRAME_R14(%rsp)
    movq %r15, FRAME_R15(%rsp)
.endm

.macro COMPLETE_FRAME
    movq FRAME_RIP(%rsp), %rcx
    movq %rcx, FRAME_RCX(%rsp)
    movq FRAME_RFLAGS(%rsp), %rcx
    movq %rcx, FRAME_R11(%rsp)
    movq $PROGRAM_CODE, FRAME_CS(%rsp)
    movq $PROGRAM_DATA, FRAME_SS(%rsp)
.endm

.section .text.machine_system_call_entry, "ax", @progbits
.globl machine_system_call_entry
.type machine_system_call_entry, @function
machine_system_call_entry:
    swapgs
    movq %rsp, %gs:CPU_PROGRAM_STACK
    movq %gs:CPU_PROGRAM_FRAME, %rsp
    movq %rcx, FRAME_RIP(%rsp)
    movq %r11, FRAME_RFLAGS(%rsp)
    movq %gs:CPU_PROGRAM_STACK, %rcx
    movq %rcx, FRAME_RSP(%rsp)
    movq %rax, FRAME_ERROR(%rsp)
    movq $SYSTEM_CALL_VECTOR, FRAME_VECTOR(%rsp)
    movq %rdi, FRAME_RDI(%rsp)
    movq %rsi, FRAME_RSI(%rsp)
    movq %rdx, FRAME_RDX(%rsp)
    movq %r10, FRAME_R10(%rsp)
    movq %r8, FRAME_R8(%rsp)
    movq %r9, FRAME_R9(%rsp)
    movq %r12, FRAME_R12(%rsp)
    sti
    cmpq machine_calls+CALLS_LIMIT(%rip), %rax
    jae 4f
    leaq machine_call_handlers(%rip), %rcx
    movq %rsp, %rdi
    movq %gs:CPU_CURRENT_BODY, %rsi
    xorl %r12d, %r12d
    callq *(%rcx, %rax, 8)
    testq %r12, %r12
    jnz 3f
1:  cli                                     /* rax = result */
    cmpl $0, %gs:CPU_PENDING
    jne 2f
    movq FRAME_RFLAGS(%rsp), %r11
    movq FRAME_RIP(%rsp), %rcx              /* canonical: `syscall` left it there, and changing it is pending work */
    testl $0x100, %r11d                     /* TF needs iretq; RF was cleared by `syscall` */
    jnz 2f
    movq FRAME_R12(%rsp), %r12
    movq FRAME_R10(%rsp), %r10
    movq FRAME_R9(%rsp), %r9
    movq FRAME_R8(%rsp), %r8
    movq FRAME_RDX(%rsp), %rdx
    movq FRAME_RSI(%rsp), %rsi
    movq FRAME_RDI(%rsp), %rdi
    movq FRAME_RSP(%rsp), %rsp
    swapgs
    sysretq

    /* Something is to be done before the program runs: it may look at the frame, and reloads all of it. */
2:  movq %rax, FRAME_RAX(%rsp)
    testl $PENDING_FULL_RETURN, %gs:CPU_PENDING
    jnz machine_return_to_program           /* the handler has written the frame itself */
    SAVE_PRESERVED_REGISTERS
    COMPLETE_FRAME
    jmp machine_return_to_program

    /* The handler threw. */
3:  movzwl %ax, %eax
    negq %rax
    jmp 1b

    /* The long way: no such call, no handler bound yet, traced, short of memory, or a call that needs all registers. */
.globl machine_call_unbound
machine_call_unbound:
    addq $8, %rsp                           /* in place of a handler: its return address */
4:  SAVE_PRESERVED_REGISTERS
    COMPLETE_FRAME
    movq %rsp, %rdi
    call machine_system_call                /* the personality's; rax = result */
    jmp 1b
.size machine_system_call_entry, . - machine_system_call_entry

.section .bss.machine_calls, "aw", @nobits
.balign 16
.globl machine_calls
.type machine_calls, @object
machine_calls:
    .zero 16
.size machine_calls, 16
.globl machine_call_handlers
.type machine_call_handlers, @object
machine_call_handlers:
    .zero 512 * 8
.size machine_call_handlers, 512 * 8
#endif
