// SPDX-License-Identifier: Apache-2.0
//
// The registers of a program that is in the kernel: the frame that the entry code pushed at the top of its thread's
// kernel stack. What system calls need has neutral names; signal frames, traces and crash reports use the
// architecture's own (Arch/<name>/ProgramRegisters+<name>.swift).

public import CMachine

/// The registers of the program that entered the kernel on the current thread.
///
/// Valid while the thread lives and until it returns to the program, which may then have other registers at its next
/// entry in the same place. Not to be kept beyond a system call or fault; nothing above Machine can make one.
@safe
public struct ProgramRegisters {
    /// The frame itself.
    package let frame: UnsafeMutablePointer<machine_frame>

    /// - Parameter frame: in the kernel stack of the current thread.
    package init(_ frame: UnsafeMutablePointer<machine_frame>) { self.frame = frame }
}
