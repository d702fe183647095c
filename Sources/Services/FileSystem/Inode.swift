// SPDX-License-Identifier: Apache-2.0
//
// A file as the file system knows it, whatever its names: its attributes, and what can be done with its contents. This
// is the base class of all file systems' inodes; every operation has the answer that Linux gives for a file that does
// not have it. An open file (position, flags) is OpenFile, a descriptor is a slot of FileDescriptorTable.
//
// Paths, permissions and mounts are FileOperations' business: an inode does what it is told.

public import Containers
public import Events
public import LinuxABI
public import PageCache
public import Sync
import Synchronization
public import UserMemory

/// An inode of any file system.
///
/// Lock order: a directory's own lock before a child's, the attribute lock is a leaf.
open class Inode: @unchecked Sendable {
    /// The file system instance it belongs to.
    public let volume: Volume
    /// Its number there.
    public let number: UInt64
    /// What it is.
    public let kind: FileKind
    /// Which device it stands for, if it is a device.
    public let specialDevice: DeviceNumber
    /// The changeable facts; a short leaf lock.
    public let attributes: Spinlock<InodeAttributes>
    /// How many mounts cover this directory, in all namespaces.
    let mountCount = Atomic<UInt32>(0)
    /// The locks on the file, once there has been one; see `locks`.
    let lockSlot = LazyReference<FileLocks>()
    /// Who watches it, once somebody has; see `notify`.
    let watchSlot = LazyReference<InodeWatches>()

    /// Creates an inode.
    public init(volume: Volume, number: UInt64, linkCount: UInt32, _ description: borrowing NewInode) {
        self.volume = volume
        self.number = number
        kind = description.mode.kind
        specialDevice = description.device
        attributes = Spinlock(InodeAttributes(description, linkCount: linkCount))
    }

    // MARK: Facts

    /// The size that stat(2) shows.
    open var byteCount: UInt64 { 0 }

    /// The units of 512 bytes that stat(2) shows.
    open var blockCount: UInt64 { 0 }

    /// Both at once, for a file system that has them behind one lock.
    open var sizes: (byteCount: UInt64, blockCount: UInt64) { (byteCount, blockCount) }

    /// The pages of a regular file that can be mapped.
    open var pageCache: PageCache? { nil }

    /// How lseek(2) and the position work.
    open var seekability: Seekability { kind == .regular || kind == .directory ? .full : .none }

    // MARK: Directories

    /// The inode of a name. "." and ".." are never asked for.
    ///
    /// - Throws: `.noEntry`; `.notDirectory` if this is not a directory.
    open func lookup(_ name: Span<UInt8>) throws(Errno) -> Inode { throw .notDirectory }

    /// Makes an inode (a regular file, directory, device, FIFO or socket) and gives it a name.
    ///
    /// - Throws: `.fileExists`, `.noSpace`, `.noMemory`, `.noEntry` if this directory has been removed itself.
    open func create(_ name: Span<UInt8>, _ description: NewInode) throws(Errno) -> Inode {
        throw kind == .directory ? .notPermitted : .notDirectory
    }

    /// Makes a symbolic link.
    ///
    /// - Throws: as `create`.
    open func createLink(_ name: Span<UInt8>, to target: Span<UInt8>, _ description: NewInode) throws(Errno) {
        throw kind == .directory ? .notPermitted : .notDirectory
    }

    /// Makes a regular file without a name (`O_TMPFILE`).
    ///
    /// - Throws: `.notSupported` if the file system cannot.
    open func createUnnamed(_ description: NewInode) throws(Errno) -> Inode {
        throw kind == .directory ? .notSupported : .notDirectory
    }

    /// Gives an inode of the same volume one more name.
    ///
    /// - Throws: `.fileExists`, `.tooManyLinks`, `.noSpace`, `.noMemory`.
    open func link(_ name: Span<UInt8>, to inode: Inode) throws(Errno) {
        throw kind == .directory ? .notPermitted : .notDirectory
    }

    /// Takes a name away if it is still `child`'s; a directory must be empty.
    ///
    /// - Throws: `.staleFileHandle` if the name means something else by now (callers look again), `.directoryNotEmpty`.
    open func remove(_ name: Span<UInt8>, _ child: Inode) throws(Errno) {
        throw kind == .directory ? .notPermitted : .notDirectory
    }

    /// Moves `child` from a name here to a name in `target`, replacing `victim` if that is not nil.
    ///
    /// - Precondition: the volume's rename lock is held, kinds fit, and `child` is not above `target`.
    /// - Throws: `.staleFileHandle` if a name changed its meaning, `.noEntry` if `target` has been removed,
    ///   `.directoryNotEmpty`, `.noMemory`.
    open func rename(
        _ name: Span<UInt8>, _ child: Inode, to target: Inode, as newName: Span<UInt8>, replacing victim: Inode?
    ) throws(Errno) {
        throw kind == .directory ? .notPermitted : .notDirectory
    }

    /// Exchanges what two names mean.
    ///
    /// - Precondition, Throws: as `rename`; `.invalidArgument` if the file system cannot.
    open func exchange(
        _ name: Span<UInt8>, _ child: Inode, with target: Inode, _ otherName: Span<UInt8>, _ otherChild: Inode
    ) throws(Errno) {
        throw .invalidArgument
    }

    /// The directory that holds this inode, if it has a name and the file system knows it.
    open var parent: Inode? { nil }

    /// Calls `body` with the name of `child` in this directory; answers whether it has one.
    open func withName(of child: Inode, _ body: (Span<UInt8>) -> Void) -> Bool { false }

    /// Calls `body` with the last name that `child`, which has none, had in this directory, if the file system knows it.
    open func withLostName(of child: Inode, _ body: (Span<UInt8>) -> Void) {}

