// SPDX-License-Identifier: Apache-2.0
//
// One descriptor of 16 bytes for each frame, in one array indexed by frame number. Memory that was never used has no
// valid descriptors: they are written when the buddy allocator first takes a chunk of it (see BuddyAllocator), so that
// booting costs nothing per megabyte.

internal import CMachine

/// What a frame is used for.
enum FrameKind: UInt8 {
    /// Not the allocator's: firmware, the image, the boot archive before it is handed over.
    case reserved = 0
    /// The first frame of a free buddy block.
    case free = 1
    /// In use, counted in `references`.
    case allocated = 2
    /// Divided into heap blocks of one size class.
    case slab = 3
    /// The first frame of a heap block larger than any class.
    case large = 4
}

/// The allocator's knowledge of one frame.
struct FrameDescriptor {
    var kind: FrameKind
    /// Buddy order of a block; size class of a slab.
    var order: UInt8
    /// Slab: blocks in use.
    var used: UInt16
    /// Allocated: reference count. Slab: which blocks can be had (`SlabBlocks`).
    var references: UInt32
    /// Neighbours in a free list or a slab list: frame numbers, or `FrameDescriptor.none`.
    var next: UInt32
    var previous: UInt32

    static var none: UInt32 { .max }

    init(_ kind: FrameKind) {
        self.kind = kind
        order = 0
        used = 0
        references = 0
        next = FrameDescriptor.none
        previous = FrameDescriptor.none
    }
}

/// The array of all descriptors.
struct FrameTable {
    private var base: UnsafeMutablePointer<FrameDescriptor>?
    /// One past the highest frame that has a descriptor.
    private(set) var count: UInt32 = 0

    init() { base = nil }

    /// - Parameter storage: room for `count` descriptors, not initialised.
    init(storage: UnsafeMutableRawPointer, count: UInt32) {
        base = storage.bindMemory(to: FrameDescriptor.self, capacity: Int(count))
        self.count = count
    }

    /// A list of frames, threaded through their descriptors.
    struct List {
        var head: UInt32 = FrameDescriptor.none
        var isEmpty: Bool { head == FrameDescriptor.none }
    }

    subscript(frame: UInt32) -> FrameDescriptor {
        // SAFETY: callers pass frames below `count`, which the allocator's ranges guarantee.
        @inline(__always) unsafeAddress { UnsafePointer(base.unsafelyUnwrapped + Int(frame)) }
        @inline(__always) nonmutating unsafeMutableAddress { base.unsafelyUnwrapped + Int(frame) }
    }

    /// Adds a reference to a frame that the caller has one of.
    @inline(__always) func addReference(_ frame: UInt32) {
        if CPULimit.count > 1 { return machine_increment32(&self[frame].references) }
        self[frame].references &+= 1
    }

    /// Takes a reference away, and tells whether it was the last.
    @inline(__always) func dropReference(_ frame: UInt32) -> Bool {
        if CPULimit.count > 1 { return machine_decrement32(&self[frame].references) }
        self[frame].references &-= 1
        return self[frame].references == 0
    }

    func push(_ frame: UInt32, on list: inout List) {
        self[frame].next = list.head
        self[frame].previous = FrameDescriptor.none
        if list.head != FrameDescriptor.none { self[list.head].previous = frame }
        list.head = frame
    }

    func remove(_ frame: UInt32, from list: inout List) {
        let next = self[frame].next
        let previous = self[frame].previous
        if next != FrameDescriptor.none { self[next].previous = previous }
        if previous != FrameDescriptor.none { self[previous].next = next } else { list.head = next }
    }
}
