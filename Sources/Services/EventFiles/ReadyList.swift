// SPDX-License-Identifier: Apache-2.0
//
// The entries of a poll that may be ready, as a list of slot numbers: linking and unlinking touches no reference count,
// and is done with interrupts off. Room for a slot's links is made when the entry is added.

import Containers

/// A slot's place in a list.
struct ReadyLink {
    var previous = ReadyList.none
    var next = ReadyList.none
    var isIn = false
}

/// A list of slots, each at most once.
struct ReadyList: ~Copyable {
    private var links = UniqueArray<ReadyLink>()
    /// The slot that has waited longest.
    private(set) var first = ReadyList.none
    /// The slot that came last.
    private(set) var last = ReadyList.none

    /// No slot.
    static var none: UInt32 { .max }

    /// Whether there is none.
    var isEmpty: Bool { first == ReadyList.none }

    /// How many slots there is room for.
    var capacity: Int { links.count }

    /// Storage for a number of slots, to be adopted.
    struct Room: ~Copyable {
        var links: UniqueArray<ReadyLink>

        init(for count: Int) throws(OutOfMemory) {
            links = try UniqueArray(capacity: count)
        }
    }

    /// Takes larger storage; what there was goes back in its place, to be freed elsewhere.
    mutating func adopt(_ room: inout Room) {
        guard room.links.capacity > links.count else { return }
        for index in 0..<links.count { room.links.appendReserved(links[index]) }
        while room.links.count < room.links.capacity { room.links.appendReserved(ReadyLink()) }
        swap(&links, &room.links)
    }

    /// Enters a slot at the end, if it is not in.
    @inline(__always) mutating func append(_ slot: UInt32) {
        let index = Int(slot)
        guard !links[index].isIn else { return }
        links[index] = ReadyLink(previous: last, next: ReadyList.none, isIn: true)
        if last == ReadyList.none { first = slot } else { links[Int(last)].next = slot }
        last = slot
    }

    /// Enters a slot at the front, if it is not in.
    mutating func prepend(_ slot: UInt32) {
        let index = Int(slot)
        guard !links[index].isIn else { return }
        links[index] = ReadyLink(previous: ReadyList.none, next: first, isIn: true)
        if first == ReadyList.none { last = slot } else { links[Int(first)].previous = slot }
        first = slot
    }

    /// Takes the first slot out; `none` if there is none.
    @inline(__always) mutating func removeFirst() -> UInt32 {
        let slot = first
        if slot == ReadyList.none { return slot }
        let next = links[Int(slot)].next
        links[Int(slot)].isIn = false
        first = next
        if next == ReadyList.none { last = next } else { links[Int(next)].previous = ReadyList.none }
        return slot
    }

    /// Takes a slot out, if it is in.
    mutating func remove(_ slot: UInt32) {
        let link = links[Int(slot)]
        guard link.isIn else { return }
        if link.previous == ReadyList.none { first = link.next } else { links[Int(link.previous)].next = link.next }
        if link.next == ReadyList.none { last = link.previous } else { links[Int(link.next)].previous = link.previous }
        links[Int(slot)].isIn = false
    }
}
