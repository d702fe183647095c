// SPDX-License-Identifier: Apache-2.0
//
// Faults on purpose, to see that they are found: in a checked image `apus.selftest=<name>` commits one before the program starts.
// In other images there is nothing here.

#if Checks
internal import BootProtocols
internal import ByteCodec
internal import Events
internal import Log
internal import Machine
internal import Memory
internal import Platform
internal import Scheduler
internal import Sync
internal import Synchronization
internal import Time

/// Faults of the kernel's own.
enum SelfTest {
    /// Commits the fault that the command line names.
    static func run() {
        if isWanted("lock-order") { lockOrder() }
        if isWanted("sleeping-lock") { sleepUnderSpinlock() }
        if isWanted("freed-block") { writeFreedBlock() }
        if isWanted("freed-frame") { writeFreedFrame() }
        if isWanted("stuck-cpu") { Culprit.start { stick() } }
        if isWanted("stuck-lock") { Culprit.start { stickWithLock() } }
    }

    private static func isWanted(_ name: StaticString) -> Bool {
        Platform.withCommandLine { bytes in
            var reader = KernelWordReader(bytes)
            while true {
                // Words that are wrong were reported before.
                guard let word = try? reader.next() else { return false }
                guard case .selftest(let range) = word, range.count == name.utf8CodeUnitCount else { continue }
                var isSame = true
                for index in 0..<range.count {
                    if bytes.byte(at: range.lowerBound + index) != name.byte(at: index) { isSame = false }
                }
                return isSame
            }
        }
    }

    // MARK: Locks

    private final class Locks: Sendable {
        let outer = Spinlock(0, .waitQueue)
        let inner = Spinlock(0, .timerOwner)
        let sleeping = BlockingMutex(0)
    }

    @inline(never) private static func lockOrder() {
        let locks = Locks()
        locks.inner.withLock { _ in locks.outer.withLock { $0 += 1 } }
    }

    @inline(never) private static func sleepUnderSpinlock() {
        let locks = Locks()
        locks.outer.withLock { _ in locks.sleeping.withLock { $0 += 1 } }
    }

    // MARK: Memory

    @inline(never) private static func writeFreedBlock() {
        let block = UnsafeMutablePointer<UInt64>.allocate(capacity: 8)
        unsafe block.deallocate()
        // SAFETY: it is not; that is the test.
        unsafe (block + 3).pointee = 0x1234
        for _ in 0..<2000 { unsafe UnsafeMutablePointer<UInt64>.allocate(capacity: 8).deallocate() }
    }

    @inline(never) private static func writeFreedFrame() {
        for turn in 0..<2000 {
            guard let frame = try? Frames.allocate() else { return }
            Frames.release(frame)
            if turn == 0 { Frames.store64(0x1234, frame, at: 64) }
        }
    }

    // MARK: CPUs

    /// A thread on the second CPU.
    private final class Culprit: ThreadBody {
        let fault: @Sendable () -> Void
        init(_ fault: @escaping @Sendable () -> Void) { self.fault = fault }

        static func start(_ fault: @escaping @Sendable () -> Void) {
            let scheduler = CurrentThread.scheduler
            guard let thread = try? scheduler.prepare(Culprit(fault)) else { return }
            scheduler.setAffinity(of: thread, to: 2)
            scheduler.start(thread)
        }

        func run(on thread: Thread) { fault() }
    }

    private static func pause(seconds: UInt64) {
        let end = Clock.now().advanced(byNanoseconds: seconds * 1_000_000_000)
        while Clock.now() < end { CPU.relax() }
    }

    @inline(never) private static func stick() {
        let interrupts = CPU.saveInterrupts()
        pause(seconds: 15)
        CPU.restoreInterrupts(interrupts)
    }

    /// Holds a lock for long that another thread wants.
    @inline(never) private static func stickWithLock() {
        let locks = Locks()
        let holds = Flag()
        let scheduler = CurrentThread.scheduler
        let other = Culprit {
            while !holds.isSet.load(ordering: .acquiring) { CPU.relax() }
            locks.outer.withLock { $0 += 1 }
        }
        guard let thread = try? scheduler.prepare(other) else { return }
        scheduler.setAffinity(of: thread, to: 1)
        scheduler.start(thread)
        locks.outer.withLock { _ in
            holds.isSet.store(true, ordering: .releasing)
            pause(seconds: 25)
        }
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }
}
#else
/// Nothing: see above.
enum SelfTest {
    @inline(__always) static func run() {}
}
#endif
