// SPDX-License-Identifier: Apache-2.0
//
// Bytes of a pipe that go somewhere else without a program in between (splice(2)), or are copied there (tee(2)). They are
// taken out only when the other side has them: what it refuses is still in the pipe.

import Containers
import Events
public import FileSystem
public import LinuxABI
import Synchronization
public import UserMemory

extension Pipe {
    /// What becomes of bytes that were passed on.
    public enum Passing: Sendable {
        /// They leave the pipe.
        case moving
        /// They stay.
        case copying
    }

    /// The bytes that one step moves.
    private static var pieceByteCount: Int { 16384 }

    /// How many bytes could be written now.
    public var room: Int { roomLeft.load(ordering: .acquiring) }

    /// Waits until there are bytes.
    ///
    /// - Returns: false when there are none and nobody can write any more.
    /// - Throws: `.wouldBlock`, `.interrupted`.
    public func awaitBytes(_ options: TransferOptions) throws(Errno) -> Bool {
        if waiting > 0 { return true }
        let hadWriters = writers.load(ordering: .acquiring) > 0
        if waiting > 0 || !hadWriters { return waiting > 0 }
        if options.contains(.nonBlocking) { throw .wouldBlock }
        try wait { self.waiting > 0 || self.writers.load(ordering: .acquiring) == 0 }
        return waiting > 0
    }

    /// Waits until a byte fits.
    ///
    /// - Throws: `.wouldBlock`, `.interrupted`, `.brokenPipe`.
    public func awaitRoom(_ options: TransferOptions) throws(Errno) {
        while true {
            if readers.load(ordering: .acquiring) == 0 { throw .brokenPipe }
            if room > 0 { return }
            if options.contains(.nonBlocking) { throw .wouldBlock }
            try wait { self.room > 0 || self.readers.load(ordering: .acquiring) == 0 }
        }
    }

    /// Hands the oldest bytes to `body`.
    ///
    /// - Parameter body: answers how many it took; must not wait, because it holds the pipe up.
    /// - Returns: the same; 0 if there are no bytes.
    public func pass(
        atMost limit: Int, _ passing: Passing, _ body: (inout IOBuffer) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        let count = try ring.withLock { (ring) throws(Errno) -> Int in
            var piece = IOBuffer(collecting: min(limit, ring.count, Self.pieceByteCount))
            try ring.peek(into: &piece)
            if piece.transferred == 0 { return 0 }
            var source = IOBuffer(sending: piece.collected)
            let taken = try body(&source)
            if passing == .moving {
                ring.forget(taken)
                publish(ring.count, ring.room)
            }
            return taken
        }
        if count > 0, passing == .moving {
            changed.wakeAll(for: .writable)
            noteAccess()
        }
        return count
    }
}
