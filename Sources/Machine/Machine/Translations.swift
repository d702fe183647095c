// SPDX-License-Identifier: Apache-2.0
//
// Forgetting translations that CPUs may have kept: on this one by instructions, on others by asking them to. Whoever
// changes page tables calls this after the change and before the frames get another use; it returns once no CPU uses
// the old translations any more.
//
// One request at a time is under way. A CPU that waits for its turn or for answers serves the request of the other one,
// so interrupts may be off here; but a spinlock may not be held, since a CPU that spins on it does not answer.

internal import CMachine
public import Memory
internal import Synchronization

#if os(none)
/// Page translations that CPUs remember.
public enum Translations {
    /// The most pages that are forgotten one by one.
    private static var fewPages: UInt { 32 }

    // The request under way; written by the CPU that holds the turn, before it names who shall serve it.
    private static let turn = Atomic<Bool>(false)
    private static let servants = Atomic<UInt64>(0)
    private static let requestedRoot = Atomic<UInt64>(0)
    private static let requestedStart = Atomic<UInt>(0)
    private static let requestedPages = Atomic<UInt>(0)

    /// What to do with a root: in place of a number of pages.
    private static var leaves: UInt { .max }

    // MARK: What callers want

    /// Forgets pages of a program's address space everywhere.
    ///
    /// - Parameters:
    ///   - root: the space's top-level table.
    ///   - start: the first page's address; `end` is one past the last byte.
    /// - Context: no spinlock held.
    public static func forget(_ root: FrameNumber, from start: UInt, to end: UInt) {
        let address = root.physicalAddress.rawValue
        let pages = (end - start) / UInt(pageSize)
        guard CPUs.count > 1 else {
            // Should another space be loaded meanwhile, these translations are gone anyway.
            if machine_this_cpu().pointee.active_root == address { forgetHere(start, pages) }
            return
        }
        let state = machine_interrupts_save()
        if machine_this_cpu().pointee.active_root == address { forgetHere(start, pages) }
        ask(address, start, pages)
        machine_interrupts_restore(state)
    }

    /// Forgets pages of the kernel's own part everywhere.
    ///
    /// - Context: no spinlock held.
    static func forgetKernel(from start: UInt, to end: UInt) {
        let state = machine_interrupts_save()
        var page = start
        while page < end {
            machine_flush_address(page)
            page += UInt(pageSize)
        }
        if CPUs.count > 1 { ask(0, start, (end - start) / UInt(pageSize)) }
        machine_interrupts_restore(state)
    }

    /// Whether another CPU may use an address space, now or before the caller is done with it.
    public static var areShared: Bool { CPUs.count > 1 }

    /// Makes every CPU leave an address space that will not be used again, before its tables are freed.
    ///
    /// - Context: no spinlock held.
    public static func abandon(_ root: FrameNumber) {
        let address = root.physicalAddress.rawValue
        let state = machine_interrupts_save()
        if machine_this_cpu().pointee.active_root == address { leave() }
        if CPUs.count > 1 { ask(address, 0, leaves) }
        machine_interrupts_restore(state)
    }

    /// Uses other page tables on this CPU; interrupts are off.
    static func activate(root: UInt64) {
        let cpu = machine_this_cpu()
        guard cpu.pointee.active_root != root else { return }
        // In this order: who looks for CPUs to ask after changing the tables either sees this, or the tables are walked
        // after the change (writing CR3 waits for the store).
        machine_store64(UInt(machine_cpu_active_root(cpu)), root)
        machine_write_cr3(root)
    }

    /// Interrupts every other CPU and waits until all have been: they have passed a memory barrier then, and serialised
    /// their instructions.
    ///
    /// - Context: no spinlock held.
    public static func interruptOthers() {
        guard CPUs.count > 1 else { return }
        let state = machine_interrupts_save()
        ask(0, 0, 0)
        machine_interrupts_restore(state)
    }

    // MARK: Requests

