// SPDX-License-Identifier: Apache-2.0
//
// The table behind Interrupts: filled while devices are attached, read in hard interrupts without locks or reference
// counts. Handlers are never removed: a device lives as long as the machine.

#if os(none)
internal import CMachine
internal import Machine
internal import Processor
internal import Time
internal import X86_64

enum InterruptTable {
    private static var capacity: Int { 64 }
    nonisolated(unsafe) private static var handlers = unsafe InlineArray<64, Unmanaged<AnyHandler>?>(repeating: nil)
    nonisolated(unsafe) private static var count = 0
    /// In a CPU's `interrupts_due`, where each handler whose deferred half is due has a bit: the timers'.
    private static var timerBit: UInt64 { 1 << 63 }
    nonisolated(unsafe) private static var timerQueue: TimerQueue?

    /// A box, because an existential cannot be kept unmanaged.
    private final class AnyHandler {
        let handler: any InterruptHandler
        init(_ handler: any InterruptHandler) { self.handler = handler }
    }

    // SAFETY: (this file) 1. a CPU's page is its own, and its `interrupts_due` and `runs_deferred_work` change with
    // interrupts off  2. handlers are added by one thread at a time, and read only after their interrupt was connected
    // 3. a handler's box is retained for good when it is added.

    static var timers: TimerQueue? {
        get { unsafe timerQueue }
        set { unsafe timerQueue = newValue }
    }

    static func install() { unsafe Traps.interrupt = serve }

    static func add(_ handler: any InterruptHandler) -> Int? {
        guard unsafe count < capacity - 1 else { return nil }
        let slot = unsafe count
        unsafe handlers[slot] = Unmanaged.passRetained(AnyHandler(handler))
        unsafe count += 1
        return slot
    }

    /// The hard half.
    private static func serve(_ vector: Int) {
        let cpu = unsafe machine_this_cpu()
        if vector == LocalAPIC.spuriousVector { return }
        if CPUs.receive(vector: vector) { return LocalAPIC.acknowledge() }
        unsafe cpu.pointee.interrupt_depth += 1
        let slot = vector - Interrupts.firstVector
        if vector == LocalAPIC.timerVector {
            unsafe cpu.pointee.interrupts_due |= timerBit
        } else if slot >= 0, slot < capacity, let box = unsafe handlers[slot] {
            let outcome = unsafe box._withUnsafeGuaranteedRef { $0.handler.acknowledge() }
            if outcome == .deferWork { unsafe cpu.pointee.interrupts_due |= 1 << UInt64(slot) }
        }
        LocalAPIC.acknowledge()
        unsafe cpu.pointee.interrupt_depth -= 1
        if unsafe cpu.pointee.interrupts_due != 0 {
            CPU.mark(.deferred)
            // Where the kernel was not to be switched away from, the work waits for a better place.
            if unsafe cpu.pointee.interrupt_depth == 0, unsafe cpu.pointee.preemption_depth == 0 {
                runDeferred(rounds: 1)
            }
        }
    }

    /// The deferred half of this CPU's interrupts; interrupts are off at entry and return.
    static func runDeferred(rounds: Int) {
        let cpu = unsafe machine_this_cpu()
        guard unsafe cpu.pointee.runs_deferred_work == 0 else { return }
        unsafe cpu.pointee.runs_deferred_work = 1
        CPU.disablePreemption()
        var rounds = rounds
        while unsafe cpu.pointee.interrupts_due != 0, rounds > 0 {
            rounds -= 1
            var work = unsafe cpu.pointee.interrupts_due
            unsafe cpu.pointee.interrupts_due = 0
            CPU.unmark(.deferred)
            CPU.enableInterrupts()
            var left: UInt64 = 0
            if work & timerBit != 0, unsafe timerQueue?.expire() == true { left |= timerBit }
            work &= ~timerBit
            while work != 0 {
                let slot = work.trailingZeroBitCount
                work &= work - 1
                guard let box = unsafe handlers[slot] else { continue }
                var budget = WorkBudget()
                if unsafe box.takeUnretainedValue().handler.runDeferred(budget: &budget) { left |= 1 << UInt64(slot) }
            }
            CPU.disableInterrupts()
            unsafe cpu.pointee.interrupts_due |= left
        }
        if unsafe cpu.pointee.interrupts_due != 0 { CPU.mark(.deferred) }
        _ = CPU.enablePreemption()
        unsafe cpu.pointee.runs_deferred_work = 0
    }
}
#endif
