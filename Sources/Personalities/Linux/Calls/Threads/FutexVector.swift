// SPDX-License-Identifier: Apache-2.0
//
// futex_waitv(2): waits on up to 128 words at once.

internal import Events
internal import Futexes
internal import LinuxABI
internal import Processes
internal import Processor
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func futex_waitv(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let count = Int(UInt32(truncatingIfNeeded: r.argument1))
        guard r.argument2 == 0, count >= 1, count <= 128, r.argument0 != 0 else { throw .invalidArgument }
        var deadline: Instant?
        if r.argument3 != 0 {
            let clock = Int32(truncatingIfNeeded: r.argument4)
            guard clock == 0 || clock == 1 else { throw .invalidArgument }
            let time = try timestamp(at: r.argument3)
            deadline = try instant(time, isAbsolute: true, onWallClock: clock == 0)
        }
        var words: [(futex: Futex, expected: UInt32)] = []
        words.reserveCapacity(count)
        for index in 0..<count {
            // struct futex_waitv: value, address, flags, reserved.
            var buffer = LayoutBuffer<3>()
            let place = UserAddress(r.argument0).advanced(by: index * 24)
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(place, into: &raw) }
            let flags = buffer.load32(16)
            // FUTEX2_SIZE_U32 is the only size, FUTEX2_PRIVATE the only flag.
            guard buffer.load32(20) == 0, buffer.load32(4) == 0, flags & ~130 == 0, flags & 2 == 2 else {
                throw .invalidArgument
            }
            let futex = try futexWord(
                UInt(buffer.load64(8)), FutexFlags(rawValue: flags & 128), task)
            words.append((futex, UInt32(truncatingIfNeeded: buffer.load64(0))))
        }
        switch try task.process.system.futexes.waitForAny(words, until: deadline) {
        case .success(let index): return index
        case .failure(.timedOut): throw .timedOut
        case .failure: throw .restartIfAsked
        }
    }
}
