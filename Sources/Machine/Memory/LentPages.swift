// SPDX-License-Identifier: Apache-2.0
//
// The two pages that the kernel lends to every program: code that answers clock_gettime(2) and its like without
// entering the kernel (vdso(7); the code is CMachine's vdso.S), and in front of it the data that this code reads. Who
// maps them, and what time it is, is known above.

internal import CMachine
public import Containers

/// The frames of the lent code and its data.
public struct LentPages: Sendable {
    /// The clock's data; programs read it.
    public let data: FrameNumber
    /// The code; programs read and execute it.
    public let code: FrameNumber

    /// Copies the code into a frame of its own.
    ///
    /// - Returns: nil where there is no such code (the hosted machine).
    /// - Throws: `OutOfMemory`.
    public static func make() throws(OutOfMemory) -> LentPages? {
        #if arch(x86_64) && os(none)
        let data = try Frames.allocate()
        let code: FrameNumber
        do throws(OutOfMemory) { code = try Frames.allocateUncleared() } catch {
            Frames.release(data)
            throw error
        }
        machine_copy_page(DirectMap.pointer(code), machine_vdso_page())
        machine_store32(UInt(bitPattern: DirectMap.pointer(data)), 1)
        return LentPages(data: data, code: code)
        #else
        return nil
        #endif
    }

    /// What the clock's data says.
    public struct ClockData: Sendable {
        /// The counter at the base.
        public var counterAtBase: UInt64
        /// Nanoseconds per counter step, times 2^32.
        public var multiplier: UInt64
        /// Monotonic nanoseconds at the base.
        public var nanosecondsAtBase: UInt64
        /// What makes monotonic time wall time.
        public var wallOffset: UInt64

        /// Creates the data of a scale.
        public init(counterAtBase: UInt64, multiplier: UInt64, nanosecondsAtBase: UInt64, wallOffset: UInt64) {
            self.counterAtBase = counterAtBase
            self.multiplier = multiplier
            self.nanosecondsAtBase = nanosecondsAtBase
            self.wallOffset = wallOffset
        }
    }

    /// Writes the clock's data; nil makes programs call the kernel. A program that reads at the same time sees the
    /// sequence change and reads again.
    ///
    /// - Context: one writer at a time.
    public func publish(_ clock: ClockData?) {
        let page = DirectMap.pointer(data).assumingMemoryBound(to: machine_lent_clock.self)
        let sequence = page.pointee.sequence | 1
        machine_store32(UInt(bitPattern: page), sequence)
        machine_fence()
        guard let clock else { return }
        page.pointee.counter_at_base = clock.counterAtBase
        page.pointee.multiplier = clock.multiplier
        page.pointee.nanoseconds_at_base = clock.nanosecondsAtBase
        // CLOCK_REALTIME, CLOCK_REALTIME_COARSE and CLOCK_TAI (leap seconds are not known).
        page.pointee.clock_offsets.0 = clock.wallOffset
        page.pointee.clock_offsets.5 = clock.wallOffset
        page.pointee.clock_offsets.11 = clock.wallOffset
        machine_fence()
        machine_store32(UInt(bitPattern: page), sequence &+ 1)
    }
}
