// SPDX-License-Identifier: Apache-2.0

// What the CPIO module promises: it reads what cpio(1) writes, reads its own archives back, puts large contents on pages,
// names what it refuses, and never traps.

import ByteCodec
import Testing

@testable import CPIO

/// A member handed to or got from the module, names and contents copied out.
struct MemberFixture: Equatable {
    var name: String
    var attributes: CPIOAttributes
    var contents: [UInt8] = []
}

func read(_ archive: [UInt8], isPageAligned: Bool = false) throws(CPIOError) -> [MemberFixture] {
    var reader = CPIOReader(archive.rawBytes)
    reader.isPageAligned = isPageAligned
    var members: [MemberFixture] = []
    while let member = try reader.next() {
        members.append(
            MemberFixture(
                name: String(decoding: archive[member.name], as: UTF8.self), attributes: member.attributes,
                contents: Array(archive[member.contents])))
    }
    return members
}

func write(_ members: [MemberFixture], _ layout: CPIOWriter.Layout) -> [UInt8] {
    var writer = CPIOWriter(layout)
    var out: [UInt8] = []
    for member in members {
        writer.appendHeader(member.attributes, name: Array(member.name.utf8).rawBytes, to: &out)
        out += member.contents
        writer.appendPadding(to: &out)
    }
    writer.appendTrailer(to: &out)
    #expect(writer.byteCount == UInt64(out.count))
    return out
}

/// `printf 'hi\n' > a; echo a | cpio -o -H newc`, inode and times changed.
let handWritten: [UInt8] = Array(
    ("070701"  // magic
        + "0000002A"  // inode
        + "000081A4"  // mode: regular, 0644
        + "000003E8"  // user
        + "00000064"  // group
        + "00000001"  // links
        + "5F5E1000"  // mtime
        + "00000003"  // size
        + "00000008" + "00000001"  // device
        + "00000000" + "00000000"  // represented device
        + "00000002"  // name size
        + "00000000"  // checksum
        + "a\0"  // name: 110 + 2 is a multiple of four
        + "hi\n\0"  // contents, padded
        + "070701" + "00000000" + "00000000" + "00000000" + "00000000" + "00000001" + "00000000" + "00000000"
        + "00000000" + "00000000" + "00000000" + "00000000" + "0000000B" + "00000000" + "TRAILER!!!\0\0\0\0").utf8)

