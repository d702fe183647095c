// SPDX-License-Identifier: Apache-2.0
//
// The battery clock (MC146818A), read once at boot for the wall time where nobody tells it: seconds only, UTC as
// hypervisors keep it.

#if arch(x86_64) && os(none)
internal import CMachine

/// The CMOS clock.
public enum RealTimeClock {
    /// Seconds since 1970-01-01 00:00 UTC, or nil if there is no clock.
    public static func read() -> UInt64? {
        // Twice the same between two updates; one takes 2 ms of each second, which is some hundred looks.
        for _ in 0..<10_000 {
            let status = register(0x0a)
            if status == 0xff { return nil }
            if status & 0x80 != 0 { continue }
            let first = time()
            if first == time() { return first }
        }
        return nil
    }

    private static func register(_ index: UInt8) -> UInt8 {
        machine_out8(0x70, index | 0x80)
        return machine_in8(0x71)
    }

    private static func time() -> UInt64 {
        let format = register(0x0b)
        func number(_ index: UInt8) -> UInt64 {
            let raw = register(index) & (index == 4 ? 0x7f : 0xff)
            return format & 4 != 0 ? UInt64(raw) : UInt64(raw >> 4) * 10 + UInt64(raw & 15)
        }
        let isAfternoon = format & 2 == 0 && register(4) & 0x80 != 0
        var hour = number(4)
        if format & 2 == 0 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        let days = daysSince1970(year: 2000 + Int(number(9)), month: Int(number(8)), day: Int(number(7)))
        return UInt64(max(0, days)) * 86400 + hour * 3600 + number(2) * 60 + number(0)
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar: years are counted from March, so that the leap day is
    /// the last of its year.
    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let m = month <= 2 ? month + 9 : month - 3
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
    }
}
#endif
