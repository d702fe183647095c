// SPDX-License-Identifier: Apache-2.0
//
// Where a read puts its bytes, or a write takes them from: a range of the program, a list of ranges (readv, writev), or
// a buffer of the kernel. File systems and devices move bytes through it and never learn which. It keeps a cursor, so
// that a bad address in the middle ends the transfer with what was done until then.

public import Containers
public import LinuxABI
internal import Machine
public import Memory

/// One transfer's source or destination.
public struct IOBuffer: ~Copyable {
    private enum Side { case program, kernel }
    private let side: Side
    /// The range at the cursor.
    private var range: UserRange
    /// The ranges after it, from `nextRange` on.
    private var ranges: UniqueArray<UserRange>
    private var nextRange = 0
    /// The kernel's bytes: room for those to collect, cleared, or those to send.
    private var kernelBytes: [UInt8] = []
    private var total: Int

    /// Bytes that are still to be transferred.
    public private(set) var remaining: Int

    /// Bytes that were transferred.
    @inline(__always) public var transferred: Int { total &- remaining }

    /// A range of the program.
    @inline(__always) public init(_ range: UserRange) {
        side = .program
        self.range = range
        ranges = UniqueArray()
        total = range.count
        remaining = range.count
    }

    /// A list of ranges of the program, in order.
    public init(_ list: consuming UniqueArray<UserRange>) {
        side = .program
        range = IOBuffer.emptyRange
        var sum = 0
        for i in 0..<list.count { sum += list[i].count }
        total = sum
        remaining = sum
        ranges = list
    }

    /// A kernel buffer that receives up to `capacity` bytes.
    public init(collecting capacity: Int) {
        side = .kernel
        range = IOBuffer.emptyRange
        ranges = UniqueArray()
        kernelBytes = [UInt8](repeating: 0, count: capacity)
        total = capacity
        remaining = capacity
    }

    /// A kernel buffer whose bytes are written.
    public init(sending source: [UInt8]) {
        side = .kernel
        range = IOBuffer.emptyRange
        ranges = UniqueArray()
        kernelBytes = source
        total = source.count
        remaining = source.count
    }

    /// Ends the transfer earlier: at most `count` more bytes.
    public mutating func shorten(to count: Int) {
        let cut = max(remaining - max(count, 0), 0)
        remaining -= cut
        total -= cut
    }

    private static var emptyRange: UserRange {
        // An empty range is always a program's.
        do throws(Errno) { return try UserRange(.null, count: 0) } catch { fatalError("empty range refused") }
    }

    /// What a collecting buffer has received.
    public var collected: [UInt8] {
        transferred == kernelBytes.count ? kernelBytes : Array(kernelBytes[..<transferred])
    }

    /// Moves to the next range that has bytes and answers how many of `wanted` fit into it.
    @inline(__always) private mutating func room(_ wanted: Int) -> Int {
        while range.count == 0, nextRange < ranges.count {
            range = ranges[nextRange]
            nextRange += 1
        }
        return min(wanted, range.count)
    }

    @inline(__always) private mutating func advance(_ count: Int) {
        range.drop(count)
        remaining &-= count
    }

    // MARK: Reading: towards the buffer

    /// Puts bytes of a frame into the buffer.
    ///
    /// - Throws: `.badAddress` at the first byte that cannot be reached.
    public mutating func put(from frame: FrameNumber, at offset: Int, count: Int) throws(Errno) {
        precondition(count <= remaining)
        guard count <= range.count else { return try putRanges(frame, offset, count) }
        let missed = UserCopy.toProgram(range.start.rawValue, from: frame, at: offset, count: count)
        advance(count &- missed)
        if missed != 0 { throw .badAddress }
    }

    /// The same where it is no single range: over a list of them, or to the kernel.
    @inline(never)
    private mutating func putRanges(_ frame: FrameNumber, _ offset: Int, _ count: Int) throws(Errno) {
        if side == .kernel { return collect(frame, offset, count) }
        var done = 0
        while done < count {
            let part = room(count - done)
            let missed = UserCopy.toProgram(range.start.rawValue, from: frame, at: offset + done, count: part)
            advance(part - missed)
            if missed != 0 { throw .badAddress }
            done += part
        }
    }

