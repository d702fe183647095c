// SPDX-License-Identifier: Apache-2.0
//
// A range of a program's addresses that lies where programs may be. Having one does not say that anything is mapped
// there: only the copy finds out.

public import LinuxABI
internal import Machine
internal import Memory

/// Bytes of a program, alleged.
public struct UserRange: Sendable {
    /// The first address.
    public private(set) var start: UserAddress
    /// The number of bytes.
    public private(set) var count: Int

    /// - Throws: `.badAddress` when some of it cannot be a program's at all.
    @inline(__always) public init(_ start: UserAddress, count: Int) throws(Errno) {
        guard count >= 0, ProgramHalf.contains(start.rawValue, count: UInt(bitPattern: count)) else {
            throw .badAddress
        }
        self.start = start
        self.count = count
    }

    /// Writes an integer of the machine's byte order, at any alignment.
    ///
    /// - Throws: `.badAddress`, also when it does not lie inside the range.
    @inline(__always)
    public func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) throws(Errno) {
        guard offset >= 0, offset <= count - MemoryLayout<T>.size,
            UserCopy.store(value, start.rawValue &+ UInt(bitPattern: offset))
        else { throw .badAddress }
    }

    /// A part of it.
    ///
    /// - Throws: `.badAddress` when the part does not lie inside.
    @inline(__always) public func part(at offset: Int, count bytes: Int) throws(Errno) -> UserRange {
        guard offset >= 0, offset <= count - bytes else { throw .badAddress }
        var range = self
        range.start = start.advanced(by: offset)
        range.count = bytes
        return range
    }

    /// The first bytes. - Precondition: there are as many.
    @inline(__always) public func cut(to bytes: Int) -> UserRange {
        var range = self
        range.count = bytes
        return range
    }

    /// Forgets bytes at the start. - Precondition: there are as many.
    @inline(__always) mutating func drop(_ bytes: Int) {
        start = start.advanced(by: bytes)
        count &-= bytes
    }
}
