// SPDX-License-Identifier: Apache-2.0
//
// The bytes that a terminal has received and nobody has read: complete lines first, then the line that is being typed.
//
//     head ──── complete ────► lineEnd ──── being edited ────► tail
//
// Each byte carries a mark, because a line end is not always a newline: VEOL ends a line too, and VEOF ends one without
// being part of it. In non-canonical mode everything up to the tail may be read and marks mean nothing.

import Containers

/// A terminal's input bytes. Fixed capacity, as on Linux: 4096 (termios(3), MAX_CANON there is 255).
struct InputQueue: ~Copyable {
    /// What a byte means to canonical reads.
    enum Mark: UInt16 {
        /// A byte of a line.
        case none = 0
        /// The last byte of a line.
        case lineEnd = 0x100
        /// The end of a line that is not part of it; alone in its line it means end of file.
        case endOfFile = 0x200
    }

    static let capacity = 4096

    /// A byte in the low half and its mark in the high half.
    private var slots: RigidArray<UInt16>
    // Counts since the terminal was made; the slot is the count modulo the capacity.
    private(set) var head = 0
    private(set) var lineEnd = 0
    private(set) var tail = 0
    /// Complete lines between head and lineEnd.
    private(set) var lineCount = 0

    init() throws(OutOfMemory) {
        slots = try RigidArray(capacity: Self.capacity)
        slots.extend(toCount: Self.capacity, with: 0)
    }

    var count: Int { tail - head }
    var room: Int { Self.capacity - count }
    /// Bytes of the line that is being edited.
    var editedCount: Int { tail - lineEnd }

    /// The byte at a count since the terminal was made.
    subscript(position: Int) -> UInt8 { UInt8(truncatingIfNeeded: slots[position & (Self.capacity - 1)]) }

    func mark(at position: Int) -> Mark {
        let bits = slots[position & (Self.capacity - 1)] & 0xff00
        return bits == 0 ? .none : bits == 0x100 ? .lineEnd : .endOfFile
    }

    /// Adds a byte to the line that is being edited.
    ///
    /// - Precondition: there is room.
    mutating func append(_ byte: UInt8) {
        precondition(room > 0)
        slots[tail & (Self.capacity - 1)] = UInt16(byte)
        tail += 1
    }

    /// Adds a byte that ends the line, which is complete with it.
    ///
    /// - Precondition: there is room.
    mutating func append(_ byte: UInt8, ending mark: Mark) {
        precondition(room > 0)
        slots[tail & (Self.capacity - 1)] = UInt16(byte) | mark.rawValue
        tail += 1
        lineEnd = tail
        lineCount += 1
    }

    /// Takes bytes off the end of the line that is being edited.
    mutating func erase(to position: Int) {
        precondition(position >= lineEnd && position <= tail)
        tail = position
    }

    /// Takes the oldest byte.
    mutating func removeFirst() -> (byte: UInt8, mark: Mark) {
        precondition(count > 0)
        let result = (self[head], mark(at: head))
        if head < lineEnd, result.1 != .none { lineCount -= 1 }
        head += 1
        if lineEnd < head { lineEnd = head }
        return result
    }

    /// Forgets everything.
    mutating func removeAll() {
        head = tail
        lineEnd = tail
        lineCount = 0
    }

    /// Makes what is there a complete line without an end of its own, for a switch to canonical mode.
    mutating func completePending() {
        lineEnd = tail
        lineCount = 0
        guard count > 0 else { return }
        for position in head..<tail { slots[position & (Self.capacity - 1)] &= 0xff }
        slots[(tail - 1) & (Self.capacity - 1)] |= Mark.lineEnd.rawValue
        lineCount = 1
    }
}
