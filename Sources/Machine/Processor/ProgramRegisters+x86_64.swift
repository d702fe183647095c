// SPDX-License-Identifier: Apache-2.0
//
// A program's registers on x86-64. The neutral names come first; signal frames and crash reports use the others.

#if arch(x86_64) && os(none)
internal import CMachine

extension ProgramRegisters {
    /// The frame of the program that runs on the current thread: at the top of its kernel stack.
    public static var current: ProgramRegisters {
        // SAFETY: every entry from a program pushes its frame right there, and this thread is in such an entry.
        ProgramRegisters(
            UnsafeMutablePointer(bitPattern: UInt(machine_program_frame())).unsafelyUnwrapped)
    }

    /// The number of the system call; -1 (all ones) when the entry was a fault or interrupt.
    @inline(__always) public var systemCallNumber: UInt64 {
        frame.pointee.vector == 0x100 ? frame.pointee.error : .max
    }

    /// The argument registers of a system call, in order.
    @inline(__always) public var argument0: UInt { UInt(frame.pointee.rdi) }
    /// See `argument0`.
    @inline(__always) public var argument1: UInt { UInt(frame.pointee.rsi) }
    /// See `argument0`.
    @inline(__always) public var argument2: UInt { UInt(frame.pointee.rdx) }
    /// See `argument0`.
    @inline(__always) public var argument3: UInt { UInt(frame.pointee.r10) }
    /// See `argument0`.
    @inline(__always) public var argument4: UInt { UInt(frame.pointee.r8) }
    /// See `argument0`.
    @inline(__always) public var argument5: UInt { UInt(frame.pointee.r9) }

    /// What the system call returns, or the value of that register.
    public var result: UInt {
        get { UInt(frame.pointee.rax) }
        nonmutating set { frame.pointee.rax = UInt64(newValue) }
    }

    /// Where the program goes on.
    public var instructionPointer: UInt {
        get { UInt(frame.pointee.rip) }
        nonmutating set { frame.pointee.rip = UInt64(newValue) }
    }

    /// The program's stack pointer.
    public var stackPointer: UInt {
        get { UInt(frame.pointee.rsp) }
        nonmutating set { frame.pointee.rsp = UInt64(newValue) }
    }

    /// Makes the system call happen again when the program runs: steps back over the two-byte instruction.
    public func restartSystemCall(number: UInt64) {
        frame.pointee.rax = number
        frame.pointee.rip &-= 2
        machine_pending_add(UInt32(MACHINE_PENDING_FULL_RETURN))
    }

    /// Sets all registers to what a new program finds: zeros, interrupts on (System V ABI, AMD64 supplement §3.4.1).
    public func reset(entry: UInt, stack: UInt) {
        frame.pointee = machine_frame()
        frame.pointee.rip = UInt64(entry)
        frame.pointee.rsp = UInt64(stack)
        frame.pointee.rflags = 0x202
        frame.pointee.cs = 0x33
        frame.pointee.ss = 0x2b
        requireFullReturn()
    }

    /// Takes over another thread's registers.
    package func copy(_ other: ProgramRegisters) { frame.pointee = other.frame.pointee }

    /// Makes the way back reload every register from the frame, because they were changed.
    public func requireFullReturn() {
        machine_pending_add(UInt32(MACHINE_PENDING_FULL_RETURN))
    }

    /// Leaves the kernel for the program with these registers; for a thread's first entry.
    public func enter() -> Never {
        machine_interrupts_disable()
        machine_enter_program(frame)
    }

    /// The general registers in the order of Linux's `struct sigcontext` (asm/sigcontext.h): r8…r15, rdi, rsi, rbp,
    /// rbx, rdx, rax, rcx, rsp, rip, rflags.
    public var signalContext: InlineArray<18, UInt64> {
        get {
            let f = frame.pointee
            return [
                f.r8, f.r9, f.r10, f.r11, f.r12, f.r13, f.r14, f.r15, f.rdi, f.rsi, f.rbp, f.rbx, f.rdx, f.rax, f.rcx,
                f.rsp, f.rip, f.rflags,
            ]
        }
        nonmutating set {
            let v = newValue
            frame.pointee.r8 = v[0]
            frame.pointee.r9 = v[1]
            frame.pointee.r10 = v[2]
            frame.pointee.r11 = v[3]
            frame.pointee.r12 = v[4]
            frame.pointee.r13 = v[5]
            frame.pointee.r14 = v[6]
            frame.pointee.r15 = v[7]
            frame.pointee.rdi = v[8]
            frame.pointee.rsi = v[9]
            frame.pointee.rbp = v[10]
            frame.pointee.rbx = v[11]
            frame.pointee.rdx = v[12]
            frame.pointee.rax = v[13]
            frame.pointee.rcx = v[14]
            frame.pointee.rsp = v[15]
            frame.pointee.rip = v[16]
            // Only the flags that a program may set itself: CF PF AF ZF SF TF DF OF RF AC (Linux's FIX_EFLAGS).
            frame.pointee.rflags = frame.pointee.rflags & ~0x50dd5 | v[17] & 0x50dd5
            requireFullReturn()
        }
    }

    /// Calls a signal handler: its three arguments, the stack, and where it returns to lies on the stack already.
    public func call(handler: UInt, stack: UInt, _ first: UInt, _ second: UInt, _ third: UInt) {
        frame.pointee.rip = UInt64(handler)
        frame.pointee.rsp = UInt64(stack)
        frame.pointee.rdi = UInt64(first)
        frame.pointee.rsi = UInt64(second)
        frame.pointee.rdx = UInt64(third)
        frame.pointee.rax = 0
        frame.pointee.rflags &= ~0x500  // DF and TF are clear in a handler
        requireFullReturn()
    }

    /// Makes the entry count as no system call: what it answers has been settled, and is not looked at again.
    public func forgetSystemCall() { frame.pointee.vector = 0x101 }

    /// The trap that brought the program here and its error code, for siginfo and the signal frame.
    public var trap: (vector: UInt64, error: UInt64) { (frame.pointee.vector, frame.pointee.error) }
}
#endif
