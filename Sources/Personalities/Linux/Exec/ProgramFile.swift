// SPDX-License-Identifier: Apache-2.0
//
// An executable file as exec sees it: its first page, its program headers, checked by Formats/ELF; and `#!` lines.

internal import ByteCodec
internal import Containers
internal import ELF
internal import FileSystem
internal import LinuxABI
internal import UserMemory

/// Reading the head of an executable.
enum ProgramFile {
    /// Bytes that decide what a file is (BINPRM_BUF_SIZE).
    static var headByteCount: Int { 256 }

    /// Reads bytes of a file.
    ///
    /// - Throws: what the file system says; a short file gives fewer bytes.
    static func read(_ inode: Inode, at offset: UInt64, count: Int) throws(Errno) -> [UInt8] {
        var buffer = IOBuffer(collecting: count)
        try inode.read(into: &buffer, at: offset, [])
        return buffer.collected
    }

    /// The two words of a `#!` line: interpreter and optional argument, as Linux cuts them (execve(2)).
    ///
    /// - Returns: nil if the file does not start with `#!`.
    /// - Throws: `.execFormatError` if nothing follows.
    static func scriptLine(_ head: [UInt8]) throws(Errno) -> (interpreter: [UInt8], argument: [UInt8]?)? {
        guard head.count > 2, head[0] == 0x23, head[1] == 0x21 else { return nil }
        var end = 2
        while end < head.count, head[end] != 0x0a, head[end] != 0 { end += 1 }
        var start = 2
        while start < end, isBlank(head[start]) { start += 1 }
        while end > start, isBlank(head[end - 1]) { end -= 1 }
        guard start < end else { throw .execFormatError }
        var word = start
        while word < end, !isBlank(head[word]) { word += 1 }
        var rest = word
        while rest < end, isBlank(head[rest]) { rest += 1 }
        return (Array(head[start..<word]), rest < end ? Array(head[rest..<end]) : nil)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
