// SPDX-License-Identifier: Apache-2.0
//
// The part of the kernel's half that is mapped while running: stacks of threads, each with an unmapped guard page
// below it, and device registers. Addresses are handed out upwards and stacks are reused; the tables hang under
// top-level slots that every address space shares, so a mapping made here is seen everywhere at once.

#if os(none)
internal import CMachine
public import Containers
public import Memory
internal import Processor
public import X86_64

/// The kernel's own mappings.
public enum KernelSpace {
    private typealias Format = X86PageTableFormat
    private static let lock = RawLock()
    nonisolated(unsafe) private static var root = FrameNumber(0)
    nonisolated(unsafe) private static var next: UInt = 0
    nonisolated(unsafe) private static var freeStacks = InlineArray<16, UInt>(repeating: 0)
    nonisolated(unsafe) private static var freeStackCount = 0

    /// The size of a thread's kernel stack in bytes.
    public static var stackSize: Int { 16384 }
    private static var stackStride: UInt { 32768 }

    /// Takes over the tables of the boot code.
    public static func start(_ boot: BootInformation) {
        root =
            PhysicalAddress(
                boot.imagePhysical.rawValue + UInt64(machine_boot_pml4() - machine_image_start())
            ).frame
        next = boot.areaBase
    }

    /// The top-level table that address spaces copy the kernel's slots from.
    public static var template: FrameNumber { root }

    /// The tables that the kernel runs on when no program is loaded.
    static var rootAddress: PhysicalAddress { root.physicalAddress }

    // Out of line: maps are rare, and drivers make them in rows.
    /// Maps device registers for good.
    ///
    /// - Parameter physical: need not be aligned.
    /// - Throws: `OutOfMemory` when there is none for page tables.
    @inline(never)
    public static func mapDevice(_ physical: PhysicalAddress, byteCount: Int) throws(OutOfMemory) -> MMIOWindow {
        let offset = UInt(physical.rawValue & 4095)
        let pages = (Int(offset) + byteCount + pageSize - 1) / pageSize
        let state = lock.acquire()
        defer { lock.release(state) }
        let base = next
        next += UInt(pages * pageSize)
        for page in 0..<pages {
            try map(base + UInt(page * pageSize), physical.frame.advanced(by: page), [.read, .write, .device, .global])
        }
        return MMIOWindow(base: base + offset, byteCount: byteCount)
    }

    private static func map(_ address: UInt, _ frame: FrameNumber, _ permissions: PagePermissions) throws(OutOfMemory) {
        var tables = PageTable<Format>(adopting: root)
        let slot = try tables.makeSlot(address)
        slot.entry = Format.leaf(frame, permissions)
    }

    /// Takes a stack; below it is an unmapped page. - Returns: one past its last byte.
    package static func allocateStack(byteCount: Int) throws(OutOfMemory) -> UInt {
        // The address range is spent even when memory runs out half-way: 2^39 bytes of addresses outlast any machine.
        let state = lock.acquire()
        if byteCount == stackSize, freeStackCount > 0 {
            freeStackCount -= 1
            let top = freeStacks[freeStackCount]
            lock.release(state)
            return top
        }
        let base = (next + stackStride - 1) & ~(stackStride - 1)
        let top = base + (UInt(byteCount + pageSize) + stackStride - 1) & ~(stackStride - 1)
        next = top
        var isWhole = true
        for page in 1...(byteCount / pageSize) where isWhole {
            isWhole =
                (try? map(top - UInt(page * pageSize), Frames.allocateUncleared(), [.read, .write, .global])) != nil
        }
        lock.release(state)
        if isWhole { return top }
        unmap(from: base, to: top)
        throw OutOfMemory()
    }

    /// Gives a stack back that nobody stands on.
    ///
    /// - Context: no spinlock held.
    package static func freeStack(top: UInt, byteCount: Int) {
        let state = lock.acquire()
        let isKept = byteCount == stackSize && freeStackCount < freeStacks.count
        if isKept {
            freeStacks[freeStackCount] = top
            freeStackCount += 1
        }
        lock.release(state)
        if !isKept { unmap(from: top - UInt(byteCount), to: top) }
    }

    /// Without the lock: entries of different stacks do not meet, and other CPUs must answer before frames are freed.
    private static func unmap(from start: UInt, to end: UInt) {
        let tables = PageTable<Format>(adopting: root)
        var page = start
        while page < end {
            if let slot = tables.slot(page), slot.entry != Format.empty {
                slot.entry = Format.changing(slot.entry, to: [])
            }
            page += UInt(pageSize)
        }
        Translations.forgetKernel(from: start, to: end)
        while page > start {
            page -= UInt(pageSize)
            guard let slot = tables.slot(page), slot.entry != Format.empty else { continue }
            let frame = Format.frame(slot.entry)
            slot.entry = Format.empty
            Frames.release(frame)
        }
    }
}
#endif
