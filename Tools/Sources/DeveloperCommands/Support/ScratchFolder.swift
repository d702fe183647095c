// SPDX-License-Identifier: Apache-2.0

// A folder of our own that ends with its owner.

internal import HostSystem

/// A temporary folder.
final class ScratchFolder {
    let path: FilePath

    init() throws {
        let unique = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        path = FilePath("/tmp/apus-dev-\(unique)")
        do throws(SystemCallError) { try HostFile.createDirectories(path) } catch { throw error.writing(path) }
    }

    deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", path.description]) }
}
