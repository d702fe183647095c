// SPDX-License-Identifier: Apache-2.0
//
// A byte-stream client that counts what it is told, and an attachable device that does nothing but remember its end.

public import DeviceModel

/// Counts a port's calls.
public final class FakeStreamClient: ByteStreamClient, @unchecked Sendable {
    /// Calls of `portHasBytes`.
    public private(set) var byteNotices = 0
    /// Calls of `portHasRoom`.
    public private(set) var roomNotices = 0
    /// Calls of `portConnectionChanged`.
    public private(set) var connectionNotices = 0

    /// Makes a client that was told nothing.
    public init() {}

    /// Bytes may be waiting.
    public func portHasBytes() { byteNotices += 1 }
    /// There may be room for more bytes.
    public func portHasRoom() { roomNotices += 1 }
    /// The other end came or went.
    public func portConnectionChanged() { connectionNotices += 1 }
}
