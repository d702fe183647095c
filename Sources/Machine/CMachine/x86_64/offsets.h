/* SPDX-License-Identifier: Apache-2.0
 *
 * Offsets into the structures of include/x86_64.h, for assembly; check.c fails the build when they disagree.
 */
#define CPU_KERNEL_STACK 8
#define CPU_PROGRAM_STACK 16
#define CPU_PENDING 24
#define CPU_PREEMPTION_DEPTH 28
#define CPU_CURRENT_THREAD 32
#define CPU_CURRENT_BODY 48
#define CPU_PROGRAM_FRAME 56
#define CALLS_LIMIT 0

#define FRAME_R15 0
#define FRAME_R14 8
#define FRAME_R13 16
#define FRAME_R12 24
#define FRAME_RBP 32
#define FRAME_RBX 40
#define FRAME_R11 48
#define FRAME_R10 56
#define FRAME_R9 64
#define FRAME_R8 72
#define FRAME_RAX 80
#define FRAME_RCX 88
#define FRAME_RDX 96
#define FRAME_RSI 104
#define FRAME_RDI 112
#define FRAME_VECTOR 120
#define FRAME_ERROR 128
#define FRAME_RIP 136
#define FRAME_CS 144
#define FRAME_RFLAGS 152
#define FRAME_RSP 160
#define FRAME_SIZE 176
#define FRAME_SS 168

#define PENDING_FULL_RETURN 8

#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define CPU_NUMBER 0x3b   /* 0x38 | 3: a segment whose limit is the number of the CPU */
#define PROGRAM_DATA 0x2b /* 0x28 | 3 */
#define PROGRAM_CODE 0x33 /* 0x30 | 3 */
#define SYSTEM_CALL_VECTOR 0x100

/* The page in front of the vDSO (struct machine_lent_clock). */
#define LENT_SEQUENCE 0
#define LENT_COUNTER_AT_BASE 8
#define LENT_MULTIPLIER 16
#define LENT_NANOSECONDS_AT_BASE 24
#define LENT_CLOCK_OFFSETS 32

/* Where CPUs start: four pages below 64 KiB, which nobody else uses (PVHStart.swift). */
#define START_CPU_PAGE 0x8000

#define TRAP_VECTORS 128
#define TRAP_STUB_SIZE 8