    /// Asks the CPUs that have `root` loaded (0: all) and waits until they have served.
    private static func ask(_ root: UInt64, _ start: UInt, _ pages: UInt) {
        machine_fence()
        let own = UInt64(1) << UInt64(machine_cpu_index())
        var asked = users(of: root) & ~own
        // A CPU that rests is not woken for what it may not need again.
        if root != 0, pages != leaves {
            for index in 0..<CPUs.count where asked & 1 << UInt64(index) != 0 && CPUs.forgetLater(index) {
                asked &= ~(1 << UInt64(index))
            }
        }
        if asked == 0 { return }
        while turn.exchange(true, ordering: .acquiring) {
            serve()
            machine_relax()
        }
        requestedRoot.store(root, ordering: .relaxed)
        requestedStart.store(start, ordering: .relaxed)
        requestedPages.store(pages, ordering: .relaxed)
        servants.store(asked, ordering: .sequentiallyConsistent)
        while asked != 0 {
            CPUs.interrupt(asked.trailingZeroBitCount, .call)
            asked &= asked - 1
        }
        while servants.load(ordering: .acquiring) != 0 {
            serve()
            machine_relax()
        }
        turn.store(false, ordering: .releasing)
    }

    /// The CPUs on which a root is loaded, as bits.
    private static func users(of root: UInt64) -> UInt64 {
        var users: UInt64 = 0
        for index in 0..<CPUs.count where CPUs.isStarted(index) {
            if root == 0 || CPUs.activeRoot(index) == root { users |= 1 << UInt64(index) }
        }
        return users
    }

    /// Does what is asked of this CPU, if anything is. Called by the interrupt and wherever a CPU waits for others.
    ///
    /// - Context: interrupts off.
    static func serve() {
        let own = UInt64(1) << UInt64(machine_cpu_index())
        guard servants.load(ordering: .acquiring) & own != 0 else { return }
        let root = requestedRoot.load(ordering: .relaxed)
        let start = requestedStart.load(ordering: .relaxed)
        let pages = requestedPages.load(ordering: .relaxed)
        if root == 0 {
            for page in 0..<pages { machine_flush_address(start + page * UInt(pageSize)) }
        } else if machine_this_cpu().pointee.active_root == root {
            if pages == leaves { leave() } else { forgetHere(start, pages) }
        }
        _ = servants.bitwiseAnd(~own, ordering: .acquiringAndReleasing)
    }

    // MARK: Resting

    /// Says that this CPU will run no program until `resume`: others need not interrupt it.
    ///
    /// - Context: interrupts off.
    public static func rest() {
        machine_store32(machine_cpu_rests(machine_this_cpu()), 1)
    }

    /// Catches up with what was changed since `rest`.
    public static func resume() {
        let cpu = machine_this_cpu()
        machine_store32(machine_cpu_rests(cpu), 0)
        machine_fence()
        guard machine_load32(machine_cpu_forgot(cpu)) != 0 else { return }
        machine_store32(machine_cpu_forgot(cpu), 0)
        machine_write_cr3(machine_read_cr3())
    }

    // MARK: On this CPU

    private static func forgetHere(_ start: UInt, _ pages: UInt) {
        // All at once when they are many; the kernel's are global and stay.
        if pages > fewPages { return machine_write_cr3(machine_read_cr3()) }
        for page in 0..<pages { machine_flush_address(start + page * UInt(pageSize)) }
    }

    private static func leave() {
        machine_this_cpu().pointee.loaded = nil
        activate(root: KernelSpace.rootAddress.rawValue)
    }
}
#else
/// Page translations that CPUs remember: on a host, none.
public enum Translations {
    /// Forgets pages of a program's address space.
    public static func forget(_ root: FrameNumber, from start: UInt, to end: UInt) {}
    /// Whether another CPU may use an address space.
    public static var areShared: Bool { false }
    /// Interrupts every other CPU: there is none.
    public static func interruptOthers() {}
    /// Makes every CPU leave an address space.
    public static func abandon(_ root: FrameNumber) {}
    /// Says that this CPU will run no program.
    public static func rest() {}
    /// Catches up.
    public static func resume() {}
}
#endif
