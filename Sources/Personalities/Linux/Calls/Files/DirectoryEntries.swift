// SPDX-License-Identifier: Apache-2.0
//
// getdents64(2), and the older getdents(2), whose records are as long but have the kind at their end.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func getdents64(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        var buffer = IOBuffer(try range(r.argument1, UInt(word(r.argument2))))
        return try file.readDirectory(into: &buffer)
    }

    @Sendable static func getdents(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        let room = try range(r.argument1, UInt(word(r.argument2)))
        let before = try file.seek(to: 0, from: .current)
        var buffer = IOBuffer(collecting: min(room.count, 32768))
        let count = try file.readDirectory(into: &buffer)
        do throws(Errno) { try UserMemory.write(oldRecords(buffer.collected, count), to: room.start) } catch {
            // Entries that the program has not got are not read yet.
            _ = try file.seek(to: Int64(before), from: .set)
            throw error
        }
        return count
    }

    /// Moves the kind of each record from before the name to the record's last byte.
    private static func oldRecords(_ records: [UInt8], _ count: Int) -> [UInt8] {
        var bytes = Array(records[..<count])
        var start = 0
        while start + 19 < count {
            let length = Int(bytes[start + 16]) | Int(bytes[start + 17]) << 8
            let kind = bytes[start + 18]
            for index in start + 18..<start + length - 1 { bytes[index] = bytes[index + 1] }
            bytes[start + length - 1] = kind
            start += length
        }
        return bytes
    }
}
