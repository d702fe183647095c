// SPDX-License-Identifier: Apache-2.0

// Looking at files as the program will see them: the host's, those of a folder that becomes the root, or those of an archive.
// Links are resolved inside the view, so a root folder's absolute links do not lead out of it.

internal import ByteCodec
internal import CPIO
public import HostSystem

/// A file system to look into.
public protocol FileView {
    /// The mode of the file at an absolute path, the last link not followed; nil if there is none.
    func mode(_ path: FilePath) throws(ToolError) -> UInt32?
    /// The target of a symbolic link.
    func linkTarget(_ path: FilePath) throws(ToolError) -> [UInt8]
    /// Bytes of a regular file, fewer if it ends.
    func contents(_ path: FilePath, _ range: Range<Int>) throws(ToolError) -> [UInt8]
    /// The size of a regular file.
    func size(_ path: FilePath) throws(ToolError) -> UInt64
}

/// The host's files, seen from a folder that is taken for the root.
public struct HostView: FileView {
    /// The folder; "/" for the host as it is.
    public let root: FilePath

    /// Looks at a folder.
    public init(root: FilePath = "/") { self.root = root }

    /// The host's path for a path of the view.
    public func hostPath(_ path: FilePath) -> FilePath {
        root.appending(FilePath(isAbsolute: false, components: path.components))
    }

    /// The mode of a file.
    public func mode(_ path: FilePath) throws(ToolError) -> UInt32? {
        do throws(SystemCallError) { return try HostFile.status(hostPath(path)).mode } catch {
            if error.isNotFound { return nil }
            throw error.reading(hostPath(path))
        }
    }

    /// The target of a symbolic link.
    public func linkTarget(_ path: FilePath) throws(ToolError) -> [UInt8] {
        do throws(SystemCallError) { return try HostFile.linkTarget(hostPath(path)) } catch {
            throw error.reading(hostPath(path))
        }
    }

    /// Bytes of a regular file.
    public func contents(_ path: FilePath, _ range: Range<Int>) throws(ToolError) -> [UInt8] {
        do throws(SystemCallError) {
            let file = try Descriptor(opening: hostPath(path), .read)
            try file.seek(to: UInt64(range.lowerBound))
            return try file.read(count: range.count)
        } catch {
            throw error.reading(hostPath(path))
        }
    }

    /// The size of a file.
    public func size(_ path: FilePath) throws(ToolError) -> UInt64 {
        do throws(SystemCallError) { return try HostFile.status(hostPath(path)).size } catch {
            throw error.reading(hostPath(path))
        }
    }
}

/// The files of a newc archive.
public struct ArchiveView: FileView {
    /// The archive's own path, for messages.
    public let path: FilePath
    private let bytes: [UInt8]
    private let members: [FilePath: CPIOMember]

    /// Reads an archive.
    ///
    /// - Throws: what is wrong with it; a compressed one with the command that unpacks it.
    public init(_ path: FilePath) throws(ToolError) {
        self.path = path
        let bytes: [UInt8]
        do throws(SystemCallError) { bytes = try HostFile.contents(path) } catch { throw error.reading(path) }
        var members: [FilePath: CPIOMember] = [:]
        do throws(CPIOError) {
            var reader = CPIOReader(bytes.rawBytes)
            while let member = try reader.next() {
                let name = FilePath(bytes: Array("/".utf8) + bytes[member.name]).lexicallyNormalized
                // Of hard links only the last has contents; all others are empty.
                members[name] = member
            }
        } catch {
            throw Self.refusal(path, error)
        }
        self.bytes = bytes
        self.members = members
    }

    static func refusal(_ path: FilePath, _ error: CPIOError) -> ToolError {
        let what = "cannot use \(path) as root file system"
        switch error {
        case .compressed(let format, _):
            return ToolError(
                .badData, what, why: "it is compressed",
                remedy: "unpack it first: \(format.unpackingCommand) \(path) > rootfs.cpio")
        case .unsupportedVariant:
            return ToolError(
                .badData, what, why: "it is a cpio archive, but not of the newc kind",
                remedy: "make one with: find . | cpio -o -H newc > rootfs.cpio")
        case .notAnArchive(let offset):
            return ToolError(.badData, what, why: "no cpio header at byte \(offset)")
        case .badDigit(let offset), .badName(let offset):
            return ToolError(.badData, what, why: "its header at byte \(offset) is damaged")
        case .truncated(let offset), .missingTrailer(let offset):
            return ToolError(.badData, what, why: "it ends too early, behind byte \(offset)")
        }
    }

    private func member(_ path: FilePath) -> CPIOMember? { members[path.lexicallyNormalized] }

    /// The mode of a file.
    public func mode(_ path: FilePath) throws(ToolError) -> UInt32? {
        if path.components.isEmpty { return 0o040755 }
        return member(path)?.attributes.mode
    }

    /// The target of a symbolic link.
    public func linkTarget(_ path: FilePath) throws(ToolError) -> [UInt8] {
        member(path).map { Array(bytes[$0.contents]) } ?? []
    }

    /// Bytes of a regular file.
    public func contents(_ path: FilePath, _ range: Range<Int>) throws(ToolError) -> [UInt8] {
        guard let member = withContents(path) else { return [] }
        return Array(bytes[member.contents].dropFirst(range.lowerBound).prefix(range.count))
    }

    /// The size of a file.
    public func size(_ path: FilePath) throws(ToolError) -> UInt64 {
        UInt64(withContents(path)?.contents.count ?? 0)
    }

    /// The member that has the contents: for hard links the last name of the same inode.
    private func withContents(_ path: FilePath) -> CPIOMember? {
        guard let found = member(path) else { return nil }
        guard found.contents.isEmpty, found.attributes.linkCount > 1 else { return found }
        return members.values.first {
            $0.archiveIndex == found.archiveIndex && $0.attributes.inode == found.attributes.inode
                && $0.attributes.deviceMajor == found.attributes.deviceMajor
                && $0.attributes.deviceMinor == found.attributes.deviceMinor && !$0.contents.isEmpty
        } ?? found
    }
}
