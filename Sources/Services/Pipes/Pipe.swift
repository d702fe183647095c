// SPDX-License-Identifier: Apache-2.0
//
// A pipe: a ring of bytes between those who write and those who read (pipe(7)). Its inode is the pipe itself; its ends
// are open files (PipeEnd). Numbers that waiters look at are atomic, because a condition of a wait must not block; the
// bytes are behind a lock that may be held across page faults.

import Containers
import Events
public import FileSystem
public import LinuxABI
import Synchronization
public import UserMemory

/// A pipe or an open FIFO.
///
/// Lock order: page faults happen under `ring`, and what splice(2) does with the file that the bytes go to.
public final class Pipe: Inode, @unchecked Sendable {
    /// How long a write is not mixed with others (`PIPE_BUF`).
    public static var atomicByteCount: Int { 4096 }
    /// The pages of a new pipe.
    public static var usualPageCount: Int { 16 }
    /// The bytes that a pipe may get without privilege (/proc/sys/fs/pipe-max-size).
    public static var sizeLimit: Int { 1 << 20 }

    let ring: BlockingMutex<PipeRing>
    private let fillLevel = Atomic<Int>(0)
    let roomLeft: Atomic<Int>
    let readers = Atomic<Int>(0)
    let writers = Atomic<Int>(0)
    /// How often an end was opened; who waits for one must not miss an end that has gone again.
    let readersEver = Atomic<Int>(0)
    let writersEver = Atomic<Int>(0)
    /// Woken whenever anything above changes in a way that somebody may wait for.
    let changed = WaitQueue()

    /// Creates a pipe without ends.
    ///
    /// - Throws: `.noMemory`.
    public init(_ volume: UnnamedVolume, user: UInt32, group: UInt32) throws(Errno) {
        let made = try allocating { () throws(OutOfMemory) in try PipeRing(pages: Pipe.usualPageCount) }
        roomLeft = Atomic(made.room)
        ring = BlockingMutex(made, .pipe)
        let mode = FileMode(.fifo, Permissions(rawValue: 0o600))
        super.init(
            volume: volume, number: volume.makeNumber(), linkCount: 1,
            NewInode(mode: mode, userID: user, groupID: group))
    }

    public override var opensItself: Bool { true }

    public override func open(_ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        PipeEnd(self, flags)
    }

    /// Bytes that wait to be read.
    public var waiting: Int { fillLevel.load(ordering: .acquiring) }

    /// The bytes that fit into the pipe (`F_GETPIPE_SZ`).
    public var capacity: Int { ring.withLock { $0.capacity } }

    /// Sets the capacity to at least that many bytes (`F_SETPIPE_SZ`).
    ///
    /// - Returns: the new capacity.
    /// - Throws: `.resourceBusy` if the bytes in it would not fit, `.noMemory`.
    public func setCapacity(_ byteCount: Int) throws(Errno) -> Int {
        var pages = 1
        while pages * 4096 < byteCount { pages *= 2 }
        let wanted = pages
        let capacity = try ring.withLock { (ring) throws(Errno) -> Int in
            try ring.resize(toPages: wanted)
            publish(ring.count, ring.room)
            return ring.capacity
        }
        changed.wakeAll()
        return capacity
    }

    /// Waits for bytes and moves what there is and fits.
    ///
    /// - Returns: how many bytes; 0 when nobody can write any more.
    /// - Throws: `.wouldBlock`, `.interrupted`, `.badAddress`.
    public func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        if buffer.remaining == 0 { return 0 }
        let before = buffer.transferred
        while true {
            // Asked before the bytes are: what a writer left before it closed is still read.
            let hadWriters = writers.load(ordering: .acquiring) > 0
            var failure: Errno?
            ring.withLock { ring in
                do throws(Errno) { try ring.drain(into: &buffer) } catch { failure = error }
                publish(ring.count, ring.room)
            }
            let count = buffer.transferred - before
            if count > 0 {
                changed.wakeAll(for: .writable)
                noteAccess()
                return count
            }
            if let failure { throw failure }
            if !hadWriters { return 0 }
            if options.contains(.nonBlocking) { throw .wouldBlock }
            try wait { self.waiting > 0 || self.writers.load(ordering: .acquiring) == 0 }
        }
    }

    /// Waits for room and writes everything; up to `atomicByteCount` bytes go in one piece.
    ///
    /// - Returns: how many bytes; fewer than all if a signal or `.nonBlocking` ended it in the middle.
    /// - Throws, before the first byte: `.brokenPipe` without readers, `.wouldBlock`, `.interrupted`, `.badAddress`.
    public func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        let before = buffer.transferred
        do throws(Errno) {
            while buffer.remaining > 0 { try writePart(&buffer, options) }
        } catch {
            if buffer.transferred == before { throw error }
        }
        if buffer.transferred > before { noteModification() }
        return buffer.transferred - before
    }

    private func writePart(_ buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        if readers.load(ordering: .acquiring) == 0 { throw .brokenPipe }
        let needed = buffer.transferred == 0 && buffer.remaining <= Pipe.atomicByteCount ? buffer.remaining : 1
        var failure: Errno?
        let hasWritten = ring.withLock { ring -> Bool in
            guard ring.room >= needed else { return false }
            do throws(Errno) {
                try ring.fill(from: &buffer, min(buffer.remaining, ring.room))
            } catch {
                failure = error
            }
            publish(ring.count, ring.room)
            return true
        }
        if hasWritten { changed.wakeAll(for: .readable) }
        if let failure { throw failure }
        if hasWritten { return }
        if options.contains(.nonBlocking) { throw .wouldBlock }
        try wait { self.roomLeft.load(ordering: .acquiring) >= needed || self.readers.load(ordering: .acquiring) == 0 }
    }

    func wait(unless condition: () -> Bool) throws(Errno) {
        do throws(WaitEnd) { try changed.wait(unless: condition) } catch { throw .interrupted }
    }

    /// Lets waiters see the ring's state.
    @inline(__always) func publish(_ count: Int, _ room: Int) {
        fillLevel.store(count, ordering: .releasing)
        roomLeft.store(room, ordering: .releasing)
    }

    /// Readiness of an end.
    func readiness(_ flags: OpenFlags) -> PollEvents {
        var events: PollEvents = []
        if flags.allowsReading {
            if waiting > 0 { events.insert(.readable) }
            if writers.load(ordering: .acquiring) == 0 { events.insert(.hangUp) }
        }
        if flags.allowsWriting {
            if roomLeft.load(ordering: .acquiring) >= Pipe.atomicByteCount { events.insert(.writable) }
            if readers.load(ordering: .acquiring) == 0 { events.insert(.error) }
        }
        return events
    }
}
