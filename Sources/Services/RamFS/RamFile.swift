// SPDX-License-Identifier: Apache-2.0
//
// A regular file in memory: all its data is in the page cache, which is also what mappings share.

import Containers
import Events
import FileSystem
import LinuxABI
import Memory
import PageCache
import UserMemory

/// A regular file in memory.
///
/// Lock order: the write lock before the page cache's. The write lock is held while the program's memory is read, which
/// may fault pages of this very file in: faults take the page cache's lock only.
final class RamFile: RamInode, @unchecked Sendable {
    let pages: PageCache
    /// Writers and changes of the size, one at a time; what they are not permitted.
    let writing = BlockingMutex<FileSeals>(.seal, .writing)

    /// Makes an empty file that has been taken out of the volume's limit.
    override init(
        volume: RamVolume, number: UInt64? = nil, linkCount: UInt32, _ description: borrowing NewInode
    ) {
        pages = PageCache(budget: volume.pages)
        super.init(volume: volume, number: number, linkCount: linkCount, description)
    }

    override var byteCount: UInt64 { pages.byteCount }
    override var blockCount: UInt64 { pages.pageCount * 8 }
    override var sizes: (byteCount: UInt64, blockCount: UInt64) {
        let (byteCount, pageCount) = pages.sizes
        return (byteCount, pageCount * 8)
    }
    override var pageCache: PageCache? { pages }

    /// The greatest size: that of a signed 64-bit offset.
    private static var sizeLimit: UInt64 { UInt64(Int64.max) }

    override func read(into buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions) throws(Errno) {
        var offset = offset
        while buffer.remaining > 0 {
            let (page, available) = pages.page(forReadingAt: offset)
            let count = min(available, buffer.remaining)
            switch page {
            case .beyondEnd:
                if !options.contains(.noAccessTime) { noteAccess() }
                return
            case .hole: try buffer.putZeros(count)
            case .frame(let frame):
                defer { Frames.release(frame) }
                try buffer.put(from: frame, at: Int(offset & 4095), count: count)
            }
            offset += UInt64(count)
        }
        if !options.contains(.noAccessTime) { noteAccess() }
    }

    override func write(
        from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions
    ) throws(Errno) -> UInt64 {
        if buffer.remaining == 0 { return offset }
        return try writing.withLock { (seals) throws(Errno) in
            var offset = options.contains(.append) ? pages.byteCount : offset
            if offset >= Self.sizeLimit { throw .fileTooLarge }
            // Whatever was written before an error counts.
            defer { noteWrite(options) }
            while buffer.remaining > 0 {
                let start = Int(offset & 4095)
                let count = min(pageSize - start, buffer.remaining)
                try seals.permitWriting(upTo: offset + UInt64(count), of: pages)
                try writePart(&buffer, offset, count)
                offset += UInt64(count)
            }
            return offset
        }
    }

    /// Copies into one page; the file reaches as far as the copy did, also when it fails.
    ///
    /// A new page is cleared before it is filled, although all of it may be overwritten: a copy that comes first could
    /// not be taken back when the page is refused then.
    private func writePart(_ buffer: inout IOBuffer, _ offset: UInt64, _ count: Int) throws(Errno) {
        let frame = try mapping { () throws(PageCacheError) in try pages.getOrAllocate(offset >> 12) }
        let before = buffer.transferred
        defer {
            Frames.release(frame)
            pages.extend(to: offset + UInt64(buffer.transferred - before))
        }
        try buffer.take(into: frame, at: Int(offset & 4095), count: count)
    }

    /// Appends kernel bytes, page by page.
    func fill(_ contents: Span<UInt8>) throws(Errno) {
        try writing.withLock { (_) throws(Errno) in
            var done = 0
            while done < contents.count {
                let offset = pages.byteCount
                let count = min(pageSize - Int(offset & 4095), contents.count - done)
                let frame = try mapping { () throws(PageCacheError) in try pages.getOrAllocate(offset >> 12) }
                Frames.copy(
                    from: contents.extracting(done..<done + count).rawBytes, to: frame, at: Int(offset & 4095))
                Frames.release(frame)
                pages.extend(to: offset + UInt64(count))
                done += count
            }
        }
    }

    override func resize(to byteCount: UInt64) throws(Errno) {
        if byteCount > Self.sizeLimit { throw .fileTooLarge }
        try writing.withLock { (seals) throws(Errno) in
            try seals.permitSize(byteCount, of: pages)
            pages.resize(to: byteCount)
        }
        noteWrite(.dropSetID)
    }

    override func allocate(_ mode: FallocateMode, _ range: Range<UInt64>) throws(Errno) {
        if range.upperBound > Self.sizeLimit { throw .fileTooLarge }
        try writing.withLock { (seals) throws(Errno) in
            try seals.permitAllocation(mode, upTo: range.upperBound, of: pages)
            switch mode {
            case [.punchHole, .keepSize]:
                try mapping { () throws(PageCacheError) in try pages.punchHole(range) }
            case [], .keepSize:
                try allocatePages(range)
                if mode.isEmpty { pages.extend(to: range.upperBound) }
            default: throw .notSupported
            }
        }
        noteModification()
    }

    override func seals() throws(Errno) -> FileSeals { writing.withLock { $0 } }

    override func permitSeals() { writing.withLock { $0 = [] } }

    override func addSeals(_ seals: FileSeals) throws(Errno) {
        try writing.withLock { (held) throws(Errno) in try held.add(seals, of: pages) }
    }

    private func allocatePages(_ range: Range<UInt64>) throws(Errno) {
        var index = range.lowerBound >> 12
        while index << 12 < range.upperBound {
            Frames.release(try mapping { () throws(PageCacheError) in try pages.getOrAllocate(index) })
            index += 1
        }
    }
}

/// Runs a page cache operation, turning its failure into an `Errno`.
@inline(__always)
func mapping<R>(_ body: () throws(PageCacheError) -> R) throws(Errno) -> R {
    do throws(PageCacheError) {
        return try body()
    } catch {
        switch error {
        case .outOfMemory: throw .noMemory
        case .noSpace: throw .noSpace
        }
    }
}
