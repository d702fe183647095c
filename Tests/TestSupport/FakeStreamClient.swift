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

    public func portHasBytes() { byteNotices += 1 }
    public func portHasRoom() { roomNotices += 1 }
    public func portConnectionChanged() { connectionNotices += 1 }
}
