// SPDX-License-Identifier: Apache-2.0
//
// The text of a crash: cause, place, registers, backtrace, then the end of the machine. Runs on whatever stack is left,
// with no allocation and no locks. Places are offsets in the image; `apus` and `llvm-symbolizer` turn them into names.

internal import Machine
public import Processor

/// Gets a copy of a crash's report. Called with interrupts off on whatever stack is left; must not allocate or lock.
public protocol CrashListener: AnyObject, Sendable {
    /// One more line.
    func addToCrashReport(_ line: RawSpan)
    /// There are no more lines; the machine ends when this returns.
    func crashReportEnded()
}

extension Log {
    /// Sends a copy of a crash's report to somebody else, too.
    public static func copyCrashes(to listener: any CrashListener) { CrashListenerSlot.set(listener) }

    /// Writes the report of a crash. Each line is short enough for one buffer.
    public static func crash(_ report: CrashReport, registerNames: InlineArray<18, StaticString>) {
        // Taken, not looked at: should the listener crash, the report of that is the log's alone.
        let listener = CrashListenerSlot.take()
        var line = LineBuffer()
        line.append("apus: kernel crash: ")
        line.append(report.cause)
        finish(&line, listener)
        line.append("  at image+")
        line.append(hexadecimal: report.place)
        line.append(" vector ")
        line.append(decimal: report.vector)
        line.append(" error ")
        line.append(hexadecimal: report.error)
        line.append(" address ")
        line.append(hexadecimal: report.address)
        finish(&line, listener)
        let registers = report.registers.span
        for i in 0..<registers.count {
            line.append(i % 3 == 0 ? "  " : " ")
            line.append(registerNames[i])
            line.append("=")
            line.append(hexadecimal: registers[i], digits: 16)
            if i % 3 == 2 { finish(&line, listener) }
        }
        let backtrace = report.backtrace.span
        for i in 0..<backtrace.count where backtrace[i] != 0 {
            line.append("  called from image+")
            line.append(hexadecimal: backtrace[i])
            finish(&line, listener)
        }
        listener?.crashReportEnded()
    }

    @inline(never)
    private static func finish(_ line: inout LineBuffer, _ listener: (any CrashListener)?) {
        line.append(0x0a)
        raw(line.span)
        listener?.addToCrashReport(line.span)
        line.clear()
    }
}
