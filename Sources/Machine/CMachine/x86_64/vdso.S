/* SPDX-License-Identifier: Apache-2.0
 *
 * The code that the kernel lends to programs (vdso(7)): a whole ELF shared object in one page, laid out by hand, because
 * nothing here links for programs. The page before it is the clock's data, written by Machine's LentClock. Each function
 * answers from that page, or makes the system call while the page says so (an odd sequence) and for other clocks.
 * The arithmetic is Core/Time's CounterScale: nanoseconds = base + ((counter - counterAtBase) * multiplier >> 32).
 * Sources: System V gABI ch. 4-5 (ELF, hash table); LSB core §10.7 (symbol versions); SDM vol. 3 §18.17 (RDTSC, LFENCE).
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
#include "offsets.h"

#define SYS_gettimeofday 96
#define SYS_time 201
#define SYS_clock_gettime 228

.section .rodata.machine_vdso, "a", @progbits
.balign 4096
.globl machine_vdso
.type machine_vdso, @object
machine_vdso:
.set data, machine_vdso - 4096

/* ELF header */
    .byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0
    .short 3, 62                            /* ET_DYN, EM_X86_64 */
    .long 1
    .quad 0, headers - machine_vdso, 0      /* no entry; no section headers */
    .long 0
    .short 64, 56, 2, 64, 0, 0

headers:
    .long 1, 5                              /* PT_LOAD, R X: the whole page */
    .quad 0, 0, 0, end - machine_vdso, end - machine_vdso, 4096
    .long 2, 4                              /* PT_DYNAMIC, R */
    .quad dynamic - machine_vdso, dynamic - machine_vdso, dynamic - machine_vdso
    .quad dynamic_end - dynamic, dynamic_end - dynamic, 8

dynamic:
    .quad 14, soname - strings              /* DT_SONAME */
    .quad 4, hash - machine_vdso            /* DT_HASH */
    .quad 5, strings - machine_vdso         /* DT_STRTAB */
    .quad 6, symbols - machine_vdso         /* DT_SYMTAB */
    .quad 10, strings_end - strings         /* DT_STRSZ */
    .quad 11, 24                            /* DT_SYMENT */
    .quad 0x6ffffff0, versions - machine_vdso           /* DT_VERSYM */
    .quad 0x6ffffffc, version_definitions - machine_vdso /* DT_VERDEF */
    .quad 0x6ffffffd, 2                     /* DT_VERDEFNUM */
    .quad 0, 0
dynamic_end:

.macro SYMBOL name, binding, code
    .long \name - strings
    .byte \binding << 4 | 2, 0              /* STT_FUNC, STV_DEFAULT */
    .short 1                                /* any section but SHN_UNDEF */
    .quad \code - machine_vdso, \code\()_end - \code
.endm
    .balign 8
symbols:
    .quad 0, 0, 0
    SYMBOL name_vdso_clock_gettime, 1, clock_gettime
    SYMBOL name_vdso_gettimeofday, 1, gettimeofday
    SYMBOL name_vdso_time, 1, time
    SYMBOL name_vdso_getcpu, 1, getcpu
    SYMBOL name_clock_gettime, 2, clock_gettime
    SYMBOL name_gettimeofday, 2, gettimeofday
    SYMBOL name_time, 2, time
    SYMBOL name_getcpu, 2, getcpu
hash:
    .long 1, 9                              /* one bucket, so no hash need be computed here */
    .long 1
    .long 0, 2, 3, 4, 5, 6, 7, 8, 0
versions:
    .short 0, 2, 2, 2, 2, 2, 2, 2, 2

    .balign 4
version_definitions:
    .short 1, 1, 1, 1                       /* VER_FLG_BASE: the object itself */
    .long 0xdeebfa1                         /* the hash of its name */
    .long 20, 28
    .long soname - strings, 0
    .short 1, 0, 2, 1
    .long 0x3ae75f6                         /* LINUX_2.6 */
    .long 20, 0
    .long version - strings, 0

strings:
    .byte 0
