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
internal import Sync

/// Faults of the kernel's own.
enum SelfTest {
    /// Commits the fault that the command line names.
    static func run() {
        if isWanted("lock-order") { lockOrder() }
        if isWanted("sleeping-lock") { sleepUnderSpinlock() }
        if isWanted("freed-block") { writeFreedBlock() }
        if isWanted("freed-frame") { writeFreedFrame() }
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
}
#else
/// Nothing: see above.
enum SelfTest {
    @inline(__always) static func run() {}
}
#endif
