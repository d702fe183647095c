// SPDX-License-Identifier: Apache-2.0
//
// Where inodes live that no path leads to: pipes, event counters, sockets. It is never mounted; it gives them a device
// number and numbers of their own, which is all that fstat(2) shows.

public import Events
public import LinuxABI
import Synchronization

/// A volume of inodes without names.
public final class UnnamedVolume: Volume, @unchecked Sendable {
    private let magic: UInt64
    private let nextNumber = Atomic<UInt64>(1)
    /// Held while a file that waits for others begins to wait for one of its own kind, so that no two threads close a
    /// circle together. The first lock of all that such files have.
    public let nesting = BlockingMutex((), .nesting)

    /// Creates a volume.
    ///
    /// - Parameter magic: what statfs(2) shows as the kind.
    public init(device: DeviceNumber, typeName: StaticString, magic: UInt64) {
        self.magic = magic
        super.init(device: device, typeName: typeName)
    }

    /// A number that no inode of this volume had before.
    public func makeNumber() -> UInt64 { nextNumber.wrappingAdd(1, ordering: .relaxed).oldValue }

    public override func status() -> FileSystemStatus { FileSystemStatus(magic: magic) }
}
