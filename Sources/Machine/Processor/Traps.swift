// SPDX-License-Identifier: Apache-2.0
//
// What traps mean to the layers above, in words that hold on every architecture. The architecture decodes a trap and
// calls one of these; a layer that can handle one registers itself at start. Statics, because Machine is the one place
// where there is only one of each.

/// How a page was touched when it could not be.
public struct FaultAccess: OptionSet, Sendable {
    /// The bits below.
    public let rawValue: UInt8
    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A store; otherwise a load or fetch.
    public static let write = FaultAccess(rawValue: 1)
    /// An instruction fetch.
    public static let execute = FaultAccess(rawValue: 2)
    /// By the program itself; otherwise by the kernel on its behalf.
    public static let fromProgram = FaultAccess(rawValue: 4)
    /// A page was mapped but does not permit the access.
    public static let protection = FaultAccess(rawValue: 8)
}

/// An exception that a program's instruction raised, other than a page fault.
public enum ProgramFault: Sendable {
    /// Integer division by zero or overflow.
    case divide
    /// A single step or hardware breakpoint.
    case trace
    /// A breakpoint instruction.
    case breakpoint
    /// An instruction that does not exist, or not here.
    case illegalInstruction
    /// A privileged instruction, a non-canonical address, a bad segment; with the CPU's error code.
    case protection(UInt64)
    /// A non-canonical stack address or bad stack segment.
    case stack
    /// A misaligned access where alignment is checked.
    case alignment
    /// An unmasked floating-point exception.
    case floatingPoint(FloatingPointFault)
    /// Arithmetic or bounds traps that nobody uses any more.
    case other
}

/// Which floating-point exception it was, when several: the first of these.
public enum FloatingPointFault: Sendable {
    /// No number comes of the operands.
    case invalid
    /// A finite number was divided by zero.
    case divideByZero
    /// The result is too great.
    case overflow
    /// The result, or an operand, is too small to be normal.
    case underflow
    /// The result had to be rounded.
    case inexact
}

/// What the layers above do about traps.
public enum Traps {
    /// Serves a page fault at an address of the program's half.
    ///
    /// Called with interrupts on; may block. Answers false when it could not and the kernel was the one that touched
    /// the page: the copy then ends early. For a program it delivers the signal itself and answers true.
    nonisolated(unsafe) public static var pageFault: ((UInt, FaultAccess) -> Bool)?
    /// Serves an exception of a program (by a signal). Called with interrupts on.
    nonisolated(unsafe) public static var programFault: ((ProgramFault) -> Void)?
    /// Serves an interrupt by its vector, with interrupts off: acknowledges and marks.
    nonisolated(unsafe) public static var interrupt: ((Int) -> Void)?
    /// Looks at pending work before a program runs again; interrupts are off at entry and at return.
    nonisolated(unsafe) public static var beforeProgram: (() -> Void)?
    /// Switches threads at the end of an interrupt that fell into preemptible kernel code.
    nonisolated(unsafe) public static var preempt: (() -> Void)?
    /// Gets the text of a crash, piece by piece, before the machine ends (Log's).
    nonisolated(unsafe) public static var crash: ((CrashReport) -> Never)?
}
