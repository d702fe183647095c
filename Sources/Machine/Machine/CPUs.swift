// SPDX-License-Identifier: Apache-2.0
//
// All CPUs of the machine: how many run, and messages between them. The first one runs from boot; the others wait for
// `StartingCPUs`. A CPU that runs never stops.

public import CMachine

#if os(none)
internal import Memory
internal import X86_64

/// The CPUs.
public enum CPUs {
    /// The most that the kernel could have.
    @inline(__always) public static var limit: Int { CPULimit.count }

    nonisolated(unsafe) private static var started = 1
    nonisolated(unsafe) private static var pages = EachCPU<UnsafeMutablePointer<machine_cpu>?>(repeating: nil)

    /// How many CPUs have been started; their numbers are below that.
    @inline(__always) public static var count: Int { limit > 1 ? started : 1 }

    /// What one CPU has to tell another.
    public enum Message {
        /// Look at what is pending: another thread should run, or the running one has a signal.
        case look
        /// Look at what is asked of all (Translations).
        case call
    }

    /// Enters the CPU that boots, before anything else of this module.
    package static func addFirst(_ cpu: UnsafeMutablePointer<machine_cpu>) {
        cpu.pointee.active_root = KernelSpace.rootAddress.rawValue
        add(cpu)
    }

    /// Enters a CPU in the table: it can be sent messages from now on.
    static func add(_ cpu: UnsafeMutablePointer<machine_cpu>) {
        pages[Int(cpu.pointee.index)] = cpu
        Frames.addCache(machine_frame_cache_of(cpu))
        machine_fence()
        started = max(started, Int(cpu.pointee.index) + 1)
    }

    /// Whether a CPU has been started.
    static func isStarted(_ index: Int) -> Bool { pages[index] != nil }

    /// The page of a CPU that has been started.
    static func page(_ index: Int) -> UnsafeMutablePointer<machine_cpu> { pages[index].unsafelyUnwrapped }

    /// The root that is loaded on a CPU.
    static func activeRoot(_ index: Int) -> UInt64 {
        pages[index].map { machine_load64(machine_cpu_active_root($0)) } ?? 0
    }

    /// Makes a resting CPU forget all translations of programs before it runs one again.
    ///
    /// - Returns: whether it rests still, and so will.
    static func forgetLater(_ index: Int) -> Bool {
        guard let cpu = pages[index], machine_load32(machine_cpu_rests(cpu)) != 0 else { return false }
        machine_store32(machine_cpu_forgot(cpu), 1)
        machine_fence()
        return machine_load32(machine_cpu_rests(cpu)) != 0
    }

    /// Sends a message to a CPU.
    public static func interrupt(_ index: Int, _ message: Message) {
        guard limit > 1, let cpu = pages[index] else { return }
        LocalAPIC.send(
            vector: message == .look ? LocalAPIC.lookVector : LocalAPIC.callVector, to: cpu.pointee.hardware_id)
    }

    /// Receives a message. - Returns: whether the vector is one of these.
    ///
    /// - Context: hard interrupt.
    @inline(__always) public static func receive(vector: Int) -> Bool {
        if limit == 1 { return false }
        if vector == LocalAPIC.lookVector {
            CPU.mark([.reschedule, .signal])
            machine_store32(machine_cpu_called(machine_this_cpu()), 0)
            return true
        }
        if vector == LocalAPIC.callVector {
            Translations.serve()
            return true
        }
        return false
    }
}
#else
public import Containers
internal import Memory

/// The CPUs: in a unit test, the one of its thread.
public enum CPUs {
    /// The most that the kernel could have.
    @inline(__always) public static var limit: Int { CPULimit.count }
    /// How many CPUs have been started.
    public static var count: Int { 1 }
    /// What one CPU has to tell another.
    public enum Message {
        /// Look at what is pending.
        case look
    }
    /// There is no other CPU.
    public static func interrupt(_ index: Int, _ message: Message) {}
    /// There is no other CPU to start.
    public static func start(
        hardwareID: UInt32, on context: borrowing ThreadContext, until isOver: () -> Bool,
        _ body: @escaping () -> Never
    ) throws(OutOfMemory) -> Bool { false }
}
#endif
