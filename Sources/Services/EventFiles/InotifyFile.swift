// SPDX-License-Identifier: Apache-2.0
//
// inotify(7): a file from which a program reads what happens to other files. The queue behind it is WatchQueue.
//
// Deviations: a file that has lost its last name is reported as gone at once, not when it is closed (IN_DELETE_SELF);
// what happens to an open file that has no name any more is not reported to its directory (as with IN_EXCL_UNLINK); a file
// with several names is reported under the last one given; unmounting reports nothing (IN_UNMOUNT).

import Containers
public import Events
public import FileSystem
public import LinuxABI
public import UserMemory

/// An inotify instance.
public final class InotifyFile: OpenFile, @unchecked Sendable {
    private let queue = WatchQueue()

    /// Creates an instance that watches nothing.
    public init(_ volume: UnnamedVolume, _ flags: OpenFlags) {
        let mode = FileMode(.fifo, Permissions(rawValue: 0o600))
        let inode = Inode(volume: volume, number: volume.makeNumber(), linkCount: 1, NewInode(mode: mode))
        super.init(inode, nil, flags)
    }

    /// Events that wait at most; those that come then are lost, and the reader is told.
    public static var eventLimit: Int { WatchQueue.eventLimit }
    /// Watches that there may be.
    public static var watchLimit: Int { WatchQueue.watchLimit }

    deinit {
        queue.close()
    }

    public override var anonymousName: StaticString { "anon_inode:inotify" }

    /// Watches an inode, or changes what is watched of it.
    ///
    /// - Returns: the watch's number.
    /// - Throws: `.fileExists` with `IN_MASK_CREATE`, `.noSpace`, `.noMemory`.
    public func watch(_ inode: Inode, _ mask: FileEvents) throws(Errno) -> Int32 { try queue.watch(inode, mask) }

    /// Ends a watch.
    ///
    /// - Throws: `.invalidArgument` if there is no such watch.
    public func unwatch(_ number: Int32) throws(Errno) { try queue.unwatch(number) }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        while true {
            let count = try queue.take(buffer.remaining) { (events) throws(Errno) in try buffer.put(events.rawBytes) }
            if count > 0 { return count }
            if flags.contains(.nonBlocking) { throw .wouldBlock }
            do throws(WaitEnd) { try queue.changed.wait { queue.byteCount > 0 } } catch { throw .interrupted }
        }
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        throw .badFileDescriptor
    }

    /// It has no positions, but seeking is no error.
    public override func seek(to offset: Int64, from origin: SeekOrigin) throws(Errno) -> UInt64 { 0 }

    public override func poll() -> PollEvents { queue.byteCount > 0 ? .readable : [] }

    public override var waitQueue: WaitQueue? { queue.changed }

    public override func control(_ request: ControlRequest, _ argument: UserAddress) throws(Errno) -> Int {
        guard request == .inputPending else { throw .inappropriateIOCTLForDevice }
        try UserMemory.store(Int32(clamping: queue.byteCount), at: argument)
        return 0
    }
}
