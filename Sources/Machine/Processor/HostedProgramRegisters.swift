// SPDX-License-Identifier: Apache-2.0
//
// A program's registers in unit tests: a plain structure that a test fills in and looks at. Nobody returns to a program
// from here.

#if !os(none)
internal import CMachine

extension ProgramRegisters {
    /// There is no program below a unit test.
    public static var current: ProgramRegisters { fatalError("a unit test asked for the running program") }

    /// The number of the system call; all ones for none.
    public var systemCallNumber: UInt64 { frame.pointee.number }
    /// The argument registers of a system call, in order.
    public var argument0: UInt { UInt(frame.pointee.argument.0) }
    /// See `argument0`.
    public var argument1: UInt { UInt(frame.pointee.argument.1) }
    /// See `argument0`.
    public var argument2: UInt { UInt(frame.pointee.argument.2) }
    /// See `argument0`.
    public var argument3: UInt { UInt(frame.pointee.argument.3) }
    /// See `argument0`.
    public var argument4: UInt { UInt(frame.pointee.argument.4) }
    /// See `argument0`.
    public var argument5: UInt { UInt(frame.pointee.argument.5) }

    /// What the system call returns.
    public var result: UInt {
        get { UInt(frame.pointee.result) }
        nonmutating set { frame.pointee.result = UInt64(newValue) }
    }

    /// Where the program goes on.
    public var instructionPointer: UInt {
        get { UInt(frame.pointee.instruction) }
        nonmutating set { frame.pointee.instruction = UInt64(newValue) }
    }

    /// The program's stack pointer.
    public var stackPointer: UInt {
        get { UInt(frame.pointee.stack) }
        nonmutating set { frame.pointee.stack = UInt64(newValue) }
    }

    /// Makes the system call happen again when the program runs.
    public func restartSystemCall(number: UInt64) { frame.pointee.result = number }

    /// Sets the registers of a new program.
    public func reset(entry: UInt, stack: UInt) {
        frame.pointee = machine_frame()
        frame.pointee.instruction = UInt64(entry)
        frame.pointee.stack = UInt64(stack)
    }

    /// Nothing is kept back that a way back would have to reload.
    public func requireFullReturn() {}

    /// There is no program to enter.
    public func enter() -> Never { fatalError("a unit test entered a program") }

    /// The registers of a signal frame: none.
    public var signalContext: InlineArray<18, UInt64> {
        get { InlineArray(repeating: 0) }
        nonmutating set {}
    }

    /// Calls a signal handler.
    public func call(handler: UInt, stack: UInt, _ first: UInt, _ second: UInt, _ third: UInt) {
        frame.pointee.instruction = UInt64(handler)
        frame.pointee.stack = UInt64(stack)
    }

    /// Makes the entry count as no system call.
    public func forgetSystemCall() { frame.pointee.number = .max }

    /// The trap that brought the program here: none.
    public var trap: (vector: UInt64, error: UInt64) { (0, 0) }
}
#endif
