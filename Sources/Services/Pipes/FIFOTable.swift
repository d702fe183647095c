// SPDX-License-Identifier: Apache-2.0
//
// FIFOs: pipes with a name in some file system (fifo(7)). The file system only keeps the inode; which pipe it stands for
// while it is open is kept here. Whoever opens special files for a mount namespace passes FIFOs on to `open`.

import Containers
import Events
public import FileSystem
public import LinuxABI
import Synchronization

/// The FIFOs that are open.
///
/// Lock order: the list's lock is a leaf.
public final class FIFOTable: SpecialFiles, Sendable {
    private struct Entry {
        let inode: Inode
        let pipe: Pipe
        /// Opens that are under way and may have no end yet.
        var opening: Int
    }

    private let volume: UnnamedVolume
    private let entries = BlockingMutex(UniqueArray<Entry>(), .pipeNames)

    /// Creates an empty table.
    ///
    /// - Parameter volume: where the pipes behind the FIFOs live.
    public init(_ volume: UnnamedVolume) { self.volume = volume }

    /// Opens an end of a FIFO and waits for the other one, unless `O_NONBLOCK` or both ends at once are asked for.
    ///
    /// - Throws: `.noSuchAddressOrDevice` for writing without a reader and with `O_NONBLOCK`; `.interrupted`, `.noMemory`.
    /// - Source: fifo(7).
    public func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        let pipe = try enter(inode)
        defer { leave(pipe) }
        let waits = !flags.contains(.nonBlocking)
        if flags.allowsWriting, !flags.allowsReading, !waits, pipe.readers.load(ordering: .acquiring) == 0 {
            throw .noSuchAddressOrDevice
        }
        let readersBefore = pipe.readersEver.load(ordering: .acquiring)
        let writersBefore = pipe.writersEver.load(ordering: .acquiring)
        let end = PipeEnd(pipe, as: inode, mount, flags, self)
        pipe.changed.wakeAll()
        guard waits, flags.allowsReading != flags.allowsWriting else { return end }
        do throws(WaitEnd) {
            try pipe.changed.wait {
                flags.allowsReading
                    ? pipe.writers.load(ordering: .acquiring) > 0
                        || pipe.writersEver.load(ordering: .acquiring) != writersBefore
                    : pipe.readers.load(ordering: .acquiring) > 0
                        || pipe.readersEver.load(ordering: .acquiring) != readersBefore
            }
        } catch {
            throw .interrupted
        }
        return end
    }

    /// The pipe of a FIFO, kept until `leave`.
    private func enter(_ inode: Inode) throws(Errno) -> Pipe {
        try entries.withLock { (entries) throws(Errno) -> Pipe in
            for index in 0..<entries.count where entries[index].inode === inode {
                entries[index].opening += 1
                return entries[index].pipe
            }
            let pipe = try Pipe(volume, user: 0, group: 0)
            let entry = Entry(inode: inode, pipe: pipe, opening: 1)
            try allocating { () throws(OutOfMemory) in try entries.append(entry) }
            return pipe
        }
    }

    private func leave(_ pipe: Pipe) { forget(pipe, opensEnded: 1) }

    /// Called by an end when its life is over.
    func endHasGone(of pipe: Pipe) { forget(pipe, opensEnded: 0) }

    /// Forgets a pipe that nobody has open; its bytes are lost, as fifo(7) says.
    private func forget(_ pipe: Pipe, opensEnded: Int) {
        let gone = entries.withLock { entries -> Entry? in
            for index in 0..<entries.count where entries[index].pipe === pipe {
                entries[index].opening -= opensEnded
                let isUsed =
                    entries[index].opening > 0 || pipe.readers.load(ordering: .acquiring) > 0
                    || pipe.writers.load(ordering: .acquiring) > 0
                return isUsed ? nil : entries.swapRemove(at: index)
            }
            return nil
        }
        // The last release happens outside of the lock.
        _ = gone
    }
}
