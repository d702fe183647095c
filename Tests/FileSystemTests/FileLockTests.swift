// SPDX-License-Identifier: Apache-2.0
//
// Record locks against a model that keeps one owner per byte, and what several processes do to each other: waits, and
// waits that would never end.

import Events
import FileSystem
import LinuxABI
import RamFS
import Scheduler
import TestSupport
import Testing

/// A file and two processes.
private final class Scene: @unchecked Sendable {
    let table = FileLockTable()
    let file: OpenFile
    let other: OpenFile
    let locks: FileLocks
    let otherLocks: FileLocks
    private let tables = (0..<3).map { _ in FileDescriptorTable() }
    var notes: [String] = []

    init() throws {
        let fixture = try Fixture()
        file = try fixture.open("/file", [.create, .readWrite])
        other = try fixture.open("/other", [.create, .readWrite])
        locks = file.inode.locks(table)
        otherLocks = other.inode.locks(table)
    }

    func owner(_ process: Int) -> FileLockOwner { FileLockOwner(tables[process], processID: Int32(process + 1)) }
    func lock(_ process: Int, _ range: ClosedRange<Int64>, _ mode: FileLockMode = .exclusive) -> RecordLock {
        RecordLock(range, mode, owner(process))
    }
}

@Suite struct FileLockTests {
    @Test("Ranges split and merge as a map of bytes does")
    func model() throws {
        let scene = try Scene()
        var random = SeededRandom()
        // For each process, the mode of each of 32 bytes.
        var model = [[FileLockMode?]](repeating: Array(repeating: nil, count: 32), count: 3)
        for _ in 0..<4000 {
            let process = Int(random.next() % 3)
            let first = Int(random.next() % 32), last = first + Int(random.next() % UInt64(32 - first))
            let range = Int64(first)...Int64(last)
            switch random.next() % 3 {
            case 0:
                try scene.locks.clearRecord(range, of: scene.owner(process))
                for byte in first...last { model[process][byte] = nil }
            case let choice:
                let mode: FileLockMode = choice == 1 ? .shared : .exclusive
                let isFree = (first...last).allSatisfy { byte in
                    (0..<3).allSatisfy {
                        $0 == process || model[$0][byte] == nil || (mode == .shared && model[$0][byte] == .shared)
                    }
                }
                do throws(Errno) {
                    try scene.locks.setRecord(scene.lock(process, range, mode), .none)
                    #expect(isFree)
                    for byte in first...last { model[process][byte] = mode }
                } catch {
                    #expect(error == .resourceTemporarilyUnavailable && !isFree)
                }
            }
            check(scene, model)
        }
        for process in 0..<3 { try scene.locks.clearRecord(0...Int64.max, of: scene.owner(process)) }
        var left = 0
        scene.table.forEach { _ in left += 1 }
        #expect(left == 0)
    }

    /// Each process's locks are the longest runs of one mode.
    private func check(_ scene: Scene, _ model: [[FileLockMode?]]) {
        var listed: [String] = []
        scene.table.forEach {
            listed.append("\($0.processID) \($0.range.lowerBound) \($0.range.upperBound) \($0.mode)")
        }
        var expected: [String] = []
        for process in 0..<3 {
            var start = 0
            while start < 32 {
                guard let mode = model[process][start] else {
                    start += 1
                    continue
                }
                var end = start
                while end + 1 < 32, model[process][end + 1] == mode { end += 1 }
                expected.append("\(process + 1) \(start) \(end) \(mode)")
                start = end + 1
            }
        }
        #expect(listed.sorted() == expected.sorted())
    }

    @Test("A process waits until the lock in its way is given back", arguments: 1...10)
    func waiting(_ seed: Int) throws {
        let scene = try Scene()
        try scene.locks.setRecord(scene.lock(0, 0...9), .none)
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed),
            [
                {
                    do throws(Errno) {
                        try scene.locks.setRecord(scene.lock(1, 5...5), .wait)
                        scene.notes.append("has it")
                    } catch { scene.notes.append("\(error)") }
                },
                {
                    for _ in 0..<3 { CurrentThread.scheduler.yield() }
                    scene.notes.append("gives it")
                    do throws(Errno) { try scene.locks.clearRecord(0...5, of: scene.owner(0)) } catch {
                        scene.notes.append("\(error)")
                    }
                },
            ])
        #expect(outcome == .ended && scene.notes == ["gives it", "has it"])
    }

    @Test("Who waits is listed behind what is in the way")
    func listedWaits() throws {
        let scene = try Scene()
        try scene.locks.setRecord(scene.lock(0, 0...9), .none)
        _ = try SimulatedThreads.run(
            seed: 1,
            [
                {
                    do throws(Errno) { try scene.locks.setRecord(scene.lock(1, 5...5, .shared), .wait) } catch {
                        scene.notes.append("\(error)")
                    }
                },
                {
                    for _ in 0..<3 { CurrentThread.scheduler.yield() }
                    scene.table.forEach { scene.notes.append("\($0.processID) \($0.mode) \($0.standing)") }
                    do throws(Errno) { try scene.locks.clearRecord(0...9, of: scene.owner(0)) } catch {
                        scene.notes.append("\(error)")
                    }
                },
            ])
        #expect(scene.notes == ["1 exclusive held", "2 shared awaited"])
    }

    @Test("A circle of three processes is a deadlock for the one that closes it")
    func deadlock() throws {
        let scene = try Scene()
        for process in 0..<3 {
            try scene.locks.setRecord(scene.lock(process, Int64(process)...Int64(process)), .none)
        }
        func wait(_ process: Int, _ byte: Int64) -> @Sendable () -> Void {
            {
                do throws(Errno) {
                    try scene.locks.setRecord(scene.lock(process, byte...byte), .wait)
                    scene.notes.append("\(process) has it")
                } catch {
                    scene.notes.append("\(process) \(error == .deadlock ? "deadlock" : "error")")
                }
                // Who leaves gives everything back.
                do throws(Errno) { try scene.locks.clearRecord(0...Int64.max, of: scene.owner(process)) } catch {
                    scene.notes.append("\(error)")
                }
            }
        }
        #expect(try SimulatedThreads.run(seed: 3, [wait(0, 1), wait(1, 2), wait(2, 0)]) == .ended)
        #expect(scene.notes.filter { $0.hasSuffix("deadlock") }.count == 1)
        #expect(scene.notes.filter { $0.hasSuffix("has it") }.count == 2)
    }

    @Test("Closing a descriptor gives the process's locks back, and not the open file's")
    func closing() throws {
        let scene = try Scene()
        let table = FileDescriptorTable()
        let owner = FileLockOwner(table, processID: 9)
        let descriptor = try table.add(scene.file, limit: 10, .kept)
        try scene.locks.setRecord(RecordLock(0...9, .exclusive, owner), .none)
        try scene.locks.setWhole(RecordLock(.exclusive, FileLockOwner(scene.file, processID: 9)), .none)
        try table.close(descriptor)
        if scene.locks.record(of: owner, in: 0...Int64.max) != nil { Issue.record("the process still has its lock") }
        #expect(throws: Errno.resourceTemporarilyUnavailable) {
            try scene.locks.setWhole(RecordLock(.shared, FileLockOwner(scene.other, processID: 9)), .none)
        }
    }
}
