// SPDX-License-Identifier: Apache-2.0
//
// A line discipline in a class, with text in and text out, so that a test reads as a session at a keyboard.
// Control characters are written as in Swift: "\u{3}" is ^C.

import Containers
import LinuxABI

@testable import Terminal

final class DisciplineBox {
    private var discipline: LineDiscipline
    private(set) var signals: [SignalNumber] = []

    init() throws { discipline = try LineDiscipline() }

    /// Types a text.
    @discardableResult
    func type(_ text: String) -> ReceiveEffects {
        var last = ReceiveEffects()
        for byte in text.utf8 {
            last = discipline.receive(byte)
            if let signal = last.signal { signals.append(signal) }
        }
        return last
    }

    /// Writes a text as a program does, and answers how many bytes were taken.
    @discardableResult
    func write(_ text: String) -> Int { discipline.write(Array(text.utf8).span.rawBytes) }

    /// What has appeared on the screen since the last call.
    func screen() -> String {
        var text = ""
        while true {
            var bytes = [UInt8](repeating: 0, count: 64)
            var span = bytes.mutableSpan
            var raw = span.rawBytes
            let count = discipline.peekOutput(into: &raw)
            if count == 0 { return text }
            discipline.discardOutput(count)
            text += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }

    /// One read; nil if it would wait.
    func read(_ limit: Int = 256) -> String? {
        guard discipline.isReadable else { return nil }
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        let result = discipline.read(into: &raw)
        return String(decoding: bytes.prefix(result.count), as: UTF8.self)
    }

    /// Changes the modes.
    func change(_ body: (inout TerminalAttributes) -> Void) {
        var attributes = discipline.attributes
        body(&attributes)
        discipline.setAttributes(attributes)
    }

    var isReadable: Bool { discipline.isReadable }
    var isPollReadable: Bool { discipline.isPollReadable }
    var readableCount: Int { discipline.readableCount }
    var isOutputStopped: Bool { discipline.isOutputStopped }
    var receiveRoom: Int { discipline.receiveRoom }
}
