// SPDX-License-Identifier: Apache-2.0
//
// Event counters as eventfd(2) describes them, with EFD_NONBLOCK throughout.

import EventFiles
import Events
import FileSystem
import LinuxABI
import TestSupport
import Testing
import UserMemory

private func makeCounter(_ count: UInt32, _ style: EventCounter.Style = .counter) -> EventCounter {
    TestMachine.start()
    let volume = UnnamedVolume(device: .anonymous(7), typeName: "anon_inodefs", magic: 1)
    return EventCounter(volume, initially: count, style, .nonBlocking)
}

private func take(_ counter: EventCounter) throws(Errno) -> UInt64 {
    var buffer = IOBuffer(collecting: 8)
    _ = try counter.read(into: &buffer)
    var value: UInt64 = 0
    for byte in buffer.collected.reversed() { value = value << 8 | UInt64(byte) }
    return value
}

private func add(_ value: UInt64, to counter: EventCounter) throws(Errno) -> Int {
    var bytes: [UInt8] = []
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (UInt64(shift) * 8))) }
    var buffer = IOBuffer(sending: bytes)
    return try counter.write(from: &buffer, [])
}

@Suite struct EventCounterTests {
    @Test("a read takes the sum of the writes")
    func sum() throws {
        let counter = makeCounter(3)
        #expect(try add(4, to: counter) == 8)
        #expect(try take(counter) == 7)
        #expect(throws: Errno.wouldBlock) { try take(counter) }
    }

    @Test("a semaphore is taken one by one")
    func semaphore() throws {
        let counter = makeCounter(2, .semaphore)
        #expect(try take(counter) == 1)
        #expect(try take(counter) == 1)
        #expect(throws: Errno.wouldBlock) { try take(counter) }
    }

    @Test("the greatest number is refused, and a sum above the limit would block")
    func limits() throws {
        let counter = makeCounter(1)
        #expect(throws: Errno.invalidArgument) { try add(.max, to: counter) }
        #expect(try add(.max - 2, to: counter) == 8)
        #expect(throws: Errno.wouldBlock) { try add(1, to: counter) }
        #expect(counter.poll() == .readable)
    }

    @Test("short buffers are refused")
    func shortBuffers() {
        let counter = makeCounter(1)
        #expect(throws: Errno.invalidArgument) {
            var buffer = IOBuffer(collecting: 7)
            _ = try counter.read(into: &buffer)
        }
    }

    @Test("readiness follows the count")
    func readiness() throws {
        let counter = makeCounter(0)
        #expect(counter.poll() == .writable)
        _ = try add(1, to: counter)
        #expect(counter.poll() == [.readable, .writable])
    }
}
