/* SPDX-License-Identifier: Apache-2.0
 *
 * The first instructions. A PVH loader (Xen public headers, arch-x86/hvm/start_info.h) enters at boot_entry in 32-bit
 * mode, paging off, EBX = physical address of hvm_start_info. The way up:
 *
 *   1. map the low memory one to one, enter long mode, clear .bss (the stack and what is written whole is .noinit);
 *   2. relocate the image to where it lies and call boot_prepare (Platform): it chooses the random places and
 *      builds the kernel's page tables;
 *   3. relocate the image to its final place, go there, and call kernel_start on the boot stack.
 *
 * Relocating twice costs five instructions per pointer in static data each time; in return every line of Swift, also
 * the one that chooses the places, runs correctly relocated.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"

.section .text.boot, "ax", @progbits
.code32
.globl boot_entry
.type boot_entry, @function
boot_entry:
#define PHYSICAL(symbol) (symbol - boot_entry)(%ebp)
#define PHYSICAL_PLUS(symbol, bytes) (symbol + bytes - boot_entry)(%ebp)
    cld
    cli
    rdtsc                                   /* the time of entry: edx:eax, kept in esi and edx */
    movl %eax, %esi
    movl $boot_entry_physical, %ebp         /* a number from the linker script */
    leal PHYSICAL(boot_pml4), %edi          /* both tables; the rest of .bss eight bytes a step, in long mode */
    movl $2048, %ecx
    xorl %eax, %eax
    rep stosl
    movl %esi, PHYSICAL(boot_counter)
    movl %edx, PHYSICAL_PLUS(boot_counter, 4)
    leal PHYSICAL(boot_stack_top), %esp
    pushl %ebx

    /* Identity map: 1 GiB pages where the CPU has them (4 GiB), else 2 MiB pages (1 GiB). */
    leal PHYSICAL(boot_pdpt), %edi
    leal 7(%edi), %eax
    movl %eax, PHYSICAL(boot_pml4)
    movl $0x80000001, %eax
    cpuid
    btl $26, %edx
    jnc 2f
    movl $0x83, %eax
1:  movl %eax, (%edi)
    addl $8, %edi
    addl $0x40000000, %eax
    jnc 1b
    jmp 4f
2:  leal PHYSICAL(boot_pd), %eax
    orl $3, %eax
    movl %eax, (%edi)
    leal PHYSICAL(boot_pd), %edi
    movl $0x83, %eax
3:  movl %eax, (%edi)
    addl $8, %edi
    addl $0x200000, %eax
    cmpl $0x40000083, %eax
    jb 3b

4:  leal PHYSICAL(boot_pml4), %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $0xa0, %eax                         /* PAE, PGE */
    movl %eax, %cr4
    movl $0xc0000080, %ecx                  /* EFER: LME, NXE, SCE */
    rdmsr
    orl $0x901, %eax
    wrmsr
    movl %cr0, %eax
    andl $~0x60000004, %eax                 /* caches on, no x87 emulation */
    orl $0x80010023, %eax                   /* PG, WP, NE, MP, PE */
    movl %eax, %cr0
    popl %ebx
    leal PHYSICAL(boot_gdt), %eax
    movl %eax, PHYSICAL_PLUS(boot_gdt_register, 2)
    lgdt PHYSICAL(boot_gdt_register)
    leal PHYSICAL(boot_long_mode), %eax
    movl %eax, PHYSICAL(boot_far_pointer)
    ljmpl *PHYSICAL(boot_far_pointer)

.code64
boot_long_mode:
    movl $KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    leaq boot_stack_top(%rip), %rsp
    movl %ebx, %ebx
    movq %rbx, %r14
    leaq image_bss_start(%rip), %rdi
    leaq image_bss_end(%rip), %rcx
    subq %rdi, %rcx
    shrq $3, %rcx
    rep stosq
    leaq image_start(%rip), %r12            /* where the image lies: it is linked at 0 */
    movq %r12, %rdi
    call boot_relocate
    movq %r14, %rdi
    xorl %ebp, %ebp
    call boot_prepare                       /* -> rax: where the image shall be */
    subq %r12, %rax                         /* from here to there */
    movq %rax, %rdi
    call boot_relocate
    addq %rdi, %rsp
    leaq boot_arrived(%rip), %rdx
    addq %rdi, %rdx
    jmpq *%rdx
boot_arrived:
    xorl %ebp, %ebp
    call kernel_start
    ud2
.size boot_entry, . - boot_entry

/* rdi = what to add to each pointer in static data; kept. The linker packs their places (ELF gABI, SHT_RELR): an even
 * word is the place of a pointer, an odd word has a bit for each of the 63 words after those before it. */
.section .text.boot_relocate, "ax", @progbits
.type boot_relocate, @function
boot_relocate:
    leaq image_start(%rip), %r8
    leaq image_relocations_start(%rip), %rsi
    leaq image_relocations_end(%rip), %rcx
1:  cmpq %rcx, %rsi
    jae 4f
    lodsq
    shrq %rax
    jc 2f
    leaq (%r8, %rax, 2), %rdx
    addq %rdi, (%rdx)
    addq $8, %rdx
    jmp 1b
2:  bsfq %rax, %r9
    jz 3f
    addq %rdi, (%rdx, %r9, 8)
    leaq -1(%rax), %r9
    andq %r9, %rax
    jmp 2b
3:  addq $504, %rdx
    jmp 1b
4:  ret
.size boot_relocate, . - boot_relocate

.section .data.boot, "aw", @progbits
.balign 8
boot_gdt: .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_register: .word 23
    .long 0
.balign 4
boot_far_pointer: .long 0
    .word KERNEL_CODE

/* The linker script puts both on a page, one after the other. */
.section .boot_tables, "aw", @nobits
.globl boot_pml4, boot_counter, boot_stack, boot_stack_top
boot_pml4: .skip 4096
boot_pdpt: .skip 4096

.section .noinit, "aw", @nobits
boot_pd: .skip 4096
boot_stack: .skip 8192
boot_stack_top:
boot_counter: .skip 8
#endif
