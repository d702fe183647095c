// SPDX-License-Identifier: Apache-2.0
//
// The CPU that runs this code, in words that hold on every architecture. A second architecture adds its own answers
// beside X86CPU's and one branch here; nothing above Machine asks which it is.

internal import CMachine
internal import Memory
public import Processor

#if arch(x86_64) && os(none)
internal import X86_64
#endif

/// The running CPU.
public enum CPU {
    /// The free-running counter that clocks are made of.
    @inline(__always) public static var counter: UInt64 { machine_counter() }

    /// Disables interrupts and answers what to pass to `restoreInterrupts`.
    @inline(__always) public static func saveInterrupts() -> UInt64 { machine_interrupts_save() }

    /// Sets interrupts to what they were.
    @inline(__always) public static func restoreInterrupts(_ state: UInt64) { machine_interrupts_restore(state) }

    /// Enables interrupts.
    @inline(__always) public static func enableInterrupts() { machine_interrupts_enable() }

    /// Disables interrupts.
    @inline(__always) public static func disableInterrupts() { machine_interrupts_disable() }

    /// Waits with interrupts on until one came, and turns them off again; none is lost in between.
    @inline(__always) public static func waitForInterrupt() { machine_wait_for_interrupt() }

    /// A hint that the caller spins.
    @inline(__always) public static func relax() { machine_relax() }

    /// The address of the code that this is inlined into: what checks name a place by.
    @inline(__always) public static var place: UInt { machine_place() }

    /// Keeps the thread from being switched away, until as many `enablePreemption` calls.
    @inline(__always) public static func disablePreemption() { machine_preemption_disable() }

    /// Takes back one `disablePreemption`. - Returns: whether switching is permitted again and due.
    @inline(__always) public static func enablePreemption() -> Bool {
        machine_preemption_enable() == 0 && machine_pending() & 1 != 0
    }

    /// How deep switching is forbidden.
    public static var preemptionDepth: Int { Int(machine_preemption_depth()) }

    /// The number of this CPU, from 0; another one's as soon as the thread may be switched away.
    @inline(__always) public static var index: Int { CPUs.limit > 1 ? Int(machine_cpu_index()) : 0 }

    /// Work that waits to be looked at before a program runs again.
    public struct Pending: OptionSet, Sendable {
        /// The bits below, shared with the entry code.
        public let rawValue: UInt32
        /// Creates a set from its bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Another thread should run.
        public static let reschedule = Pending(rawValue: 1)
        /// The current thread has a signal or shall end.
        public static let signal = Pending(rawValue: 2)
        /// Deferred interrupt work is queued.
        public static let deferred = Pending(rawValue: 4)
    }

    /// Work of this CPU that waits.
    @inline(__always) public static var pending: Pending { Pending(rawValue: machine_pending() & 7) }

    /// Marks work as waiting.
    @inline(__always) public static func mark(_ work: Pending) { machine_pending_add(work.rawValue) }

    /// Takes a mark back.
    @inline(__always) public static func unmark(_ work: Pending) { machine_pending_remove(work.rawValue) }

    /// `dividend × factor / divisor` without losing bits in between; saturates when the quotient needs more than 64.
    public static func scale(_ dividend: UInt64, by factor: UInt64, over divisor: UInt64) -> UInt64 {
        let (high, low) = dividend.multipliedFullWidth(by: factor)
        return high < divisor ? machine_divide(high, low, divisor) : .max
    }

    /// Ends the machine. Devices are quiet by then, or their memory may be written during the next boot.
    public static func powerOff() -> Never {
        #if arch(x86_64) && os(none)
        X86CPU.powerOff()
        #else
        fatalError("power off")
        #endif
    }

    /// 64 bits from the CPU's generator of random numbers, if it has one.
    public static func hardwareRandom() -> UInt64? {
        #if arch(x86_64) && os(none)
        return X86CPU.hardwareRandom()
        #else
        return nil
        #endif
    }
}

extension CPU {
    /// What AT_HWCAP and AT_HWCAP2 tell programs on Linux.
    public static var hardwareCapabilities: (UInt64, UInt64) {
        #if arch(x86_64) && os(none)
        return (X86CPU.hardwareCapabilities, X86CPU.hardwareCapabilities2)
        #else
        return (0, 0)
        #endif
    }

    /// What interrupt messages call this CPU.
    public static var hardwareID: UInt32 {
        #if arch(x86_64) && os(none)
        return LocalAPIC.id
        #else
        return 0
        #endif
    }

    /// Says who the CPU is, in lines as /proc/cpuinfo has them for this architecture.
    public static func describe(_ put: (ProcessorFact) -> Void) {
        #if arch(x86_64) && os(none)
        CPUIdentity.read().describe(put)
        #endif
    }

    /// Bytes of a thread's floating-point state, and which components it has.
    public static var floatingPoint: (areaSize: Int, states: UInt64) {
        #if arch(x86_64) && os(none)
        return (FloatingPoint.areaSize, FloatingPoint.enabledStates)
        #else
        return (512, 3)
        #endif
    }

    /// Prepares this CPU for programs: the system call entry, the floating-point unit. - Parameter firstUse: serves a
    /// thread's first floating-point instruction.
    public static func startPrograms(firstFloatingPointUse firstUse: @escaping () -> Void) {
        #if arch(x86_64) && os(none)
        FloatingPoint.firstUse = firstUse
        ThreadContext.hasPrograms = true
        X86CPU.startPrograms()
        #endif
    }

    /// Prepares a further CPU for programs, as `startPrograms` did the first.
    public static func joinPrograms() {
        #if arch(x86_64) && os(none)
        X86CPU.startPrograms()
        #endif
    }
}
