// SPDX-License-Identifier: Apache-2.0
//
// The events and options of inotify(7).

/// What happened to a file or directory, what a watch wants to know of, and how it watches
///
/// - Source: inotify(7), inotify_add_watch(2).
public struct FileEvents: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `IN_ACCESS`.
    public static var accessed: FileEvents { FileEvents(rawValue: 1) }
    /// `IN_MODIFY`.
    public static var modified: FileEvents { FileEvents(rawValue: 2) }
    /// `IN_ATTRIB`.
    public static var attributesChanged: FileEvents { FileEvents(rawValue: 4) }
    /// `IN_CLOSE_WRITE`.
    public static var closedAfterWriting: FileEvents { FileEvents(rawValue: 8) }
    /// `IN_CLOSE_NOWRITE`.
    public static var closed: FileEvents { FileEvents(rawValue: 0x10) }
    /// `IN_OPEN`.
    public static var opened: FileEvents { FileEvents(rawValue: 0x20) }
    /// `IN_MOVED_FROM`.
    public static var movedFrom: FileEvents { FileEvents(rawValue: 0x40) }
    /// `IN_MOVED_TO`.
    public static var movedTo: FileEvents { FileEvents(rawValue: 0x80) }
    /// `IN_CREATE`.
    public static var created: FileEvents { FileEvents(rawValue: 0x100) }
    /// `IN_DELETE`.
    public static var deleted: FileEvents { FileEvents(rawValue: 0x200) }
    /// `IN_DELETE_SELF`.
    public static var selfDeleted: FileEvents { FileEvents(rawValue: 0x400) }
    /// `IN_MOVE_SELF`.
    public static var selfMoved: FileEvents { FileEvents(rawValue: 0x800) }
    /// `IN_ALL_EVENTS`.
    public static var all: FileEvents { FileEvents(rawValue: 0xfff) }

    /// `IN_Q_OVERFLOW`.
    public static var queueOverflow: FileEvents { FileEvents(rawValue: 0x4000) }
    /// `IN_IGNORED`: the watch is gone.
    public static var ignored: FileEvents { FileEvents(rawValue: 0x8000) }
    /// `IN_ISDIR`: it happened to a directory.
    public static var isDirectory: FileEvents { FileEvents(rawValue: 0x4000_0000) }

    /// `IN_ONLYDIR`.
    public static var onlyDirectory: FileEvents { FileEvents(rawValue: 0x0100_0000) }
    /// `IN_DONT_FOLLOW`.
    public static var noFollow: FileEvents { FileEvents(rawValue: 0x0200_0000) }
    /// `IN_EXCL_UNLINK`.
    public static var excludeUnlinked: FileEvents { FileEvents(rawValue: 0x0400_0000) }
    /// `IN_MASK_CREATE`.
    public static var maskCreate: FileEvents { FileEvents(rawValue: 0x1000_0000) }
    /// `IN_MASK_ADD`.
    public static var maskAdd: FileEvents { FileEvents(rawValue: 0x2000_0000) }
    /// `IN_ONESHOT`.
    public static var oneShot: FileEvents { FileEvents(rawValue: 0x8000_0000) }
}
