// SPDX-License-Identifier: Apache-2.0
//
// getdents64(2): the entries of a directory from the position on, "." and ".." first. Positions: 0 is ".", 1 is "..",
// and an entry's own position in its file system is two more here.

import Containers
public import LinuxABI
public import UserMemory

extension OpenFile {
    /// Writes as many records as there are and fit, and moves the position behind them.
    ///
    /// - Returns: bytes written; 0 at the end.
    /// - Throws: `.invalidArgument` if not even one record fits, `.notDirectory`, `.badAddress`, `.noEntry` if the
    ///   directory has been removed.
    public final func readDirectory(into buffer: inout IOBuffer) throws(Errno) -> Int {
        if flags.contains(.path) { throw .badFileDescriptor }
        if inode.kind != .directory { throw .notDirectory }
        let before = buffer.transferred
        /// Bytes of whole records: one that a hole in the program's memory has cut off does not count.
        var count = 0
        var failure: Errno?
        try withPosition { (position) throws(Errno) in
            var isFull = false
            // The closures below cannot throw: a class's method is not generic over errors.
            func put(_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool {
                let record = DirectoryRecord.encode(inode: number, nextPosition: next, kind: kind, name: name)
                if record.byteCount > buffer.remaining {
                    isFull = true
                    return false
                }
                do throws(Errno) {
                    try buffer.put(record.bytes)
                } catch {
                    failure = error
                    return false
                }
                position = next
                count = buffer.transferred - before
                return true
            }
            let dot: StaticString = ".", dotDot: StaticString = ".."
            var goesOn = position != 0 || put(dot.utf8Bytes, inode.number, .directory, 1)
            if position == 1 { goesOn = put(dotDot.utf8Bytes, (inode.parent ?? inode).number, .directory, 2) }
            if goesOn {
                try inode.readDirectory(from: position - 2) { name, number, kind, next in
                    put(name, number, kind, next + 2)
                }
            }
            if isFull && count == 0 { failure = .invalidArgument }
        }
        if let failure, count == 0 { throw failure }
        if count > 0 {
            inode.noteAccess()
            inode.notify(.accessed)
        }
        return count
    }
}
