// SPDX-License-Identifier: Apache-2.0
//
// /proc/PID/mem: the program's memory as a file, by address. Only the calling process's own: there is no other. Unlike
// on Linux, a write obeys the mapping's protection. Source: proc_pid_mem(5).

import Containers
import FileSystem
import LinuxABI
import UserMemory

/// An open /proc/PID/mem.
final class ProcessMemoryFile: OpenFile, @unchecked Sendable {
    private let node: ProcInode

    init(_ node: ProcInode, _ mount: Mount, _ flags: OpenFlags) {
        self.node = node
        super.init(node, mount, flags)
    }

    override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        try withPosition { (position) throws(Errno) in
            let count = try read(into: &buffer, at: position)
            position += UInt64(count)
            return count
        }
    }

    override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        try withPosition { (position) throws(Errno) in
            let count = try write(from: &buffer, at: position, options)
            position += UInt64(count)
            return count
        }
    }

    /// - Throws: `.ioError` where nothing is mapped.
    override func read(into buffer: inout IOBuffer, at offset: UInt64) throws(Errno) -> Int {
        if !flags.allowsReading { throw .badFileDescriptor }
        try checkOwner()
        let before = buffer.transferred
        while buffer.remaining > 0 {
            let place = offset + UInt64(buffer.transferred - before)
            let count = min(buffer.remaining, 256, Int(4096 - place & 4095))
            var piece = InlineArray<256, UInt8>(repeating: 0)
            do throws(Errno) {
                var span = piece.mutableSpan
                var bytes = span.rawBytes
                var part = bytes._mutatingExtracting(0..<count)
                try UserMemory.read(UserAddress(UInt(truncatingIfNeeded: place)), into: &part)
            } catch {
                if buffer.transferred == before { throw .ioError }
                break
            }
            try buffer.put(piece.span.rawBytes.extracting(0..<count))
        }
        return buffer.transferred - before
    }

    /// - Throws: `.ioError` where nothing is mapped that can be written.
    override func write(
        from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions
    ) throws(Errno) -> Int {
        if !flags.allowsWriting { throw .badFileDescriptor }
        try checkOwner()
        let before = buffer.transferred
        while buffer.remaining > 0 {
            let place = offset + UInt64(buffer.transferred - before)
            let count = min(buffer.remaining, 256, Int(4096 - place & 4095))
            var piece = InlineArray<256, UInt8>(repeating: 0)
            let start = buffer.transferred
            try Self.take(count, from: &buffer, into: &piece)
            do throws(Errno) {
                let bytes = piece.span.rawBytes.extracting(0..<count)
                try UserMemory.write(bytes, to: UserAddress(UInt(truncatingIfNeeded: place)))
            } catch {
                if start == before { throw .ioError }
                return start - before
            }
        }
        return buffer.transferred - before
    }

    private static func take(
        _ count: Int, from buffer: inout IOBuffer, into piece: inout InlineArray<256, UInt8>
    ) throws(Errno) {
        var span = piece.mutableSpan
        var bytes = span.rawBytes
        var part = bytes._mutatingExtracting(0..<count)
        _ = try buffer.take(into: &part)
    }

    private func checkOwner() throws(Errno) {
        guard let id = node.node.processID, let process = node.provider.process(id),
            process.figures.processID == node.provider.callerID
        else { throw .permissionDenied }
    }
}
