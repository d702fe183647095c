// SPDX-License-Identifier: Apache-2.0
//
// An open text of /proc or /sys. The text is made when reading begins at its start, and kept while the reader goes on, so that
// one reader sees one consistent text; going back to the start makes it again.

import Containers
import Events
import FileSystem
import LinuxABI
import UserMemory

/// An open text.
final class TextFile: OpenFile, @unchecked Sendable {
    private let node: TextInode
    private let text = BlockingMutex(UniqueArray<UInt8>(), .text)

    init(_ inode: TextInode, _ mount: Mount, _ flags: OpenFlags) {
        node = inode
        super.init(inode, mount, flags)
    }

    override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        if !flags.allowsReading { throw .badFileDescriptor }
        return try withPosition { (position) throws(Errno) in
            let count = try read(&buffer, position)
            position += UInt64(count)
            return count
        }
    }

    override func read(into buffer: inout IOBuffer, at offset: UInt64) throws(Errno) -> Int {
        if !flags.allowsReading { throw .badFileDescriptor }
        return try read(&buffer, offset)
    }

    private func read(_ buffer: inout IOBuffer, _ offset: UInt64) throws(Errno) -> Int {
        try text.withLock { (text) throws(Errno) in
            if offset == 0 || text.isEmpty {
                var fresh = TextBuilder()
                try node.addText(to: &fresh)
                text = fresh.finish()
            }
            if offset >= UInt64(text.count) { return 0 }
            let start = Int(offset)
            let count = min(buffer.remaining, text.count - start)
            try buffer.put(text.span.extracting(start..<start + count).rawBytes)
            return count
        }
    }

    override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        if !flags.allowsWriting { throw .badFileDescriptor }
        // One write is one value; what is longer than any value is refused.
        let count = buffer.remaining
        if count > 64 { throw .invalidArgument }
        var bytes = LayoutBuffer<8>(byteCount: count)
        try bytes.fill { (span) throws(Errno) in _ = try buffer.take(into: &span) }
        let value = bytes.bytes.byteSpan
        let end = count > 0 && value[count - 1] == UInt8(ascii: "\n") ? count - 1 : count
        try node.setText(value.extracting(0..<end))
        return count
    }

    override func write(
        from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions
    ) throws(Errno) -> Int {
        try write(from: &buffer, options)
    }
}
