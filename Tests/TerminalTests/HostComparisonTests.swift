// SPDX-License-Identifier: Apache-2.0
//
// Our line discipline and Linux's own, side by side: random modes, random typing, the same screen and the same reads.
// The oracle is the Linux that runs the tests; nothing sleeps, but bytes through a pseudo-terminal are waited for.

import Containers
import LinuxABI
import TestSupport
import Testing

@testable import Terminal

@Suite(.enabled(if: HostTerminal() != nil, "the host has no pseudo-terminals")) struct HostComparisonTests {
    private static let letters: [UInt8] = Array("ab _9".utf8)
    private static let editing: [UInt8] = [0x7f, 0x15, 0x17, 0x16, 0x12, 0x04, 0x0a, 0x0d, 0x09, 0x01, 0x03, 0x3b]
    private static let wide: [UInt8] = Array("é€".utf8)

    private func modes(_ random: inout SeededRandom) -> TerminalAttributes {
        var attributes = TerminalAttributes()
        func flip<Flags: OptionSet>(_ flags: inout Flags, _ options: [Flags]) where Flags.Element == Flags {
            for option in options where random.next(below: 4) == 0 {
                if flags.isSuperset(of: option) { flags.subtract(option) } else { flags.formUnion(option) }
            }
        }
        flip(&attributes.input, [.utf8, .returnToNewline, .newlineToReturn, .ignoreReturn, .lowercase])
        flip(&attributes.output, [.process, .newlineToReturnNewline, .noReturnAtColumnZero])
        flip(&attributes.output, [.newlineReturns, .expandTabs])
        flip(&attributes.local, [.echo, .echoErase, .echoKill, .echoControl, .echoKillErases, .echoNewline, .extended])
        flip(&attributes.local, [.noFlush, .signals])
        if random.next(below: 6) == 0 { attributes.local.insert(.echoErasedBetweenBars) }
        if !attributes.local.contains(.echo) {
            // A newline that shows tells us when the host has seen what was typed before it.
            attributes.local.insert(.echoNewline)
            attributes.input.remove(.newlineToReturn)
        } else if random.next(below: 5) == 0 {
            attributes.local.remove(.canonical)
        }
        if random.next(below: 2) == 0 { attributes[.endOfLine] = 0x3b }
        return attributes
    }

    @Test("typing at ours and at Linux's shows and reads the same")
    func sameAsLinux() throws {
        var random = SeededRandom()
        for _ in 0..<100 {
            let attributes = modes(&random)
            let steps = (0..<60).map { _ in step(&random) }
            guard var report = try difference(attributes, steps) else { continue }
            var least = steps
            var position = 0
            while position < least.count {
                var shorter = least
                shorter.remove(at: position)
                if let other = try difference(attributes, shorter) {
                    least = shorter
                    report = other
                } else {
                    position += 1
                }
            }
            Issue.record("seed \(random.seed): \(describe(attributes)): \(least): \(report)")
            return
        }
    }

    private enum Step: CustomStringConvertible {
        case type(UInt8)
        case read(Int)

        var description: String {
            switch self {
            case .type(let byte): "\(byte)"
            case .read(let limit): "read(\(limit))"
            }
        }
    }

    private func step(_ random: inout SeededRandom) -> Step {
        switch random.next(below: 10) {
        case 0..<4: .type(Self.letters[random.next(below: Self.letters.count)])
        case 4: .type(Self.wide[random.next(below: Self.wide.count)])
        case 5: .read(1 + random.next(below: 12))
        default: .type(Self.editing[random.next(below: Self.editing.count)])
        }
    }

    /// What differs when both take the same steps; nil if nothing does.
    private func difference(_ attributes: TerminalAttributes, _ steps: [Step]) throws -> String? {
        let host = try #require(HostTerminal())
        host.set(attributes)
        var ours = try LineDiscipline()
        ours.setAttributes(attributes)
        func type(_ byte: UInt8) -> String? {
            host.type(byte)
            _ = ours.receive(byte)
            let expected = takeScreen(&ours)
            let shown = host.screen(expecting: expected.count)
            return shown == expected ? nil : "Linux shows \(shown), we \(expected)"
        }
        for step in steps {
            switch step {
            case .type(let byte):
                if let report = type(byte) { return report }
            case .read(let limit):
                // Twice, for the first one may be taken literally.
                if !attributes.local.contains(.echo), let report = type(0x0a) ?? type(0x0a) { return report }
                let count = ours.readableCount
                if !waitForInput(host, count) { return "Linux has \(host.readableCount) bytes, we \(count)" }
                let expected = takeRead(&ours, limit)
                let read = waitForRead(host, limit, expected)
                if read != expected {
                    return "Linux reads \(String(describing: read)), we \(String(describing: expected))"
                }
            }
        }
        return nil
    }

    /// Waits until what was typed has gone through the host's line discipline, which may be later than its echo.
    private func waitForInput(_ host: HostTerminal, _ count: Int) -> Bool {
        for _ in 0..<20_000 where host.readableCount == count { return true }
        return false
    }

    /// Reads from the host; a read that should give something is tried until it does, for what was typed arrives later
    /// than its echo.
    private func waitForRead(_ host: HostTerminal, _ limit: Int, _ expected: [UInt8]?) -> [UInt8]? {
        for _ in 0..<20_000 {
            let read = host.read(limit)
            if read != nil || expected == nil { return read }
        }
        return nil
    }

    private func takeScreen(_ discipline: inout LineDiscipline) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        let count = discipline.peekOutput(into: &raw)
        discipline.discardOutput(count)
        return Array(bytes.prefix(count))
    }

    private func takeRead(_ discipline: inout LineDiscipline, _ limit: Int) -> [UInt8]? {
        guard discipline.isReadable else { return nil }
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        let count = discipline.read(into: &raw).count
        return Array(bytes.prefix(count))
    }

    private func describe(_ attributes: TerminalAttributes) -> String {
        let words = [
            attributes.input.rawValue, attributes.output.rawValue, attributes.control.rawValue,
            attributes.local.rawValue,
        ]
        return words.map { "0o" + String($0, radix: 8) }.joined(separator: " ")
    }
}
