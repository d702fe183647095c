// SPDX-License-Identifier: Apache-2.0

// What ByteCodec promises: right byte orders, no read outside the bytes, a position that only successful reads move.

import ByteCodec
import Testing

@Suite("RawSpan integers")
struct RawSpanIntegersTests {
    let bytes: [UInt8] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88]

    @Test("Integers are read in the byte order that the name says")
    func byteOrders() throws {
        #expect(try bytes.rawBytes.littleEndian(UInt16.self, at: 1) == 0x0302)
        #expect(try bytes.rawBytes.bigEndian(UInt16.self, at: 1) == 0x0203)
        #expect(try bytes.rawBytes.littleEndian(UInt64.self, at: 0) == 0x8807_0605_0403_0201)
        #expect(try bytes.rawBytes.bigEndian(Int64.self, at: 0) == 0x0102_0304_0506_0788)
    }

    @Test(
        "A read outside the bytes is an error that says where",
        arguments: [-1, Int.min, 5, 8, Int.max - 1, Int.max])
    func outside(offset: Int) {
        let size = bytes.count
        #expect(throws: OutOfBounds(offset: offset, wanted: 4, available: size)) {
            try bytes.rawBytes.littleEndian(UInt32.self, at: offset)
        }
    }

    @Test("A run of zeros ends at the first other byte or at the end of the span")
    func zeroRuns() {
        for length in 0...70 {
            for run in 0...length {
                var bytes = [UInt8](repeating: 0, count: 3 + length)
                if run < length { bytes[3 + run] = 0x80 }
                #expect(bytes.rawBytes.zeroRun(from: 3) == run, "\(length)")
            }
        }
        for offset in [Int.min, -1, 8, 9, Int.max] { #expect(bytes.rawBytes.zeroRun(from: offset) == 0) }
    }

    @Test("The first zero is found wherever it is, and none where there is none")
    func firstZero() {
        for length in 0...40 {
            for place in 0...length {
                var bytes = [UInt8](repeating: 0x80, count: 3 + length)
                bytes[0] = 0
                bytes[1] = 1
                if place < length { bytes[3 + place] = 0 }
                #expect(bytes.rawBytes.firstZero(from: 1) == (place < length ? 3 + place : nil), "\(length) \(place)")
            }
        }
        for offset in [Int.min, -1, 8, 9, Int.max] {
            #expect([UInt8](repeating: 0, count: 8).rawBytes.firstZero(from: offset) == nil)
        }
    }

    @Test("A span shorter than the integer is refused at offset zero")
    func shorterThanInteger() {
        #expect(throws: OutOfBounds.self) { try [UInt8]([1, 2]).rawBytes.littleEndian(UInt64.self, at: 0) }
        #expect([UInt8]().rawBytes.byte(at: 0) == nil)
    }

    @Test("What is appended reads back, with a seed that is printed")
    func roundTrip() throws {
        var random = SeededRandom(seed: 0x5eed_0001)
        for _ in 0..<1000 {
            let value = random.next()
            var out: [UInt8] = [0xff]
            out.appendLittleEndian(value)
            out.appendBigEndian(UInt32(truncatingIfNeeded: value))
            out.appendLittleEndian(UInt8(truncatingIfNeeded: value))
            #expect(try out.rawBytes.littleEndian(UInt64.self, at: 1) == value, "seed \(random.seed)")
            #expect(try out.rawBytes.bigEndian(UInt32.self, at: 9) == UInt32(truncatingIfNeeded: value))
            #expect(out.rawBytes.byte(at: 13) == UInt8(truncatingIfNeeded: value))
        }
    }

    @Test("A failed read leaves the reader where it was")
    func readerStays() throws {
        let five: [UInt8] = [1, 2, 3, 4, 5]
        var reader = ByteReader(five.rawBytes)
        #expect(try reader.readLittleEndian(UInt32.self) == 0x0403_0201)
        do throws(OutOfBounds) {
            _ = try reader.readLittleEndian(UInt16.self)
            Issue.record("a read beyond the end succeeded")
        } catch {
            #expect(error == OutOfBounds(offset: 4, wanted: 2, available: 5))
        }
        #expect(reader.position == 4)
        #expect(reader.remaining == 1)
    }

    @Test("Aligning moves to the next multiple and nowhere else")
    func aligning() throws {
        let nine = [UInt8](repeating: 0, count: 9)
        var reader = ByteReader(nine.rawBytes)
        try reader.align(to: 4)
        #expect(reader.position == 0)
        _ = try reader.skip(5)
        try reader.align(to: 4)
        #expect(reader.position == 8)
        _ = try reader.skip(1)
        do throws(OutOfBounds) {
            try reader.align(to: 4)
            Issue.record("aligned beyond the end")
        } catch { #expect(reader.position == 9) }
    }
}

/// A small repeatable generator (xorshift64*), so that a failing run can be repeated from its seed.
struct SeededRandom {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
