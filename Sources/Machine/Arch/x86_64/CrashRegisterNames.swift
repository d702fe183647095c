// SPDX-License-Identifier: Apache-2.0
//
// The registers of a crash report, in its order.

/// The names of `CrashReport.registers`.
public let crashRegisterNames: InlineArray<18, StaticString> = [
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip",
    "rflags",
]