    /// Hands the entries from a position on to `body` until it answers false. "." and ".." are not among them.
    ///
    /// - Parameter body: gets the name, number and kind, and the position behind the entry. The directory is locked
    ///   meanwhile.
    /// - Throws: `.notDirectory`.
    open func readDirectory(
        from position: UInt64, _ body: (_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool
    ) throws(Errno) {
        throw .notDirectory
    }

    // MARK: Symbolic links

    /// What readlink(2) shows.
    ///
    /// - Throws: `.invalidArgument` if this is not a symbolic link.
    open func readLink() throws(Errno) -> LinkText { throw .invalidArgument }

    /// Where the link leads; for most links to their text.
    open func followLink() throws(Errno) -> LinkTarget { .path(try readLink()) }

    // MARK: Contents

    /// Reads from an offset as long as there is data and room.
    ///
    /// - Throws: `.isDirectory`, `.badAddress`, and what the device says; the buffer knows what was transferred.
    open func read(into buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions) throws(Errno) {
        throw kind == .directory ? .isDirectory : .invalidArgument
    }

    /// Writes everything the buffer holds.
    ///
    /// - Returns: the position behind what was written.
    /// - Throws: `.noSpace`, `.fileTooLarge`, `.badAddress`; the buffer knows what was transferred.
    open func write(from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions) throws(Errno) -> UInt64
    {
        throw kind == .directory ? .isDirectory : .invalidArgument
    }

    /// Sets the size.
    ///
    /// - Throws: `.invalidArgument` if this is not a regular file.
    open func resize(to byteCount: UInt64) throws(Errno) { throw kind == .directory ? .isDirectory : .invalidArgument }

    /// Allocates, punches or zeroes a range.
    ///
    /// - Throws: `.notSupported` for a mode that the file system does not have.
    open func allocate(_ mode: FallocateMode, _ range: Range<UInt64>) throws(Errno) {
        throw kind == .regular ? .notSupported : kind == .fifo ? .illegalSeek : .operationNotSupportedByDevice
    }

    /// The seals of a file in memory (F_GET_SEALS).
    ///
    /// - Throws: `.invalidArgument` for a file of another kind.
    open func seals() throws(Errno) -> FileSeals { throw .invalidArgument }

    /// Adds seals (F_ADD_SEALS).
    ///
    /// - Throws: `.invalidArgument` for a file of another kind, `.notPermitted` if it is sealed against that, `.resourceBusy` if it
    ///   is to be sealed against writing and mapped for it.
    open func addSeals(_ seals: FileSeals) throws(Errno) { throw .invalidArgument }

    /// Permits seals, which a file has none of then; for a file that nobody has seen yet.
    open func permitSeals() {}

    /// Writes everything back to the device behind the file system, if there is one.
    open func sync() throws(Errno) {}

    // MARK: Extended attributes

    /// Whether the file system keeps extended attributes.
    open var hasExtendedAttributes: Bool { false }

    /// Calls `body` with an attribute's value and returns what it returns.
    ///
    /// - Throws: `.noData`, and what `body` throws.
    open func extendedAttribute(
        _ name: Span<UInt8>, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        throw .notSupported
    }

    /// Sets an attribute.
    ///
    /// - Throws: `.fileExists` and `.noData` as the flags say, `.noSpace`, `.noMemory`.
    open func setExtendedAttribute(
        _ name: Span<UInt8>, to value: consuming ByteString, _ flags: ExtendedAttributeFlags
    ) throws(Errno) {
        throw .notSupported
    }

    /// Takes an attribute away.
    ///
    /// - Throws: `.noData`.
    open func removeExtendedAttribute(_ name: Span<UInt8>) throws(Errno) { throw .notSupported }

    /// Calls `body` with the name of each attribute.
    open func forEachExtendedAttribute(_ body: (Span<UInt8>) -> Void) {}

    // MARK: Opening, waiting, controlling

    /// Whether `open` knows what to do for this device, FIFO or socket; otherwise the mount namespace's
    /// `SpecialFiles` are asked.
    open var opensItself: Bool { kind == .regular || kind == .directory }

    /// Makes an open file; permissions have been checked.
    open func open(_ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        if !opensItself { throw .noSuchAddressOrDevice }
        return OpenFile(self, mount, flags)
    }

    /// Which events are there now.
    open func poll() -> PollEvents { [.readable, .writable] }

    /// Where to wait for other events; nil if they never change.
    open var waitQueue: WaitQueue? { nil }

    /// ioctl(2) on the inode.
    ///
    /// - Throws: `.inappropriateIOCTLForDevice` for a request it does not know.
    open func control(_ request: ControlRequest, _ argument: UserAddress, of file: OpenFile) throws(Errno) -> Int {
        throw .inappropriateIOCTLForDevice
    }
}

/// How an open file's position works.
public enum Seekability: Sendable {
    /// lseek(2) is refused (pipes, sockets, terminals).
    case none
    /// lseek(2) succeeds and stays at zero; transfers ignore the position (`/dev/null`).
    case fixed
    /// The position counts bytes, or entries of a directory.
    case full
}

/// How one transfer behaves, from the open file's flags and the call's.
public struct TransferOptions: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32

    /// Creates options from bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Do not wait.
    public static var nonBlocking: TransferOptions { TransferOptions(rawValue: 1) }
    /// Write at the end, whatever the offset says, atomically with finding the end.
    public static var append: TransferOptions { TransferOptions(rawValue: 2) }
    /// Leave the time of access alone.
    public static var noAccessTime: TransferOptions { TransferOptions(rawValue: 4) }
    /// The writer lacks `CAP_FSETID`: set-ID bits are taken away.
    public static var dropSetID: TransferOptions { TransferOptions(rawValue: 8) }
}
