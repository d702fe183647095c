/* SPDX-License-Identifier: Apache-2.0
 *
 * Switching kernel threads: a call that returns in another thread. Only what calls preserve is kept.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)

/* rdi = where to keep this thread's stack pointer, rsi = the next thread's stack pointer. */
.section .text.machine_switch, "ax", @progbits
.globl machine_switch
.type machine_switch, @function
machine_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size machine_switch, . - machine_switch

/* Where a new thread begins: its first stack holds r12 = entry and r13 = argument. The entry does not return. */
.section .text.machine_thread_start, "ax", @progbits
.globl machine_thread_start
.type machine_thread_start, @function
machine_thread_start:
    movq %r13, %rdi
    xorl %ebp, %ebp
    callq *%r12
    ud2
.size machine_thread_start, . - machine_thread_start

.section .text.machine_load_gdt, "ax", @progbits
.globl machine_load_gdt
.type machine_load_gdt, @function
machine_load_gdt:
    subq $16, %rsp
    movw %si, 6(%rsp)
    movq %rdi, 8(%rsp)
    lgdt 6(%rsp)
    addq $16, %rsp
    popq %rax
    pushq $0x10                             /* SS, RSP, RFLAGS, CS, RIP: iretq reloads CS and SS */
    leaq 8(%rsp), %rcx
    pushq %rcx
    pushfq
    pushq $0x08
    pushq %rax
    iretq
.size machine_load_gdt, . - machine_load_gdt
#endif
