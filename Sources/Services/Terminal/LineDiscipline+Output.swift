// SPDX-License-Identifier: Apache-2.0
//
// What programs write (termios(3): OPOST and the flags after it), and the ring that the device is fed from. The column
// is followed so that tabs can be expanded and erased; bytes of escape sequences are counted as if they were visible,
// and without OPOST nothing is followed, as on Linux.

import Containers
import LinuxABI

extension LineDiscipline {
    /// The most bytes that one byte becomes: a tab at the start of a stop.
    static let greatestExpansion = 8

    /// Processes the first bytes of `bytes` that are sure to find room and answers how many.
    ///
    /// - Complexity: O(bytes).
    public mutating func write(_ bytes: RawSpan) -> Int {
        let source = bytes.byteSpan
        guard attributes.output.contains(.process) else {
            let room = sureWriteRoom
            let count = min(source.count, room)
            return output.write(bytes.extracting(0..<count))
        }
        var taken = 0
        while taken < source.count && output.room >= Self.echoReserve + Self.greatestExpansion {
            process(source[taken])
            taken += 1
        }
        return taken
    }

    /// Whether a program's bytes would find room.
    public var hasWriteRoom: Bool { sureWriteRoom > 0 }

    /// How many of a program's bytes are sure to find room, whatever they are.
    public var sureWriteRoom: Int {
        let room = max(output.room - Self.echoReserve, 0)
        return attributes.output.contains(.process) ? room / Self.greatestExpansion : room
    }

    /// Bytes that wait for the device.
    public var outputCount: Int { output.count }

    /// Copies the oldest bytes that may go to the device now, and answers how many.
    public func peekOutput(into bytes: inout MutableRawSpan) -> Int {
        isOutputStopped ? 0 : output.peek(into: &bytes)
    }

    /// Forgets bytes that the device has taken.
    public mutating func discardOutput(_ count: Int) { output.discard(count) }

    /// One byte through output processing.
    mutating func process(_ byte: UInt8) {
        let flags = attributes.output
        guard flags.contains(.process) else { return emit(byte) }
        switch byte {
        case 0x0a:
            if flags.contains(.newlineReturns) { column = 0 }
            if flags.contains(.newlineToReturnNewline) {
                column = 0
                emit(0x0d)
            }
            lineStartColumn = column
            emit(0x0a)
        case 0x0d:
            if flags.contains(.noReturnAtColumnZero) && column == 0 { return }
            if flags.contains(.returnToNewline) {
                if flags.contains(.newlineReturns) {
                    column = 0
                    lineStartColumn = 0
                }
                return emit(0x0a)
            }
            column = 0
            lineStartColumn = 0
            emit(0x0d)
        case 0x09:
            let width = 8 - column & 7
            column += width
            guard flags.isSuperset(of: .expandTabs) else { return emit(0x09) }
            for _ in 0..<width { emit(0x20) }
        default:
            let shown = flags.contains(.uppercase) && Letters.isLower(byte) ? byte - 0x20 : byte
            follow(shown)
            emit(shown)
        }
    }

    /// Follows the cursor over a byte that neither ends a line nor is a tab.
    private mutating func follow(_ byte: UInt8) {
        switch byte {
        case 0x08: if column > 0 { column -= 1 }
        case 0..<0x20, 0x7f: break
        case 0x80..<0xc0 where attributes.input.contains(.utf8): break
        default: column += 1
        }
    }
}

extension LineDiscipline {
    /// Sends a control character to the other end, if it is switched on.
    mutating func sendControl(_ character: ControlCharacter) {
        let byte = attributes[character]
        if byte != 0 { emit(byte) }
    }
}
