// SPDX-License-Identifier: Apache-2.0
//
// sendfile(2), copy_file_range(2): bytes go from one open file to another through a buffer of the kernel, in pieces.
// Positions move by what was written, so that a short write loses nothing.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    private static var pieceByteCount: Int { 16384 }

    @Sendable static func sendfile(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let input = try usableFile(r.argument1, task)
        guard input.flags.allowsReading else { throw .badFileDescriptor }
        let output = try usableFile(r.argument0, task)
        guard output.flags.allowsWriting else { throw .badFileDescriptor }
        if r.argument2 != 0, input.inode.kind == .fifo || input.inode.kind == .socket { throw .illegalSeek }
        guard input.isSource, !output.flags.contains(.append) else { throw .invalidArgument }
        var from = try FilePosition(input, r.argument2)
        let count = min(Int(clamping: r.argument3), transferLimit)
        let done = try copy(input, &from, count, task) { (buffer) throws(Errno) in
            try respectSizeLimit(&buffer, output, task)
            return try output.write(from: &buffer, writeOptions(output, task))
        }
        try from.commit(input)
        return done
    }

    @Sendable static func copy_file_range(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let input = try usableFile(r.argument0, task)
        let output = try usableFile(r.argument2, task)
        guard r.argument5 == 0 else { throw .invalidArgument }
        if input.inode.kind == .directory || output.inode.kind == .directory { throw .isDirectory }
        guard input.inode.kind == .regular, output.inode.kind == .regular else { throw .invalidArgument }
        guard input.flags.allowsReading, output.flags.allowsWriting, !output.flags.contains(.append) else {
            throw .badFileDescriptor
        }
        try checkEnd(r.argument1, r.argument4)
        try checkEnd(r.argument3, r.argument4)
        var from = try FilePosition(input, r.argument1)
        var to = try FilePosition(output, r.argument3)
        let count = min(Int(clamping: r.argument4), transferLimit)
        if input.inode === output.inode, from.overlaps(to, count) { throw .invalidArgument }
        let done = try copy(input, &from, count, task) { (buffer) throws(Errno) in
            try respectSizeLimit(&buffer, output, at: to.offset, task)
            let written = try output.write(from: &buffer, at: to.offset, writeOptions(output, task))
            to.offset += UInt64(written)
            return written
        }
        try from.commit(input)
        try to.commit(output)
        return done
    }

    /// Refuses a range whose end cannot be said in 64 bits.
    ///
    /// - Throws: `.overflow`, `.badAddress`.
    private static func checkEnd(_ address: UInt, _ count: UInt) throws(Errno) {
        if address == 0 { return }
        let start = try UserMemory.load(UInt.self, at: UserAddress(address))
        if start.addingReportingOverflow(count).overflow { throw .overflow }
    }

    /// Copies up to `count` bytes; an error after the first byte is a short copy.
    private static func copy(
        _ input: OpenFile, _ from: inout FilePosition, _ count: Int, _ task: Task,
        _ write: (inout IOBuffer) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        var done = 0
        do throws(Errno) {
            while done < count {
                var piece = IOBuffer(collecting: min(pieceByteCount, count - done))
                let got = try input.read(into: &piece, at: from.offset)
                if got == 0 { break }
                var source = IOBuffer(sending: piece.collected)
                let written = try write(&source)
                from.offset += UInt64(written)
                done += written
                if written < got { break }
            }
        } catch {
            let code = writeError(error, task)
            if done == 0 { throw code }
        }
        return done
    }
}

/// Where a copy reads or writes: the offset in memory that a call names, or else the open file's own position.
struct FilePosition {
    var offset: UInt64
    private let address: UInt
    private let isNeeded: Bool

    /// - Parameter isNeeded: false for a file without positions, which has none to read and to move.
    init(_ file: OpenFile, _ address: UInt, isNeeded: Bool = true) throws(Errno) {
        self.address = address
        self.isNeeded = isNeeded
        if !isNeeded {
            offset = 0
        } else if address == 0 {
            offset = try file.seek(to: 0, from: .current)
        } else {
            let value = try UserMemory.load(Int64.self, at: UserAddress(address))
            guard value >= 0 else { throw .invalidArgument }
            offset = UInt64(value)
        }
    }

    func overlaps(_ other: FilePosition, _ count: Int) -> Bool {
        offset < other.offset + UInt64(count) && other.offset < offset + UInt64(count)
    }

    func commit(_ file: OpenFile) throws(Errno) {
        if !isNeeded { return }
        if address == 0 {
            _ = try file.seek(to: Int64(offset), from: .set)
        } else {
            try UserMemory.store(Int64(offset), at: UserAddress(address))
        }
    }
}
