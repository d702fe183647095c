// SPDX-License-Identifier: Apache-2.0
//
// What every thread does, on the log, when the user asks (`apus run`: Ctrl-] t, or SIGPWR): the help against a program
// that hangs. Written in deferred work, where no thread has to run for it, and without waiting for any lock, because a
// stuck thread may hold it. A program's thread shows the call that it is in with its arguments, as the trace does but
// with addresses for texts, and where the kernel stands in it; the tool puts names behind the kernel's places.
//
//      apus: 3 s after the start, 2 CPUs
//      cpu 1: in the program at 0x401234
//      thread 2 "worker" of process 1: waits for 1.204 s, cpu 0, ran 0.003 s
//        futex(0x4c7310, 128, 2, NULL, NULL, 0), called from 0x418f02
//        in image+0x1234

internal import LinuxABI
internal import Log
internal import Machine
internal import Processes
internal import Processor
internal import Scheduler
internal import Time

enum ThreadDump {
    /// How many return addresses are shown of a thread.
    private static var depth: Int { 8 }

    /// Writes the dump.
    ///
    /// - Context: deferred work or thread.
    static func write() {
        // Which CPU this is must stay true.
        CPU.disablePreemption()
        var line = LineBuffer()
        line.append("apus: ")
        append(seconds: Clock.now().nanoseconds, &line)
        line.append(" after the start, CPUs: ")
        line.append(decimal: UInt64(CPUs.count))
        finish(&line)
        for cpu in 0..<CPUs.count { writeCPU(cpu) }
        var serial: UInt32 = 0
        while let next = writeThread(after: serial) { serial = next }
        _ = CPU.enablePreemption()
    }

    // MARK: CPUs

    @inline(never)
    private static func writeCPU(_ cpu: Int) {
        var line = LineBuffer()
        line.append("cpu ")
        line.append(decimal: UInt64(cpu))
        if cpu == CPU.index {
            line.append(": writes this")
            return finish(&line)
        }
        guard let sample = CPUs.sample(cpu) else {
            line.append(": does not answer")
            return finish(&line)
        }
        if sample.isInProgram {
            line.append(": in the program at ")
            line.append(hexadecimal: sample.place)
            return finish(&line)
        }
        line.append(CurrentThread.scheduler.isIdle(cpu) ? ": idle in image+" : ": in image+")
        line.append(hexadecimal: sample.place)
        finish(&line)
        if !CurrentThread.scheduler.isIdle(cpu) { writePlaces(sample.backtrace) }
    }

    // MARK: Threads

    /// What is written of a thread, gathered while it is looked at.
    private struct Picture: ~Copyable {
        var title = LineBuffer()
        var entry = LineBuffer()
        var backtrace = InlineArray<16, UInt64>(repeating: 0)
    }

    @inline(never)
    private static func writeThread(after serial: UInt32) -> UInt32? {
        var picture = Picture()
        let shown = CurrentThread.scheduler.showThread(after: serial) { thread, report in
            describe(thread, report, &picture)
        }
        guard let shown else { return nil }
        finish(&picture.title)
        if picture.entry.count > 0 { finish(&picture.entry) }
        writePlaces(picture.backtrace)
        return shown
    }

    @inline(never)  // as those below: each has a line or a picture in its frame
    private static func describe(_ thread: Thread, _ report: ThreadReport, _ picture: inout Picture) {
        if let task = thread.body as? Task {
            appendName(of: task, &picture.title)
        } else {
            picture.title.append("kernel thread ")
            picture.title.append(decimal: UInt64(thread.serial))
        }
        switch report.state {
        case .running: picture.title.append(": runs")
        case .ready:
            picture.title.append(": ready for ")
            append(seconds: report.stopped, &picture.title)
        case .waiting:
            picture.title.append(": waits for ")
            append(seconds: report.stopped, &picture.title)
        }
        picture.title.append(", cpu ")
        picture.title.append(decimal: UInt64(report.cpu))
        picture.title.append(", ran ")
        append(seconds: report.runTime, &picture.title)
        // Where another CPU runs it was asked of that CPU: what is on its stack now is no answer.
        if report.state == .running, report.cpu != CPU.index { return }
        if let registers = thread.context.lastEntry { describe(registers, &picture.entry) }
        guard report.state != .running else { return }
        // Without the switch itself, which is everybody's first place.
        let places = thread.context.backtrace
        for index in 1..<places.count { picture.backtrace[index - 1] = places[index] }
    }

    private static func appendName(of task: Task, _ line: inout LineBuffer) {
        line.append("thread ")
        line.append(decimal: UInt64(task.id))
        line.append(" \"")
        if let name = task.nameIfFree {
            for index in name.indices where name[index] != 0 {
                // A name is the program's own choice; control bytes would be the terminal's.
                line.append((0x20...0x7e).contains(name[index]) ? name[index] : 0x3f)
            }
        }
        line.append("\" of process ")
        line.append(decimal: UInt64(task.process.id))
    }

    /// Why the program entered the kernel, and from where.
    private static func describe(_ registers: ProgramRegisters, _ line: inout LineBuffer) {
        line.append("  ")
        let number = registers.systemCallNumber
        if number != .max {
            SystemCallTrace.appendCall(&line, number, registers)
            line.append(", called from ")
        } else {
            line.append("in the program at ")
        }
        line.append(hexadecimal: UInt64(registers.instructionPointer))
    }

    // MARK: Text

    @inline(never)
    private static func writePlaces(_ places: InlineArray<16, UInt64>) {
        for index in 0..<depth where places[index] != 0 {
            var line = LineBuffer()
            line.append("  in image+")
            line.append(hexadecimal: places[index])
            finish(&line)
        }
    }

    private static func append(seconds nanoseconds: UInt64, _ line: inout LineBuffer) {
        let milliseconds = nanoseconds / 1_000_000
        line.append(decimal: milliseconds / 1000)
        line.append(".")
        let rest = milliseconds % 1000
        if rest < 100 { line.append("0") }
        if rest < 10 { line.append("0") }
        line.append(decimal: rest)
        line.append(" s")
    }

    @inline(never)
    private static func finish(_ line: inout LineBuffer) {
        line.append(0x0a)
        Log.raw(line.span)
        line.clear()
    }
}
