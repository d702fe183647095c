// SPDX-License-Identifier: Apache-2.0
//
// The mounts that a group of processes sees. A namespace begins with its root mount; more cover directories of it.

public import Containers
import Events
public import LinuxABI
import Synchronization

/// Opens the devices, FIFOs and sockets that a file system only names: their services implement it.
public protocol SpecialFiles: AnyObject, Sendable {
    /// Makes an open file of an inode that is a device, FIFO or socket.
    ///
    /// - Throws: `.noSuchAddressOrDevice` if nobody serves that device number.
    func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile
}

/// The mounts of a system.
///
/// Lock order: the mount list's lock is a leaf.
public final class MountNamespace: Sendable {
    private struct State: ~Copyable {
        var mounts: UniqueArray<Mount>
        var nextID: UInt64
        var specialFiles: (any SpecialFiles)?
    }

    /// The mount that everything hangs below.
    public let rootMount: Mount
    /// How often a name was moved: what tells the two ends of a move together (inotify(7), cookies).
    let moves = Atomic<UInt32>(0)
    private let state: BlockingMutex<State>

    /// Creates a namespace of one mount.
    ///
    /// - Throws: `OutOfMemory`.
    public init(root volume: Volume, source: StaticString) throws(OutOfMemory) {
        rootMount = Mount(
            id: 1, volume: volume, root: volume.root, covered: nil, flags: [],
            source: try ByteString(copying: source.utf8Bytes))
        var mounts = UniqueArray<Mount>()
        try mounts.append(rootMount)
        state = BlockingMutex(State(mounts: mounts, nextID: 2, specialFiles: nil))
    }

    /// The root of the tree.
    public var root: Place { Place(rootMount, rootMount.root) }

    /// Sets who opens devices, FIFOs and sockets.
    public func setSpecialFiles(_ files: any SpecialFiles) {
        state.withLock { $0.specialFiles = files }
    }

    /// Who opens devices, FIFOs and sockets.
    var specialFiles: (any SpecialFiles)? {
        state.withLock { $0.specialFiles }
    }

    /// Mounts a volume's root, or a directory of it, over a directory.
    ///
    /// - Throws: `.notDirectory` if only one of both is a directory, `.noMemory`.
    @discardableResult
    public func mount(
        _ volume: Volume, _ directory: Inode? = nil, at place: Place, flags: MountFlags, source: Span<UInt8>
    ) throws(Errno) -> Mount {
        let root = directory ?? volume.root
        if (root.kind == .directory) != (place.inode.kind == .directory) { throw .notDirectory }
        let name = try allocating { () throws(OutOfMemory) in try ByteString(copying: source) }
        let id = try state.withLock { (state) throws(Errno) -> UInt64 in
            try allocating { () throws(OutOfMemory) in try state.mounts.reserve(1) }
            state.nextID += 1
            return state.nextID - 1
        }
        let mount = Mount(id: id, volume: volume, root: root, covered: place, flags: flags, source: name)
        try state.withLock { (state) throws(Errno) in
            try allocating { () throws(OutOfMemory) in try state.mounts.append(mount) }
        }
        place.inode.mountCount.wrappingAdd(1, ordering: .relaxed)
        return mount
    }

    /// Takes a mount away.
    ///
    /// Deviation: mapped files do not make a mount busy; they keep working. Open ones are looked for by the caller.
    ///
    /// - Parameter mode: what becomes of mounts on it.
    /// - Throws: `.invalidArgument` if the place is not the root of a mount, `.resourceBusy` for the root of the tree, or
    ///   one with mounts on it.
    public func unmount(_ place: Place, _ mode: UnmountMode = .alone) throws(Errno) {
        let mount = place.mount
        guard mount.root === place.inode, mount.covered != nil else {
            throw mount === rootMount && mount.root === place.inode ? .resourceBusy : .invalidArgument
        }
        if mode == .withMountsOnIt {
            while let lower = take(where: { $0.isBelow(mount) }) { Self.uncover(lower) }
        } else if isCovered(mount) {
            throw .resourceBusy
        }
        guard let taken = take(where: { $0 === mount }) else { throw .invalidArgument }
        Self.uncover(taken)
    }

    /// What becomes of mounts on one that is taken away.
    public enum UnmountMode: Sendable {
        /// There must be none.
        case alone
        /// They go, too (`MNT_DETACH`).
        case withMountsOnIt
    }

    /// Whether there are mounts on a mount.
    public func isCovered(_ mount: Mount) -> Bool {
        state.withLock { state in
            for index in 0..<state.mounts.count where state.mounts[index].covered?.mount === mount { return true }
            return false
        }
    }

    private func take(where isWanted: (Mount) -> Bool) -> Mount? {
        state.withLock { state in
            for index in 0..<state.mounts.count where isWanted(state.mounts[index]) {
                return state.mounts.remove(at: index)
            }
            return nil
        }
    }

    private static func uncover(_ mount: Mount) {
        mount.covered?.inode.mountCount.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Notes that somebody asked for a mount to go if nobody uses it (`MNT_EXPIRE`).
    ///
    /// - Returns: whether somebody had asked before.
    public func expire(_ mount: Mount) -> Bool { mount.isExpiring.exchange(true, ordering: .relaxed) }

    /// Moves a mount, with those on it, to another place (`MS_MOVE`).
    ///
    /// - Throws: `.invalidArgument` if the source is not the root of a mount or is that of the tree, or if only one of both
    ///   is a directory; `.tooManySymbolicLinkLevels` for a target inside of what is moved.
    public func move(_ source: Place, to target: Place) throws(Errno) {
        let mount = source.mount
        guard mount.root === source.inode, mount.covered != nil,
            (target.inode.kind == .directory) == (mount.root.kind == .directory)
        else { throw .invalidArgument }
        if target.mount === mount || target.mount.isBelow(mount) { throw .tooManySymbolicLinkLevels }
        let old = state.withLock { _ in mount.cover(target) }
        target.inode.mountCount.wrappingAdd(1, ordering: .relaxed)
        old?.inode.mountCount.wrappingSubtract(1, ordering: .relaxed)
    }

    /// The place itself, or the root of the topmost mount that covers it.
    @inline(__always)
    func crossing(_ mount: Mount, _ inode: Inode) -> Place {
        if inode.mountCount.load(ordering: .relaxed) == 0 { return Place(mount, inode) }
        return crossingSlowly(Place(mount, inode))
    }

    private func crossingSlowly(_ place: Place) -> Place {
        state.withLock { state in
            var place = place
            var index = 0
            while index < state.mounts.count {
                if let covered = state.mounts[index].covered, covered.inode === place.inode,
                    covered.mount === place.mount
                {
                    place = Place(state.mounts[index], state.mounts[index].root)
                    // What covers that may have been mounted before, and then moved.
                    index = 0
                    continue
                }
                index += 1
            }
            return place
        }
    }

    /// Hands the mounts to `body` in the order they were made.
    public func forEach(_ body: (Mount) -> Void) {
        var index = 0
        while let mount = state.withLock({ index < $0.mounts.count ? $0.mounts[index] : nil }) {
            body(mount)
            index += 1
        }
    }
}

/// Runs an allocation, turning its failure into `.noMemory`.
@inline(__always)
public func allocating<R: ~Copyable>(_ body: () throws(OutOfMemory) -> R) throws(Errno) -> R {
    do throws(OutOfMemory) {
        return try body()
    } catch {
        throw .noMemory
    }
}
