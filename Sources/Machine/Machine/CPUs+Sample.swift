// SPDX-License-Identifier: Apache-2.0
//
// Asking other CPUs where they are, for the thread dump and for reports of CPUs that are stuck. The answer comes from a
// non-maskable interrupt, so it comes also from a CPU whose interrupts are off.

#if os(none)
internal import CMachine
internal import Synchronization
internal import X86_64

/// Where a CPU was when it was asked.
public struct CPUSample: Sendable {
    /// Whether it ran the program.
    public var isInProgram: Bool
    /// The program's address, or the kernel's as bytes from the image's start.
    public var place: UInt64
    /// Return addresses in the kernel, innermost first, from the image's start; 0 ends the list.
    public var backtrace: InlineArray<16, UInt64>
}

extension CPUs {
    /// Held by who asks: a CPU has room for one answer.
    private static let asking = Atomic<Bool>(false)

    /// How long to wait for an answer, in counter steps: some tenths of a second. The CPU may itself be a thread of a
    /// host that is busy.
    private static var patience: UInt64 { 1 << 30 }

    /// Lets CPUs answer from now on. - Parameter report: says that a CPU has waited for a spinlock for seconds, and where
    /// the lock is. Called with interrupts off and locks held: it may take none.
    public static func enableSamples(_ report: @escaping (UInt) -> Void) {
        X86Sample.enable()
        spinReport = report
    }

    nonisolated(unsafe) private static var spinReport: ((UInt) -> Void)?

    /// This CPU has waited for a spinlock for seconds.
    package static func spinsTooLong(at lock: UInt) { spinReport?(lock) }

    /// Calls a CPU, to see whether it takes interrupts.
    public static func call(_ index: Int) {
        machine_store32(machine_cpu_called(page(index)), 1)
        machine_fence()
        interrupt(index, .look)
    }

    /// Whether a CPU has taken an interrupt since it was called.
    public static func hasAnswered(_ index: Int) -> Bool { machine_load32(machine_cpu_called(page(index))) == 0 }

    /// Asks another CPU where it is.
    ///
    /// - Returns: nil if it does not answer, or if somebody else asks just now.
    /// - Context: any; preemption is off; waits without giving the CPU away.
    public static func sample(_ index: Int) -> CPUSample? {
        guard index != CPU.index, isStarted(index), !asking.exchange(true, ordering: .acquiring) else { return nil }
        defer { asking.store(false, ordering: .releasing) }
        let cpu = page(index)
        let wanted = machine_cpu_sample_wanted(cpu)
        machine_store32(wanted, 1)
        machine_fence()
        LocalAPIC.sendNonMaskable(to: cpu.pointee.hardware_id)
        let start = machine_counter()
        while machine_load32(wanted) != 0 {
            // Left as it is: an answer that comes yet must not be taken for an interrupt that nobody wanted.
            if machine_counter() &- start > patience { return nil }
            machine_relax()
        }
        var trace = InlineArray<16, UInt64>(repeating: 0)
        withUnsafeBytes(of: &cpu.pointee.sample_trace) { room in
            for i in trace.indices { trace[i] = room.load(fromByteOffset: i * 8, as: UInt64.self) }
        }
        return CPUSample(
            isInProgram: cpu.pointee.sample_in_program != 0, place: cpu.pointee.sample_place, backtrace: trace)
    }
}
#else
/// Where a CPU was when it was asked.
public struct CPUSample: Sendable {
    /// Whether it ran the program.
    public var isInProgram = false
    /// Where it was.
    public var place: UInt64 = 0
    /// Return addresses.
    public var backtrace = InlineArray<16, UInt64>(repeating: 0)
}

extension CPUs {
    /// Nobody asks.
    public static func enableSamples(_ report: @escaping (UInt) -> Void) {}
    /// There is no other CPU to wait for.
    package static func spinsTooLong(at lock: UInt) {}
    /// There is no other CPU.
    public static func call(_ index: Int) {}
    /// There is no other CPU.
    public static func hasAnswered(_ index: Int) -> Bool { true }
    /// There is no other CPU.
    public static func sample(_ index: Int) -> CPUSample? { nil }
}
#endif
