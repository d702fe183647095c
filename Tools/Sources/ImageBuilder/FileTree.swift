// SPDX-License-Identifier: Apache-2.0

// The files that a machine begins with: a set of paths with attributes, and where the contents come from.
// A tree is put together from the host's files, then written as an archive (ArchiveWriter.swift).
// Not here: which files a program needs (ProgramClosure.swift).

public import CPIO
public import HostSystem

/// Files for a machine.
public struct FileTree: Sendable {
    /// Where the contents of a file come from.
    public enum Contents: Equatable, Sendable {
        /// There are none: folders, devices, pipes.
        case none
        /// These bytes: small files, and the targets of symbolic links.
        case bytes([UInt8])
        /// A file of the host, with the status that it had when it was added.
        case file(FilePath, FileStatus)
    }

    /// One file.
    public struct Entry: Equatable, Sendable {
        /// Type, owner and times; size and inode are set when the archive is written.
        public var attributes: CPIOAttributes
        /// Its contents.
        public var contents: Contents
    }

    /// Something that was left out, for a warning.
    public struct Omission: Equatable, Sendable {
        /// What was left out.
        public let path: FilePath
        /// Why.
        public let reason: String
    }

    /// The files by their path in the machine: absolute, without "." and "..".
    public private(set) var entries: [FilePath: Entry] = [:]
    private var implied: Set<FilePath> = []
    /// What was left out.
    public private(set) var omissions: [Omission] = []

    /// An empty tree.
    public init() {}

    /// The paths in the order of the archive: folders before what is in them.
    public var paths: [FilePath] { entries.keys.sorted() }

    /// Bytes of all contents.
    public var byteCount: UInt64 {
        entries.values.reduce(0) { sum, entry in
            switch entry.contents {
            case .none: sum
            case .bytes(let bytes): sum + UInt64(bytes.count)
            case .file(_, let status): sum + status.size
            }
        }
    }

    /// Puts a folder in, if nothing is there yet, and those above it.
    public mutating func addDirectory(_ path: FilePath, mode: UInt32 = 0o755) {
        let path = path.lexicallyNormalized
        guard !path.components.isEmpty else { return }
        addDirectory(path.parent)
        guard entries[path] == nil else { return }
        entries[path] = Entry(attributes: CPIOAttributes(mode: 0o040000 | mode, linkCount: 2), contents: .none)
        implied.insert(path)
    }

    /// Removes folders that were only put in for what is in them, where another view has them already: laid over it, they
    /// would replace its owners and modes.
    public mutating func removeImpliedDirectories(in view: any FileView) throws(ToolError) {
        for path in implied {
            if let mode = try view.mode(path), mode & 0o170000 == 0o040000 { entries[path] = nil }
        }
    }

    /// Puts a small file in.
    public mutating func addFile(_ path: FilePath, bytes: [UInt8], mode: UInt32 = 0o644) {
        let path = path.lexicallyNormalized
        addDirectory(path.parent)
        entries[path] = Entry(attributes: CPIOAttributes(mode: 0o100000 | mode), contents: .bytes(bytes))
    }

    /// Puts one file of the host in, without what a folder holds; folders above it must have been added.
    ///
    /// - Throws: if it cannot be read or carried.
    public mutating func addNode(_ host: FilePath, at path: FilePath) throws(ToolError) {
        let path = path.lexicallyNormalized
        let status: FileStatus
        do throws(SystemCallError) { status = try HostFile.status(host) } catch { throw error.reading(host) }
        var attributes = CPIOAttributes(status)
        let contents: Contents
        switch attributes.kind {
        case .regular:
            guard status.size <= UInt64(UInt32.max) else {
                throw ToolError(
                    .badData, "cannot carry \(host)",
                    why: "it has \(status.size >> 20)M, and files in a boot archive end at 4 GiB",
                    remedy: "leave it out: name less with -v")
            }
            contents = .file(host, status)
        case .symbolicLink:
            do throws(SystemCallError) { contents = .bytes(try HostFile.linkTarget(host)) } catch {
                throw error.reading(host)
            }
        case .directory, .characterDevice, .blockDevice, .fifo:
            contents = .none
        case .socket, nil:
            omissions.append(Omission(path: host, reason: "sockets cannot be copied"))
            return
        }
        if attributes.kind != .regular { attributes.linkCount = attributes.kind == .directory ? 2 : 1 }
        entries[path] = Entry(attributes: attributes, contents: contents)
        implied.remove(path)
    }

    /// Puts a file of the host in, and everything below it if it is a folder.
    ///
    /// Symbolic links are copied as links; the one named itself is followed.
    public mutating func addTree(_ host: FilePath, at path: FilePath) throws(ToolError) {
        let path = path.lexicallyNormalized
        if !path.components.isEmpty { addDirectory(path.parent) }
        let resolved: FilePath
        do throws(SystemCallError) { resolved = try HostFile.resolved(host) } catch { throw error.reading(host) }
        let status: FileStatus
        do throws(SystemCallError) { status = try HostFile.status(resolved) } catch { throw error.reading(host) }
        if CPIOAttributes(status).kind == .socket {
            throw ToolError(
                .badData, "cannot carry \(host)", why: "it is a socket, which is nothing without the process behind it",
                remedy: "name the folder that it is in, if the program makes it anew")
        }
        try addBelow(resolved, at: path)
    }

    private mutating func addBelow(_ host: FilePath, at path: FilePath) throws(ToolError) {
        if !path.components.isEmpty { try addNode(host, at: path) }
        guard let status = try? HostFile.status(host), status.isDirectory else { return }
        let names: [[UInt8]]
        do throws(SystemCallError) { names = try HostFile.names(in: host) } catch { throw error.reading(host) }
        for name in names {
            try addBelow(host.appending(FilePath(bytes: name)), at: path.appending(FilePath(bytes: name)))
        }
    }
}

extension CPIOAttributes {
    /// Keeps what an archive carries; device and inode numbers are given by the archive.
    init(_ status: FileStatus) {
        self.init(
            mode: status.mode, userID: status.userID, groupID: status.groupID,
            linkCount: UInt32(clamping: status.linkCount),
            modificationTime: UInt32(clamping: status.modified.seconds),
            representedMajor: status.representedMajor, representedMinor: status.representedMinor)
    }
}
