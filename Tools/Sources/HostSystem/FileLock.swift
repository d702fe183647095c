// SPDX-License-Identifier: Apache-2.0

// A lock between processes: two commands must not build the same image at once. It ends with its owner or the process.

internal import Glibc

/// An exclusive lock on a file.
public final class FileLock: Sendable {
    private let descriptor: Descriptor

    /// Takes the lock, waiting for whoever has it; the file is made and stays.
    public init(_ path: FilePath) throws(SystemCallError) {
        let number = path.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) }
        guard number >= 0 else { throw SystemCallError("open") }
        descriptor = Descriptor(owning: number)
        while flock(number, LOCK_EX) != 0 {
            guard errno == EINTR else { throw SystemCallError("flock") }
        }
    }
}
