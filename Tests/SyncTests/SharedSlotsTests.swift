// SPDX-License-Identifier: Apache-2.0

// What SharedSlots promises: a place holds what was put there last, each reference is released once, and no sooner than
// whoever had it from the set.

import CAllocator
import Containers
import Sync
import Synchronization
import TestSupport
import Testing

@Suite("Slots that are read without a lock", .serialized)
struct SharedSlotsTests {
    private static let living = Atomic<Int>(0)

    private final class Thing: Sendable {
        let number: Int
        init(_ number: Int) {
            self.number = number
            living.wrappingAdd(1, ordering: .relaxed)
        }
        deinit { living.wrappingSubtract(1, ordering: .relaxed) }
    }

    private final class Owner: Sendable { let slots = SharedSlots<Thing>() }

    @Test("Changes at random leave what an array of optionals has")
    func model() throws {
        #expect(Self.living.load(ordering: .relaxed) == 0)
        var random = SeededRandom()
        do {
            let owner = Owner()
            var model: [Int?] = []
            for step in 0..<4000 {
                if model.isEmpty || random.next(below: 100) == 0 {
                    let count = model.count + 1 + random.next(below: 8)
                    try owner.slots.grow(to: count)
                    model += [Int?](repeating: nil, count: count - model.count)
                }
                let index = random.next(below: model.count)
                let new = random.next(below: 3) == 0 ? nil : step
                let old = owner.slots.exchange(index, new.map(Thing.init))
                #expect(old?.number == model[index])
                model[index] = new
                #expect(owner.slots.count == model.count)
            }
            for index in model.indices { #expect(owner.slots.value(index)?.number == model[index]) }
            #expect(Self.living.load(ordering: .relaxed) == model.count { $0 != nil })
        }
        #expect(Self.living.load(ordering: .relaxed) == 0)
    }

    @Test("There is nothing where there is no place")
    func outside() throws {
        let owner = Owner()
        #expect(owner.slots.value(0) == nil && owner.slots.count == 0)
        try owner.slots.grow(to: 3)
        #expect(owner.slots.value(3) == nil && owner.slots.value(-1) == nil && owner.slots.value(.max) == nil)
        try owner.slots.grow(to: 1)
        #expect(owner.slots.count == 3)
    }

    @Test("Growing without memory changes nothing")
    func failure() throws {
        let owner = Owner()
        try owner.slots.grow(to: 2)
        _ = owner.slots.exchange(1, Thing(9))
        apus_test_fail_allocation(1)
        #expect(throws: OutOfMemory.self) { try owner.slots.grow(to: 50) }
        #expect(throws: OutOfMemory.self) { try owner.slots.grow(to: .max - 1) }
        #expect(owner.slots.count == 2 && owner.slots.value(1)?.number == 9)
    }

    @Test("What was found outlives its place")
    func outlives() throws {
        let owner = Owner()
        try owner.slots.grow(to: 1)
        _ = owner.slots.exchange(0, Thing(5))
        let found = owner.slots.value(0)
        _ = owner.slots.exchange(0, nil)
        #expect(found?.number == 5)
    }

    @Test("A section answers what its code answers")
    func section() {
        #expect(Epoch.section { 3 } == 3)
        Epoch.wait()
    }
}
