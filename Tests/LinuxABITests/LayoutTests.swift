// SPDX-License-Identifier: Apache-2.0
//
// Sizes and offsets of the encoded structures, checked against the host's C library where it has the same structure,
// and against hand-written bytes elsewhere.

import LinuxABI
import Testing

/// The bytes of a layout.
func bytes<let words: Int>(_ buffer: borrowing LayoutBuffer<words>) -> [UInt8] {
    let span = buffer.bytes
    var result: [UInt8] = []
    for offset in span.byteOffsets { result.append(buffer.load8(offset)) }
    return result
}

/// Little-endian bytes.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
}

@Suite struct LayoutBufferTests {
    @Test("fields do not disturb their neighbours")
    func neighbours() {
        var buffer = LayoutBuffer<2>()
        buffer.store64(.max, at: 0)
        buffer.store16(0x1234, at: 2)
        buffer.store8(0x56, at: 7)
        buffer.store32(0x9abc_def0, at: 12)
        #expect(bytes(buffer) == [0xff, 0xff, 0x34, 0x12, 0xff, 0xff, 0xff, 0x56, 0, 0, 0, 0, 0xf0, 0xde, 0xbc, 0x9a])
        #expect(buffer.load16(2) == 0x1234 && buffer.load8(7) == 0x56 && buffer.load32(12) == 0x9abc_def0)
    }

    @Test("fill hands out exactly the structure")
    func fill() {
        var buffer = LayoutBuffer<5>(byteCount: 36)
        var count = 0
        buffer.fill { span in
            count = span.byteCount
            span.storeBytes(of: 0x0102_0304 as UInt32, toByteOffset: 32, as: UInt32.self)
        }
        #expect(count == 36 && buffer.load32(32) == 0x0102_0304)
    }
}

@Suite struct StatusLayoutTests {
    private var status: FileStatus {
        var status = FileStatus(mode: FileMode(.regular, Permissions(rawValue: 0o644)))
        status.device = DeviceNumber(major: 0, minor: 0x12)
        status.inode = 0x1122_3344_5566_7788
        status.linkCount = 3
        status.userID = 1000
        status.groupID = 100
        status.size = 0x1_0000_0001
        status.blockCount = 8
        status.accessed = Timestamp(seconds: 1, nanoseconds: 2)
        status.modified = Timestamp(seconds: -1, nanoseconds: 4)
        status.changed = Timestamp(seconds: 5, nanoseconds: 6)
        status.born = Timestamp(seconds: 7, nanoseconds: 8)
        return status
    }

    @Test("struct stat has the layout of x86-64")
    func stat() {
        let expected: [UInt8] =
            little(0x12 as UInt64)  // st_dev
            + little(0x1122_3344_5566_7788 as UInt64)  // st_ino
            + little(3 as UInt64)  // st_nlink
            + little(0o100644 as UInt32) + little(1000 as UInt32) + little(100 as UInt32) + little(0 as UInt32)
            + little(0 as UInt64) + little(0x1_0000_0001 as UInt64)  // st_rdev, st_size
            + little(4096 as UInt64) + little(8 as UInt64)  // st_blksize, st_blocks
            + little(1 as Int64) + little(2 as UInt64)  // st_atim
            + little(-1 as Int64) + little(4 as UInt64)  // st_mtim
            + little(5 as Int64) + little(6 as UInt64)  // st_ctim
            + [UInt8](repeating: 0, count: 24)
        #expect(bytes(status.encoded) == expected)
    }

    @Test("struct statx has its fields where the man page says")
    func statx() {
        let buffer = status.encodedStatx
        #expect(buffer.byteCount == 256 && buffer.load32(0) == 0x1fff && buffer.load16(28) == 0o100644)
        #expect(buffer.load64(32) == 0x1122_3344_5566_7788 && buffer.load64(40) == 0x1_0000_0001)
        #expect(buffer.load64(64) == 1 && buffer.load64(80) == 7 && buffer.load64(96) == 5 && buffer.load32(120) == 4)
        #expect(buffer.load32(136) == 0 && buffer.load32(140) == 0x12)
    }

    @Test("device numbers keep twelve bits of major and twenty of minor")
    func device() {
        let number = DeviceNumber(major: 0xabc, minor: 0xdef12)
        #expect(number.encoded == 0xdef_abc12)
        #expect(DeviceNumber(encoded: 0xdef_abc12) == number)
    }

