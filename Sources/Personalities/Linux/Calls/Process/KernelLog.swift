// SPDX-License-Identifier: Apache-2.0
//
// syslog(2): the kernel's log as programs read it. Ours goes to the first UART and is not kept, so it reads as empty.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func syslog(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let count = Int32(truncatingIfNeeded: r.argument2)
        guard task.process.credentials.has(.readKernelLog) else { throw .notPermitted }
        switch Int32(truncatingIfNeeded: r.argument0) {
        case 0, 1: return 0  // SYSLOG_ACTION_CLOSE, SYSLOG_ACTION_OPEN
        case 2, 3, 4:  // SYSLOG_ACTION_READ, SYSLOG_ACTION_READ_ALL, SYSLOG_ACTION_READ_CLEAR
            guard r.argument1 != 0, count >= 0 else { throw .invalidArgument }
            _ = try UserRange(UserAddress(r.argument1), count: Int(count))
            return 0
        case 5, 6, 7: return 0  // SYSLOG_ACTION_CLEAR, SYSLOG_ACTION_CONSOLE_OFF, SYSLOG_ACTION_CONSOLE_ON
        case 8:  // SYSLOG_ACTION_CONSOLE_LEVEL
            guard (1...8).contains(count) else { throw .invalidArgument }
            return 0
        case 9, 10: return 0  // SYSLOG_ACTION_SIZE_UNREAD, SYSLOG_ACTION_SIZE_BUFFER
        default: throw .invalidArgument
        }
    }
}
