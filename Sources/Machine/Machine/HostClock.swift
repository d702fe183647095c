// SPDX-License-Identifier: Apache-2.0
//
// What the machine itself says of the time: the hypervisor's clock, exactly, or a battery clock, to the second. An image
// that does not ask has none of it.

#if os(none)
internal import X86_64
#endif

/// Clocks outside the kernel.
public enum HostClock {
    /// What a clock says.
    public struct Answer: Sendable {
        /// Steps of the CPU's counter per second; 0 if it does not say.
        public var frequency: UInt64
        /// Nanoseconds since 1970-01-01 00:00 UTC, now.
        public var wallTime: UInt64
    }

    /// Asks the hypervisor's clock, of which KVM has one.
    ///
    /// - Returns: nil if there is none.
    public static func askHypervisor() -> Answer? {
        #if os(none)
        KVMClock.read().map { Answer(frequency: $0.frequency, wallTime: $0.wallTime) }
        #else
        nil
        #endif
    }

    /// Asks the battery clock: the beginning of the present second.
    ///
    /// - Returns: nil if there is none.
    public static func askBattery() -> Answer? {
        #if os(none)
        RealTimeClock.read().map { Answer(frequency: 0, wallTime: $0 * 1_000_000_000) }
        #else
        nil
        #endif
    }
}
