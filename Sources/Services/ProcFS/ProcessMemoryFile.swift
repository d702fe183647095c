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
            var piece = LayoutBuffer<32>(byteCount: count)
            do throws(Errno) {
                try piece.fill { (bytes) throws(Errno) in
                    try UserMemory.read(UserAddress(UInt(truncatingIfNeeded: place)), into: &bytes)
                }
            } catch {
                if buffer.transferred == before { throw .ioError }
                break
            }
            try buffer.put(piece.bytes)
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
            var piece = LayoutBuffer<32>(byteCount: count)
            let start = buffer.transferred
            try piece.fill { (bytes) throws(Errno) in _ = try buffer.take(into: &bytes) }
            do throws(Errno) {
                try UserMemory.write(piece.bytes, to: UserAddress(UInt(truncatingIfNeeded: place)))
            } catch {
                if start == before { throw .ioError }
                return start - before
            }
        }
        return buffer.transferred - before
    }

    private func checkOwner() throws(Errno) {
        guard let id = node.node.processID, let process = node.provider.process(id),
            process.figures.processID == node.provider.callerID
        else { throw .permissionDenied }
    }
}
