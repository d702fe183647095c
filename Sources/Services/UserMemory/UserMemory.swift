// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing a program's memory: whole values and byte sequences, with EFAULT where nothing is mapped. The
// address space that is meant is the running thread's. The kernel never forms a Span over a program's memory, because
// another of its threads may write there at the same time: what was read is what counts, and it is read once.

public import Containers
public import LinuxABI
internal import Machine
internal import Memory

/// Copies between the kernel and the running program.
///
/// - Context: thread; may block on a page fault; no spinlock held.
public enum UserMemory {
    /// Fills `target` from the program.
    ///
    /// - Throws: `.badAddress`.
    public static func read(_ address: UserAddress, into target: inout MutableRawSpan) throws(Errno) {
        _ = try UserRange(address, count: target.byteCount)
        guard UserCopy.fromProgram(address.rawValue, into: &target) == 0 else { throw .badAddress }
    }

    /// Writes bytes to the program.
    ///
    /// - Throws: `.badAddress`; the bytes before the first bad one may have been written.
    public static func write(_ source: RawSpan, to address: UserAddress) throws(Errno) {
        _ = try UserRange(address, count: source.byteCount)
        guard UserCopy.toProgram(address.rawValue, from: source) == 0 else { throw .badAddress }
    }

    /// Reads an integer, of the machine's byte order, at any alignment.
    ///
    /// - Throws: `.badAddress`.
    public static func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at address: UserAddress)
        throws(Errno) -> T
    {
        _ = try UserRange(address, count: MemoryLayout<T>.size)
        guard let value = UserCopy.load(type, address.rawValue) else { throw .badAddress }
        return value
    }

    /// Writes an integer.
    ///
    /// - Throws: `.badAddress`.
    public static func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at address: UserAddress) throws(Errno)
    {
        _ = try UserRange(address, count: MemoryLayout<T>.size)
        guard UserCopy.store(value, address.rawValue) else { throw .badAddress }
    }

    /// Replaces a word if it holds what is expected, as one atomic step.
    ///
    /// - Parameter address: a multiple of 4.
    /// - Returns: whether it did.
    /// - Throws: `.badAddress`.
    public static func exchange(
        at address: UserAddress, expecting expected: UInt32, by desired: UInt32
    ) throws(Errno) -> Bool {
        _ = try UserRange(address, count: 4)
        switch UserCopy.exchange(address.rawValue, expecting: expected, by: desired) {
        case .done: return true
        case .found: return false
        case .unreachable: throw .badAddress
        }
    }

    /// Sets bytes of the program to zero.
    ///
    /// - Throws: `.badAddress`.
    public static func clear(_ address: UserAddress, count: Int) throws(Errno) {
        _ = try UserRange(address, count: count)
        guard UserCopy.clear(address.rawValue, count: count) == 0 else { throw .badAddress }
    }

    /// Reads a string up to its NUL, which is not part of the result.
    ///
    /// - Parameter limit: bytes including the NUL that the string may have.
    /// - Throws: `.badAddress`; `tooLong` when there is no NUL within the limit; `.noMemory`.
    public static func string(
        at address: UserAddress, limit: Int, tooLong: Errno = .fileNameTooLong
    ) throws(Errno) -> UniqueArray<UInt8> {
        var result = UniqueArray<UInt8>()
        var chunk = InlineArray<64, UInt8>(repeating: 0)
        var place = address
        while result.count < limit {
            // Never over a page's end in one copy: what lies behind the NUL need not be mapped.
            let inPage = pageSize - Int(place.rawValue & UInt(pageSize - 1))
            let wanted = min(64, inPage, limit - result.count)
            try readChunk(place, wanted, &chunk)
            for i in 0..<wanted {
                if chunk[i] == 0 { return result }
                do throws(OutOfMemory) { try result.append(chunk[i]) } catch { throw .noMemory }
            }
            place = place.advanced(by: wanted)
        }
        throw tooLong
    }
}