soname: .asciz "linux-vdso.so.1"
version: .asciz "LINUX_2.6"
name_vdso_clock_gettime: .ascii "__vdso_"
name_clock_gettime: .asciz "clock_gettime"
name_vdso_gettimeofday: .ascii "__vdso_"
name_gettimeofday: .asciz "gettimeofday"
name_vdso_time: .ascii "__vdso_"
name_time: .asciz "time"
name_vdso_getcpu: .ascii "__vdso_"
name_getcpu: .asciz "getcpu"
strings_end:

/* rdi = clock, r8 = data -> rax = its nanoseconds; clobbers rdx and r9. Jumps if the kernel must be asked. */
.macro READ_CLOCK otherwise
1:  movl LENT_SEQUENCE(%r8), %r9d
    testb $1, %r9b
    jnz \otherwise
    lfence                                  /* the counter is not read before the sequence */
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    subq LENT_COUNTER_AT_BASE(%r8), %rax
    movl $0, %edx
    cmovbq %rdx, %rax                       /* a counter before the base counts as the base */
    mulq LENT_MULTIPLIER(%r8)
    shrdq $32, %rdx, %rax
    addq LENT_NANOSECONDS_AT_BASE(%r8), %rax
    addq LENT_CLOCK_OFFSETS(%r8, %rdi, 8), %rax
    cmpl LENT_SEQUENCE(%r8), %r9d
    jne 1b
.endm

/* rax = nanoseconds -> rdx = seconds, rcx = the rest; divides by 10^9 = 2^9 * 5^9 with a multiplication. */
.macro SPLIT_SECONDS
    movq %rax, %rcx
    shrq $9, %rax
    movabsq $0x44b82fa09b5a53, %rdx          /* ceil(2^75 / 5^9) */
    mulq %rdx
    shrq $11, %rdx
    imulq $1000000000, %rdx, %rax
    subq %rax, %rcx
.endm

    .balign 16
/* int clock_gettime(clockid_t edi, struct timespec *rsi) */
clock_gettime:
    cmpl $11, %edi
    ja 2f
    movl $0x8f3, %eax                       /* REALTIME, MONOTONIC, RAW, both COARSE, BOOTTIME, TAI */
    btl %edi, %eax
    jnc 2f
    movl %edi, %edi
    leaq data(%rip), %r8
    READ_CLOCK 2f
    SPLIT_SECONDS
    movq %rdx, (%rsi)
    movq %rcx, 8(%rsi)
    xorl %eax, %eax
    ret
2:  movl $SYS_clock_gettime, %eax
    syscall
    ret
clock_gettime_end:

    .balign 16
/* int gettimeofday(struct timeval *rdi, struct timezone *rsi) */
gettimeofday:
    testq %rdi, %rdi
    jz 3f
    movq %rdi, %r10
    xorl %edi, %edi
    leaq data(%rip), %r8
    READ_CLOCK 2f
    SPLIT_SECONDS
    movq %rdx, (%r10)
    imulq $274877907, %rcx, %rcx            /* / 1000: ceil(2^38 / 1000), exact below 2^30 */
    shrq $38, %rcx
    movq %rcx, 8(%r10)
3:  testq %rsi, %rsi
    jz 4f
    movq $0, (%rsi)                         /* UTC */
4:  xorl %eax, %eax
    ret
2:  movq %r10, %rdi
    movl $SYS_gettimeofday, %eax
    syscall
    ret
gettimeofday_end:

    .balign 16
/* time_t time(time_t *rdi) */
time:
    movq %rdi, %r10
    xorl %edi, %edi
    leaq data(%rip), %r8
    READ_CLOCK 2f
    SPLIT_SECONDS
    movq %rdx, %rax
    testq %r10, %r10
    jz 3f
    movq %rax, (%r10)
3:  ret
2:  movq %r10, %rdi
    movl $SYS_time, %eax
    syscall
    ret
time_end:

    .balign 16
/* int getcpu(unsigned *rdi, unsigned *rsi, void *unused) */
getcpu:
    movl $CPU_NUMBER, %eax
    lsll %eax, %eax
    testq %rdi, %rdi
    jz 1f
    movl %eax, (%rdi)
1:  xorl %eax, %eax
    testq %rsi, %rsi
    jz 1f
    movl %eax, (%rsi)                       /* one node */
1:  ret
getcpu_end:
end:
    .balign 4096, 0
.size machine_vdso, . - machine_vdso
#endif
