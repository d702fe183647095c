// SPDX-License-Identifier: Apache-2.0
//
// From vectors to handlers. Vectors 0x30…0x6f are given to devices in the order in which they connect; the timer and
// deferred work have their own way.

internal import Machine
internal import Processor
internal import Sync
public import Time

#if os(none)
internal import X86_64
#endif

/// The devices' interrupts.
public enum Interrupts {
    static var firstVector: Int { 0x30 }

    /// Starts serving interrupts; timers are told to `timers` when they are due.
    public static func start(timers: TimerQueue) {
        #if os(none)
        InterruptTable.timers = timers
        InterruptTable.install()
        CPU.enableInterrupts()
        #endif
    }

    /// Connects a device.
    ///
    /// - Parameter handler: lives as long as the machine.
    /// - Returns: what the device must write, for a message line; nil for a wired one.
    /// - Throws: `.noSuchLine`, `.noVector`.
    public static func connect(
        _ line: InterruptLine, _ handler: any InterruptHandler
    ) throws(InterruptError) -> InterruptMessage? {
        #if os(none)
        guard let slot = InterruptTable.add(handler) else { throw .noVector }
        let vector = firstVector + slot
        switch line {
        case .wired(let number):
            // The controller of lines is started by the first device that needs one.
            if IOAPIC.lineCount == 0 { X86CPU.startLines { try? KernelSpace.mapDevice($0, byteCount: $1) } }
            guard IOAPIC.route(line: number, vector: vector, trigger: .edge, to: LocalAPIC.id) else {
                throw .noSuchLine
            }
            return nil
        case .message:
            return InterruptMessage(address: 0xfee0_0000 | UInt64(LocalAPIC.id) << 12, data: UInt32(vector))
        }
        #else
        throw .noSuchLine
        #endif
    }

    /// Runs deferred work if there is any; interrupts are on meanwhile and off at return.
    ///
    /// - Context: a thread with interrupts off and preemption permitted: idle, or on the way to a program.
    public static func runDeferred() {
        #if os(none)
        InterruptTable.runDeferred(rounds: 1)
        #endif
    }
}
