// SPDX-License-Identifier: Apache-2.0
//
// RLIMIT_FSIZE (getrlimit(2)): a write that begins at the limit or behind it is EFBIG and a SIGXFSZ, one that crosses it
// is short. Only regular files have it. Two threads that write at one position may both find room in front of it.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import UserMemory

extension SystemCalls {
    /// Shortens a write to what the limit leaves.
    ///
    /// - Parameter offset: where the write begins; nil for the open file's own position.
    /// - Throws: `.fileTooLarge` after the signal.
    @inline(__always) static func respectSizeLimit(
        _ buffer: inout IOBuffer, _ file: OpenFile, at offset: UInt64? = nil, _ task: Task
    ) throws(Errno) {
        guard file.inode.kind == .regular else { return }
        let limit = task.process[limit: .fileSize].soft
        if limit != ResourceLimit.infinity { try cut(&buffer, file, offset, limit, task) }
    }

    @inline(never) private static func cut(
        _ buffer: inout IOBuffer, _ file: OpenFile, _ offset: UInt64?, _ limit: UInt64, _ task: Task
    ) throws(Errno) {
        let start: UInt64
        if file.flags.contains(.append) {
            start = file.inode.byteCount
        } else if let offset {
            start = offset
        } else {
            start = try file.seek(to: 0, from: .current)
        }
        guard buffer.remaining > 0 else { return }
        guard start < limit else { throw exceedsSizeLimit(task) }
        buffer.shorten(to: Int(clamping: limit - start))
    }

    /// Refuses to make a regular file larger than the limit; making it smaller is always permitted.
    ///
    /// - Throws: `.fileTooLarge` after the signal.
    static func respectSizeLimit(growing inode: Inode, to byteCount: UInt64, _ task: Task) throws(Errno) {
        guard inode.kind == .regular, byteCount > inode.byteCount else { return }
        if byteCount > task.process[limit: .fileSize].soft { throw exceedsSizeLimit(task) }
    }

    private static func exceedsSizeLimit(_ task: Task) -> Errno {
        signalCaller(.fileSizeLimit, task)
        return .fileTooLarge
    }
}
