// SPDX-License-Identifier: Apache-2.0
//
// /proc/cpuinfo: a block of "key : value" lines for each CPU; the architecture knows the words. Source: proc_cpuinfo(5).

internal import LinuxABI
internal import Machine
internal import ProcFS
internal import Processor
internal import Scheduler
internal import TextFiles
internal import Time

enum ProcessorText {
    /// Appends the blocks of all CPUs.
    static func add(to text: inout TextBuilder) throws(Errno) {
        for cpu in 0..<CurrentThread.scheduler.cpuCount {
            try text.add("processor\t: ")
            try text.add(UInt64(cpu))
            try text.add("\n")
            var failure: Errno?
            CPU.describe { fact in
                do throws(Errno) { try add(fact, cpu, to: &text) } catch { failure = error }
            }
            if let failure { throw failure }
            try text.add("\n")
        }
    }

    private static func add(_ fact: ProcessorFact, _ cpu: Int, to text: inout TextBuilder) throws(Errno) {
        switch fact {
        case .text(let words): try text.add(words)
        case .number(let number): try text.add(number)
        case .byte(let byte): try text.add(byte: byte)
        case .megahertz:
            let kilohertz = Clock.frequency / 1000
            try text.add(kilohertz / 1000)
            try text.add(".")
            try text.add(kilohertz % 1000, width: 3, padding: UInt8(ascii: "0"))
        case .bogomips:
            let hundredths = Clock.frequency / 5000
            try text.add(hundredths / 100)
            try text.add(".")
            try text.add(hundredths % 100, width: 2, padding: UInt8(ascii: "0"))
        case .cpu: try text.add(UInt64(cpu))
        case .cpuCount: try text.add(UInt64(CurrentThread.scheduler.cpuCount))
        }
    }
}
