// SPDX-License-Identifier: Apache-2.0
//
// The 8254's channel 2, gated by port 0x61: a reference of known frequency where the APIC timer's is not known. It is
// let run once from boot and read by latch; after 55 ms it wraps and is of no more use.

#if arch(x86_64) && os(none)
internal import CMachine

/// The PIT as a stopwatch of 1.193182 MHz.
public enum ProgrammableIntervalTimer {
    /// Its frequency in Hz (14.31818 MHz / 12).
    public static var frequency: UInt64 { 1_193_182 }

    static func start() {
        machine_out8(0x61, machine_in8(0x61) & 0xfc | 1)  // gate on, speaker off
        machine_out8(0x43, 0b1011_0000)  // channel 2, low and high byte, mode 0
        machine_out8(0x42, 0xff)
        machine_out8(0x42, 0xff)
    }

    /// Ticks since `start`, or nil once the counter has run out.
    public static var elapsed: UInt64? {
        machine_out8(0x43, 0b1100_1000)  // read-back of channel 2: status, then count
        let status = machine_in8(0x42)
        let low = UInt64(machine_in8(0x42))
        let high = UInt64(machine_in8(0x42))
        guard status & 0x80 == 0 else { return nil }
        return 0xffff - (high << 8 | low)
    }
}
#endif
