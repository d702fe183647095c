// SPDX-License-Identifier: Apache-2.0
//
// The kernel's log as a device: /dev/console where there is no terminal, and /dev/kmsg. What is written shows up on the serial
// line. Nothing can be read: the log keeps no records, so that a reader of /dev/kmsg is always at its end.

internal import Containers
internal import DevFS
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Log
internal import UserMemory

/// `/dev/console` without a terminal: bytes go to the log as they are, and reads end at once.
final class LogDevice: CharacterDevice, @unchecked Sendable {
    override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {}

    override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        // Piece by piece: the log's port is slow and polled with interrupts off.
        var piece = InlineArray<64, UInt8>(repeating: 0)
        while buffer.remaining > 0 {
            var span = piece.mutableSpan
            var bytes = span.rawBytes
            let count = try buffer.take(into: &bytes)
            Log.raw(piece.span.rawBytes.extracting(0..<count))
        }
    }
}

/// `/dev/kmsg`: each write is a line of the log. Source: the kernel's ABI/testing/dev-kmsg.
final class MessageDevice: CharacterDevice, @unchecked Sendable {
    /// Its number.
    static var number: DeviceNumber { DeviceNumber(major: 1, minor: 11) }
    /// The longest line, with its level (`PRINTKRB_RECORD_MAX`).
    private static var longestLine: Int { 1024 }

    private let never = WaitQueue()

    override var seekability: Seekability { .fixed }
    override var waitQueue: WaitQueue? { never }
    override func poll() -> PollEvents { [.writable] }

    /// There are no records.
    override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        if options.contains(.nonBlocking) { throw .wouldBlock }
        do throws(WaitEnd) { try never.wait(unless: { false }) } catch { throw .interrupted }
    }

    /// "<level>text", of which the level is not shown.
    override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        guard buffer.remaining < Self.longestLine else { throw .invalidArgument }
        var isFirst = true
        var last: UInt8 = 0x0a
        while buffer.remaining > 0 {
            var piece = InlineArray<64, UInt8>(repeating: 0)
            var span = piece.mutableSpan
            var bytes = span.rawBytes
            let count = try buffer.take(into: &bytes)
            let start = isFirst ? Self.levelLength(piece.span.extracting(0..<count)) : 0
            isFirst = false
            Log.raw(piece.span.rawBytes.extracting(start..<count))
            if count > 0 { last = piece[count - 1] }
        }
        if last != 0x0a {
            let end: InlineArray<1, UInt8> = [0x0a]
            Log.raw(end.span.rawBytes)
        }
    }

    /// The bytes of "<6>" at the beginning of a line; 0 without one.
    private static func levelLength(_ line: Span<UInt8>) -> Int {
        guard line.count >= 3, line[0] == UInt8(ascii: "<") else { return 0 }
        var index = 1
        while index < line.count, line[index] >= 48, line[index] < 58 { index += 1 }
        return index > 1 && index < line.count && line[index] == UInt8(ascii: ">") ? index + 1 : 0
    }
}
