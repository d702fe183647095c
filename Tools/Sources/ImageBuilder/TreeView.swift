// SPDX-License-Identifier: Apache-2.0

// A file tree in front of another view: what the machine will see when the tree's files are laid over it.

internal import CPIO
public import HostSystem

/// Files of a tree, and behind them those of another view.
public struct TreeView: FileView {
    private let tree: FileTree
    private let base: (any FileView)?

    /// Lays a tree over a view, or over nothing.
    public init(_ tree: FileTree, over base: (any FileView)?) {
        self.tree = tree
        self.base = base
    }

    private func entry(_ path: FilePath) -> FileTree.Entry? { tree.entries[path.lexicallyNormalized] }

    /// The mode of a file.
    public func mode(_ path: FilePath) throws(ToolError) -> UInt32? {
        if let entry = entry(path) { return entry.attributes.mode }
        if let base { return try base.mode(path) }
        return path.components.isEmpty ? 0o040755 : nil
    }

    /// The target of a symbolic link.
    public func linkTarget(_ path: FilePath) throws(ToolError) -> [UInt8] {
        guard let entry = entry(path) else { return try base?.linkTarget(path) ?? [] }
        guard case .bytes(let target) = entry.contents else { return [] }
        return target
    }

    /// Bytes of a regular file.
    public func contents(_ path: FilePath, _ range: Range<Int>) throws(ToolError) -> [UInt8] {
        guard let entry = entry(path) else { return try base?.contents(path, range) ?? [] }
        switch entry.contents {
        case .none: return []
        case .bytes(let bytes): return Array(bytes.dropFirst(range.lowerBound).prefix(range.count))
        case .file(let host, _): return try HostView().contents(host, range)
        }
    }

    /// The size of a regular file.
    public func size(_ path: FilePath) throws(ToolError) -> UInt64 {
        guard let entry = entry(path) else { return try base?.size(path) ?? 0 }
        switch entry.contents {
        case .none: return 0
        case .bytes(let bytes): return UInt64(bytes.count)
        case .file(_, let status): return status.size
        }
    }
}
