/* SPDX-License-Identifier: Apache-2.0
 *
 * The only instructions that touch a program's memory. SMAP is open between stac and clac alone. A fault that the
 * address space cannot serve continues at the recovery address named in .user_access_table, and the routine answers
 * how many bytes it did not reach.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)

/* The tables' entries belong to their function's section ("o"): an image without it has none of them. */
.macro MAY_FAULT function, instruction, recovery
    .pushsection .user_access_table, "ao", @progbits, \function
    .balign 4
    .long \instruction - .
    .long \recovery - .
    .popsection
.endm
.macro SMAP_SITE function, site
    .pushsection .smap_sites, "ao", @progbits, \function
    .long \site - .
    .popsection
.endm

/* rdi = to, rsi = from, rdx = bytes -> rax = bytes not copied */
.section .text.machine_copy_user, "ax", @progbits
.globl machine_copy_user
.type machine_copy_user, @function
machine_copy_user:
10: stac
    movq %rdx, %rcx
    shrq $3, %rcx
    andl $7, %edx
11: rep movsq
    movl %edx, %ecx
12: rep movsb
    xorl %eax, %eax
13: clac
    ret
14: leaq (%rdx, %rcx, 8), %rcx              /* the word that faulted may still have reachable bytes */
    jmp 12b
15: movq %rcx, %rax
    jmp 13b
    MAY_FAULT machine_copy_user, 11b, 14b
    MAY_FAULT machine_copy_user, 12b, 15b
    SMAP_SITE machine_copy_user, 10b
    SMAP_SITE machine_copy_user, 13b
.size machine_copy_user, . - machine_copy_user

/* rdi = to, rsi = bytes -> rax = bytes not cleared */
.section .text.machine_clear_user, "ax", @progbits
.globl machine_clear_user
.type machine_clear_user, @function
machine_clear_user:
20: stac
    movq %rsi, %rcx
    xorl %eax, %eax
    shrq $3, %rcx
    andl $7, %esi
21: rep stosq
    movl %esi, %ecx
22: rep stosb
23: clac
    movq %rcx, %rax
    ret
24: leaq (%rsi, %rcx, 8), %rcx
    jmp 22b
    MAY_FAULT machine_clear_user, 21b, 24b
    MAY_FAULT machine_clear_user, 22b, 23b
    SMAP_SITE machine_clear_user, 20b
    SMAP_SITE machine_clear_user, 23b
.size machine_clear_user, . - machine_clear_user

/* rdi = word of the program, rsi = what it should hold (gets what it held), edx = new value
 * -> rax = 0: exchanged, 1: it held something else, 2: cannot be reached */
.section .text.machine_exchange_user32, "ax", @progbits
.globl machine_exchange_user32
.type machine_exchange_user32, @function
machine_exchange_user32:
    movl (%rsi), %eax
30: stac
31: lock cmpxchgl %edx, (%rdi)
32: clac
    movl %eax, (%rsi)
    setne %al
    movzbl %al, %eax
    ret
33: clac
    movl $2, %eax
    ret
    MAY_FAULT machine_exchange_user32, 31b, 33b
    SMAP_SITE machine_exchange_user32, 30b
    SMAP_SITE machine_exchange_user32, 32b
    SMAP_SITE machine_exchange_user32, 33b
.size machine_exchange_user32, . - machine_exchange_user32

/* Single words: most of what system calls read and write, in half of a copy's instructions. */
.macro STORE_USER name, move, value
/* rdi = word of the program, rsi = value -> rax = 0: stored, 1: cannot be reached */
.section .text.\name, "ax", @progbits
.globl \name
.type \name, @function
\name:
40: stac
41: \move \value, (%rdi)
    xorl %eax, %eax
42: clac
    ret
43: movl $1, %eax
    jmp 42b
    MAY_FAULT \name, 41b, 43b
    SMAP_SITE \name, 40b
    SMAP_SITE \name, 42b
.size \name, . - \name
.endm
STORE_USER machine_store_user32, movl, %esi
STORE_USER machine_store_user64, movq, %rsi

.macro LOAD_USER name, move, value
/* rdi = word of the program -> rax = value; rdx = 0: loaded, 1: cannot be reached */
.section .text.\name, "ax", @progbits
.globl \name
.type \name, @function
\name:
50: stac
51: \move (%rdi), \value
    xorl %edx, %edx
52: clac
    ret
53: movl $1, %edx
    jmp 52b
    MAY_FAULT \name, 51b, 53b
    SMAP_SITE \name, 50b
    SMAP_SITE \name, 52b
.size \name, . - \name
.endm
LOAD_USER machine_load_user32, movl, %eax
LOAD_USER machine_load_user64, movq, %rax
#endif
