// SPDX-License-Identifier: Apache-2.0
//
// The flags of open(2), openat(2) and fcntl(2) F_SETFL. Four of them have other values on other architectures and are
// in OpenFlags+x86_64.swift. The two low bits are not flags but the access mode.

/// How a file is opened, and the status flags of an open file
///
/// - Source: open(2).
public struct OpenFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Write only (`O_WRONLY`).
    public static var writeOnly: OpenFlags { OpenFlags(rawValue: 0o1) }
    /// Read and write (`O_RDWR`).
    public static var readWrite: OpenFlags { OpenFlags(rawValue: 0o2) }
    /// The two bits that say read, write or both (`O_ACCMODE`).
    public static var accessModeMask: OpenFlags { OpenFlags(rawValue: 0o3) }
    /// Make the file if it is absent (`O_CREAT`).
    public static var create: OpenFlags { OpenFlags(rawValue: 0o100) }
    /// Fail if it is there (`O_EXCL`).
    public static var exclusive: OpenFlags { OpenFlags(rawValue: 0o200) }
    /// `O_NOCTTY`.
    public static var noControllingTerminal: OpenFlags { OpenFlags(rawValue: 0o400) }
    /// Cut a regular file to zero bytes (`O_TRUNC`).
    public static var truncate: OpenFlags { OpenFlags(rawValue: 0o1000) }
    /// Every write goes to the end (`O_APPEND`).
    public static var append: OpenFlags { OpenFlags(rawValue: 0o2000) }
    /// `O_NONBLOCK`.
    public static var nonBlocking: OpenFlags { OpenFlags(rawValue: 0o4000) }
    /// `O_DSYNC`.
    public static var dataSync: OpenFlags { OpenFlags(rawValue: 0o10000) }
    /// `O_ASYNC`.
    public static var asynchronous: OpenFlags { OpenFlags(rawValue: 0o20000) }
    /// `O_NOATIME`.
    public static var noAccessTime: OpenFlags { OpenFlags(rawValue: 0o1000000) }
    /// `O_CLOEXEC`.
    public static var closeOnExec: OpenFlags { OpenFlags(rawValue: 0o2000000) }
    /// `O_SYNC`.
    public static var sync: OpenFlags { OpenFlags(rawValue: 0o4010000) }
    /// Only a place in the tree, not for reading or writing (`O_PATH`).
    public static var path: OpenFlags { OpenFlags(rawValue: 0o10000000) }
    /// With `directory`: an unnamed file (`__O_TMPFILE`).
    public static var temporaryBit: OpenFlags { OpenFlags(rawValue: 0o20000000) }
}
