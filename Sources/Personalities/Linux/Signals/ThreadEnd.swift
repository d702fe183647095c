// SPDX-License-Identifier: Apache-2.0
//
// What a thread leaves behind for the others of its program: mutexes that it held, and the word by which they learn of
// its end (set_robust_list(2), set_tid_address(2)). Nothing of it may fail: bad addresses are skipped, as on Linux.

internal import Futexes
internal import LinuxABI
internal import Processes
internal import Sync
internal import UserMemory

enum ThreadEnd {
    /// How many mutexes a list may have before it is taken for a circle (ROBUST_LIST_LIMIT).
    private static var limit: Int { 2048 }

    /// Tells the other threads that the running one is ending.
    ///
    /// - Context: the thread still has its address space.
    static func announce(_ task: Task) {
        let (list, clear) = task.own.with { own in
            defer {
                own.robustList = (0, 0)
                own.clearChildID = 0
            }
            return (own.robustList.head, own.clearChildID)
        }
        // Without anybody else in the address space there is nobody to tell.
        guard task.process.isMultithreaded else { return }
        if list != 0 { try? release(UserAddress(UInt(list)), task) }
        if clear != 0 {
            do throws(Errno) {
                let futex = try SystemCalls.futexWord(UInt(clear), [], task)
                try UserMemory.store(UInt32(0), at: futex.address)
                task.process.system.futexes.wake(futex, atMost: 1)
            } catch {}
        }
    }

    /// Walks a struct robust_list_head: the next entry, where the word lies in an entry, the entry that was being worked
    /// on. Bit 0 of a pointer says that the mutex has priority inheritance.
    private static func release(_ head: UserAddress, _ task: Task) throws(Errno) {
        let offset = try UserMemory.load(Int.self, at: head.advanced(by: 8))
        let pending = try UserMemory.load(UInt.self, at: head.advanced(by: 16))
        var entry = try UserMemory.load(UInt.self, at: head)
        var count = 0
        while entry & ~1 != head.rawValue, count < limit {
            // The next one is read before this one may be unlocked, and then freed by others.
            let next = try? UserMemory.load(UInt.self, at: UserAddress(entry & ~1))
            if entry & ~1 != pending & ~1 { try release(entry, offset, task, wasAboutTo: false) }
            guard let next else { break }
            entry = next
            count += 1
        }
        if pending & ~1 != 0 { try release(pending, offset, task, wasAboutTo: true) }
    }

    private static func release(_ entry: UInt, _ offset: Int, _ task: Task, wasAboutTo: Bool) throws(Errno) {
        let address = UserAddress(entry & ~1).advanced(by: offset)
        let futex = try SystemCalls.futexWord(address.rawValue, [], task)
        try task.process.system.futexes.ownerEnded(
            futex, UInt32(bitPattern: task.id), hasClaimants: entry & 1 != 0, wasAboutTo: wasAboutTo)
    }
}
