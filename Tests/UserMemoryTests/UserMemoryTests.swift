// SPDX-License-Identifier: Apache-2.0

// What UserMemory promises: ranges that leave the program's half are refused before they are used, strings end where they
// end, and a transfer over many ranges moves each byte once. In a test the program's memory is the test's own.

import Containers
import LinuxABI
import TestSupport
import Testing
import UserMemory

@Suite("UserMemory")
struct UserMemoryTests {
    private func withProgram<R>(_ bytes: inout [UInt8], _ body: (UserAddress) throws -> R) rethrows -> R {
        try unsafe bytes.withUnsafeMutableBytes { try body(UserAddress(UInt(bitPattern: $0.baseAddress))) }
    }

    @Test("Ranges that overflow or leave the program's half are bad addresses")
    func ranges() throws {
        let end: UInt = 0x7fff_ffff_f000
        for (start, count) in [(UInt.max, 1), (end, 1), (end - 1, 2), (UInt.max - 5, 10), (0, Int.max), (1, -1)] {
            #expect(throws: Errno.badAddress) { _ = try UserRange(UserAddress(start), count: count) }
        }
        for (start, count) in [(UInt(0), 0), (end, 0), (end - 1, 1), (0x1000, 0x1000)] {
            #expect(try UserRange(UserAddress(start), count: count).count == count)
        }
    }

    @Test("A string ends before its NUL, and one that is too long is refused as the caller says")
    func strings() throws {
        var bytes = Array("hello".utf8) + [0] + [UInt8](repeating: 0x61, count: 300)
        try withProgram(&bytes) { address in
            let text = try UserMemory.string(at: address, limit: 100)
            #expect(text.count == 5 && text[0] == 0x68 && text[4] == 0x6f)
            let empty = try UserMemory.string(at: address.advanced(by: 5), limit: 1)
            #expect(empty.count == 0)
            #expect(throws: Errno.argListTooLong) {
                _ = try UserMemory.string(at: address.advanced(by: 6), limit: 200, tooLong: .argListTooLong)
            }
            #expect(throws: Errno.fileNameTooLong) { _ = try UserMemory.string(at: address, limit: 5) }
        }
    }

    @Test("Integers pass at any alignment")
    func integers() throws {
        var bytes = [UInt8](repeating: 0, count: 32)
        try withProgram(&bytes) { address in
            try UserMemory.store(UInt64(0x1122_3344_5566_7788), at: address.advanced(by: 3))
            #expect(try UserMemory.load(UInt64.self, at: address.advanced(by: 3)) == 0x1122_3344_5566_7788)
            #expect(try UserMemory.load(UInt16.self, at: address.advanced(by: 4)) == 0x6677)
            try UserMemory.clear(address.advanced(by: 4), count: 2)
            #expect(try UserMemory.load(UInt64.self, at: address.advanced(by: 3)) == 0x1122_3344_5500_0088)
        }
        #expect(throws: Errno.badAddress) { try UserMemory.store(UInt8(1), at: UserAddress(.max)) }
    }

    @Test("A transfer over ranges of any size moves every byte, in order")
    func scattered() throws {
        var random = SeededRandom()
        for _ in 0..<50 {
            let sizes = (0..<random.next(below: 9)).map { _ in random.next(below: 40) }
            let total = sizes.reduce(0, +)
            let source = (0..<total).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
            var memory = [UInt8](repeating: 0, count: total + 64 * sizes.count)
            var places: [Int] = []
            try withProgram(&memory) { address in
                var ranges = UniqueArray<UserRange>()
                var offset = 0
                for size in sizes {
                    places.append(offset)
                    try ranges.append(try UserRange(address.advanced(by: offset), count: size))
                    offset += size + random.next(below: 64)
                }
                var buffer = IOBuffer(ranges)
                var done = 0
                while done < total {
                    let piece = min(total - done, 1 + random.next(below: 50))
                    try buffer.put(source.span.rawBytes.extracting(done..<done + piece))
                    done += piece
                }
                #expect(buffer.remaining == 0 && buffer.transferred == total)
            }
            #expect(zip(places, sizes).flatMap { memory[$0..<$0 + $1] } == source)
        }
    }

    @Test("A buffer of the kernel collects and sends the same bytes")
    func kernelBuffers() throws {
        var collecting = IOBuffer(collecting: 10)
        try collecting.put([1, 2, 3].span.rawBytes)
        try collecting.putZeros(2)
        #expect(collecting.collected == [1, 2, 3, 0, 0] && collecting.remaining == 5)
        var sending = IOBuffer(sending: [9, 8, 7])
        sending.skip(1)
        var target = [UInt8](repeating: 0, count: 8)
        var span = target.mutableSpan
        var raw = span.rawBytes
        let taken = try sending.take(into: &raw)
        #expect(taken == 2)
        #expect(target[..<3] == [8, 7, 0] && sending.remaining == 0)
    }
}
