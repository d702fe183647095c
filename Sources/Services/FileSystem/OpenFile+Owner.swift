// SPDX-License-Identifier: Apache-2.0
//
// Who is to learn by a signal that a file can be read or written (fcntl(2), F_SETOWN and F_SETSIG). Kept for whoever
// asks; the signal itself (SIGIO) is not sent.

import Sync

/// Whom a file would send signals.
public struct FileOwner: Sendable {
    /// What a number names.
    public enum Kind: UInt32, Sendable {
        /// A thread (`F_OWNER_TID`).
        case thread = 0
        /// A process (`F_OWNER_PID`).
        case process = 1
        /// A process group (`F_OWNER_PGRP`).
        case group = 2
    }

    /// What the number names.
    public var kind = Kind.thread
    /// The number; 0 for nobody.
    public var id: Int32 = 0
    /// The real and the effective user of whoever set it.
    public var users: (real: UInt32, effective: UInt32) = (0, 0)
    /// Which signal instead of SIGIO; 0 for that.
    public var signal: UInt8 = 0

    /// Nobody.
    public init() {}
}

/// The owner of one open file, once somebody has set it.
public final class FileOwnerBox: Sendable {
    let owner = Spinlock(FileOwner())
}

extension OpenFile {
    /// Whom it would send signals.
    public final var owner: FileOwner { ownerSlot.existing?.owner.withLock { $0 } ?? FileOwner() }

    /// Changes that.
    public final func changeOwner(_ body: (inout FileOwner) -> Void) {
        ownerSlot.value { FileOwnerBox() }.owner.withLock { body(&$0) }
    }
}
