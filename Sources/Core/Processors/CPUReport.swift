// SPDX-License-Identifier: Apache-2.0
//
// What is said of a CPU that seems to be stuck: a line that names it, and where it is. On the log whatever its level, like
// the report of a crash, and without locks.

internal import Log
internal import Machine
internal import Time

enum CPUReport {
    /// Writes the report of one CPU.
    @inline(never)
    static func write(_ what: StaticString, _ cpu: Int, _ sample: CPUSample) {
        var line = LineBuffer()
        line.append("apus: cpu ")
        line.append(decimal: UInt64(cpu))
        line.append(" ")
        line.append(what)
        finish(&line)
        line.append(sample.isInProgram ? "  in the program at " : "  in image+")
        line.append(hexadecimal: sample.place)
        finish(&line)
        for index in sample.backtrace.indices where sample.backtrace[index] != 0 {
            line.append("  in image+")
            line.append(hexadecimal: sample.backtrace[index])
            finish(&line)
        }
    }

    /// Says that this CPU waits for a spinlock, and where the others are.
    @inline(never)
    static func writeSpin(at lock: UInt) {
        var line = LineBuffer()
        line.append("apus: cpu ")
        line.append(decimal: UInt64(CPU.index))
        line.append(" waits for the spinlock around ")
        line.append(hexadecimal: UInt64(lock))
        finish(&line)
        for index in 0..<CPUs.count where index != CPU.index {
            if let sample = CPUs.sample(index) { write("meanwhile", index, sample) }
        }
    }

    private static func finish(_ line: inout LineBuffer) {
        line.append(0x0a)
        Log.raw(line.span)
        line.clear()
    }
}
