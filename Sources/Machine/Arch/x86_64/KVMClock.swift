// SPDX-License-Identifier: Apache-2.0
//
// KVM's clock: the hypervisor writes into a page how its time follows from the time-stamp counter, and the wall time at
// which that began. Looked at once, for the counter's exact frequency and the wall time; afterwards the kernel counts
// itself, since it asks for counters that agree and do not stop anyway.
//
// Source: Linux, Documentation/virt/kvm/x86/cpuid.rst and msr.rst.

#if arch(x86_64)
/// How KVM's time follows from the counter: `pvclock_vcpu_time_info`.
struct KVMTimeRecord {
    private let counterAtBase: UInt64
    private let nanosecondsAtBase: UInt64
    /// Nanoseconds per shifted counter step, in 2^-32.
    private let multiplier: UInt32
    /// How far the counter is shifted to the left first; negative for to the right.
    private let shift: Int8

    /// Reads the record's four words; nil while it is being written, or if nobody has.
    init?(_ words: InlineArray<4, UInt64>) {
        let version = UInt32(truncatingIfNeeded: words[0])
        multiplier = UInt32(truncatingIfNeeded: words[3])
        shift = Int8(truncatingIfNeeded: words[3] >> 32)
        counterAtBase = words[1]
        nanosecondsAtBase = words[2]
        guard version != 0, version & 1 == 0, multiplier != 0, abs(Int(shift)) < 32 else { return nil }
    }

    /// Counter steps per second.
    var frequency: UInt64 {
        let shifted = (UInt64(1_000_000_000) << 32) / UInt64(multiplier)
        return shift < 0 ? shifted << UInt64(-shift) : shifted >> UInt64(shift)
    }

    /// Nanoseconds since the machine began, when the counter has a value.
    func nanoseconds(at counter: UInt64) -> UInt64 {
        var steps = counter &- counterAtBase
        steps = shift < 0 ? steps >> UInt64(-shift) : steps << UInt64(shift)
        let (high, low) = steps.multipliedFullWidth(by: UInt64(multiplier))
        return nanosecondsAtBase &+ (high << 32 | low >> 32)
    }
}

#if os(none)
internal import CMachine
internal import Memory

/// The clock of KVM.
public enum KVMClock {
    /// What it says.
    public struct Answer: Sendable {
        /// Counter steps per second.
        public var frequency: UInt64
        /// Nanoseconds since 1970-01-01 00:00 UTC, now.
        public var wallTime: UInt64
    }

    private static var wallClockRegister: UInt32 { 0x4b56_4d00 }
    private static var systemTimeRegister: UInt32 { 0x4b56_4d01 }

    /// Asks; nil where there is no such clock.
    ///
    /// - Context: frames can be allocated; two exits to the hypervisor.
    public static func read() -> Answer? {
        guard CPUFeatures.current.hasKVMClock, let frame = try? Frames.allocate() else { return nil }
        defer { Frames.release(frame) }
        let address = frame.physicalAddress.rawValue
        // Bit 0 turns the record on; KVM writes it before the guest goes on. The wall time is written at once.
        machine_write_msr(systemTimeRegister, address | 1)
        machine_write_msr(wallClockRegister, address + 64)
        defer { machine_write_msr(systemTimeRegister, 0) }
        for _ in 0..<8 {
            var words = InlineArray<4, UInt64>(repeating: 0)
            words[0] = Frames.load64(frame, at: 0)
            words[1] = Frames.load64(frame, at: 8)
            words[2] = Frames.load64(frame, at: 16)
            words[3] = Frames.load64(frame, at: 24)
            machine_fence()
            guard Frames.load64(frame, at: 0) == words[0], let record = KVMTimeRecord(words) else { continue }
            let seconds = Frames.load64(frame, at: 64) >> 32
            let rest = Frames.load64(frame, at: 72) & 0xffff_ffff
            return Answer(
                frequency: record.frequency,
                wallTime: seconds * 1_000_000_000 + rest + record.nanoseconds(at: machine_counter()))
        }
        return nil
    }
}
#endif
#endif