@Suite("CPIOReader")
struct CPIOReaderTests {
    @Test("An archive of cpio(1) is read field by field")
    func readsHandWritten() throws {
        let members = try read(handWritten)
        #expect(
            members == [
                MemberFixture(
                    name: "a",
                    attributes: CPIOAttributes(
                        mode: 0o100644, size: 3, inode: 42, userID: 1000, groupID: 100, linkCount: 1,
                        modificationTime: 0x5f5e_1000, deviceMajor: 8, deviceMinor: 1),
                    contents: Array("hi\n".utf8))
            ])
        #expect(members[0].attributes.kind == .regular)
    }

    @Test("The first member is found without walking the archive, and nothing where there is none")
    func findsFirst() throws {
        let found = CPIOReader.first(in: handWritten.rawBytes)
        let first = try #require(found)
        #expect(Array(handWritten[first.name]) == Array("a".utf8))
        #expect(Array(handWritten[first.contents]) == Array("hi\n".utf8))
        for count in 0..<first.contents.upperBound {
            let cut = CPIOReader.first(in: Array(handWritten.prefix(count)).rawBytes)
            #expect(cut == nil)
        }
        let other = CPIOReader.first(in: Array("070702".utf8 + handWritten.dropFirst(6)).rawBytes)
        #expect(other == nil)
    }

    @Test("Zeros before members and archives behind archives are accepted, as Linux does")
    func concatenated() throws {
        let zeros = [UInt8](repeating: 0, count: 512)
        #expect(try read(handWritten + zeros + handWritten + zeros).count == 2)
        var reader = CPIOReader((handWritten + handWritten).rawBytes)
        #expect(try reader.next()?.archiveIndex == 0)
        #expect(try reader.next()?.archiveIndex == 1)
    }

    @Test(
        "What is no newc archive is refused by name",
        arguments: [
            ([0x1f, 0x8b, 0x08], .compressed(.gzip, offset: 0)),
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a], .compressed(.xz, offset: 0)),
            ([0x28, 0xb5, 0x2f, 0xfd], .compressed(.zstandard, offset: 0)),
            ([0x42, 0x5a, 0x68, 0x39], .compressed(.bzip2, offset: 0)),
            ([0x02, 0x21, 0x4c, 0x18], .compressed(.lz4, offset: 0)),
            ([0x1f, 0x9d, 0x90], .compressed(.compress, offset: 0)),
            ([0xc7, 0x71], .unsupportedVariant(.binary, offset: 0)),
            ([0x71, 0xc7], .unsupportedVariant(.binary, offset: 0)),
            (Array("070707000000".utf8), .unsupportedVariant(.portableASCII, offset: 0)),
            (Array("070702000000".utf8), .unsupportedVariant(.checksummed, offset: 0)),
            (Array("#!/bin/sh".utf8), .notAnArchive(offset: 0)),
            ([], .missingTrailer(offset: 0)),
        ] as [([UInt8], CPIOError)])
    func refuses(bytes: [UInt8], expected: CPIOError) {
        #expect(throws: expected) { try read(bytes) }
    }

    @Test("Eight digits are a number exactly if all eight are hexadecimal digits")
    func hexadecimal() {
        func number(_ text: [UInt8]) -> UInt32? { UInt32(hexadecimal: text.reduce(0) { $0 << 8 | UInt64($1) }) }
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("1fA9Be07".utf8)
                text[place] = byte
                let digit = Character(UnicodeScalar(byte)).isASCII ? Character(UnicodeScalar(byte)).hexDigitValue : nil
                let expected = digit.map {
                    UInt32($0) << UInt32(28 - 4 * place) | 0x1fa9_be07 & ~(0xf << UInt32(28 - 4 * place))
                }
                #expect(number(text) == expected, "\(place) \(byte)")
            }
        }
    }

    @Test("A broken member is refused with its place")
    func brokenMembers() {
        func refuses(_ expected: CPIOError, at offset: Int, _ bytes: String) {
            var copy = handWritten
            copy.replaceSubrange(offset..<(offset + bytes.utf8.count), with: bytes.utf8)
            #expect(throws: expected) { try read(copy) }
        }
        refuses(.badDigit(offset: 20), at: 20, "g")
        refuses(.badName(offset: 110), at: 94, "00000001")
        refuses(.badName(offset: 110), at: 94, "00000000")
        refuses(.badName(offset: 110), at: 111, "b")
        refuses(.badName(offset: 110), at: 110, "\0")
        refuses(.truncated(offset: 110), at: 94, "FFFFFFFF")
        refuses(.truncated(offset: 0), at: 54, "FFFFFFFF")
        #expect(throws: CPIOError.missingTrailer(offset: 116)) { try read(Array(handWritten[..<116])) }
        #expect(throws: CPIOError.truncated(offset: 0)) { try read(Array(handWritten[..<114])) }
    }

    @Test("Cuts and flips of a valid archive never trap")
    func fuzz() {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("CPIOReaderTests.fuzz seed \(seed)")
        for length in 0..<handWritten.count { _ = try? read(Array(handWritten[..<length])) }
        var state = seed
        for _ in 0..<5000 {
            var copy = handWritten
            for _ in 0..<3 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                // Mostly valid digits, so that the change gets past the first check.
                let byte = state & 3 == 0 ? UInt8(truncatingIfNeeded: state >> 32) : 0x30 + UInt8(state >> 40 & 0xf)
                copy[Int(state >> 8) % copy.count] = byte
            }
            _ = try? read(copy)
        }
    }
}

