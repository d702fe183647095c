// SPDX-License-Identifier: Apache-2.0
//
// How the members of a boot archive become files: one call per member, in the archive's order. Missing directories are
// made, names that are there are replaced, hard links are found again by their number, contents that lie on whole frames
// are used where they are, and an ordinary file stays a member until it is wanted (ArchivedFiles). Reading the archive is Formats/CPIO's; the image brings both together.
//
// Source: cpio(5), "New ASCII Format"; Linux's Documentation/driver-api/early-userspace/buffer-format.rst.

import Containers
import FileSystem
public import LinuxABI
public import PageCache
import Sync

/// Fills a volume from an archive.
public struct RamPopulator: ~Copyable {
    /// What an archive says about a member, apart from path and contents.
    public struct Attributes: Sendable {
        /// Kind and permissions.
        public var mode: FileMode
        /// The owner.
        public var userID: UInt32
        /// The group.
        public var groupID: UInt32
        /// Last change of the contents.
        public var modified: Timestamp
        /// How many names the file has; members with more than one share an inode by `identity`.
        public var linkCount: UInt32
        /// What tells the files of the archive apart: device and inode number.
        public var identity: UInt64
        /// For device members, which device.
        public var device: DeviceNumber

        /// Creates attributes.
        public init(
            mode: FileMode, userID: UInt32, groupID: UInt32, modified: Timestamp, linkCount: UInt32, identity: UInt64,
            device: DeviceNumber
        ) {
            self.mode = mode
            self.userID = userID
            self.groupID = groupID
            self.modified = modified
            self.linkCount = linkCount
            self.identity = identity
            self.device = device
        }
    }

    private let volume: RamVolume
    private var linked = HashTable<UInt64, RamFile>()
    /// The directory of the last member and its path: the next member is mostly in the same one.
    private var recent: RamDirectory?
    private var recentPath = ByteString()

    /// Starts filling a volume.
    public init(_ volume: RamVolume) {
        self.volume = volume
    }

    /// Adds a regular file with one name, which the volume makes from its archive when it is looked up.
    ///
    /// - Parameters:
    ///   - pageCount: how many pages its contents take.
    ///   - time: what a directory that no member has described takes as its own.
    /// - Returns: false if the name is taken: the file has to be added as it is, in the place of the other.
    /// - Throws: as `add`.
    public mutating func enter(
        _ path: Span<UInt8>, _ member: ArchivedMember, pageCount: Int, time: Timestamp
    ) throws(Errno) -> Bool {
        guard let (directory, name) = try directory(of: path, time) else { throw .isDirectory }
        guard try directory.enter(path.extracting(name), member) else { return false }
        volume.pages.force(UInt64(pageCount))
        return true
    }

    /// Adds a member whose contents are copied: any kind; for a symbolic link they are its text.
    ///
    /// - Parameter path: relative to the root, with or without "/" or "./" before it.
    /// - Throws: `.invalidArgument` for a path with "..", `.notDirectory`, `.fileNameTooLong`, `.noSpace`, `.noMemory`.
    public mutating func add(
        _ path: Span<UInt8>, _ attributes: Attributes, contents: Span<UInt8>
    ) throws(Errno) {
        guard let (directory, name) = try directory(of: path, attributes.modified) else {
            return try describeRoot(attributes)
        }
        let times = Self.times(of: directory)
        defer { Self.restore(times, to: directory) }
        switch attributes.mode.kind {
        case .directory: try addDirectory(directory, path.extracting(name), attributes)
        case .symbolicLink:
            if contents.isEmpty || contents.count >= 4096 { throw .invalidArgument }
            try makeWay(directory, path.extracting(name))
            try directory.createLink(path.extracting(name), to: contents, Self.describe(attributes))
        case .regular:
            let file = try addFile(directory, path.extracting(name), attributes)
            if !contents.isEmpty { try write(contents, to: file) }
            finish(file, attributes)
        default:
            try makeWay(directory, path.extracting(name))
            _ = try directory.create(path.extracting(name), Self.describe(attributes))
        }
    }

    /// Adds a regular file whose contents are frames of the archive, which become its pages as they are.
    ///
    /// - Precondition: the frames are the caller's to give, one reference each, and zero behind the contents.
    /// - Throws: as `add`.
    public mutating func add(_ path: Span<UInt8>, _ attributes: Attributes, seed: SeedExtent) throws(Errno) {
        precondition(attributes.mode.kind == .regular)
        guard let (directory, name) = try directory(of: path, attributes.modified) else { throw .isDirectory }
        let times = Self.times(of: directory)
        defer { Self.restore(times, to: directory) }
        let file = try addFile(directory, path.extracting(name), attributes)
        file.pages.resize(to: 0)
        volume.pages.force(seed.pageCount)
        file.pages.install(seed)
        finish(file, attributes)
    }

    /// The directory of a member, made if it is missing, and where its name is in the path; nil for the root itself.
    private mutating func directory(
        of path: Span<UInt8>, _ time: Timestamp
    ) throws(Errno) -> (RamDirectory, Range<Int>)? {
        if let recent, let name = nameBelowRecent(path) { return (recent, name) }
        guard let found = try walk(path, time) else { return nil }
        // Without memory for the path it is walked again next time.
        recent = nil
        if let path = try? ByteString(copying: path.extracting(0..<max(0, found.name.lowerBound - 1))) {
            recentPath = path
            recent = found.directory
        }
        return (found.directory, found.name)
    }

