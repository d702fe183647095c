// SPDX-License-Identifier: Apache-2.0
//
// Polls of counters as epoll(7) describes them. Nothing here waits; that is the guest cases' business.

import EventFiles
import Events
import FileSystem
import LinuxABI
import TestSupport
import Testing
import Time
import UserMemory

private struct Found: Equatable {
    var events: PollEvents
    var data: UInt64
}

/// A table of descriptors with polls and counters, as a process would have it.
private struct Bench {
    let volume = UnnamedVolume(device: .anonymous(7), typeName: "anon_inodefs", magic: 1)
    let table = FileDescriptorTable()

    init() { TestMachine.start() }

    func counter(_ count: UInt32) throws -> (OpenFile, Int32) {
        let file = EventCounter(volume, initially: count, .counter, .nonBlocking)
        return (file, try table.add(file, limit: 100, .kept))
    }

    func poll() throws -> (EventPoll, Int32) {
        let file = EventPoll(volume)
        return (file, try table.add(file, limit: 100, .kept))
    }
}

private func look(_ poll: EventPoll, limit: Int = 8) throws -> [Found] {
    var found: [Found] = []
    let count = try poll.wait(limit: limit, until: .boot) { (_, events, data) throws(Errno) in
        found.append(Found(events: events, data: data))
    }
    #expect(count == found.count)
    return found
}

private func add(_ value: UInt8, to file: OpenFile) throws {
    var buffer = IOBuffer(sending: [value, 0, 0, 0, 0, 0, 0, 0])
    _ = try file.write(from: &buffer, [])
}

private func take(_ file: OpenFile) throws {
    var buffer = IOBuffer(collecting: 8)
    _ = try file.read(into: &buffer)
}

@Suite struct EventPollTests {
    @Test("a level is told as long as it lasts")
    func level() throws {
        let bench = Bench()
        let (poll, _) = try bench.poll()
        let (file, number) = try bench.counter(0)
        try poll.add(file, as: number, .readable, [], data: 7)
        #expect(try look(poll) == [])
        try add(1, to: file)
        #expect(try look(poll) == [Found(events: .readable, data: 7)])
        #expect(try look(poll) == [Found(events: .readable, data: 7)])
        try take(file)
        #expect(try look(poll) == [])
    }

    @Test("an edge is told once, a one-shot entry until it is armed again")
    func edge() throws {
        let bench = Bench()
        let (poll, _) = try bench.poll()
        let (edge, first) = try bench.counter(1)
        let (once, second) = try bench.counter(1)
        try poll.add(edge, as: first, .readable, .edgeTriggered, data: 1)
        try poll.add(once, as: second, .readable, .oneShot, data: 2)
        #expect(try look(poll).map(\.data) == [1, 2])
        #expect(try look(poll) == [])
        try add(1, to: edge)
        try add(1, to: once)
        #expect(try look(poll).map(\.data) == [1])
        try poll.modify(once, as: second, .readable, .oneShot, data: 3)
        #expect(try look(poll).map(\.data) == [3])
    }

    @Test("the last descriptor's end takes the entry along, a copy keeps it")
    func closing() throws {
        let bench = Bench()
        let (poll, _) = try bench.poll()
        let (file, number) = try bench.counter(1)
        try poll.add(file, as: number, .readable, [], data: 1)
        let copy = try bench.table.add(file, limit: 100, .kept)
        try bench.table.close(number)
        #expect(try look(poll).count == 1)
        try bench.table.close(copy)
        #expect(try look(poll) == [])
        #expect(throws: Errno.badFileDescriptor) { try poll.add(file, as: number, .readable, [], data: 1) }
    }

    @Test("a file is watched once under a number, and only what is watched can be changed")
    func errors() throws {
        let bench = Bench()
        let (poll, _) = try bench.poll()
        let (file, number) = try bench.counter(0)
        #expect(throws: Errno.noEntry) { try poll.remove(file, as: number) }
        try poll.add(file, as: number, .readable, [], data: 1)
        #expect(throws: Errno.fileExists) { try poll.add(file, as: number, .readable, [], data: 1) }
        try poll.add(file, as: number + 1, .readable, [], data: 2)
        try poll.remove(file, as: number)
        #expect(throws: Errno.noEntry) { try poll.modify(file, as: number, .readable, [], data: 1) }
    }

    @Test("polls watch each other in no circle")
    func circle() throws {
        let bench = Bench()
        let (inner, innerNumber) = try bench.poll()
        let (outer, outerNumber) = try bench.poll()
        let (file, number) = try bench.counter(0)
        try inner.add(file, as: number, .readable, [], data: 1)
        try outer.add(inner, as: innerNumber, .readable, [], data: 2)
        #expect(throws: Errno.tooManySymbolicLinkLevels) {
            try inner.add(outer, as: outerNumber, .readable, [], data: 3)
        }
        try add(1, to: file)
        #expect(try look(outer).map(\.data) == [2])
        #expect(outer.poll() == .readable)
        try take(file)
        #expect(outer.poll() == [])
    }

    @Test("of many, a wait takes as many as it may, and the others come next")
    func turns() throws {
        let bench = Bench()
        let (poll, _) = try bench.poll()
        for data in 0..<6 {
            let (file, number) = try bench.counter(1)
            try poll.add(file, as: number, .readable, [], data: UInt64(data))
        }
        var seen: Set<UInt64> = []
        for _ in 0..<3 { for found in try look(poll, limit: 2) { seen.insert(found.data) } }
        #expect(seen.count == 6)
    }
}