    /// Puts bytes into the buffer.
    ///
    /// - Throws: `.badAddress`.
    public mutating func put(_ source: RawSpan) throws(Errno) {
        precondition(source.byteCount <= remaining)
        if side == .kernel { return collect(source) }
        var done = 0
        while done < source.byteCount {
            let part = room(source.byteCount - done)
            let missed = UserCopy.toProgram(range.start.rawValue, from: source.extracting(done..<done + part))
            advance(part - missed)
            if missed != 0 { throw .badAddress }
            done += part
        }
    }

    /// Puts zeros into the buffer.
    ///
    /// - Throws: `.badAddress`.
    public mutating func putZeros(_ count: Int) throws(Errno) {
        precondition(count <= remaining)
        if side == .kernel {
            remaining -= count
            return
        }
        var done = 0
        while done < count {
            let part = room(count - done)
            let missed = UserCopy.clear(range.start.rawValue, count: part)
            advance(part - missed)
            if missed != 0 { throw .badAddress }
            done += part
        }
    }

    // MARK: Writing: from the buffer

    /// Takes bytes of the buffer into a frame.
    ///
    /// - Throws: `.badAddress` at the first byte that cannot be reached.
    public mutating func take(into frame: FrameNumber, at offset: Int, count: Int) throws(Errno) {
        precondition(count <= remaining)
        guard count <= range.count else { return try takeRanges(frame, offset, count) }
        let missed = UserCopy.fromProgram(range.start.rawValue, to: frame, at: offset, count: count)
        advance(count &- missed)
        if missed != 0 { throw .badAddress }
    }

    /// See `putRanges`.
    @inline(never)
    private mutating func takeRanges(_ frame: FrameNumber, _ offset: Int, _ count: Int) throws(Errno) {
        if side == .kernel { return send(to: frame, offset, count) }
        var done = 0
        while done < count {
            let part = room(count - done)
            let missed = UserCopy.fromProgram(range.start.rawValue, to: frame, at: offset + done, count: part)
            advance(part - missed)
            if missed != 0 { throw .badAddress }
            done += part
        }
    }

    /// Takes bytes of the buffer, as many as there are and as `target` has room for.
    ///
    /// - Returns: how many.
    /// - Throws: `.badAddress`.
    public mutating func take(into target: inout MutableRawSpan) throws(Errno) -> Int {
        let count = min(target.byteCount, remaining)
        if side == .kernel {
            copyBytes(kernelBytes.span.rawBytes.extracting(transferred..<transferred + count), to: &target)
            remaining -= count
            return count
        }
        var done = 0
        while done < count {
            let part = room(count - done)
            var piece = target.extracting(done..<done + part)
            let missed = UserCopy.fromProgram(range.start.rawValue, into: &piece)
            advance(part - missed)
            if missed != 0 { throw .badAddress }
            done += part
        }
        return count
    }

    /// Skips bytes: a device that swallows everything (`/dev/null`) need not look at them.
    @inline(__always) public mutating func skip(_ count: Int) {
        precondition(count >= 0 && count <= remaining)
        if count <= range.count { return advance(count) }
        skipRanges(count)
    }

    private mutating func skipRanges(_ count: Int) {
        if side == .kernel {
            remaining -= count
            return
        }
        var done = 0
        while done < count {
            let part = room(count - done)
            advance(part)
            done += part
        }
    }
}

extension IOBuffer {
    private mutating func collect(_ frame: FrameNumber, _ offset: Int, _ count: Int) {
        let start = transferred
        var span = kernelBytes.mutableSpan
        var raw = span.rawBytes
        Frames.copy(from: frame, at: offset, count: count, into: &raw, at: start)
        remaining -= count
    }

    private mutating func collect(_ source: RawSpan) {
        let start = transferred
        var span = kernelBytes.mutableSpan
        var raw = span.rawBytes
        copyBytes(source, to: &raw, at: start)
        remaining -= source.byteCount
    }

    private mutating func send(to frame: FrameNumber, _ offset: Int, _ count: Int) {
        Frames.copy(
            from: kernelBytes.span.rawBytes.extracting(transferred..<transferred + count), to: frame, at: offset)
        remaining -= count
    }
}