@Suite("CPIOWriter")
struct CPIOWriterTests {
    func members() -> [MemberFixture] {
        func file(_ name: String, _ size: Int) -> MemberFixture {
            MemberFixture(
                name: name,
                attributes: CPIOAttributes(
                    mode: 0o100755, size: UInt32(size), inode: 7, userID: 1, groupID: 2, linkCount: 1,
                    modificationTime: 3, deviceMajor: 4, deviceMinor: 5, representedMajor: 6,
                    representedMinor: 0xffff_ffff),
                contents: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 | 1) })
        }
        return [
            file("empty", 0), file("one", 1), file("just-less", 4095), file("a-page", 4096), file("more", 4097),
            file("x", 3), file(String(repeating: "long/", count: 700), 10_000), file("after", 2),
            file(String(repeating: "m", count: 4093), 8192), file("after", 3),
            file(String(repeating: "n", count: 4095), 8192),
        ]
    }

    @Test("What is written reads back, in both layouts", arguments: [CPIOWriter.Layout.compact, .pageAligned])
    func roundTrip(layout: CPIOWriter.Layout) throws {
        #expect(try read(write(members(), layout)) == members())
        if layout == .pageAligned { #expect(try read(write(members(), layout), isPageAligned: true) == members()) }
    }

    @Test("Contents that are on a page by chance are followed by a page, too: the reader relies on it")
    func chance() throws {
        let long = MemberFixture(
            name: String(repeating: "n", count: 4094), attributes: CPIOAttributes(mode: 0o100644, size: 5000),
            contents: Array(repeating: 0xbb, count: 5000))
        var onPage = 0
        for padding in stride(from: 0, to: 4096, by: 4) {
            let first = MemberFixture(
                name: "p", attributes: CPIOAttributes(mode: 0o100644, size: UInt32(padding)),
                contents: Array(repeating: 0xaa, count: padding))
            let archive = write([first, long, first], .pageAligned)
            var reader = CPIOReader(archive.rawBytes)
            reader.isPageAligned = true
            _ = try reader.next()
            let found = try #require(try reader.next())
            if found.contents.lowerBound % 4096 == 0 { onPage += 1 }
            #expect(try reader.next()?.contents.count == padding)
        }
        #expect(onPage == 1)
    }

    @Test("A reader may start at a member it has met")
    func start() throws {
        let archive = write(members(), .pageAligned)
        var reader = CPIOReader(archive.rawBytes)
        while let member = try reader.next() {
            var other = CPIOReader(archive.rawBytes, at: member.offset)
            #expect(try other.next()?.name == member.name)
        }
    }

    @Test("The compact layout is what cpio(1) writes")
    func compactBytes() throws {
        #expect(write(try read(handWritten), .compact) == handWritten)
    }

    @Test("Contents of a page and more begin on a page and end in zeros")
    func alignment() throws {
        // Names of many lengths make every position of a header in a page come up.
        for padding in stride(from: 0, to: 4200, by: 37) {
            let first = MemberFixture(
                name: "p", attributes: CPIOAttributes(mode: 0o100644, size: UInt32(padding)),
                contents: Array(repeating: 0xaa, count: padding))
            let big = MemberFixture(
                name: String(repeating: "b", count: 1 + padding % 200),
                attributes: CPIOAttributes(mode: 0o100644, size: 5000), contents: Array(repeating: 0xbb, count: 5000))
            let archive = write([first, big, first], .pageAligned)
            #expect(archive.count % 4096 == 0)
            var reader = CPIOReader(archive.rawBytes)
            _ = try reader.next()
            let found = try #require(try reader.next())
            #expect(found.contents.lowerBound % 4096 == 0)
            #expect(found.contents.lowerBound - found.offset <= 110 + 4096, "the name size is one that Linux accepts")
            let tail = archive[found.contents.upperBound..<(found.contents.lowerBound + 8192)]
            #expect(tail.allSatisfy { $0 == 0 })
            #expect(try reader.next()?.contents.count == padding)
        }
    }
}
