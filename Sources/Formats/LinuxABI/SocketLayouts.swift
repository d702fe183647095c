// SPDX-License-Identifier: Apache-2.0
//
// The structures of the socket calls: msghdr, cmsghdr, ucred.

/// A message's parts: `struct msghdr`.
///
/// - Layout: u64 name, u32 name length, padding, u64 vector, u64 vector count, u64 control, u64 control length,
///   u32 flags, padding; 56 bytes.
/// - Source: recvmsg(2).
public struct MessageHeader: Hashable, Sendable {
    /// Where the address is or goes; 0 for none.
    public var name: UInt64
    /// How long it is.
    public var nameLength: UInt32
    /// The array of struct iovec.
    public var vector: UInt64
    /// How many there are.
    public var vectorCount: UInt64
    /// Where ancillary data is or goes; 0 for none.
    public var control: UInt64
    /// How many bytes it has.
    public var controlLength: UInt64
    /// What was found out about the message.
    public var flags: MessageFlags

    /// How many bytes the structure has.
    public static var byteCount: Int { 56 }
    /// How many bytes `struct mmsghdr` has: this one, and u32 for the bytes that were transferred.
    public static var entryByteCount: Int { 64 }
    /// Where the lengths and flags are that receiving sets.
    public static var nameLengthOffset: Int { 8 }
    /// See `nameLengthOffset`.
    public static var controlLengthOffset: Int { 40 }
    /// See `nameLengthOffset`.
    public static var flagsOffset: Int { 48 }
    /// Where `struct mmsghdr` has the count of bytes.
    public static var transferredOffset: Int { 56 }

    /// Reads the structure.
    public init(decoding buffer: borrowing LayoutBuffer<7>) {
        name = buffer.load64(0)
        nameLength = buffer.load32(8)
        vector = buffer.load64(16)
        vectorCount = buffer.load64(24)
        control = buffer.load64(32)
        controlLength = buffer.load64(40)
        flags = MessageFlags(rawValue: buffer.load32(48))
    }
}

/// The beginning of a piece of ancillary data: `struct cmsghdr`.
///
/// - Layout: u64 length with this header, s32 level, s32 type; 16 bytes; the next one begins at a multiple of eight.
/// - Source: cmsg(3).
public struct ControlMessageHeader: Hashable, Sendable {
    /// The length in bytes, this header included.
    public var length: UInt64
    /// Whose data it is.
    public var level: UInt32
    /// What it is.
    public var type: UInt32

    /// How many bytes the structure has.
    public static var byteCount: Int { 16 }

    /// Creates a header.
    public init(length: UInt64, level: UInt32, type: UInt32) {
        self.length = length
        self.level = level
        self.type = type
    }

    /// Reads the structure.
    public init(decoding buffer: borrowing LayoutBuffer<2>) {
        self.init(length: buffer.load64(0), level: buffer.load32(8), type: buffer.load32(12))
    }

    /// The structure.
    public var encoded: LayoutBuffer<2> {
        var buffer = LayoutBuffer<2>()
        buffer.store64(length, at: 0)
        buffer.store32(level, at: 8)
        buffer.store32(type, at: 12)
        return buffer
    }
}

/// Who somebody is: `struct ucred`.
///
/// - Layout: s32 process, u32 user, u32 group; 12 bytes.
/// - Source: unix(7).
public struct SocketCredentials: Hashable, Sendable {
    /// The process's number.
    public var processID: UInt32
    /// Its user.
    public var userID: UInt32
    /// Its group.
    public var groupID: UInt32

    /// How many bytes the structure has.
    public static var byteCount: Int { 12 }

    /// Creates credentials.
    public init(processID: UInt32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }

    /// Nobody: what SO_PEERCRED shows without a peer.
    public static var nobody: SocketCredentials { SocketCredentials(processID: 0, userID: .max, groupID: .max) }

    /// Reads the structure.
    public init(decoding buffer: borrowing LayoutBuffer<2>) {
        self.init(processID: buffer.load32(0), userID: buffer.load32(4), groupID: buffer.load32(8))
    }

    /// The structure.
    public var encoded: LayoutBuffer<2> {
        var buffer = LayoutBuffer<2>(byteCount: 12)
        buffer.store32(processID, at: 0)
        buffer.store32(userID, at: 4)
        buffer.store32(groupID, at: 8)
        return buffer
    }
}
