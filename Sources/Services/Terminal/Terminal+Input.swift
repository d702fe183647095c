// SPDX-License-Identifier: Apache-2.0
//
// Reading from a terminal: one line in canonical mode; in non-canonical mode VMIN and VTIME decide when a read is
// satisfied (termios(3), "Canonical and noncanonical mode"). Nothing is taken out of the queue before that, so a read
// that a signal interrupts loses nothing.

import Containers
import Events
public import LinuxABI
import Sync
import Time
public import UserMemory

extension Terminal {
    /// Moves input to `buffer`.
    ///
    /// - Returns: how many bytes; zero at the end of file, after a hang-up, or when VTIME has passed.
    /// - Throws: `.wouldBlock`, `.interrupted`, `.badAddress`; `.ioError` for a background process that cannot be stopped.
    /// - Context: thread; may block.
    public func read(into buffer: inout IOBuffer, _ mode: Mode) throws(Errno) -> Int {
        try checkForeground(.terminalInput)
        let wanted = buffer.remaining
        guard wanted > 0 else { return 0 }
        var deadline: Instant?
        var seen = 0
        while true {
            let view = state.withLock { ReadView($0, wanted: wanted) }
            if view.isSatisfied || view.hasHungUp { return try transfer(into: &buffer) }
            if view.returnsAtOnce { return 0 }
            if view.patience > 0 {
                // VMIN zero: one timer for the read. Otherwise one between bytes, which the first byte starts.
                let restarts = view.timesWholeRead ? deadline == nil : view.count > seen
                if restarts { deadline = Clock.now().advanced(byNanoseconds: view.patience) }
                if let deadline, Clock.now() >= deadline { return try transfer(into: &buffer) }
            }
            seen = view.count
            let hasSome = !view.isCanonical && view.count > 0
            if mode == .nonBlocking {
                if hasSome { return try transfer(into: &buffer) }
                throw .wouldBlock
            }
            do throws(WaitEnd) {
                try readers.wait(until: deadline, unless: { state.withLock { ReadView($0, wanted: wanted) } != view })
            } catch .timedOut {
                continue
            } catch {
                if hasSome { return try transfer(into: &buffer) }
                throw .interrupted
            }
        }
    }

    /// Moves what one read gives, and lets the device's bytes into the room that this makes.
    private func transfer(into buffer: inout IOBuffer) throws(Errno) -> Int {
        defer { pullInput() }
        return try reader.withLock { (_: inout Void) throws(Errno) in
            let before = buffer.transferred
            var chunk = InlineArray<256, UInt8>(repeating: 0)
            while buffer.remaining > 0 {
                let wanted = min(buffer.remaining, 256)
                let result = state.withLock { (state: inout State) -> LineDiscipline.ReadResult in
                    var span = chunk.mutableSpan
                    var bytes = span.rawBytes
                    var part = bytes._mutatingExtracting(0..<wanted)
                    return state.discipline.read(into: &part)
                }
                if result.count > 0 {
                    try buffer.put(chunk.span.rawBytes.extracting(0..<result.count))
                }
                // A chunk that is full may be followed by more of the same line or, in non-canonical mode, of the queue.
                if result.hasEndedLine || result.count < wanted { break }
            }
            return buffer.transferred - before
        }
    }
}

/// What a reader sees of the terminal when it decides whether to wait. A change of any of it is worth another look.
private struct ReadView: Equatable {
    let isCanonical: Bool
    let hasHungUp: Bool
    let isSatisfied: Bool
    /// Bytes that could be taken now.
    let count: Int
    /// VTIME in nanoseconds; zero for none.
    let patience: UInt64
    /// VMIN is zero.
    let timesWholeRead: Bool
    /// VMIN and VTIME are zero: what is there, even if that is nothing.
    let returnsAtOnce: Bool

    init(_ state: borrowing Terminal.State, wanted: Int) {
        let attributes = state.discipline.attributes
        isCanonical = attributes.local.contains(.canonical)
        hasHungUp = state.hasHungUp
        count = isCanonical ? 0 : state.discipline.readableCount
        let minimum = Int(attributes[.minimum])
        // A read that wants fewer bytes than VMIN is satisfied with those.
        isSatisfied = isCanonical ? state.discipline.isReadable : count >= max(min(minimum, wanted), 1)
        patience = isCanonical ? 0 : UInt64(attributes[.time]) * 100_000_000
        timesWholeRead = minimum == 0
        returnsAtOnce = !isCanonical && minimum == 0 && patience == 0
    }
}
