// SPDX-License-Identifier: Apache-2.0
//
// struct sockaddr_un: no name, a path, or an abstract name, which begins with a NUL and is any bytes (unix(7)).

import Containers
import FileSystem
import LinuxABI

/// What an address says; the bytes stay where they are.
enum UnixAddress {
    /// The family alone.
    case unnamed
    /// A path, without its NUL: the first bytes behind the family.
    case path(count: Int)
    /// An abstract name: everything behind the family.
    case abstract

    /// Where the name begins.
    static var nameOffset: Int { 2 }
    /// `sizeof (struct sockaddr_un)`.
    static var limit: Int { 110 }

    /// - Throws: `.invalidArgument` for another family or a bad length.
    init(_ bytes: Span<UInt8>) throws(Errno) {
        guard bytes.count >= 2, bytes.count <= Self.limit, bytes[0] == 1, bytes[1] == 0 else { throw .invalidArgument }
        if bytes.count == 2 {
            self = .unnamed
        } else if bytes[2] == 0 {
            self = .abstract
        } else {
            let end = bytes.firstPosition(of: 0, from: 2) ?? bytes.count
            self = .path(count: end - 2)
        }
    }

    /// Calls `body` with the key of an abstract name: the bytes as they are, which begin with a NUL, and the type behind
    /// them: streams and datagrams have names of their own.
    static func withKey<R: ~Copyable>(
        abstract bytes: Span<UInt8>, _ type: SocketType, _ body: (Span<UInt8>) throws(Errno) -> R
    ) throws(Errno) -> R {
        var key = InlineArray<110, UInt8>(repeating: 0)
        let count = bytes.count - 2
        for index in 0..<count { key[index] = bytes[index + 2] }
        key[count] = UInt8(truncatingIfNeeded: type.rawValue)
        return try body(key.span.extracting(first: count + 1))
    }

    /// The key of an inode: a one, its device and its number.
    static func key(_ inode: Inode) -> InlineArray<17, UInt8> {
        var key = InlineArray<17, UInt8>(repeating: 1)
        let device = UInt64(inode.volume.device.major) << 32 | UInt64(inode.volume.device.minor)
        for index in 0..<8 {
            key[1 + index] = UInt8(truncatingIfNeeded: device >> UInt64(index * 8))
            key[9 + index] = UInt8(truncatingIfNeeded: inode.number >> UInt64(index * 8))
        }
        return key
    }
}
