// SPDX-License-Identifier: Apache-2.0
//
// Small things that tie the machine's traps to this personality.

internal import AddressSpace
internal import BootProtocols
internal import LinuxABI
internal import Log
internal import Machine
internal import Memory
internal import Processes
internal import Processor
internal import Scheduler
internal import Time

enum Kernel {
    /// The counter when the first program was about to run.
    static func readyMessage() -> GuestMessage {
        let scale = Clock.scale
        return .ready(
            counterAtEntry: scale.counterAtBase, counterAtMain: CPU.counter, counterFrequency: Clock.frequency,
            memoryTotal: Frames.totalBytes, memoryUsed: Frames.totalBytes - Frames.freeBytes)
    }

    /// A process's end as the host is told.
    static func hostForm(_ end: ProcessEnd) -> ProgramEnd {
        switch end {
        case .exited(let status): return .exited(status: status)
        case .killed(let signal, let dump): return .signaled(number: signal.rawValue, dumpedCore: dump == .wanted)
        }
    }
}
