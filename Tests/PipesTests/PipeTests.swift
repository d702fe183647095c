// SPDX-License-Identifier: Apache-2.0
//
// Pipes as pipe(7) describes them. Nothing here waits: every case that could is asked with O_NONBLOCK.

import Events
import FileSystem
import LinuxABI
import Pipes
import TestSupport
import Testing
import UserMemory

private func makePair() throws -> (reading: PipeEnd, writing: PipeEnd) {
    TestMachine.start()
    let volume = UnnamedVolume(device: .anonymous(7), typeName: "pipefs", magic: 1)
    return try PipeEnd.makePair(volume, user: 1, group: 2, .nonBlocking)
}

private func send(_ bytes: [UInt8], to end: OpenFile) throws(Errno) -> Int {
    var buffer = IOBuffer(sending: bytes)
    return try end.write(from: &buffer)
}

private func receive(_ count: Int, from end: OpenFile) throws(Errno) -> [UInt8] {
    var buffer = IOBuffer(collecting: count)
    _ = try end.read(into: &buffer)
    return buffer.collected
}

@Suite struct PipeTests {
    @Test("bytes come out in the order they went in")
    func order() throws {
        let ends = try makePair()
        #expect(try send([1, 2, 3], to: ends.writing) == 3)
        #expect(try send([4], to: ends.writing) == 1)
        #expect(try receive(2, from: ends.reading) == [1, 2])
        #expect(try receive(10, from: ends.reading) == [3, 4])
    }

    @Test("an empty pipe would block, a closed one has ended")
    func endOfFile() throws {
        var writing: PipeEnd?
        let reading: PipeEnd
        (reading, writing) = try makePair()
        #expect(throws: Errno.wouldBlock) { try receive(1, from: reading) }
        if let writing { _ = try send([9], to: writing) }
        writing = nil
        #expect(reading.poll() == [.readable, .hangUp])
        #expect(try receive(5, from: reading) == [9])
        #expect(try receive(5, from: reading) == [])
    }

    @Test("a pipe without readers is broken")
    func brokenPipe() throws {
        var reading: PipeEnd?
        let writing: PipeEnd
        (reading, writing) = try makePair()
        #expect(reading?.poll() == [])
        reading = nil
        #expect(throws: Errno.brokenPipe) { try send([1], to: writing) }
        #expect(writing.poll().contains(.error))
    }

    @Test("a full pipe takes 64 KiB, then would block")
    func full() throws {
        let ends = try makePair()
        #expect(try send([UInt8](repeating: 5, count: 70_000), to: ends.writing) == 65_536)
        #expect(throws: Errno.wouldBlock) { try send([1], to: ends.writing) }
        #expect(!ends.writing.poll().contains(.writable))
        #expect(try receive(100_000, from: ends.reading).count == 65_536)
        #expect(ends.writing.poll() == .writable)
    }

    @Test("up to PIPE_BUF bytes are written whole or not at all")
    func atomicity() throws {
        let ends = try makePair()
        _ = try send([UInt8](repeating: 5, count: 65_536 - 4096 + 1), to: ends.writing)
        #expect(throws: Errno.wouldBlock) { try send([UInt8](repeating: 6, count: 4096), to: ends.writing) }
        // A longer write takes what there is room for.
        #expect(try send([UInt8](repeating: 6, count: 5000), to: ends.writing) == 4095)
    }

    @Test("each end does its own direction only")
    func directions() throws {
        let ends = try makePair()
        #expect(throws: Errno.badFileDescriptor) { try receive(1, from: ends.writing) }
        #expect(throws: Errno.badFileDescriptor) { try send([1], to: ends.reading) }
        #expect(throws: Errno.illegalSeek) { try ends.reading.seek(to: 0, from: .set) }
    }

    @Test("bytes survive a change of the size", arguments: [1, 2, 4, 32])
    func resizing(pages: Int) throws {
        let ends = try makePair()
        _ = try send([UInt8](repeating: 1, count: 5000), to: ends.writing)
        _ = try receive(4500, from: ends.reading)
        _ = try send([UInt8](repeating: 2, count: 100), to: ends.writing)
        #expect(try ends.reading.pipe.setCapacity(pages * 4096 - 1) == pages * 4096)
        #expect(
            try receive(1000, from: ends.reading) == [UInt8](repeating: 1, count: 500)
                + [UInt8](repeating: 2, count: 100))
    }

    @Test("a size below what is in it is refused")
    func tooSmall() throws {
        let ends = try makePair()
        _ = try send([UInt8](repeating: 1, count: 5000), to: ends.writing)
        #expect(throws: Errno.resourceBusy) { try ends.writing.pipe.setCapacity(4096) }
    }

    @Test("random writes and reads keep the bytes")
    func random() throws {
        let seed: UInt64 = 0x5eed_0001
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let ends = try makePair()
        _ = try ends.writing.pipe.setCapacity(8192)
        var written: UInt8 = 0
        var read: UInt8 = 0
        for _ in 0..<300 {
            let wanted = (0..<next(6000) + 1).map { written &+ UInt8(truncatingIfNeeded: $0) }
            if let count = try? send(wanted, to: ends.writing) { written &+= UInt8(truncatingIfNeeded: count) }
            for byte in (try? receive(next(6000) + 1, from: ends.reading)) ?? [] {
                try #require(byte == read, "seed \(seed)")
                read &+= 1
            }
        }
    }
}

@Suite struct FIFOTableTests {
    private func makeFIFO() throws -> (FIFOTable, Inode, MountNamespace) {
        TestMachine.start()
        let volume = UnnamedVolume(device: .anonymous(8), typeName: "test", magic: 1)
        volume.setRoot(
            Inode(volume: volume, number: 1, linkCount: 1, NewInode(mode: FileMode(.directory, []))))
        let fifo = Inode(volume: volume, number: 2, linkCount: 1, NewInode(mode: FileMode(.fifo, [])))
        return (FIFOTable(volume), fifo, try MountNamespace(root: volume, source: "test"))
    }

    @Test("writing without a reader and without waiting has no device")
    func noReader() throws {
        let (table, fifo, namespace) = try makeFIFO()
        #expect(throws: Errno.noSuchAddressOrDevice) {
            _ = try table.open(fifo, namespace.rootMount, [.writeOnly, .nonBlocking])
        }
    }

    @Test("ends of one FIFO meet, and its bytes go with the last end")
    func meeting() throws {
        let (table, fifo, namespace) = try makeFIFO()
        do {
            let reading = try table.open(fifo, namespace.rootMount, .nonBlocking)
            let writing = try table.open(fifo, namespace.rootMount, [.writeOnly, .nonBlocking])
            #expect(try send([7, 8], to: writing) == 2)
            #expect(try receive(1, from: reading) == [7])
            #expect(reading.inode === fifo)
        }
        let both = try table.open(fifo, namespace.rootMount, [.readWrite, .nonBlocking])
        #expect(throws: Errno.wouldBlock) { try receive(1, from: both) }
    }
}
