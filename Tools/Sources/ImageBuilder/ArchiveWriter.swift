// SPDX-License-Identifier: Apache-2.0

// A file tree as a page-aligned newc archive. The same tree gives the same bytes on every host and day: inode numbers are
// counted, device numbers are zero, the order is that of the names.
// Hard links become one inode whose contents come with the last name, as newc has it.

internal import ByteCodec
public import CPIO
public import HostSystem

/// Writes archives.
public struct ArchiveWriter {
    /// What follows the last file.
    public enum Ending: Sendable {
        /// The end mark.
        case trailer
        /// Nothing: more files of the same archive follow, from the next page on.
        case openEnd
    }

    private let output: Descriptor
    private var writer = CPIOWriter(.pageAligned)
    private var buffer: [UInt8] = []

    /// Writes to a file, which must be at a multiple of a page.
    public init(to output: Descriptor) {
        self.output = output
    }

    /// Writes a whole tree.
    ///
    /// - Parameter firstInode: the first inode number; hard links get one together.
    /// - Throws: if a file changed since it was added, or something cannot be read or written.
    public mutating func write(_ tree: FileTree, firstInode: UInt32 = 1) throws {
        var links: [LinkKey: (inode: UInt32, remaining: UInt32, count: UInt32)] = [:]
        for entry in tree.entries.values {
            if let key = LinkKey(entry) { links[key, default: (0, 0, 0)].count += 1 }
        }
        links = links.mapValues { ($0.inode, $0.count, $0.count) }
        var nextInode = firstInode
        for path in tree.paths {
            guard let entry = tree.entries[path] else { continue }
            var attributes = entry.attributes
            var contents = entry.contents
            if let key = LinkKey(entry), var link = links[key], link.count > 1 {
                if link.inode == 0 {
                    link.inode = nextInode
                    nextInode += 1
                }
                link.remaining -= 1
                attributes.inode = link.inode
                attributes.linkCount = link.count
                if link.remaining > 0 { contents = .none }
                links[key] = link
            } else {
                if attributes.kind == .regular { attributes.linkCount = 1 }
                attributes.inode = nextInode
                nextInode += 1
            }
            try write(name: path.bytes.dropFirst(), attributes, contents)
        }
    }

    /// Writes one file.
    public mutating func write(
        name: some Collection<UInt8>, _ attributes: CPIOAttributes, _ contents: FileTree.Contents
    )
        throws
    {
        var attributes = attributes
        switch contents {
        case .none: attributes.size = 0
        case .bytes(let bytes): attributes.size = UInt32(bytes.count)
        case .file(_, let status): attributes.size = UInt32(status.size)
        }
        guard name.count < CPIOReader.maximumNameByteCount, !name.isEmpty else {
            throw ToolError(
                .badData, "cannot carry \(FilePath(bytes: name))", why: "its path is longer than 4095 bytes")
        }
        writer.appendHeader(attributes, name: Array(name).rawBytes, to: &buffer)
        switch contents {
        case .none: break
        case .bytes(let bytes): buffer += bytes
        case .file(let path, let status): try copy(path, status)
        }
        writer.appendPadding(to: &buffer)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Finishes.
    public mutating func finish(_ ending: Ending) throws {
        switch ending {
        case .trailer: writer.appendTrailer(to: &buffer)
        case .openEnd: buffer.appendZeros(Int((0 &- writer.byteCount) & UInt64(CPIOWriter.pageByteCount - 1)))
        }
        try flush()
    }

    private mutating func copy(_ path: FilePath, _ status: FileStatus) throws {
        do {
            let source = try Descriptor(opening: path, .read)
            guard status.size >= 1 << 16 else {
                let bytes = try source.read(count: Int(status.size) + 1)
                guard UInt64(bytes.count) == status.size else { throw changed(path) }
                buffer += bytes
                return
            }
            try flush()
            guard try output.append(contentsOf: source) == status.size else { throw changed(path) }
        } catch let error as SystemCallError {
            throw error.call == "open" || error.call == "read" ? error.reading(path) : error
        }
    }

    private func changed(_ path: FilePath) -> ToolError {
        ToolError(
            .temporary, "cannot copy \(path)", why: "its size changed while it was read",
            remedy: "try again when nobody writes to it")
    }

    private mutating func flush() throws {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Which file of the host an entry is, if it may have several names.
private struct LinkKey: Hashable {
    let device: UInt64
    let inode: UInt64

    init?(_ entry: FileTree.Entry) {
        guard case .file(_, let status) = entry.contents, status.linkCount > 1 else { return nil }
        device = status.device
        inode = status.inode
    }
}
