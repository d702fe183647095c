/* SPDX-License-Identifier: Apache-2.0
 *
 * What a CPU executes first (SDM vol. 3 §8.4.4, start-up IPI): it arrives in real mode at a page below 1 MiB, to which
 * this code is copied. The page behind it holds the top of page tables that have the kernel's part and, one to one, the
 * low memory (Arch/x86_64, StartCPU.swift); the parameters say where to go on.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"

#define PLACE(symbol) (symbol - machine_start_cpu + START_CPU_PAGE)

.section .rodata.machine_start_cpu, "a", @progbits
.balign 16
.globl machine_start_cpu, machine_start_cpu_end, machine_start_cpu_parameters
machine_start_cpu:
.code16
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl PLACE(start_gdt_register)
    movl %cr4, %eax
    orl $0xa0, %eax                         /* PAE, PGE */
    movl %eax, %cr4
    movl $(START_CPU_PAGE + 4096), %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx                  /* EFER: LME, NXE, SCE */
    rdmsr
    orl $0x901, %eax
    wrmsr
    movl $0x80010033, %eax                  /* PG, WP, NE, ET, MP, PE */
    movl %eax, %cr0
    ljmpl $KERNEL_CODE, $PLACE(start_long_mode)

.code64
start_long_mode:
    movl $KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    movq PLACE(start_stack), %rsp
    movq PLACE(start_argument), %rdi
    movq PLACE(start_entry), %rdx
    xorl %ebp, %ebp
    pushq $0                                /* as after a call */
    jmpq *%rdx                              /* rdi = the CPU's page; the one-to-one mapping is left there */

.balign 8
start_gdt: .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
start_gdt_register: .word 23
    .long PLACE(start_gdt)
.balign 8
machine_start_cpu_parameters:               /* struct machine_start_parameters */
start_stack: .quad 0
start_argument: .quad 0
start_entry: .quad 0
machine_start_cpu_end:
#endif
