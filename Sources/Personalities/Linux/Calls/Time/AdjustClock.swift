// SPDX-License-Identifier: Apache-2.0
//
// adjtimex(2), clock_adjtime(2): what the discipline of the wall clock is. There is none: the clock runs as its hardware
// does and is never synchronised, which is what the answer says. Changing it is refused, whoever asks.

internal import LinuxABI
internal import Processes
internal import Processor
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func adjtimex(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try readDiscipline(r.argument0)
    }

    @Sendable static func clock_adjtime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        _ = try UserMemory.load(UInt32.self, at: UserAddress(r.argument1))
        switch descriptor(r.argument0) {
        case 0: return try readDiscipline(r.argument1)
        case 1...9, 11: throw .notSupported
        default: throw .invalidArgument
        }
    }

    /// Fills a `struct timex`.
    ///
    /// - Throws: `.notPermitted` if it asks for a change, `.invalidArgument` for a mode that there is not.
    private static func readDiscipline(_ address: UInt) throws(Errno) -> Int {
        let modes = try UserMemory.load(UInt32.self, at: UserAddress(address))
        // ADJ_ADJTIME (0x8000) comes with ADJ_OFFSET_SINGLESHOT (1); with ADJ_OFFSET_READONLY (0x2000) it only asks.
        if modes & 0x8000 != 0 {
            guard modes & 1 != 0 else { throw .invalidArgument }
            guard modes & 0x2000 != 0 else { throw .notPermitted }
        } else if modes != 0 {
            throw .notPermitted
        }
        var timex = LayoutBuffer<26>()
        timex.store32(modes, at: 0)
        timex.store64(16_000_000, at: 24)  // the greatest error, in microseconds: NTP_PHASE_LIMIT
        timex.store64(16_000_000, at: 32)
        timex.store32(0x40, at: 40)  // STA_UNSYNC
        timex.store64(2, at: 48)  // the time constant
        timex.store64(1, at: 56)  // the precision, in microseconds
        timex.store64(32_768_000, at: 64)  // the tolerance: 500 ppm with 16 binary places
        let now = Timestamp(nanosecondsSinceEpoch: Clock.wallTime())
        timex.store64(UInt64(bitPattern: now.seconds), at: 72)
        timex.store64(UInt64(now.nanoseconds / 1000), at: 80)
        timex.store64(10_000, at: 88)  // microseconds of a tick, 100 a second
        try store(timex, address)
        return 5  // TIME_ERROR: not synchronised
    }
}
