// SPDX-License-Identifier: Apache-2.0

// A failed call of the host's system, before anybody has decided what it means to the user.

internal import Glibc

/// A system call's failure.
public struct SystemCallError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call's name.
    public let call: String
    /// The value of errno.
    public let number: Int32

    /// Wraps an errno.
    public init(_ call: String, number: Int32) {
        self.call = call
        self.number = number
    }

    /// Wraps the current errno.
    init(_ call: String) {
        self.init(call, number: errno)
    }

    /// The system's words for the error.
    public var message: String { String(cString: strerror(number)) }
    /// "open: No such file or directory".
    public var description: String { "\(call): \(message)" }
    /// Whether something does not exist.
    public var isNotFound: Bool { number == ENOENT || number == ENOTDIR }

    /// The same, for the user, about a file that is read.
    public func reading(_ path: FilePath) -> ToolError {
        ToolError(
            number == EIO ? .inputOutput : .noInput, "cannot read \(path)", why: message,
            remedy: number == EACCES ? "look at its permissions with: ls -l \(path)" : nil)
    }

    /// The same, for the user, about a file that is written.
    public func writing(_ path: FilePath) -> ToolError {
        ToolError(
            .cannotCreate, "cannot write \(path)", why: message,
            remedy: isFull ? "make room there, or see what takes it with: df -h \(path.parent)" : nil)
    }

    /// The same about a file of the tool's cache, which may be elsewhere.
    public func writingCache(_ path: FilePath) -> ToolError {
        ToolError(
            .cannotCreate, "cannot write \(path)", why: message,
            remedy: (isFull ? "make room there" : "see that you may write there")
                + ", or name a folder for the cache with XDG_CACHE_HOME")
    }

    private var isFull: Bool { number == ENOSPC || number == EDQUOT }
}
