// SPDX-License-Identifier: Apache-2.0
//
// The options of a tmpfs: "size=64m,nr_inodes=1000,mode=1777,uid=5,gid=5". Source: tmpfs(5).

internal import Containers
internal import LinuxABI

/// What the data argument of mount(2) says about a file system in memory.
struct MemoryVolumeOptions {
    /// The pages that its files may hold.
    var pageLimit: UInt64
    /// The inodes there may be.
    var inodeLimit: UInt64
    /// The permissions of its root.
    var permissions = Permissions(rawValue: 0o1777)
    /// Whose the root is.
    var userID: UInt32?
    /// The root's group.
    var groupID: UInt32?

    init(pageLimit: UInt64, inodeLimit: UInt64) {
        self.pageLimit = pageLimit
        self.inodeLimit = inodeLimit
    }

    /// Takes the options over.
    ///
    /// - Throws: `.invalidArgument` for an option or number that is not known.
    mutating func parse(_ text: [UInt8], totalPages: UInt64) throws(Errno) {
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: ",") { end += 1 }
            if end > start { try parseOne(text.span.extracting(start..<end), totalPages) }
            start = end + 1
        }
    }

    private mutating func parseOne(_ option: Span<UInt8>, _ totalPages: UInt64) throws(Errno) {
        if let value = Self.value(option, "size=") {
            let last = value.isEmpty ? 0 : value[value.count - 1]
            if last == UInt8(ascii: "%") {
                let percent = try Self.number(value.extracting(0..<value.count - 1), radix: 10)
                pageLimit = totalPages * min(percent, 100) / 100
            } else {
                pageLimit = (try Self.scaled(value) + 4095) / 4096
            }
            if pageLimit == 0 { pageLimit = totalPages }
        } else if let value = Self.value(option, "nr_blocks=") {
            pageLimit = try Self.scaled(value)
        } else if let value = Self.value(option, "nr_inodes=") {
            let count = try Self.scaled(value)
            inodeLimit = count == 0 ? .max : count
        } else if let value = Self.value(option, "mode=") {
            permissions = Permissions(rawValue: UInt16(truncatingIfNeeded: try Self.number(value, radix: 8) & 0o7777))
        } else if let value = Self.value(option, "uid=") {
            userID = UInt32(clamping: try Self.number(value, radix: 10))
        } else if let value = Self.value(option, "gid=") {
            groupID = UInt32(clamping: try Self.number(value, radix: 10))
        } else if option.hasSameBytes(as: "inode32") || option.hasSameBytes(as: "inode64")
            || option.hasSameBytes(as: "noswap")
        {
            // Numbers have 64 bits, and nothing is paged out.
        } else {
            throw .invalidArgument
        }
    }

    /// What follows a key in an option that begins with it.
    @_lifetime(copy option)
    private static func value(_ option: Span<UInt8>, _ key: StaticString) -> Span<UInt8>? {
        let count = key.utf8CodeUnitCount
        guard option.count >= count, option.extracting(0..<count).hasSameBytes(as: key.utf8Bytes) else { return nil }
        return option.extracting(count..<option.count)
    }

    /// A number with k, m or g behind it.
    private static func scaled(_ text: Span<UInt8>) throws(Errno) -> UInt64 {
        guard !text.isEmpty else { throw .invalidArgument }
        let shift: UInt64
        switch text[text.count - 1] | 0x20 {
        case UInt8(ascii: "k"): shift = 10
        case UInt8(ascii: "m"): shift = 20
        case UInt8(ascii: "g"): shift = 30
        default: return try number(text, radix: 10)
        }
        let value = try number(text.extracting(0..<text.count - 1), radix: 10)
        guard value < 1 << 33 else { throw .invalidArgument }
        return value << shift
    }

    private static func number(_ text: Span<UInt8>, radix: UInt64) throws(Errno) -> UInt64 {
        guard !text.isEmpty, text.count <= 15 else { throw .invalidArgument }
        var value: UInt64 = 0
        for index in 0..<text.count {
            let digit = UInt64(text[index]) &- 48
            guard digit < radix else { throw .invalidArgument }
            value = value * radix + digit
        }
        return value
    }
}
