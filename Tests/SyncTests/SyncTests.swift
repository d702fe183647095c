// SPDX-License-Identifier: Apache-2.0

// What Sync promises: one at a time in a lock, the lock free again whatever happens inside, and slots that are set once.

import Sync
import TestSupport
import Testing

@Suite("Locks and slots")
struct SyncTests {
    private struct Failure: Error {}

    private final class Box: Sendable {
        let lock: Spinlock<Int>
        init(_ value: Int) { lock = Spinlock(value) }
    }

    @Test("A spinlock gives its value, and is free again after an error")
    func errors() {
        let box = Box(1)
        #expect(
            box.lock.withLock {
                $0 += 1; return $0
            } == 2)
        #expect(throws: Failure.self) { try box.lock.withLock { _ throws(Failure) in throw Failure() } }
        #expect(box.lock.withLockIfFree { $0 } == 2)
    }

    @Test("A lock that is taken is not waited for when one may not wait")
    func taken() {
        let box = Box(7)
        box.lock.withLock { _ in
            #expect(box.lock.withLockIfFree { $0 } == nil)
            #expect(box.lock.withLockIfFree { $0 } == nil)
        }
        #expect(box.lock.withLockIfFree { $0 } == 7)
        #expect(throws: Failure.self) { try box.lock.withLockIfFree { _ throws(Failure) in throw Failure() } }
        #expect(box.lock.withLockIfFree { $0 } == 7)
    }

    @Test("A spinlock excludes threads of the process")
    func exclusion() async {
        let box = Box(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<1000 {
                        box.lock.withLock { value in
                            let before = value
                            value = before + 1
                        }
                    }
                }
            }
        }
        #expect(box.lock.withLock { $0 } == 4000)
    }

    @Test("What a lock owns goes away with it")
    func ownership() {
        final class Owned: Sendable {}
        weak var observed: Owned?
        do {
            let owned = Owned()
            observed = owned
            let lock = Spinlock<Owned?>(owned)
            #expect(lock.withLock { $0 != nil })
        }
        #expect(observed == nil)
    }

    @Test("A slot is empty until it is set, and then keeps what it got")
    func setOnce() {
        final class Value: Sendable {}
        let slot = SetOnce<Value>()
        #expect(slot.value == nil)
        let value = Value()
        slot.set(value)
        #expect(slot.value === value)
    }

    @Test("A confined value is changed in place")
    func confined() {
        let value = Confined([1, 2])
        value.with { $0.append(3) }
        #expect(value.with { $0 } == [1, 2, 3])
    }
}
