// SPDX-License-Identifier: Apache-2.0

// What the futex table promises, under every schedule that a seed makes: no wake-up is lost, none is counted twice,
// waiters wake in the order in which they came, and a word with an owner has one at a time.

import Events
import Futexes
import LinuxABI
import Scheduler
import Synchronization
import TestSupport
import Testing
import Time
import UserMemory

@Suite("Futexes", .serialized)
struct FutexesTests {
    /// Words of a simulated program, and what its threads note. One thread runs at a time.
    @safe private final class Program: @unchecked Sendable {
        let table = FutexTable()
        private let words = UnsafeMutablePointer<UInt32>.allocate(capacity: 4)
        var inside = 0
        var mostInside = 0
        var notes: [Int] = []
        private var threads: [UInt32: Thread] = [:]

        init() { unsafe words.initialize(repeating: 0, count: 4) }
        deinit { unsafe words.deallocate() }

        subscript(index: Int) -> UInt32 {
            get { unsafe words[index] }
            set { unsafe words[index] = newValue }
        }

        func futex(_ index: Int) -> Futex {
            let address = UInt(bitPattern: unsafe words + index)
            return Futex(UserAddress(address), sharedIn: self, at: UInt64(address))
        }

        /// Notes the running thread's number.
        func takeNumber(_ id: Int) { threads[UInt32(id)] = CurrentThread.thread }

        /// The thread of a number; one that does nothing where none has taken it.
        func find(_ id: UInt32) -> Thread? {
            if threads[id] == nil { threads[id] = try? CurrentThread.scheduler.prepare(Nobody()) }
            return threads[id]
        }

        private final class Nobody: ThreadBody { func run(on thread: Thread) {} }

        /// Notes that a thread is where only one may be.
        func enter(_ body: () -> Void) {
            inside += 1
            mostInside = max(mostInside, inside)
            body()
            inside -= 1
        }

        // A mutex of a program: 0 free, 1 held, 2 held and waited for (Drepper, "Futexes Are Tricky", mutex 2).
        func lock(_ index: Int) throws(Errno) {
            if self[index] == 0 {
                self[index] = 1
                return
            }
            while true {
                let old = self[index]
                self[index] = 2
                if old == 0 { return }
                do throws(Errno) { _ = try table.wait(futex(index), expecting: 2, until: nil) } catch {
                    if error != .resourceTemporarilyUnavailable { throw error }
                }
            }
        }

        func unlock(_ index: Int) {
            let old = self[index]
            self[index] = 0
            if old == 2 { table.wake(futex(index), atMost: 1) }
        }
    }

