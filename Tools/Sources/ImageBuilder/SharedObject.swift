// SPDX-License-Identifier: Apache-2.0

// A dynamic program or library: the names of what it needs, and where it wants that searched.

internal import ByteCodec
internal import ELF
internal import HostSystem

/// What an object file says to the dynamic linker.
struct SharedObject {
    /// The names of DT_NEEDED, in order.
    private(set) var needed: [[UInt8]] = []
    /// DT_RPATH, one word with colons; nil without.
    private(set) var oldSearchPath: [UInt8]?
    /// DT_RUNPATH, likewise.
    private(set) var searchPath: [UInt8]?
    /// DF_1_NODEFLIB: the standard folders are not searched.
    private(set) var skipsStandardFolders = false

    /// Reads an object; nil if the file is no x86-64 object, which a search then passes over.
    ///
    /// - Parameter path: without links.
    init?(_ path: FilePath, in view: any FileView) throws(ToolError) {
        let size = try view.size(path)
        let start = try view.contents(path, 0..<64)
        guard let header = try? ELFHeader(parsing: start.rawBytes), header.machine == .x86_64,
            header.programHeadersOffset <= size
        else { return nil }
        let offset = Int(header.programHeadersOffset)
        let table = try view.contents(path, offset..<(offset + header.programHeadersByteCount))
        guard let headers = try? ELFProgramHeaders(table.rawBytes, of: header) else { return nil }
        guard let segment = headers.first(.dynamic) else { return }
        guard let section = try Self.read(segment.fileOffset, segment.fileSize, path, size, view) else { return nil }

        var names: [(tag: ELFDynamicSection.Tag, offset: UInt64)] = []
        var address: UInt64?
        var byteCount: UInt64 = 0
        var entries = ELFDynamicSection(section.rawBytes)
        while let entry = entries.next() {
            switch entry.tag {
            case .stringTable: address = entry.value
            case .stringTableSize: byteCount = entry.value
            case .needed, .oldSearchPath, .searchPath: names.append((entry.tag, entry.value))
            case .flags1: skipsStandardFolders = entry.value & 0x800 != 0
            default: break
            }
        }
        guard !names.isEmpty else { return }
        guard let address, let place = headers.fileOffset(of: address),
            let strings = try Self.read(place, byteCount, path, size, view)
        else { return nil }
        for name in names {
            guard name.offset < UInt64(strings.count) else { return nil }
            let text = Array(strings[Int(name.offset)...].prefix { $0 != 0 })
            switch name.tag {
            case .needed: needed.append(text)
            case .oldSearchPath: oldSearchPath = text
            default: searchPath = text
            }
        }
    }

    private static func read(
        _ offset: UInt64, _ count: UInt64, _ path: FilePath, _ size: UInt64, _ view: any FileView
    ) throws(ToolError) -> [UInt8]? {
        guard offset <= size, count <= size - offset else { return nil }
        return try view.contents(path, Int(offset)..<Int(offset + count))
    }
}