    /// Where the name is in a path that differs from the last member's in nothing else.
    private func nameBelowRecent(_ path: Span<UInt8>) -> Range<Int>? {
        let count = recentPath.count
        let start = count + 1
        guard count > 0, path.count > start, path.count - start <= 255, path[count] == UInt8(ascii: "/"),
            path.extracting(0..<count).hasSameBytes(as: recentPath.span),
            path.firstPosition(of: UInt8(ascii: "/"), from: start) == nil
        else { return nil }
        let isSpecial = path.count - start <= 2 && path[start] == UInt8(ascii: ".")  // "." and "..", and some others
        return isSpecial ? nil : start..<path.count
    }

    private func walk(
        _ path: Span<UInt8>, _ time: Timestamp
    ) throws(Errno) -> (directory: RamDirectory, name: Range<Int>)? {
        guard var directory = volume.root as? RamDirectory else { preconditionFailure() }
        var pending: Range<Int>?
        var cursor = 0
        while cursor < path.count {
            let start = cursor
            cursor = path.firstPosition(of: UInt8(ascii: "/"), from: start) ?? path.count
            let name = start..<cursor
            cursor += 1
            if name.isEmpty || path.extracting(name).hasSameBytes(as: ".") { continue }
            if path.extracting(name).hasSameBytes(as: "..") { throw .invalidArgument }
            if name.count > 255 { throw .fileNameTooLong }
            if let pending { directory = try subdirectory(directory, path.extracting(pending), time) }
            pending = name
        }
        return pending.map { (directory, $0) }
    }

    private func describeRoot(_ attributes: Attributes) throws(Errno) {
        guard attributes.mode.kind == .directory, let root = volume.root as? RamDirectory else { throw .isDirectory }
        Self.apply(attributes, to: root)
    }

    /// A directory on the way to a member; one that no member has described takes its time.
    private func subdirectory(
        _ directory: RamDirectory, _ name: Span<UInt8>, _ time: Timestamp
    ) throws(Errno) -> RamDirectory {
        let child: Inode
        do throws(Errno) {
            child = try directory.lookup(name)
        } catch {
            if error != .noEntry { throw error }
            let times = Self.times(of: directory)
            defer { Self.restore(times, to: directory) }
            child = try directory.create(
                name,
                NewInode(
                    mode: FileMode(.directory, Permissions(rawValue: 0o755)), userID: 0, groupID: 0, device: .none,
                    time: time))
        }
        guard let found = child as? RamDirectory else { throw .notDirectory }
        return found
    }

    private func addDirectory(
        _ directory: RamDirectory, _ name: Span<UInt8>, _ attributes: Attributes
    ) throws(Errno) {
        do throws(Errno) {
            _ = try directory.create(name, Self.describe(attributes))
        } catch {
            // A directory that is there keeps its entries and takes the attributes.
            if error != .fileExists { throw error }
            guard let found = try directory.lookup(name) as? RamDirectory else { throw .notDirectory }
            Self.apply(attributes, to: found)
        }
    }

    /// The file of a member: the one that an earlier member of the same identity made, or a new one.
    private mutating func addFile(
        _ directory: RamDirectory, _ name: Span<UInt8>, _ attributes: Attributes
    ) throws(Errno) -> RamFile {
        try makeWay(directory, name)
        if attributes.linkCount > 1, let position = linked.find(attributes.identity) {
            let file = linked[position]
            try directory.link(name, to: file)
            return file
        }
        guard let file = try directory.create(name, Self.describe(attributes)) as? RamFile else {
            preconditionFailure()
        }
        if attributes.linkCount > 1 {
            try allocating { () throws(OutOfMemory) in _ = try linked.insert(attributes.identity, file) }
        }
        return file
    }

    /// Removes what has the name already: later members win.
    private mutating func makeWay(_ directory: RamDirectory, _ name: Span<UInt8>) throws(Errno) {
        let old: Inode
        do throws(Errno) {
            old = try directory.lookup(name)
        } catch {
            if error == .noEntry { return }
            throw error
        }
        recent = nil  // it may be what goes
        try directory.remove(name, old)
    }

    private func write(_ contents: Span<UInt8>, to file: RamFile) throws(Errno) {
        file.pages.resize(to: 0)
        try file.fill(contents)
    }

    private func finish(_ file: RamFile, _ attributes: Attributes) {
        Self.apply(attributes, to: file)
    }

    static func describe(_ attributes: Attributes) -> NewInode {
        NewInode(
            mode: attributes.mode, userID: attributes.userID, groupID: attributes.groupID, device: attributes.device,
            time: attributes.modified)
    }

    /// A new entry changes its directory's times; the archive has said what they are.
    private static func times(of directory: RamDirectory) -> (modified: Timestamp, changed: Timestamp) {
        directory.attributes.withLock { ($0.modified, $0.changed) }
    }

    private static func restore(_ times: (modified: Timestamp, changed: Timestamp), to directory: RamDirectory) {
        directory.attributes.withLock { attributes in
            attributes.modified = times.modified
            attributes.changed = times.changed
        }
    }

    private static func apply(_ archived: Attributes, to inode: RamInode) {
        inode.attributes.withLock { attributes in
            attributes.permissions = archived.mode.permissions
            attributes.userID = archived.userID
            attributes.groupID = archived.groupID
            attributes.accessed = archived.modified
            attributes.modified = archived.modified
            attributes.changed = archived.modified
        }
    }
}