    @Test("A mutex made of a futex excludes and loses no wake-up", arguments: 1...60)
    func mutex(_ seed: Int) throws {
        let program = Program()
        let work: @Sendable () -> Void = {
            for _ in 0..<20 {
                do throws(Errno) { try program.lock(0) } catch { Issue.record("\(error)") }
                program.enter { CurrentYield.now() }
                program.unlock(0)
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), [work, work, work, work]) == .ended)
        #expect(program.mostInside == 1 && program[0] == 0)
        #expect(program.table.wake(program.futex(0), atMost: .max) == 0)
    }

    @Test("Waiters wake in the order in which they came, and a wake-up counts them")
    func order() throws {
        let program = Program()
        let waiters = (0..<5).map { index -> @Sendable () -> Void in
            {
                _ = try? program.table.wait(program.futex(1), expecting: 0, until: nil)
                program.notes.append(index)
            }
        }
        var woken: [Int] = []
        let outcome = try SimulatedThreads.run(
            seed: 0, idle: { woken.append(program.table.wake(program.futex(1), atMost: 1)) }, waiters)
        #expect(outcome == .ended)
        #expect(program.notes == [0, 1, 2, 3, 4])
        #expect(woken == [1, 1, 1, 1, 1])
    }

    @Test("A waiter is moved and woken where it is then", arguments: 1...30)
    func requeue(_ seed: Int) throws {
        let program = Program()
        let waiter: @Sendable () -> Void = {
            _ = try? program.table.wait(program.futex(1), expecting: 0, until: nil)
            program.notes.append(1)
        }
        var moved = 0
        var left = 0
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed),
            idle: {
                if moved == 0 {
                    let result = try? program.table.requeue(
                        program.futex(1), waking: 1, to: program.futex(2), moving: 10, if: {})
                    moved = result?.moved ?? -1
                    left = program.table.wake(program.futex(1), atMost: 10)
                } else {
                    program.table.wake(program.futex(2), atMost: 1)
                }
            }, [waiter, waiter, waiter, waiter])
        #expect(outcome == .ended && program.notes.count == 4)
        #expect(moved == 3 && left == 0)
    }

    @Test("A wait ends at its deadline and leaves nothing behind")
    func deadline() throws {
        let program = Program()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    let end = try? program.table.wait(
                        program.futex(0), expecting: 0, until: Clock.now().advanced(byNanoseconds: 5_000_000))
                    #expect(end == .timedOut)
                    #expect(program.table.wake(program.futex(0), atMost: 1) == 0)
                    #expect(throws: Errno.resourceTemporarilyUnavailable) {
                        try program.table.wait(program.futex(0), expecting: 1, until: nil)
                    }
                }
            ])
        #expect(outcome == .ended)
    }

    @Test("The first of several words that is woken ends the wait")
    func several() throws {
        let program = Program()
        let outcome = try SimulatedThreads.run(
            seed: 0, idle: { program.table.wake(program.futex(2), atMost: 1) },
            [
                {
                    let words = (0..<3).map { (futex: program.futex($0), expected: UInt32(0)) }
                    let result = try? program.table.waitForAny(words, until: nil)
                    #expect(result == .success(2))
                    for index in 0..<3 { #expect(program.table.wake(program.futex(index), atMost: 1) == 0) }
                }
            ])
        #expect(outcome == .ended)
    }

    // MARK: Words with owners

    @Test("A word has one owner at a time, and is passed on", arguments: 1...60)
    func ownership(_ seed: Int) throws {
        let program = Program()
        let workers = (1...4).map { id -> @Sendable () -> Void in
            {
                program.takeNumber(id)
                for _ in 0..<10 {
                    do throws(Errno) {
                        let end = try program.table.lock(
                            program.futex(0), as: UInt32(id), .wait(until: nil), find: program.find)
                        if end != nil { Issue.record("not the owner") }
                        program.enter {
                            if program[0] & FutexWord.owner != UInt32(id) { Issue.record("another's word") }
                            CurrentYield.now()
                        }
                        try program.table.unlock(program.futex(0), as: UInt32(id))
                    } catch { Issue.record("\(error)") }
                }
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), workers) == .ended)
        #expect(program.mostInside == 1 && program[0] == 0)
    }

    @Test("What cannot be owned is refused")
    func refusals() throws {
        let program = Program()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    let futex = program.futex(0)
                    program[0] = 7
                    #expect(throws: Errno.deadlock) {
                        try program.table.lock(futex, as: 7, .refuse, find: program.find)
                    }
                    #expect(throws: Errno.resourceTemporarilyUnavailable) {
                        try program.table.lock(futex, as: 8, .refuse, find: program.find)
                    }
                    #expect(throws: Errno.noSuchProcess) {
                        try program.table.lock(futex, as: 8, .wait(until: nil)) { _ in nil }
                    }
                    #expect(throws: Errno.notPermitted) { try program.table.unlock(futex, as: 8) }
                }
            ])
        #expect(outcome == .ended)
    }

    @Test("An owner that ends passes its word on, marked")
    func ownerEnds() throws {
        let program = Program()
        program[0] = 5
        let outcome = try SimulatedThreads.run(
            seed: 0,
            idle: {
                try? program.table.ownerEnded(program.futex(0), 5, hasClaimants: true, wasAboutTo: false)
            },
            [
                {
                    program.takeNumber(6)
                    _ = try? program.table.lock(program.futex(0), as: 6, .wait(until: nil), find: program.find)
                    #expect(program[0] == 6 | FutexWord.ownerDied)
                }
            ])
        #expect(outcome == .ended)
        program[1] = 5 | FutexWord.waiters
        try program.table.ownerEnded(program.futex(1), 5, hasClaimants: false, wasAboutTo: false)
        #expect(program[1] == FutexWord.waiters | FutexWord.ownerDied)
        program[2] = 9
        try program.table.ownerEnded(program.futex(2), 5, hasClaimants: false, wasAboutTo: false)
        #expect(program[2] == 9)
    }

    @Test("A waiter of a condition becomes the owner of its mutex", arguments: 1...30)
    func conditionOfOwnedMutex(_ seed: Int) throws {
        let program = Program()
        let waiters = (1...3).map { id -> @Sendable () -> Void in
            {
                program.takeNumber(id)
                do throws(Errno) {
                    let end = try program.table.waitToOwn(
                        program.futex(1), expecting: 0, for: program.futex(0), as: UInt32(id), until: nil)
                    #expect(end == nil)
                    #expect(program[0] & FutexWord.owner == UInt32(id))
                    program.notes.append(id)
                    try program.table.unlock(program.futex(0), as: UInt32(id))
                } catch { Issue.record("\(error)") }
            }
        }
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed),
            idle: {
                _ = try? program.table.requeueToOwn(
                    program.futex(1), expecting: 0, to: program.futex(0), moving: 10, find: program.find)
            }, waiters)
        #expect(outcome == .ended && program.notes.count == 3 && program[0] == 0)
    }

    // MARK: Lending

    @Test("An owner has the priority of its most important waiter, along a chain, until it gives the word up")
    func lending() throws {
        let program = Program()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            idle: {
                // The third waits for the second, the second for the first.
                guard program.notes.isEmpty, let first = program.find(1), let second = program.find(2) else { return }
                let scheduler = CurrentThread.scheduler
                program.notes = [Int(scheduler.priority(of: first)), Int(scheduler.priority(of: second))]
                scheduler.unpark(first)
            },
            [
                {
                    program.takeNumber(1)
                    program[0] = 1
                    CurrentThread.park()
                    #expect(CurrentThread.scheduler.priority(of: CurrentThread.thread) == 30)
                    #expect(throws: Never.self) { try program.table.unlock(program.futex(0), as: 1) }
                    #expect(CurrentThread.scheduler.priority(of: CurrentThread.thread) == 0)
                },
                {
                    program.takeNumber(2)
                    program[1] = 2
                    while program[0] == 0 { CurrentYield.now() }
                    _ = try? program.table.lock(program.futex(0), as: 2, .wait(until: nil), find: program.find)
                    #expect(program[0] & FutexWord.owner == 2)
                    try? program.table.unlock(program.futex(1), as: 2)
                    #expect(CurrentThread.scheduler.priority(of: CurrentThread.thread) == 0)
                },
                {
                    program.takeNumber(3)
                    while program[0] & FutexWord.waiters == 0 { CurrentYield.now() }
                    let own = SchedulingPolicy(.firstInFirstOut, priority: 30)
                    CurrentThread.scheduler.setPolicy(of: CurrentThread.thread, to: own)
                    _ = try? program.table.lock(program.futex(1), as: 3, .wait(until: nil), find: program.find)
                    #expect(program[1] & FutexWord.owner == 3)
                },
            ])
        #expect(outcome == .ended)
        #expect(program.notes == [30, 30])
    }

    @Test("Who waits for the one that waits for it is refused")
    func circles() throws {
        let program = Program()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    program.takeNumber(1)
                    program[0] = 1
                    while program[1] == 0 { CurrentYield.now() }
                    _ = try? program.table.lock(program.futex(1), as: 1, .wait(until: nil), find: program.find)
                    #expect(program[1] & FutexWord.owner == 1)
                },
                {
                    program.takeNumber(2)
                    program[1] = 2
                    while program[1] & FutexWord.waiters == 0 { CurrentYield.now() }
                    #expect(throws: Errno.deadlock) {
                        try program.table.lock(program.futex(0), as: 2, .wait(until: nil), find: program.find)
                    }
                    try? program.table.unlock(program.futex(1), as: 2)
                },
            ])
        #expect(outcome == .ended)
    }
}
