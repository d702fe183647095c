// SPDX-License-Identifier: Apache-2.0
//
// The address of a socket as programs see it: the bytes of some struct sockaddr. Immutable, so that sockets and messages
// share one.

public import Containers

/// A socket's address.
public final class SocketAddress: Sendable {
    private let bytes: ByteString

    /// Takes bytes for an address.
    public init(_ bytes: consuming ByteString) { self.bytes = bytes }

    /// Runs code with the bytes, family first.
    public func withBytes<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try Self.lend(bytes, body)
    }

    private static func lend<R: ~Copyable, E: Error>(
        _ bytes: borrowing ByteString, _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R { try body(bytes.span) }

    /// The longest there is (`struct sockaddr_storage`).
    public static var limit: Int { 128 }
}
