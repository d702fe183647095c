// SPDX-License-Identifier: Apache-2.0

// Follows a path through a file view, link by link, and remembers every folder and link that it passed: all of them have
// to be in the machine for the path to mean the same there.
// Source: path_resolution(7).

public import HostSystem

/// A path followed to its end.
public struct ResolvedPath: Equatable, Sendable {
    /// The path without any link in it.
    public let path: FilePath
    /// The file's mode.
    public let mode: UInt32
    /// Folders and links on the way, in the order in which they were passed, the file itself last.
    public let visited: [FilePath]
}

extension FileView {
    /// Follows a path from the root.
    ///
    /// - Returns: nil if something on the way does not exist.
    /// - Throws: if more than 40 links were followed, or something cannot be read.
    public func resolve(_ path: FilePath) throws(ToolError) -> ResolvedPath? {
        var pending = Array(path.components.reversed())
        var current = FilePath("/")
        var visited: [FilePath] = []
        var links = 0
        var mode: UInt32 = 0o040755
        while let component = pending.popLast() {
            if component == Array("..".utf8) {
                current = current.parent
                continue
            }
            let next = current.appending(FilePath(bytes: component))
            guard let nextMode = try self.mode(next) else { return nil }
            if !visited.contains(next) { visited.append(next) }
            mode = nextMode
            guard mode & 0o170000 == 0o120000 else {
                current = next
                continue
            }
            links += 1
            guard links <= 40 else {
                throw ToolError(.noInput, "cannot read \(path)", why: "too many levels of symbolic links")
            }
            let target = FilePath(bytes: try linkTarget(next))
            if target.isAbsolute { current = "/" }
            pending += target.components.reversed()
        }
        return ResolvedPath(path: current, mode: mode, visited: visited)
    }
}
