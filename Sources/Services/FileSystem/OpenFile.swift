// SPDX-License-Identifier: Apache-2.0
//
// An open file: an inode with a position and status flags, which descriptors refer to and fork(2) shares. Pipes,
// sockets and the like are subclasses that answer reads and writes themselves; files and devices leave that to their
// inode.

public import Events
public import LinuxABI
import PageCache
import Sync
import Synchronization
public import UserMemory

/// An open file ("open file description" in POSIX).
///
/// Lock order: the position lock before the inode's locks.
open class OpenFile: @unchecked Sendable {
    /// What is open.
    public let inode: Inode
    /// Through which mount it was opened; nil for pipes, sockets and others without a place.
    public let mount: Mount?
    private let flagBits: Atomic<UInt32>
    private let seekability: Seekability
    let position = BlockingMutex<UInt64>(0, .position)
    /// How many descriptors, of all processes, and messages on their way refer to it.
    let descriptorCount = Atomic<Int>(0)
    /// Who is told when there are none any more: OpenFile+Watchers.
    let watchers = Spinlock<(any OpenFileWatcher)?>(nil)

    /// Whom it would send signals, once somebody has set that: OpenFile+Owner.
    let ownerSlot = LazyReference<FileOwnerBox>()

    /// Creates an open file at position 0.
    ///
    /// - Parameter flags: as of open(2); the flags of the opening itself (`O_CREAT` …) are dropped.
    public init(_ inode: Inode, _ mount: Mount?, _ flags: OpenFlags) {
        self.inode = inode
        self.mount = mount
        let opening: OpenFlags = [.create, .exclusive, .noControllingTerminal, .truncate, .closeOnExec]
        flagBits = Atomic(flags.subtracting(opening).rawValue)
        seekability = inode.seekability
    }

    deinit {
        inode.lockSlot.existing?.clearAll(of: FileLockOwner(self, processID: 0))
        let flags = self.flags
        if !flags.contains(.path) { inode.notify(flags.allowsWriting ? .closedAfterWriting : .closed) }
    }

    /// The access mode and status flags, as fcntl(2) `F_GETFL` shows them.
    public final var flags: OpenFlags {
        OpenFlags(rawValue: flagBits.load(ordering: .relaxed))
    }

    /// Sets the flags that fcntl(2) `F_SETFL` can change.
    public final func setFlags(_ flags: OpenFlags) {
        let kept = self.flags.subtracting(.settable)
        flagBits.store(kept.union(flags.intersection(.settable)).rawValue, ordering: .relaxed)
    }

    /// Where the file is, for calls that take a directory descriptor; nil without a mount.
    public final var place: Place? {
        guard let mount else { return nil }
        return Place(mount, inode)
    }

    /// The inode's size and times.
    open func status() -> FileStatus { inode.status(through: mount) }

    // MARK: Transfers at the position

