// SPDX-License-Identifier: Apache-2.0
//
// Physical memory, in frames: allocation, reference counts (a frame can be in a file's cache and in several address
// spaces), and access to contents. Contents are copied, never lent as a Span, because a frame may be mapped into a
// program that writes it at the same time.
//
// Two kinds of caller: `allocate` fails while the reserve is all that is left (its callers throw OutOfMemory); the
// Swift runtime's implicit allocations, which trap when they fail, go down to the last frame (Heap).

internal import CMachine
public import Containers

/// The machine's physical memory.
public enum Frames {
    private static let lock = RawLock()
    nonisolated(unsafe) private static var buddy = BuddyAllocator()
    nonisolated(unsafe) private static var quarantine = FrameQuarantine()
    /// Frames that only implicit allocations may use (DESIGN: out of memory is an error, not a trap).
    nonisolated(unsafe) private static var reserve: UInt32 = 0
    /// Fault injection: the number of fallible allocations until one fails; negative = off.
    nonisolated(unsafe) private static var allocationsUntilFailure: Int = -1

    // MARK: Setting up (boot code and tests)

    static func start(_ table: FrameTable, reserve: UInt32) {
        buddy.use(table)
        self.reserve = reserve
    }

    /// Forgets everything: a test starts over.
    static func forget() { buddy = BuddyAllocator() }

    static func add(_ start: FrameNumber, to end: FrameNumber) {
        buddy.add(untouched: start.rawValue, to: end.rawValue)
    }

    /// Marks frames that are in use from boot on, each with one reference, so that they can be shared and released
    /// like any other: those of the boot archive.
    ///
    /// - Precondition: called once per frame, before the frames are used.
    public static func adoptInUse(_ first: FrameNumber, count: Int) {
        var descriptor = FrameDescriptor(.allocated)
        descriptor.references = 1
        let table = buddy.table
        for i in 0..<UInt32(truncatingIfNeeded: count) { table[first.rawValue &+ i] = descriptor }
        buddy.countAdopted(UInt32(truncatingIfNeeded: count))
    }

    /// Makes the `count`-th fallible allocation from now fail, once; for tests of error paths. Zero takes it back.
    public static func injectFailure(after count: Int) { allocationsUntilFailure = count > 0 ? count - 1 : -1 }

    /// What is left of the count of `injectFailure`; zero once the failure has happened.
    public static var pendingFailure: Int { allocationsUntilFailure + 1 }

    // MARK: Allocation

    /// Takes one frame, cleared, with one reference.
    ///
    /// - Throws: `OutOfMemory` when only the reserve is left.
    /// - Context: any but a hard interrupt; does not block.
    public static func allocate() throws(OutOfMemory) -> FrameNumber {
        let frame = try allocateUncleared()
        machine_clear_pages(DirectMap.pointer(frame), pageSize)
        return frame
    }

    /// Takes one frame whose contents are whatever was there: for callers that overwrite all of it.
    public static func allocateUncleared() throws(OutOfMemory) -> FrameNumber { try allocateUncleared(order: 0) }

    /// Takes 2^order contiguous frames, naturally aligned and cleared, with one reference on the first.
    public static func allocate(order: Int) throws(OutOfMemory) -> FrameNumber {
        let frame = try allocateUncleared(order: order)
        machine_clear_pages(DirectMap.pointer(frame), pageSize << order)
        return frame
    }

    /// Takes 2^order contiguous frames, naturally aligned, whose contents are whatever was there.
    public static func allocateUncleared(order: Int) throws(OutOfMemory) -> FrameNumber {
        let state = lock.acquire()
        defer { lock.release(state) }
        if allocationsUntilFailure >= 0 {
            allocationsUntilFailure -= 1
            if allocationsUntilFailure < 0 { throw OutOfMemory() }
        }
        endQuarantine(below: reserve + (1 << UInt32(order)))
        guard buddy.freeCount >= reserve + (1 << UInt32(order)), let frame = buddy.allocate(order: order) else {
            throw OutOfMemory()
        }
        FrameQuarantine.fill(frame, order: order)
        if isShort { machine_calls_hold(shortOfMemory) }
        return FrameNumber(frame)
    }

    /// As `allocateUncleared`, but reaching into the reserve; for the heap behind implicit allocations.
    @inline(never)  // from two places, neither of them fast
    static func allocateFromReserve(order: Int) -> FrameNumber? {
        let state = lock.acquire()
        defer { lock.release(state) }
        endQuarantine(below: reserve + (1 << UInt32(order)))
        guard let frame = buddy.allocate(order: order) else { return nil }
        if isShort { machine_calls_hold(shortOfMemory) }
        return FrameNumber(frame)
    }

    /// Lets all frames go that wait in a checked image, if there are fewer than so many others.
    @inline(__always) private static func endQuarantine(below count: UInt32) {
        if buddy.freeCount >= count &+ 1 { return }
        while let frame = quarantine.takeAny() { buddy.release(frame, order: Int(buddy.table[frame].order)) }
    }

    /// Why system calls ask whether they may start; see `isShort`.
    private static var shortOfMemory: UInt32 { UInt32(MACHINE_CALLS_SHORT_OF_MEMORY) }

    /// Whether a fallible heap allocation may go ahead: leaves the reserve alone, and counts for fault injection.
    static func mayAllocateFallibly(bytes: Int) -> Bool {
        if allocationsUntilFailure >= 0 {
            allocationsUntilFailure -= 1
            if allocationsUntilFailure < 0 { return false }
        }
        return bytes >= 0 && UInt64(buddy.freeCount) > UInt64(reserve) + UInt64(bytes / pageSize)
    }

    /// Whether fallible allocations can presently succeed; system calls ask before they start.
    public static var isShort: Bool { buddy.freeCount <= reserve }

    // MARK: References

    /// Adds a reference.
    public static func share(_ frame: FrameNumber) {
        let state = lock.acquire()
        buddy.table[frame.rawValue].references += 1
        lock.release(state)
    }

    /// Removes a reference; the last one frees the frame (and the rest of its block).
    public static func release(_ frame: FrameNumber) {
        let state = lock.acquire()
        let number = frame.rawValue
        buddy.table[number].references -= 1
        if buddy.table[number].references == 0,
            let number = quarantine.exchange(number, order: Int(buddy.table[number].order))
        {
            buddy.release(number, order: Int(buddy.table[number].order))
            if machine_calls_held() & shortOfMemory != 0, !isShort { machine_calls_resume(shortOfMemory) }
        }
        lock.release(state)
    }

    /// How many references a frame has. Only a caller that holds one can rely on the answer being at least 1; and
    /// only one that also keeps others from sharing it can rely on an answer of exactly 1.
    @inline(__always) public static func referenceCount(_ frame: FrameNumber) -> Int {
        Int(buddy.table[frame.rawValue].references)
    }

    // MARK: Figures

    /// Bytes that the allocator manages.
    public static var totalBytes: UInt64 { UInt64(buddy.totalCount) << 12 }

    /// Bytes that can still be had, the reserve included.
    public static var freeBytes: UInt64 { UInt64(buddy.freeCount) << 12 }

    // MARK: The heap's view

    @inline(__always) static func withDescriptor<R>(_ frame: FrameNumber, _ body: (inout FrameDescriptor) -> R) -> R {
        body(&buddy.table[frame.rawValue])
    }

    static var table: FrameTable { buddy.table }
}
