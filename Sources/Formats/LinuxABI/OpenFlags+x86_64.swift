// SPDX-License-Identifier: Apache-2.0
//
// The open(2) flags whose values are x86-64's own. Source: open(2); asm-generic/fcntl.h, which x86 follows.

#if arch(x86_64) || arch(riscv64)
extension OpenFlags {
    /// Bypass the page cache where that is possible (`O_DIRECT`).
    public static var direct: OpenFlags { OpenFlags(rawValue: 0o40000) }
    /// Offsets beyond 2 GiB; always so on 64-bit systems (`O_LARGEFILE`).
    public static var largeFile: OpenFlags { OpenFlags(rawValue: 0o100000) }
    /// Fail unless it is a directory (`O_DIRECTORY`).
    public static var directory: OpenFlags { OpenFlags(rawValue: 0o200000) }
    /// Fail if the last component is a symbolic link (`O_NOFOLLOW`).
    public static var noFollow: OpenFlags { OpenFlags(rawValue: 0o400000) }
}
#elseif arch(arm64)
extension OpenFlags {
    /// Fail unless it is a directory (`O_DIRECTORY`).
    public static var directory: OpenFlags { OpenFlags(rawValue: 0o40000) }
    /// Fail if the last component is a symbolic link (`O_NOFOLLOW`).
    public static var noFollow: OpenFlags { OpenFlags(rawValue: 0o100000) }
    /// Bypass the page cache where that is possible (`O_DIRECT`).
    public static var direct: OpenFlags { OpenFlags(rawValue: 0o200000) }
    /// Offsets beyond 2 GiB; always so on 64-bit systems (`O_LARGEFILE`).
    public static var largeFile: OpenFlags { OpenFlags(rawValue: 0o400000) }
}
#endif

extension OpenFlags {
    /// Every flag that open(2) knows; it ignores the others, openat2(2) refuses them.
    public static var known: OpenFlags {
        [
            .accessModeMask, .create, .exclusive, .noControllingTerminal, .truncate, .append, .nonBlocking, .dataSync,
            .asynchronous, .noAccessTime, .closeOnExec, .sync, .path, .temporaryBit, .direct, .largeFile, .directory,
            .noFollow,
        ]
    }

    /// What fcntl(2) `F_SETFL` can change.
    public static var settable: OpenFlags { [.append, .nonBlocking, .asynchronous, .direct, .noAccessTime] }

    /// Whether reading is allowed: the access mode is `O_RDONLY` or `O_RDWR`.
    public var allowsReading: Bool { rawValue & 3 == 0 || rawValue & 3 == 2 }

    /// Whether writing is allowed: the access mode is `O_WRONLY` or `O_RDWR`.
    public var allowsWriting: Bool { rawValue & 3 == 1 || rawValue & 3 == 2 }
}
