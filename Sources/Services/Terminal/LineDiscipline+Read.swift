// SPDX-License-Identifier: Apache-2.0
//
// What programs read. Canonical mode gives at most one line a read; a line that is longer than the reader's buffer is
// given in pieces. An end-of-file character ends a line without being part of it: after text it makes the read short,
// alone it makes it empty. Waiting, VMIN and VTIME are Terminal's.

import Containers
import LinuxABI

extension LineDiscipline {
    /// What a read found.
    public struct ReadResult: Equatable, Sendable {
        /// Bytes moved.
        public let count: Int
        /// Whether a line has ended with these bytes; never in non-canonical mode.
        public let hasEndedLine: Bool
    }

    /// Whether a read would give something, end of file included.
    public var isReadable: Bool {
        isCanonical ? input.lineCount > 0 : input.count > 0
    }

    /// Whether poll(2) would say so: in non-canonical mode VMIN bytes are wanted if there is no timer.
    public var isPollReadable: Bool {
        guard !isCanonical else { return input.lineCount > 0 }
        let wanted = attributes[.time] == 0 ? max(Int(attributes[.minimum]), 1) : 1
        return input.count >= wanted
    }

    /// Bytes that reads would give without waiting: FIONREAD.
    public var readableCount: Int {
        guard isCanonical else { return input.count }
        var count = 0
        for position in input.head..<input.lineEnd where input.mark(at: position) != .endOfFile { count += 1 }
        return count
    }

    /// Moves input to `bytes` from `offset` on: up to the end of one line, or whatever there is.
    ///
    /// - Precondition: `isReadable`, or the answer is zero bytes.
    public mutating func read(into bytes: inout MutableRawSpan, at offset: Int = 0) -> ReadResult {
        let isCanonical = isCanonical
        guard isReadable else { return ReadResult(count: 0, hasEndedLine: false) }
        var position = offset
        while position < bytes.byteCount && input.count > 0 {
            let (byte, mark) = input.removeFirst()
            if isCanonical && mark == .endOfFile { return ReadResult(count: position - offset, hasEndedLine: true) }
            bytes.storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
            position += 1
            if isCanonical && mark == .lineEnd { return ReadResult(count: position - offset, hasEndedLine: true) }
        }
        // A line that just filled the buffer and ends in end-of-file is over: the next read must not be empty.
        if isCanonical, position > offset, input.head < input.lineEnd, input.mark(at: input.head) == .endOfFile {
            _ = input.removeFirst()
            return ReadResult(count: position - offset, hasEndedLine: true)
        }
        return ReadResult(count: position - offset, hasEndedLine: false)
    }
}
