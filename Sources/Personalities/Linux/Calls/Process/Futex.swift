// SPDX-License-Identifier: Apache-2.0
//
// futex(2): wait and wake. One thread cannot wait for itself for ever without a signal, so this much is what C libraries
// use of it in single-threaded programs; threads bring the rest.

internal import Events
internal import LinuxABI
internal import Processes
internal import Processor
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func futex(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let operation = UInt32(truncatingIfNeeded: r.argument1)
        let flags = FutexFlags(rawValue: operation & ~127)
        guard flags.subtracting([.processPrivate, .realTimeClock]).isEmpty else { throw .noFunction }
        let address = UserAddress(r.argument0)
        guard address.rawValue & 3 == 0 else { throw .invalidArgument }
        switch FutexCommand(rawValue: operation & 127) {
        case .wake, .wakeBits:
            if operation & 127 == 10, UInt32(truncatingIfNeeded: r.argument5) == 0 { throw .invalidArgument }
            _ = try UserRange(address, count: 4)
            return 0
        case .wait, .waitBits:
            if operation & 127 == 9, UInt32(truncatingIfNeeded: r.argument5) == 0 { throw .invalidArgument }
            var deadline: Instant?
            if r.argument3 != 0 {
                let wait = try timestamp(at: r.argument3)
                let isAbsolute = operation & 127 == 9
                deadline = try instant(wait, isAbsolute: isAbsolute, onWallClock: flags.contains(.realTimeClock))
            }
            guard try UserMemory.load(UInt32.self, at: address) == UInt32(truncatingIfNeeded: r.argument2) else {
                throw .resourceTemporarilyUnavailable
            }
            let queue = WaitQueue()
            do throws(WaitEnd) { try queue.wait(until: deadline, unless: { false }) } catch { throw Errno(error) }
            return 0
        default: throw .noFunction
        }
    }
}
