// SPDX-License-Identifier: Apache-2.0
//
// /proc/PID/fdinfo, and the value of /proc/PID/oom_score_adj that a program writes. Source: proc_pid_fdinfo(5),
// proc_pid_oom_score_adj(5).

import FileSystem
import LinuxABI
import TextFiles

extension ProcInode {
    /// Position, flags in octal, mount and inode number of an open file.
    @inline(never)
    func addDescriptor(
        _ descriptor: Int32, of process: any ProcessProvider, to text: inout TextBuilder
    ) throws(Errno) {
        guard let table = process.descriptors else { throw .noEntry }
        let file: OpenFile
        var flags: OpenFlags
        do throws(Errno) {
            file = try table.file(descriptor)
            flags = file.flags
            if try table.inheritance(descriptor) == .closedOnExec { flags.insert(.closeOnExec) }
        } catch { throw .noEntry }
        try text.add("pos:\t")
        try text.add(file.shownPosition)
        try text.add("\nflags:\t0")
        try text.add(octal: UInt64(flags.rawValue))
        try text.add("\nmnt_id:\t")
        try text.add(file.mount?.id ?? 0)
        try text.add("\nino:\t")
        try text.add(file.inode.number)
        try text.add("\n")
    }

    /// Takes a number from -1000 to 1000.
    func setAdjustment(_ value: Span<UInt8>) throws(Errno) {
        let isNegative = value.count > 0 && value[0] == UInt8(ascii: "-")
        guard let number = Self.number(isNegative ? value.extracting(droppingFirst: 1) : value), number <= 1000 else {
            throw .invalidArgument
        }
        try process().setOutOfMemoryAdjustment(Int16(isNegative ? -number : number))
    }

    /// Takes a number from -17 to 15, of what the adjustment was before 2010: proc_pid_oom_adj(5).
    func setOldAdjustment(_ value: Span<UInt8>) throws(Errno) {
        let isNegative = value.count > 0 && value[0] == UInt8(ascii: "-")
        guard let number = Self.number(isNegative ? value.extracting(droppingFirst: 1) : value),
            number <= (isNegative ? 17 : 15)
        else { throw .invalidArgument }
        let scaled = !isNegative && number == 15 ? 1000 : Int16(number) * 1000 / 17
        try process().setOutOfMemoryAdjustment(isNegative ? -scaled : scaled)
    }
}
