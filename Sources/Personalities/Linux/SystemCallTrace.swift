// SPDX-License-Identifier: Apache-2.0
//
// The trace of system calls, in strace's syntax, on the kernel's log: to be laid beside `strace -f` of the same program
// on Linux. One line per call, written when it returns; calls that do not return are written before.

internal import LinuxABI
internal import Log
internal import Processes
internal import Processor
internal import Synchronization
internal import UserMemory

enum SystemCallTrace {
    private static let enabled = Atomic<Bool>(false)

    /// Whether calls are traced.
    @inline(__always) static var isOn: Bool { enabled.load(ordering: .relaxed) }

    /// Traces from now on.
    static func start() {
        enabled.store(true, ordering: .relaxed)
        SystemCallTable.holdForTrace()
    }

    /// Runs a call and writes its line.
    static func dispatch(_ number: UInt64, _ registers: ProgramRegisters, _ task: Task) -> UInt {
        var line = LineBuffer()
        line.append(decimal: UInt64(task.id))
        line.append(" ")
        guard number < UInt64(SystemCallTable.rows.count) else {
            line.append("syscall_")
            line.append(hexadecimal: number)
            line.append("(...) = -1 ENOSYS\n")
            Log.raw(line.span)
            return SystemCallTable.run(number, registers, task)
        }
        let name = SystemCallTable.rows[Int(number)].name
        let formats = SystemCallTable.rows[Int(number)].arguments
        line.append(name)
        line.append("(")
        let doesNotReturn = number == 60 || number == 231 || number == 15
        // Strings that the call reads are shown as they are before it; buffers that it fills, afterwards.
        appendArguments(&line, formats, registers, .copied, result: nil)
        if doesNotReturn {
            line.append(") = ?\n")
            Log.raw(line.span)
            return SystemCallTable.run(number, registers, task)
        }
        let result = SystemCallTable.run(number, registers, task)
        if hasFilledBuffer(formats) {
            line.clear()
            line.append(decimal: UInt64(task.id))
            line.append(" ")
            line.append(name)
            line.append("(")
            appendArguments(&line, formats, registers, .copied, result: result)
        }
        appendResult(&line, result)
        Log.raw(line.span)
        return result
    }

    private static func hasFilledBuffer(_ formats: StaticString) -> Bool {
        for i in 0..<formats.utf8CodeUnitCount where formats.byte(at: i) == 0x72 { return true }
        return false
    }

    /// What is shown of a program's text.
    enum Texts {
        /// A copy of it: the program is the running thread's.
        case copied
        /// Where it is.
        case addresses
    }

    /// Appends a call without its result, and without touching the program's memory.
    static func appendCall(_ line: inout LineBuffer, _ number: UInt64, _ registers: ProgramRegisters) {
        guard number < UInt64(SystemCallTable.rows.count) else {
            line.append("syscall_")
            return line.append(hexadecimal: number)
        }
        line.append(SystemCallTable.rows[Int(number)].name)
        line.append("(")
        appendArguments(&line, SystemCallTable.rows[Int(number)].arguments, registers, .addresses, result: nil)
        line.append(")")
    }

    private static func appendArguments(
        _ line: inout LineBuffer, _ formats: StaticString, _ registers: ProgramRegisters, _ texts: Texts, result: UInt?
    ) {
        for i in 0..<formats.utf8CodeUnitCount {
            if i > 0 { line.append(", ") }
            let value = argument(i, registers)
            let format = formats.byte(at: i)
            let isText = format == 0x73 || format == 0x77 || format == 0x72
            switch texts == .addresses && isText ? 0x70 : format {
            case 0x64: line.append(decimal: Int(Int32(truncatingIfNeeded: value)))  // d
            case 0x75: line.append(decimal: UInt64(value))  // u
            case 0x6f: appendOctal(&line, value)  // o
            case 0x73: appendString(&line, value, count: nil)  // s
            case 0x77: appendString(&line, value, count: Int(clamping: argument(i + 1, registers)))  // w
            case 0x72:  // r
                if let result, Int(bitPattern: result) >= 0 {
                    appendString(&line, value, count: Int(bitPattern: result))
                } else {
                    line.append(hexadecimal: UInt64(value))
                }
            case 0x70: value == 0 ? line.append("NULL") : line.append(hexadecimal: UInt64(value))  // p
            default: value == 0 ? line.append("0") : line.append(hexadecimal: UInt64(value))
            }
        }
    }

    private static func argument(_ index: Int, _ registers: ProgramRegisters) -> UInt {
        switch index {
        case 0: return registers.argument0
        case 1: return registers.argument1
        case 2: return registers.argument2
        case 3: return registers.argument3
        case 4: return registers.argument4
        default: return registers.argument5
        }
    }

    private static func appendOctal(_ line: inout LineBuffer, _ value: UInt) {
        line.append("0")
        var shift: UInt = 30
        var begun = false
        while true {
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 7
            if digit != 0 || begun { line.append(0x30 + digit) }
            begun = begun || digit != 0
            if shift == 0 { return }
            shift -= 3
        }
    }

    /// At most 32 bytes in quotes, as strace shows them; an unreadable address as a number.
    private static func appendString(_ line: inout LineBuffer, _ address: UInt, count: Int?) {
        if address == 0 { return line.append("NULL") }
        let limit = min(count ?? 33, 33)
        var shown = 0
        line.append("\"")
        while shown < limit {
            guard let byte = try? UserMemory.load(UInt8.self, at: UserAddress(address &+ UInt(shown))) else {
                line.append("\" <")
                line.append(hexadecimal: UInt64(address))
                line.append(">")
                return
            }
            if count == nil, byte == 0 { return line.append("\"") }
            if shown == 32 { break }
            appendEscaped(&line, byte)
            shown += 1
        }
        line.append("\"")
        if count == nil || (count ?? 0) > 32 { line.append("...") }
    }

    private static func appendEscaped(_ line: inout LineBuffer, _ byte: UInt8) {
        switch byte {
        case 0x0a: line.append("\\n")
        case 0x0d: line.append("\\r")
        case 0x09: line.append("\\t")
        case 0x22: line.append("\\\"")
        case 0x5c: line.append("\\\\")
        case 0x20...0x7e: line.append(byte)
        default:
            line.append("\\")
            if byte >= 0o100 { line.append(0x30 + byte >> 6) }
            if byte >= 0o10 { line.append(0x30 + (byte >> 3) & 7) }
            line.append(0x30 + byte & 7)
        }
    }

    private static func appendResult(_ line: inout LineBuffer, _ result: UInt) {
        line.append(") = ")
        let value = Int(bitPattern: result)
        if value < 0, value >= -4095 {
            if Errno.isRestart(UInt(-value)) {
                line.append("? ERESTARTSYS")
            } else {
                line.append("-1 ")
                line.append(Errno(rawValue: UInt16(-value)).name ?? "E?")
            }
        } else if value < 0 || value > 1 << 32 {
            line.append(hexadecimal: UInt64(result))
        } else {
            line.append(decimal: value)
        }
        line.append("\n")
    }
}
