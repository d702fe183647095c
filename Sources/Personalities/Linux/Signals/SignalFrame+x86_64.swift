// SPDX-License-Identifier: Apache-2.0
//
// The frame that a signal handler finds on its stack and rt_sigreturn(2) takes back: Linux's struct rt_sigframe for
// x86-64 (asm/sigcontext.h, asm/ucontext.h), which unwinders, Go, Java and coroutine libraries all know.
//
//      high   floating-point state, aligned to 64 (XSAVE format, with Linux's magic numbers)
//             siginfo      128 bytes        +312
//             sigmask        8 bytes        +304
//             sigcontext   256 bytes        +48   (inside ucontext, +8)
//             ss_sp, ss_flags, ss_size      +24
//             uc_flags, uc_link             +8
//      rsp →  return address = sa_restorer  +0       rsp ≡ 8 (mod 16), as after a call

internal import LinuxABI
internal import Processes
internal import Processor
internal import Scheduler
internal import UserMemory

/// Offsets and sizes of the frame.
enum SignalFrame {
    static var byteCount: Int { 440 }
    static var contextOffset: Int { 8 }
    static var stackOffset: Int { 24 }
    static var registersOffset: Int { 48 }
    static var maskOffset: Int { 304 }
    static var informationOffset: Int { 312 }
    /// uc_flags: the context has floating-point state in XSAVE format, and SS is saved and restored exactly.
    static var contextFlags: UInt64 { 1 | 2 | 4 }

    /// The smallest stack on which a handler can run (AT_MINSIGSTKSZ): frame, state, red zone and alignment.
    static var minimumStack: Int { byteCount + FloatingPointFrame.byteCount + 128 + 64 + 512 }
}
