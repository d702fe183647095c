// SPDX-License-Identifier: Apache-2.0
//
// A path that a program passed, copied once, to the stack if it is short and else to memory. The path is lent to a
// closure instead of being a value: a value of 128 bytes would be copied whenever it moves, and a call with two paths
// would not fit a stack frame of 1 KiB.
//
// Source: path_resolution(7), open(2).

internal import Containers
internal import LinuxABI
internal import Processes
internal import UserMemory

/// What an empty path means.
enum PathEmptiness {
    /// ENOENT, for most calls.
    case refused
    /// The descriptor itself, where a flag says so (AT_EMPTY_PATH); the caller looks.
    case allowed
}

extension SystemCalls {
    /// Runs `body` with a copy of a path, without its NUL.
    ///
    /// - Throws: `.badAddress`, `.fileNameTooLong`, `.noEntry` for an empty path, `.noMemory`.
    @inline(never) static func withPath(
        _ address: UInt, _ emptiness: PathEmptiness = .refused, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        var short = InlineArray<128, UInt8>(repeating: 0)
        guard let count = try copyShort(UserAddress(address), &short) else {
            return try withLongPath(try UserMemory.string(at: UserAddress(address), limit: 4096), body)
        }
        if count == 0, emptiness == .refused { throw .noEntry }
        return try body(short.span.extracting(first: count))
    }

    /// The same for calls that programs make often: the task goes through as an argument, because a closure that
    /// captures it counts two references.
    @inline(never) static func withPath(
        _ address: UInt, _ emptiness: PathEmptiness, _ task: Task,
        _ body: (Span<UInt8>, Task) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        var short = InlineArray<128, UInt8>(repeating: 0)
        guard let count = try copyShort(UserAddress(address), &short) else {
            return try withLongPath(try UserMemory.string(at: UserAddress(address), limit: 4096), task, body)
        }
        if count == 0, emptiness == .refused { throw .noEntry }
        return try body(short.span.extracting(first: count), task)
    }

    @inline(never) private static func withLongPath(
        _ path: consuming UniqueArray<UInt8>, _ task: Task, _ body: (Span<UInt8>, Task) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        return try body(path.span, task)
    }

    @inline(never) private static func withLongPath(
        _ path: consuming UniqueArray<UInt8>, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        return try body(path.span)
    }

    /// Copies up to the NUL. - Returns: the bytes before it; nil if there is none in the first 128.
    private static func copyShort(
        _ address: UserAddress, _ short: inout InlineArray<128, UInt8>
    ) throws(Errno) -> Int? {
        var done = 0
        while done < 128 {
            let place = address.advanced(by: done)
            // Never over a page's end in one copy: what lies behind the NUL need not be mapped.
            let inPage = 4096 - Int(place.rawValue & 4095)
            let end = done + min(64, inPage, 128 - done)
            var all = short.mutableSpan
            var part = all._mutatingExtracting(done..<end)
            // SAFETY: bytes of an array that this function has exclusive access to; any bit pattern is a byte.
            var raw = unsafe part.mutableBytes
            try UserMemory.read(place, into: &raw)
            if let found = short.span.extracting(first: end).firstPosition(of: 0, from: done) { return found }
            done = end
        }
        return nil
    }
}
