// SPDX-License-Identifier: Apache-2.0
//
// The devices that are nothing but a behaviour: null, zero, full. Source: null(4), full(4).

import Events
public import FileSystem
public import LinuxABI
public import UserMemory

/// `/dev/null`: reads end at once, writes vanish.
public final class NullDevice: CharacterDevice, @unchecked Sendable {
    /// Its number.
    public static var number: DeviceNumber { DeviceNumber(major: 1, minor: 3) }

    public override var seekability: Seekability { .fixed }

    public override func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        NullFile(self, inode, mount, flags)
    }

    public override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {}

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        buffer.skip(buffer.remaining)
    }
}

/// An open `/dev/null`, so that a write ends before it reaches the device: programs that throw output away do it a lot.
final class NullFile: DeviceFile, @unchecked Sendable {
    override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        guard flags.allowsWriting else { throw .badFileDescriptor }
        let count = buffer.remaining
        buffer.skip(count)
        return count
    }
}

/// `/dev/zero`: reads zeros without end, writes vanish.
public final class ZeroDevice: CharacterDevice, @unchecked Sendable {
    /// Its number.
    public static var number: DeviceNumber { DeviceNumber(major: 1, minor: 5) }

    public override var seekability: Seekability { .fixed }
    public override var mapping: Mapping { .anonymous }
    public override var isEndless: Bool { true }

    public override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        try buffer.putZeros(buffer.remaining)
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        buffer.skip(buffer.remaining)
    }
}

/// `/dev/full`: reads zeros without end, writes find no space.
public final class FullDevice: CharacterDevice, @unchecked Sendable {
    /// Its number.
    public static var number: DeviceNumber { DeviceNumber(major: 1, minor: 7) }

    public override var seekability: Seekability { .fixed }
    public override var isEndless: Bool { true }

    public override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        try buffer.putZeros(buffer.remaining)
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        if buffer.remaining > 0 { throw .noSpace }
    }
}
