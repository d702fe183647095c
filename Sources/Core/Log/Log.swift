// SPDX-License-Identifier: Apache-2.0
//
// What the kernel says about itself, on the first UART. Lower-case lines, component first, values with units. By
// default only warnings are shown: a user of a program wants the program's output. Text is static and values are
// numbers, so that logging needs no heap.

internal import Machine
internal import Synchronization

/// How much a line matters.
public enum LogLevel: UInt8, Comparable, Sendable {
    /// Every step, for those who write the component.
    case trace = 0
    /// What a component decided.
    case debug = 1
    /// What was found: devices, memory, the program.
    case information = 2
    /// Something is wrong and the kernel goes on.
    case warning = 3
    /// The end.
    case fatal = 4

    /// Less important first.
    public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}

/// A value in a log line.
public enum LogValue: Sendable {
    /// In decimal.
    case decimal(UInt64)
    /// In hexadecimal.
    case hexadecimal(UInt64)
    /// Fixed text.
    case text(StaticString)
}

/// Where log lines go: the UART's driver. Called with interrupts off, also from a crash; it polls.
public protocol LogSink: AnyObject, Sendable {
    /// Writes bytes and returns when the device has taken them.
    func write(_ bytes: RawSpan)
}

// What writes is out of line: with the line's buffer it is a few hundred bytes at each of many places.
/// The kernel's log.
public enum Log {
    private static let threshold = Atomic<UInt8>(LogLevel.warning.rawValue)
    private static let sink = LogSinkSlot()

    /// The least important level that is shown.
    public static var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .warning }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Sends lines to a device from now on.
    public static func use(_ device: any LogSink) { sink.set(device) }

    /// Whether lines of a level are shown: ask before gathering what they say.
    public static func shows(_ level: LogLevel) -> Bool { level.rawValue >= threshold.load(ordering: .relaxed) }

    /// Writes a line of a component.
    @inline(never)
    public static func write(_ level: LogLevel, _ component: StaticString, _ text: StaticString) {
        guard shows(level) else { return }
        var line = LineBuffer()
        begin(&line, component, text)
        end(&line)
    }

    /// Writes a line with one value at its end.
    @inline(never)
    public static func write(_ level: LogLevel, _ component: StaticString, _ text: StaticString, _ value: LogValue) {
        guard shows(level) else { return }
        var line = LineBuffer()
        begin(&line, component, text)
        append(value, &line)
        end(&line)
    }

    /// Writes a line with two values and text between them.
    @inline(never)
    public static func write(
        _ level: LogLevel, _ component: StaticString, _ text: StaticString, _ value: LogValue,
        _ more: StaticString, _ second: LogValue
    ) {
        guard shows(level) else { return }
        var line = LineBuffer()
        begin(&line, component, text)
        append(value, &line)
        line.append(more)
        append(second, &line)
        end(&line)
    }

    /// Writes bytes as they are, whatever the level: traces, crash reports.
    @inline(never)
    public static func raw(_ bytes: RawSpan) {
        let state = CPU.saveInterrupts()
        sink.write(bytes)
        CPU.restoreInterrupts(state)
    }

    private static func begin(_ line: inout LineBuffer, _ component: StaticString, _ text: StaticString) {
        line.append(component)
        line.append(": ")
        line.append(text)
    }

    private static func append(_ value: LogValue, _ line: inout LineBuffer) {
        switch value {
        case .decimal(let number): line.append(decimal: number)
        case .hexadecimal(let number): line.append(hexadecimal: number)
        case .text(let text): line.append(text)
        }
    }

    private static func end(_ line: inout LineBuffer) {
        line.append(0x0a)
        raw(line.span)
    }
}
