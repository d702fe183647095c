// SPDX-License-Identifier: Apache-2.0
//
// A path that a program passed, copied once. Most paths are short, so they are copied to the stack; only longer ones
// take memory. Two of these and what is around them still fit a kernel stack frame of 1 KiB.
//
// Source: path_resolution(7), open(2).

internal import Containers
internal import LinuxABI
internal import UserMemory

/// A path of a program, without its NUL.
struct PathArgument: ~Copyable {
    /// What an empty path means.
    enum Emptiness {
        /// ENOENT, for most calls.
        case refused
        /// The descriptor itself, where a flag says so (AT_EMPTY_PATH); the caller looks.
        case allowed
    }

    private static var shortLimit: Int { 256 }
    private static var chunk: Int { 64 }

    private var short = InlineArray<96, UInt8>(repeating: 0)
    private var long = UniqueArray<UInt8>()
    private var shortCount = 0

    /// Makes room for a path. Two steps, because a value that is filled where it lies is never moved.
    @inline(__always) init() {}

    /// Copies the path.
    ///
    /// - Throws: `.badAddress`, `.fileNameTooLong`, `.noEntry` for an empty one, `.noMemory`.
    @inline(never) mutating func read(_ address: UInt, _ emptiness: Emptiness = .refused) throws(Errno) {
        if try !copyShort(UserAddress(address)) {
            long = try UserMemory.string(at: UserAddress(address), limit: 4096)
            // The program may have shortened it meanwhile; what was read last counts.
        }
        if emptiness == .refused, isEmpty { throw .noEntry }
    }

    /// The path's bytes.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            if long.isEmpty { return short.span.extracting(first: shortCount) }
            return long.span
        }
    }

    /// Whether it is the empty path.
    var isEmpty: Bool { shortCount == 0 && long.isEmpty }

    /// Whether a directory descriptor does not count.
    var isAbsolute: Bool { !isEmpty && span[0] == UInt8(ascii: "/") }

    /// Copies up to the NUL. - Returns: false if there is none in the first 256 bytes.
    private mutating func copyShort(_ address: UserAddress) throws(Errno) -> Bool {
        var done = 0
        while done < Self.shortLimit {
            let place = address.advanced(by: done)
            // Never over a page's end in one copy: what lies behind the NUL need not be mapped.
            let inPage = 4096 - Int(place.rawValue & 4095)
            let end = done + min(Self.chunk, inPage, Self.shortLimit - done)
            var all = short.mutableSpan
            var part = all._mutatingExtracting(done..<end)
            // SAFETY: bytes of this value, which nobody else reaches; any bit pattern is a byte.
            var raw = unsafe part.mutableBytes
            try UserMemory.read(place, into: &raw)
            while done < end {
                if short[done] == 0 {
                    shortCount = done
                    return true
                }
                done &+= 1
            }
        }
        return false
    }
}
