// SPDX-License-Identifier: Apache-2.0
//
// The bytes in a pipe: a ring of page slots that get their pages when bytes come and lose them when the bytes have gone,
// so that an idle pipe holds one page at most. The tail never enters the slot that the head is in:
//
//      slot    0        1        2        3
//           ┌────────┬────────┬────────┬────────┐
//           │        │  ▒▒▒▒▒▒│▒▒▒▒▒   │        │      room: 2.4 slots, not 3
//           └────────┴────────┴────────┴────────┘
//                       ↑ head      ↑ tail
//
// Not thread-safe; Pipe holds it under its lock.

import Containers
import LinuxABI
import Memory
import UserMemory

/// A ring of pages.
struct PipeRing: ~Copyable {
    private var slots: UniqueArray<FrameNumber?>
    /// A page kept for the next write.
    private var spare: FrameNumber?
    /// The offset of the oldest byte.
    private var head = 0
    /// How many bytes are in it.
    private(set) var count = 0

    /// - Parameter pages: a power of two, so that places in the ring are found without a division.
    /// - Throws: `OutOfMemory`.
    init(pages: Int) throws(OutOfMemory) {
        precondition(pages > 0 && pages & (pages - 1) == 0)
        slots = try UniqueArray(capacity: pages)
        for _ in 0..<pages { slots.appendReserved(nil) }
    }

    deinit {
        var index = 0
        while index < slots.count {
            if let frame = slots[index] { Frames.release(frame) }
            index += 1
        }
        if let spare { Frames.release(spare) }
    }

    /// How many bytes fit altogether.
    var capacity: Int { slots.count &* pageSize }

    /// How many more bytes fit now.
    var room: Int { capacity &- count &- PipeRing.offset(head) }

    private static func offset(_ position: Int) -> Int { position & (pageSize - 1) }
    private static func slot(_ position: Int) -> Int { position >> 12 }

    /// A position, from its distance to the ring's first byte.
    private func wrapped(_ distance: Int) -> Int { distance & (capacity &- 1) }

    /// Takes bytes of the buffer in.
    ///
    /// - Precondition: `wanted` is not above `room`.
    /// - Throws: `.badAddress`, `.noMemory`; what was taken before counts.
    mutating func fill(from buffer: inout IOBuffer, _ wanted: Int) throws(Errno) {
        var left = wanted
        while left > 0 {
            let tail = wrapped(head &+ count)
            let offset = PipeRing.offset(tail)
            let part = min(left, pageSize - offset)
            let frame = try frame(forSlot: PipeRing.slot(tail))
            let before = buffer.transferred
            defer { count &+= buffer.transferred &- before }
            try buffer.take(into: frame, at: offset, count: part)
            left &-= part
        }
    }

    private mutating func frame(forSlot index: Int) throws(Errno) -> FrameNumber {
        if let frame = slots[index] { return frame }
        let frame: FrameNumber
        if let kept = spare {
            spare = nil
            frame = kept
        } else {
            do throws(OutOfMemory) { frame = try Frames.allocateUncleared() } catch { throw .noMemory }
        }
        slots[index] = frame
        return frame
    }

    /// Moves bytes to the buffer, as many as there are and fit.
    ///
    /// - Throws: `.badAddress`; what was moved before counts.
    mutating func drain(into buffer: inout IOBuffer) throws(Errno) {
        while count > 0, buffer.remaining > 0 {
            let offset = PipeRing.offset(head)
            let part = min(count, buffer.remaining, pageSize - offset)
            guard let frame = slots[PipeRing.slot(head)] else { preconditionFailure() }
            let before = buffer.transferred
            defer { discard(buffer.transferred &- before) }
            try buffer.put(from: frame, at: offset, count: part)
        }
    }

    /// Copies the oldest bytes to the buffer, as many as there are and fit.
    ///
    /// - Throws: `.badAddress`.
    func peek(into buffer: inout IOBuffer) throws(Errno) {
        var distance = 0
        while distance < count, buffer.remaining > 0 {
            let place = wrapped(head &+ distance)
            let offset = PipeRing.offset(place)
            let part = min(count - distance, buffer.remaining, pageSize - offset)
            guard let frame = slots[PipeRing.slot(place)] else { preconditionFailure() }
            try buffer.put(from: frame, at: offset, count: part)
            distance += part
        }
    }

    /// Forgets the oldest bytes.
    ///
    /// - Precondition: there are as many.
    mutating func forget(_ byteCount: Int) {
        var left = byteCount
        while left > 0 {
            let part = min(left, pageSize - PipeRing.offset(head))
            discard(part)
            left -= part
        }
    }

    /// Forgets the oldest bytes, all within one slot.
    private mutating func discard(_ byteCount: Int) {
        let index = PipeRing.slot(head)
        count &-= byteCount
        head = wrapped(head &+ byteCount)
        if count == 0 { head &-= PipeRing.offset(head) }
        if count == 0 || PipeRing.slot(head) != index { giveBack(index) }
    }

    private mutating func giveBack(_ index: Int) {
        guard let frame = slots[index].take() else { return }
        if spare == nil { spare = frame } else { Frames.release(frame) }
    }

    /// Changes the number of pages, keeping the bytes.
    ///
    /// - Throws: `.resourceBusy` if they do not fit, `.noMemory`.
    mutating func resize(toPages pages: Int) throws(Errno) {
        precondition(pages > 0 && pages & (pages - 1) == 0)
        let used = (PipeRing.offset(head) + count + pageSize - 1) / pageSize
        guard used <= pages else { throw .resourceBusy }
        var larger: UniqueArray<FrameNumber?>
        do throws(OutOfMemory) { larger = try UniqueArray(capacity: pages) } catch { throw .noMemory }
        let first = PipeRing.slot(head)
        for index in 0..<pages {
            larger.appendReserved(index < used ? slots[(first + index) % slots.count].take() : nil)
        }
        // Slots outside of the used ones hold nothing: giveBack has seen to that.
        slots = larger
        head = PipeRing.offset(head)
    }
}