    @Test("a mode survives the status word, and nonsense is refused")
    func mode() {
        let mode = FileMode(.directory, Permissions(rawValue: 0o1777))
        #expect(mode.statusWord == 0o41777 && FileMode(statusWord: 0o41777) == mode)
        #expect(FileMode(statusWord: 0o30644) == nil && FileMode(statusWord: 0o644) == nil)
    }

    @Test("directory records are padded to eight bytes", arguments: [(1, 24), (4, 24), (5, 32), (255, 280)])
    func directoryRecord(nameCount: Int, total: Int) {
        let name = [UInt8](repeating: 0x61, count: nameCount)
        let buffer = DirectoryRecord.encode(inode: 9, nextPosition: 7, kind: .directory, name: name.span)
        let all = bytes(buffer)
        #expect(all.count == total && buffer.load16(16) == UInt16(total) && all[18] == 4)
        #expect(Array(all[19..<19 + nameCount]) == name && all[19 + nameCount] == 0)
    }
}

@Suite struct TimeLayoutTests {
    @Test("timespec refuses a billion nanoseconds, timeval a million microseconds")
    func ranges() {
        var buffer = LayoutBuffer<2>()
        buffer.store64(5, at: 0)
        buffer.store64(999_999_999, at: 8)
        #expect(Timestamp(decoding: buffer) == Timestamp(seconds: 5, nanoseconds: 999_999_999))
        #expect(Timestamp(decodingMicroseconds: buffer) == nil)
        buffer.store64(1_000_000_000, at: 8)
        #expect(Timestamp(decoding: buffer) == nil)
        #expect(Timestamp(seconds: .max, nanoseconds: 0).totalNanoseconds == .max)
        #expect(Timestamp(seconds: -1, nanoseconds: 0).totalNanoseconds == nil)
    }
}

@Suite struct TerminalLayoutTests {
    @Test("a new terminal has Linux's modes, and the layout round-trips")
    func attributes() {
        let buffer = TerminalAttributes().encoded
        #expect(
            bytes(buffer) == little(0x500 as UInt32) + little(5 as UInt32) + little(0x4bf as UInt32)
                + little(0x8a3b as UInt32) + [
                    0, 3, 0x1c, 0x7f, 0x15, 4, 0, 1, 0, 0x11, 0x13, 0x1a, 0, 0x12, 0xf, 0x17, 0x16, 0, 0, 0,
                ])
        let again = bytes(TerminalAttributes(decoding: buffer).encoded)
        #expect(again == bytes(buffer))
    }
}

@Suite struct SignalLayoutTests {
    @Test("siginfo has its union at offset 16")
    func information() {
        let fault = SignalInformation(
            signal: .segmentationFault, code: .addressNotMapped, detail: .fault(address: 0xdead_0000)
        ).encoded
        #expect(
            fault.byteCount == 128 && fault.load32(0) == 11 && fault.load32(8) == 1 && fault.load64(16) == 0xdead_0000)
    }

    @Test("sets put signal n at bit n-1")
    func sets() {
        var set: SignalSet = [SignalSet(.hangUp), SignalSet(.kill)]
        #expect(set.rawValue == 0x101 && set.contains(.kill) && !set.contains(.interrupt) && set.first == .hangUp)
        set.remove(.hangUp)
        #expect(set.first == .kill)
        #expect(SignalNumber.child.defaultAction == .ignore && SignalNumber(rawValue: 64).isValid)
    }
}

@Suite struct NumberTests {
    @Test(
        "well-known numbers",
        arguments: [
            (SystemCallNumber.read, 0), (.openat, 257), (.statx, 332), (.clone3, 435), (.mseal, 462),
            (.exit_group, 231),
        ] as [(SystemCallNumber, UInt32)])
    func systemCalls(number: SystemCallNumber, value: UInt32) {
        #expect(number.rawValue == value)
    }

    @Test("errors have their numbers, names and results")
    func errors() {
        #expect(Errno.noEntry.rawValue == 2 && Errno.wouldBlock.rawValue == 11 && Errno.hardwarePoison.rawValue == 133)
        #expect(Errno.noFunction.systemCallResult == -38)
        let name = Errno.tooManySymbolicLinkLevels.name
        #expect(name?.description == "ELOOP" && Errno(rawValue: 41).name == nil)
    }
}
