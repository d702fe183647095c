// SPDX-License-Identifier: Apache-2.0
//
// An owned, immutable sequence of bytes: a file name, a link's target, a path. Linux names are bytes without an
// encoding, so String is the wrong type, and making a copy can fail, so Swift's Array is too.

/// An owned sequence of bytes whose making can fail.
public struct ByteString: ~Copyable, Sendable {
    private let bytes: RigidArray<UInt8>

    /// Creates an empty sequence, which needs no memory.
    public init() {
        bytes = RigidArray()
    }

    /// Creates a copy of the bytes.
    ///
    /// - Throws: `OutOfMemory`.
    public init(copying span: Span<UInt8>) throws(OutOfMemory) {
        var copy = try RigidArray<UInt8>(capacity: span.count)
        copy.append(copying: span)
        bytes = copy
    }

    /// How many bytes there are.
    public var count: Int { bytes.count }

    /// Whether there are none.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The bytes, borrowed.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span }
    }

    /// Another sequence of the same bytes.
    ///
    /// - Throws: `OutOfMemory`.
    public func copy() throws(OutOfMemory) -> ByteString {
        try ByteString(copying: bytes.span)
    }

    /// Whether the bytes are exactly those of `other`.
    public func equals(_ other: Span<UInt8>) -> Bool {
        bytes.span.hasSameBytes(as: other)
    }
}
