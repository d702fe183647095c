// SPDX-License-Identifier: Apache-2.0

// What sets of semaphores promise beyond what one program sees (Tests/Guest/SystemV.c): what ended processes did is taken
// back, waiters are served in their order under every schedule, and numbers do not come back at once.

import Containers
import FileSystem
import LinuxABI
import TestSupport
import Testing

@testable import SystemVIPC

@Suite("Semaphores", .serialized)
struct SemaphoreTests {
    private let sets: SemaphoreSets
    private let root = Credentials(user: 0, group: 0)

    init() {
        TestMachine.start()
        sets = SystemVIPC().semaphores
    }

    private func caller(_ id: Int32) -> IPCCaller { IPCCaller(processID: id, root) }

    private func operations(_ deltas: [(index: UInt16, delta: Int16)], flags: UInt16 = 0) throws
        -> UniqueArray<SemaphoreOperation>
    {
        var list = UniqueArray<SemaphoreOperation>()
        for (index, delta) in deltas { try list.append(SemaphoreOperation(index: index, delta: delta, flags: flags)) }
        return list
    }

    private func makeSet(_ count: Int) throws -> SemaphoreSet {
        try sets.set(try sets.get(key: 0, count: count, IPCFlags(rawValue: 0o600), caller(1)))
    }

    @Test("What a process did with SEM_UNDO is taken back at its end, and only that")
    func undo() throws {
        let set = try makeSet(2)
        try set.operate(operations([(0, 5), (1, 2)], flags: 0x1000), caller(7), until: nil)
        try set.operate(operations([(0, -2)], flags: 0x1000), caller(7), until: nil)
        try set.operate(operations([(0, 10)]), caller(7), until: nil)
        try set.operate(operations([(0, 1)], flags: 0x1000), caller(8), until: nil)
        sets.processEnded(7)
        #expect(try set.value(0).value == 11 && set.value(1).value == 0)
        #expect(try set.value(0).processID == 7)
        sets.processEnded(7)
        sets.processEnded(8)
        #expect(try set.value(0).value == 10)
    }

    @Test("A value that went down meanwhile is taken back as far as it goes")
    func undoStopsAtZero() throws {
        let set = try makeSet(1)
        try set.operate(operations([(0, 5)], flags: 0x1000), caller(7), until: nil)
        try set.operate(operations([(0, -4)]), caller(8), until: nil)
        sets.processEnded(7)
        #expect(try set.value(0).value == 0)
    }

    @Test("SETVAL forgets what would be taken back")
    func setValueForgets() throws {
        let set = try makeSet(1)
        try set.operate(operations([(0, 5)], flags: 0x1000), caller(7), until: nil)
        try set.setValue(0, to: 3, caller(8))
        sets.processEnded(7)
        #expect(try set.value(0).value == 3)
    }

    @Test("Only who may change a set can operate on it")
    func permissions() throws {
        let set = try makeSet(1)
        let other = IPCCaller(processID: 9, Credentials(user: 12, group: 12))
        #expect(throws: Errno.permissionDenied) {
            try set.operate(operations([(0, 1)]), other, until: nil)
        }
        #expect(throws: Errno.notPermitted) { try sets.remove(set.id, other) }
        try set.set(IPCOwnership(userID: 12, groupID: 0, mode: 0o600), caller(1))
        try set.operate(operations([(0, 1)]), other, until: nil)
        try sets.remove(set.id, other)
    }

    @Test("A number does not come back with its slot")
    func numbers() throws {
        var seen: Set<Int32> = []
        for _ in 0..<100 {
            let id = try makeSet(1).id
            #expect(seen.insert(id).inserted && id & 0x7fff == 0)
            try sets.remove(id, caller(1))
        }
        #expect(throws: Errno.invalidArgument) { _ = try sets.set(seen.first ?? 0) }
    }

    /// What threads note; one runs at a time.
    private final class Notes: @unchecked Sendable { var list: [Int] = [] }

    @Test("A binary semaphore excludes, whatever the schedule", arguments: 1...20)
    func exclusion(_ seed: Int) throws {
        let set = try makeSet(1)
        try set.setValue(0, to: 1, caller(1))
        let notes = Notes()
        let work: @Sendable () -> Void = { [self] in
            for _ in 0..<10 {
                do {
                    try set.operate(operations([(0, -1)]), caller(1), until: nil)
                    notes.list.append(1)
                    try set.operate(operations([(0, 0)]), caller(1), until: nil)
                    notes.list.append(-1)
                    try set.operate(operations([(0, 1)]), caller(1), until: nil)
                } catch { Issue.record("\(error)") }
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), [work, work, work]) == .ended)
        #expect(notes.list == Array(repeating: [1, -1], count: 30).flatMap { $0 })
    }

    @Test("Waiters are served in the order in which they came, each completely")
    func order() throws {
        let set = try makeSet(1)
        let notes = Notes()
        let waiters = (0..<4).map { index -> @Sendable () -> Void in
            { [self] in
                do { try set.operate(operations([(0, -1)]), caller(1), until: nil) } catch { Issue.record("\(error)") }
                notes.list.append(index)
            }
        }
        let outcome = try SimulatedThreads.run(
            seed: 0,
            idle: {
                do { try set.operate(operations([(0, 1)]), caller(1), until: nil) } catch { Issue.record("\(error)") }
                // Whoever was first has it already, though its thread has not run.
                #expect((try? set.value(0).value) == 0)
            }, waiters)
        #expect(outcome == .ended && notes.list == [0, 1, 2, 3])
    }
}