    /// Reads at the position and moves it.
    ///
    /// - Returns: how many bytes; 0 at the end.
    /// - Throws: `.badFileDescriptor` if not open for reading, and what the inode says before the first byte.
    open func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        let flags = self.flags
        guard flags.allowsReading, !flags.contains(.path) else { throw .badFileDescriptor }
        let options = Self.options(flags)
        if seekability != .full { return try readInode(&buffer, 0, options) }
        return try position.withLock { (position) throws(Errno) in
            try Self.checkEnd(position, buffer)
            let count = try self.readInode(&buffer, position, options)
            position += UInt64(count)
            return count
        }
    }

    /// Writes at the position, or at the end with `O_APPEND`, and moves the position.
    ///
    /// - Throws: `.badFileDescriptor` if not open for writing, and what the inode says before the first byte.
    open func write(from buffer: inout IOBuffer, _ options: TransferOptions = []) throws(Errno) -> Int {
        let flags = self.flags
        guard flags.allowsWriting, !flags.contains(.path) else { throw .badFileDescriptor }
        let options = options.union(Self.options(flags))
        if seekability != .full {
            let before = buffer.transferred
            var end: UInt64 = 0
            return try writeInode(&buffer, 0, options, before, &end)
        }
        return try position.withLock { (position) throws(Errno) in
            try Self.checkEnd(position, buffer)
            let before = buffer.transferred
            return try self.writeInode(&buffer, position, options, before, &position)
        }
    }

    /// Reads at an offset; the position stays.
    ///
    /// - Throws: `.illegalSeek` if the file has no positions.
    open func read(into buffer: inout IOBuffer, at offset: UInt64) throws(Errno) -> Int {
        let flags = self.flags
        guard flags.allowsReading, !flags.contains(.path) else { throw .badFileDescriptor }
        if seekability == .none { throw .illegalSeek }
        try Self.checkEnd(offset, buffer)
        return try readInode(&buffer, offset, Self.options(flags))
    }

    /// Writes at an offset; the position stays. With `O_APPEND` Linux writes at the end all the same.
    ///
    /// - Throws: `.illegalSeek` if the file has no positions.
    /// - Source: pwrite(2) BUGS.
    open func write(from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions = []) throws(Errno)
        -> Int
    {
        let flags = self.flags
        guard flags.allowsWriting, !flags.contains(.path) else { throw .badFileDescriptor }
        if seekability == .none { throw .illegalSeek }
        try Self.checkEnd(offset, buffer)
        var end: UInt64 = 0
        return try writeInode(&buffer, offset, options.union(Self.options(flags)), buffer.transferred, &end)
    }

    // MARK: Everything else

    /// What /proc/PID/fd shows for a file without a place: `anon_inode:[eventfd]`, or `pipe:` and `socket:`, which are
    /// completed with the inode's number.
    open var anonymousName: StaticString { "anon_inode:[file]" }

    /// Whether sendfile(2) can take bytes from it: a file with a position, or one that needs none.
    open var isSource: Bool { inode.kind == .regular }

    /// Moves the position.
    ///
    /// - Throws: `.illegalSeek`, `.invalidArgument`, `.noSuchAddressOrDevice` for data or holes behind the end.
    /// - Source: lseek(2).
    open func seek(to offset: Int64, from origin: SeekOrigin) throws(Errno) -> UInt64 {
        if flags.contains(.path) { throw .badFileDescriptor }
        switch seekability {
        case .none: throw .illegalSeek
        case .fixed: return 0
        case .full: break
        }
        return try position.withLock { (position) throws(Errno) in
            position = try self.target(of: offset, origin, at: position)
            return position
        }
    }

    /// Which events are there now.
    open func poll() -> PollEvents { inode.poll() }

    /// Where to wait for other events; nil if they never change.
    open var waitQueue: WaitQueue? { inode.waitQueue }

    /// ioctl(2).
    open func control(_ request: ControlRequest, _ argument: UserAddress) throws(Errno) -> Int {
        if flags.contains(.path) { throw .badFileDescriptor }
        return try inode.control(request, argument, of: self)
    }

    /// Called for each descriptor that is closed, before the reference goes.
    open func descriptorClosed() {}

    /// Called when the last descriptor has been closed, before the reference goes; a call that still runs may use the
    /// file after that.
    open func lastDescriptorClosed() {}

    /// Gives exclusive access to the position, for reading directories and for subclasses that keep one.
    public final func withPosition<R: ~Copyable>(_ body: (inout UInt64) throws(Errno) -> R) throws(Errno) -> R {
        try position.withLock(body)
    }

    // MARK: Helpers

    private static func options(_ flags: OpenFlags) -> TransferOptions {
        if flags.isDisjoint(with: [.nonBlocking, .append, .noAccessTime]) { return [] }
        var options: TransferOptions = []
        if flags.contains(.nonBlocking) { options.insert(.nonBlocking) }
        if flags.contains(.append) { options.insert(.append) }
        if flags.contains(.noAccessTime) { options.insert(.noAccessTime) }
        return options
    }

    /// Refuses a transfer that would end behind the largest offset, even where it would meet the file's end before.
    @inline(__always) private static func checkEnd(_ start: UInt64, _ buffer: borrowing IOBuffer) throws(Errno) {
        if start &+ UInt64(truncatingIfNeeded: buffer.remaining) > UInt64(Int64.max) { throw .invalidArgument }
    }

    /// Reads; an error after the first byte is a short read.
    private func readInode(_ buffer: inout IOBuffer, _ offset: UInt64, _ options: TransferOptions) throws(Errno) -> Int
    {
        let before = buffer.transferred
        do throws(Errno) {
            try inode.read(into: &buffer, at: offset, options)
        } catch {
            if buffer.transferred == before { throw error }
        }
        let count = buffer.transferred - before
        if count > 0 { inode.notify(.accessed) }
        return count
    }

    /// Writes; an error after the first byte is a short write. `end` becomes the position behind it.
    private func writeInode(
        _ buffer: inout IOBuffer, _ offset: UInt64, _ options: TransferOptions, _ before: Int, _ end: inout UInt64
    ) throws(Errno) -> Int {
        do throws(Errno) {
            end = try inode.write(from: &buffer, at: offset, options)
        } catch {
            let count = buffer.transferred - before
            if count == 0 { throw error }
            end = options.contains(.append) ? inode.byteCount : offset + UInt64(count)
        }
        let count = buffer.transferred - before
        if count > 0 { inode.notify(.modified) }
        return count
    }

    private func target(of offset: Int64, _ origin: SeekOrigin, at position: UInt64) throws(Errno) -> UInt64 {
        let base: UInt64
        switch origin {
        case .set: base = 0
        case .current: base = position
        case .end: base = inode.byteCount
        case .data, .hole:
            guard offset >= 0, let pages = inode.pageCache else {
                throw offset < 0 || inode.kind == .regular ? .noSuchAddressOrDevice : .invalidArgument
            }
            let start = UInt64(offset)
            guard let found = origin == .data ? pages.firstData(from: start) : pages.firstHole(from: start) else {
                throw .noSuchAddressOrDevice
            }
            return found
        default: throw .invalidArgument
        }
        let (sum, overflow) = Int64(truncatingIfNeeded: base).addingReportingOverflow(offset)
        if overflow || sum < 0 { throw .invalidArgument }
        return UInt64(sum)
    }
}
