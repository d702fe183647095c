/* SPDX-License-Identifier: Apache-2.0
 *
 * Exceptions and interrupts (SDM vol. 3 §6). A stub of 8 bytes for each vector and a common part push what the CPU left
 * out, so that every trap arrives in machine_trap with one struct machine_frame. GS holds the program's base in programs and the CPU's data
 * in the kernel; swapgs on the border. NMI, #MC, #DB and #DF may interrupt that very border, so they arrive on stacks
 * of their own (IST) and look at GS instead of at CS; a program's #DB, a signal to it, moves to the thread's stack.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"

/* The stubs are written at boot (BootPrepare.swift), "pushq $vector; jmp" to one of the four entries below: in the image
 * they were a kilobyte that differs in its numbers alone, and would not compress. */
.section .trap_stubs, "aw", @nobits                 /* flags of the segment count, and lld folds no writable ones */
.balign TRAP_STUB_SIZE
.globl machine_trap_stubs
.type machine_trap_stubs, @object
machine_trap_stubs:
.zero TRAP_VECTORS * TRAP_STUB_SIZE

.section .text.trap, "ax", @progbits
.macro PUSH_REGISTERS
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
.endm

.macro POP_REGISTERS
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    addq $16, %rsp                          /* vector, error */
.endm

.globl machine_trap_without_error
machine_trap_without_error:
    pushq (%rsp)                            /* the vector; an error code of 0 takes its place */
    movq $0, 8(%rsp)
.globl machine_trap_with_error
machine_trap_with_error:
    testb $3, 24(%rsp)
    jz 1f
    swapgs
1:  PUSH_REGISTERS
    cld
900: clac
trap_on_thread_stack:
    movq %rsp, %rdi
    xorl %ebp, %ebp                         /* a backtrace ends here and goes on from the frame */
    call machine_trap
    testb $3, FRAME_CS(%rsp)
    jnz machine_return_to_program
    POP_REGISTERS
    iretq

/* rsp = a machine_frame of a program. Nothing may come between the last look at `pending` and the program. */
.globl machine_return_to_program
machine_return_to_program:
    cli
    cmpl $0, %gs:CPU_PENDING
    jne 2f
    POP_REGISTERS
    swapgs
    iretq
2:  movq %rsp, %rdi
    call machine_before_program
    jmp machine_return_to_program

/* Traps that may come between swapgs and its program: the CPU's data is named at the top of the IST stack. */
.globl machine_trap_anywhere_without_error
machine_trap_anywhere_without_error:
    pushq (%rsp)
    movq $0, 8(%rsp)
.globl machine_trap_anywhere
machine_trap_anywhere:
    PUSH_REGISTERS
    cld
901: clac
    cmpl $1, FRAME_VECTOR(%rsp)             /* #DB */
    jne 1f
    testb $3, FRAME_CS(%rsp)
    jnz trap_leaves_ist
1:
    movl $0xc0000101, %ecx                  /* MSR GS_BASE */
    rdmsr
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rsp, %rbx
    orq $4095, %rbx
    xorl %r12d, %r12d
    cmpq %rax, -7(%rbx)
    je 1f
    swapgs
    movl $1, %r12d
1:  movq %rsp, %rdi
    xorl %ebp, %ebp
    call machine_trap
    testl %r12d, %r12d
    jz 1f
    swapgs
1:  POP_REGISTERS
    iretq

/* From a program GS is surely the program's, and the thread's stack is empty: the trap goes on there like any other, so
 * that it may wait, be preempted and see `pending` before the program runs again. */
trap_leaves_ist:
    swapgs
    movq %rsp, %rsi
    movq %gs:CPU_KERNEL_STACK, %rdi
    subq $FRAME_SIZE, %rdi
    movq %rdi, %rsp
    movl $(FRAME_SIZE / 8), %ecx
    rep movsq
    jmp trap_on_thread_stack

/* rdi = machine_frame: leaves the kernel for the program it describes. */
.section .text.machine_enter_program, "ax", @progbits
.globl machine_enter_program
.type machine_enter_program, @function
machine_enter_program:
    movq %rdi, %rsp
    jmp machine_return_to_program
.size machine_enter_program, . - machine_enter_program

/* Sites of stac and clac, overwritten with no-ops on a CPU without SMAP (Arch/x86_64). */
.section .smap_sites, "ao", @progbits, .text.trap
.balign 4
.long 900b - .
.long 901b - .
#endif
