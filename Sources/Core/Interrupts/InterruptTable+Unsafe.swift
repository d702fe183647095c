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
    /// Handlers whose deferred half is due, a bit each; bit 63 is the timers'.
    nonisolated(unsafe) private static var due: UInt64 = 0
    nonisolated(unsafe) private static var isRunning = false
    nonisolated(unsafe) private static var timerQueue: TimerQueue?

    /// A box, because an existential cannot be kept unmanaged.
    private final class AnyHandler {
        let handler: any InterruptHandler
        init(_ handler: any InterruptHandler) { self.handler = handler }
    }

    // SAFETY: (this file) 1. one CPU handles interrupts  2. `due` and `isRunning` change with interrupts off
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
        unsafe cpu.pointee.interrupt_depth += 1
        let slot = vector - Interrupts.firstVector
        if vector == LocalAPIC.timerVector {
            unsafe due |= 1 << 63
        } else if slot >= 0, slot < capacity, let box = unsafe handlers[slot] {
            let outcome = unsafe box._withUnsafeGuaranteedRef { $0.handler.acknowledge() }
            if outcome == .deferWork { unsafe due |= 1 << UInt64(slot) }
        }
        LocalAPIC.acknowledge()
        unsafe cpu.pointee.interrupt_depth -= 1
        if unsafe due != 0 {
            CPU.pending.insert(.deferred)
            // Where the kernel was not to be switched away from, the work waits for a better place.
            if unsafe cpu.pointee.interrupt_depth == 0, unsafe cpu.pointee.preemption_depth == 0 {
                runDeferred(rounds: 1)
            }
        }
    }

    /// The deferred half; interrupts are off at entry and return.
    static func runDeferred(rounds: Int) {
        guard unsafe !isRunning else { return }
        unsafe isRunning = true
        CPU.disablePreemption()
        var rounds = rounds
        while unsafe due != 0, rounds > 0 {
            rounds -= 1
            var work = unsafe due
            unsafe due = 0
            CPU.pending.remove(.deferred)
            CPU.enableInterrupts()
            var left: UInt64 = 0
            if work & 1 << 63 != 0, unsafe timerQueue?.expire() == true { left |= 1 << 63 }
            work &= ~(1 << 63)
            while work != 0 {
                let slot = work.trailingZeroBitCount
                work &= work - 1
                guard let box = unsafe handlers[slot] else { continue }
                var budget = WorkBudget()
                if unsafe box.takeUnretainedValue().handler.runDeferred(budget: &budget) { left |= 1 << UInt64(slot) }
            }
            CPU.disableInterrupts()
            unsafe due |= left
        }
        if unsafe due != 0 { CPU.pending.insert(.deferred) }
        _ = CPU.enablePreemption()
        unsafe isRunning = false
    }
}
#endif
