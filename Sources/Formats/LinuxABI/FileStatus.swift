// SPDX-License-Identifier: Apache-2.0
//
// What stat(2) and its relatives tell about an inode, and about a file system (statfs). The layout of struct stat
// differs by architecture and is in FileStatus+x86_64.swift; struct statx and struct statfs are the same on all 64-bit
// ones.

/// The number of a device: which driver, and which of its devices.
public struct DeviceNumber: Hashable, Sendable {
    /// Which driver.
    public var major: UInt32
    /// Which of its devices.
    public var minor: UInt32

    /// Creates a device number.
    public init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// No device.
    public static var none: DeviceNumber { DeviceNumber(major: 0, minor: 0) }

    /// Creates a device number from the word that mknod(2) takes and `st_dev` shows.
    public init(encoded: UInt32) {
        major = encoded >> 8 & 0xfff
        minor = encoded & 0xff | encoded >> 12 & 0xfff00
    }

    /// The word that `st_dev` and `st_rdev` show.
    ///
    /// - Source: makedev(3); 12 bits of major, 20 bits of minor.
    public var encoded: UInt64 {
        UInt64(minor & 0xff | (major & 0xfff) << 8 | (minor & 0xfff00) << 12)
    }
}

/// Everything that stat(2) and statx(2) tell about an inode.
public struct FileStatus: Hashable, Sendable {
    /// The device of the file system.
    public var device = DeviceNumber.none
    /// The inode's number in it.
    public var inode: UInt64 = 0
    /// Kind and permissions.
    public var mode: FileMode
    /// How many names there are.
    public var linkCount: UInt32 = 1
    /// The owner.
    public var userID: UInt32 = 0
    /// The group.
    public var groupID: UInt32 = 0
    /// For a device inode, which device it is.
    public var specialDevice = DeviceNumber.none
    /// Bytes.
    public var size: UInt64 = 0
    /// The preferred size of transfers.
    public var blockSize: UInt32 = 4096
    /// Units of 512 bytes in use.
    public var blockCount: UInt64 = 0
    /// Last read.
    public var accessed = Timestamp.epoch
    /// Last change of the data.
    public var modified = Timestamp.epoch
    /// Last change of the inode.
    public var changed = Timestamp.epoch
    /// When it was made.
    public var born = Timestamp.epoch
    /// The mount through which it was reached, for statx(2).
    public var mountID: UInt64 = 0
    /// Whether it is where that mount begins.
    public var isMountRoot = false

    /// Creates a status of that mode, everything else zero.
    public init(mode: FileMode) {
        self.mode = mode
    }

    /// The `struct statx`: 256 bytes.
    ///
    /// - Source: statx(2).
    public var encodedStatx: LayoutBuffer<32> {
        var buffer = LayoutBuffer<32>()
        let mask: StatxMask = [.basicStatus, .birthTime, .mountID]
        buffer.store32(mask.rawValue, at: 0)
        buffer.store32(blockSize, at: 4)
        buffer.store32(linkCount, at: 16)
        buffer.store32(userID, at: 20)
        buffer.store32(groupID, at: 24)
        buffer.store16(UInt16(truncatingIfNeeded: mode.statusWord), at: 28)
        buffer.store64(isMountRoot ? Self.mountRootAttribute : 0, at: 8)
        buffer.store64(inode, at: 32)
        buffer.store64(size, at: 40)
        buffer.store64(blockCount, at: 48)
        buffer.store64(Self.mountRootAttribute, at: 56)
        encodeStatx(accessed, into: &buffer, at: 64)
        encodeStatx(born, into: &buffer, at: 80)
        encodeStatx(changed, into: &buffer, at: 96)
        encodeStatx(modified, into: &buffer, at: 112)
        buffer.store32(specialDevice.major, at: 128)
        buffer.store32(specialDevice.minor, at: 132)
        buffer.store32(device.major, at: 136)
        buffer.store32(device.minor, at: 140)
        buffer.store64(mountID, at: 144)
        return buffer
    }

    /// `STATX_ATTR_MOUNT_ROOT`: the one attribute that is known of every file.
    private static var mountRootAttribute: UInt64 { 0x2000 }

    private func encodeStatx(_ time: Timestamp, into buffer: inout LayoutBuffer<32>, at offset: Int) {
        buffer.store64(UInt64(bitPattern: time.seconds), at: offset)
        buffer.store32(time.nanoseconds, at: offset + 8)
    }
}

/// What statfs(2) tells about a file system.
///
/// - Layout: `struct statfs`, 120 bytes on every 64-bit architecture.
/// - Source: statfs(2).
public struct FileSystemStatus: Hashable, Sendable {
    /// Which kind of file system, for example `0x0102_1994` for tmpfs.
    public var magic: UInt64
    /// The size of a block.
    public var blockSize: UInt64 = 4096
    /// All blocks.
    public var blocks: UInt64 = 0
    /// Blocks nobody uses.
    public var freeBlocks: UInt64 = 0
    /// Blocks that programs without privilege can use.
    public var availableBlocks: UInt64 = 0
    /// All inodes.
    public var inodes: UInt64 = 0
    /// Inodes nobody uses.
    public var freeInodes: UInt64 = 0
    /// An identity of the file system.
    public var identity: UInt64 = 0
    /// The longest name of a component.
    public var nameLimit: UInt64 = 255
    /// Mount flags as statfs(2) shows them (`ST_…`).
    public var flags: UInt64 = 0

    /// Creates a status of that magic number, everything else zero.
    public init(magic: UInt64) {
        self.magic = magic
    }

    /// The `struct statfs`.
    public var encoded: LayoutBuffer<15> {
        var buffer = LayoutBuffer<15>()
        buffer.store64(magic, at: 0)
        buffer.store64(blockSize, at: 8)
        buffer.store64(blocks, at: 16)
        buffer.store64(freeBlocks, at: 24)
        buffer.store64(availableBlocks, at: 32)
        buffer.store64(inodes, at: 40)
        buffer.store64(freeInodes, at: 48)
        buffer.store64(identity, at: 56)
        buffer.store64(nameLimit, at: 64)
        buffer.store64(blockSize, at: 72)
        buffer.store64(flags, at: 80)
        return buffer
    }
}
