// SPDX-License-Identifier: Apache-2.0
//
// Physical memory, in frames: allocation, reference counts (a frame can be in a file's cache and in several address
// spaces), and access to contents. Contents are copied, never lent as a Span, because a frame may be mapped into a
// program that writes it at the same time.
//
// Two kinds of caller: `allocate` fails while the reserve is all that is left (its callers throw OutOfMemory); the
// Swift runtime's implicit allocations, which trap when they fail, go down to the last frame (Heap).
//
// Single frames come from the cache of the CPU and go back to it (FrameCache). Blocks, and single frames while memory is
// short, are the allocator's, under one lock: then what the caches keep is given back first.

package import CMachine
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
    /// Whether the caches are not used: before the first CPU has one, while memory is short, and while a failure is due.
    nonisolated(unsafe) private static var isDirect = true

    /// An image for one CPU does without caches: it is smaller.
    @inline(__always) private static var passesCaches: Bool { CPULimit.count == 1 || isDirect }

    // MARK: Setting up (boot code and tests)

    static func start(_ table: FrameTable, reserve: UInt32) {
        buddy.use(table)
        self.reserve = reserve
    }

    /// Forgets everything: a test starts over.
    static func forget() {
        FrameCaches.forEach { $0.empty(into: &buddy, downTo: 0) }
        buddy = BuddyAllocator()
    }

    /// Gives a CPU its cache.
    package static func addCache(_ place: UnsafeMutablePointer<machine_frame_cache>) {
        if CPULimit.count == 1 { return }
        FrameCaches.add(place)
        let state = lock.acquire()
        chooseWay()
        lock.release(state)
    }

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
    public static func injectFailure(after count: Int) {
        let state = lock.acquire()
        allocationsUntilFailure = count > 0 ? count - 1 : -1
        chooseWay()
        lock.release(state)
    }

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
    public static func allocateUncleared() throws(OutOfMemory) -> FrameNumber {
        if !passesCaches, let frame = takeCached() { return FrameNumber(frame) }
        return try allocateUncleared(order: 0)
    }

    /// Takes 2^order contiguous frames, naturally aligned and cleared, with one reference on the first.
    public static func allocate(order: Int) throws(OutOfMemory) -> FrameNumber {
        let frame = try allocateUncleared(order: order)
        machine_clear_pages(DirectMap.pointer(frame), pageSize << order)
        return frame
    }

    /// Takes 2^order contiguous frames, naturally aligned, whose contents are whatever was there.
    @inline(never)  // in many places, and not a short way
    public static func allocateUncleared(order: Int) throws(OutOfMemory) -> FrameNumber {
        if mustFail() { throw OutOfMemory() }
        guard let frame = takeBlock(order: order, leaving: reserve) else { throw OutOfMemory() }
        return FrameNumber(frame)
    }

    /// As `allocateUncleared`, but reaching into the reserve; for the heap behind implicit allocations.
    @inline(never)  // from two places, neither of them fast
    static func allocateFromReserve(order: Int) -> FrameNumber? {
        if order == 0, !passesCaches, let frame = takeCached() { return FrameNumber(frame) }
        return takeBlock(order: order, leaving: 0).map { FrameNumber($0) }
    }

    /// Takes a frame from this CPU's cache, which fetches more when it is empty.
    @inline(__always) private static func takeCached() -> UInt32? {
        let cache = FrameCaches.ofThisCPU
        let state = cache.pointee.lock.acquire()
        if cache.pointee.count == 0 { fetch(cache) }
        let frame = cache.pointee.take(buddy.table)
        cache.pointee.lock.release(state)
        if let frame { FrameQuarantine.fill(frame, order: 0) }
        return frame
    }

    @inline(never) private static func fetch(_ cache: UnsafeMutablePointer<FrameCache>) {
        let state = lock.acquire()
        cache.pointee.fill(from: &buddy, leaving: reserve)
        lock.release(state)
    }

    /// Takes a block from the allocator if so many frames remain.
    private static func takeBlock(order: Int, leaving kept: UInt32) -> UInt32? {
        let needed = kept &+ 1 << UInt32(order)
        let frame = tryToTake(order, needed)
        if frame != nil, !isShort { return frame }
        collect()
        return frame ?? tryToTake(order, needed)
    }

    private static func tryToTake(_ order: Int, _ needed: UInt32) -> UInt32? {
        let state = lock.acquire()
        defer { lock.release(state) }
        guard buddy.freeCount >= needed, let frame = buddy.allocate(order: order) else { return nil }
        FrameQuarantine.fill(frame, order: order)
        return frame
    }

    /// Gives the allocator what the caches keep, and in a checked image what waits.
    private static func collect() {
        if CPULimit.count > 1 {
            FrameCaches.forEach { cache in
                let state = lock.acquire()
                cache.empty(into: &buddy, downTo: 0)
                lock.release(state)
            }
        }
        let state = lock.acquire()
        while let frame = quarantine.takeAny() { buddy.free(frame, order: Int(buddy.table[frame].order)) }
        chooseWay()
        lock.release(state)
    }

    /// Decides how frames are taken and system calls go from now on; called with the lock.
    @inline(never) private static func chooseWay() {
        if isShort {
            machine_calls_hold(shortOfMemory)
        } else if machine_calls_held() & shortOfMemory != 0 {
            machine_calls_resume(shortOfMemory)
        }
        isDirect = isShort || allocationsUntilFailure >= 0 || !FrameCaches.areThere
    }

    /// Whether the failure that was asked for is due.
    @inline(__always) private static func mustFail() -> Bool {
        if allocationsUntilFailure < 0 { return false }
        return countDown()
    }

    @inline(never) private static func countDown() -> Bool {
        let state = lock.acquire()
        defer { lock.release(state) }
        if allocationsUntilFailure < 0 { return false }  // another CPU had it
        allocationsUntilFailure -= 1
        if allocationsUntilFailure >= 0 { return false }
        chooseWay()
        return true
    }

    /// Why system calls ask whether they may start; see `isShort`.
    private static var shortOfMemory: UInt32 { UInt32(MACHINE_CALLS_SHORT_OF_MEMORY) }

    /// Whether a fallible heap allocation may go ahead: leaves the reserve alone, and counts for fault injection.
    static func mayAllocateFallibly(bytes: Int) -> Bool {
        if mustFail() { return false }
        return hasRoom(bytes) || (bytes >= 0 && hasRoomAfterCollecting(bytes))
    }

    @inline(__always) private static func hasRoom(_ bytes: Int) -> Bool {
        bytes >= 0 && UInt64(buddy.freeCount) > UInt64(reserve) + UInt64(bytes / pageSize)
    }

    @inline(never) private static func hasRoomAfterCollecting(_ bytes: Int) -> Bool {
        collect()
        return hasRoom(bytes)
    }

    /// Whether fallible allocations can presently succeed; system calls ask before they start.
    public static var isShort: Bool { buddy.freeCount <= reserve }

    // MARK: References

    /// Adds a reference to a frame that the caller has one of.
    @inline(__always) public static func share(_ frame: FrameNumber) { buddy.table.addReference(frame.rawValue) }

    /// Removes a reference; the last one frees the frame (and the rest of its block).
    public static func release(_ frame: FrameNumber) {
        if buddy.table.dropReference(frame.rawValue) { free(frame.rawValue) }
    }

    @inline(__always) private static func free(_ released: UInt32) {
        guard let frame = waited(released) else { return }
        if buddy.table[frame].order != 0 || passesCaches { return giveBack(frame) }
        let cache = FrameCaches.ofThisCPU
        let state = cache.pointee.lock.acquire()
        if cache.pointee.isFull { relieve(cache) }
        cache.pointee.keep(frame, buddy.table)
        cache.pointee.lock.release(state)
    }

    /// In a checked image a block waits before it can be had again: the one whose time is over.
    @inline(__always) private static func waited(_ frame: UInt32) -> UInt32? {
        #if Checks
        let state = lock.acquire()
        defer { lock.release(state) }
        return quarantine.exchange(frame, order: Int(buddy.table[frame].order))
        #else
        return frame
        #endif
    }

    @inline(never) private static func giveBack(_ frame: UInt32) {
        let state = lock.acquire()
        buddy.free(frame, order: Int(buddy.table[frame].order))
        if machine_calls_held() & shortOfMemory != 0, !isShort { chooseWay() }
        lock.release(state)
    }

    @inline(never) private static func relieve(_ cache: UnsafeMutablePointer<FrameCache>) {
        let state = lock.acquire()
        cache.pointee.empty(into: &buddy, downTo: FrameCache.capacity / 2)
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
    public static var freeBytes: UInt64 {
        UInt64(buddy.freeCount &+ (CPULimit.count > 1 ? FrameCaches.frameCount : 0)) << 12
    }

    // MARK: The heap's view

    @inline(__always) static func withDescriptor<R>(_ frame: FrameNumber, _ body: (inout FrameDescriptor) -> R) -> R {
        body(&buddy.table[frame.rawValue])
    }

    static var table: FrameTable { buddy.table }
}
