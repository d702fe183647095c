// SPDX-License-Identifier: Apache-2.0
//
// /sys: a tree without storage, as ProcFS's: inodes are made when they are looked up and say what the provider says at
// that moment.

public import FileSystem
public import LinuxABI

/// What SysFS must be told about the machine.
public protocol SysProvider: AnyObject, Sendable {
    /// How many CPUs there are, with numbers from 0.
    var cpuCount: Int { get }
    /// How many CPUs the kernel could have.
    var cpuLimit: Int { get }
    /// Bytes of all memory and of what nobody uses.
    var memoryFigures: (total: UInt64, free: UInt64) { get }
    /// What Linux would call the clock that runs.
    var clockSource: StaticString { get }
    /// Bytes of the smallest large page.
    var largePageSize: UInt64 { get }
}

/// An instance of /sys.
public final class SysVolume: Volume, @unchecked Sendable {
    let provider: any SysProvider

    /// Creates an instance.
    public init(device: DeviceNumber, provider: any SysProvider) {
        self.provider = provider
        super.init(device: device, typeName: "sysfs")
        setRoot(SysInode(self, .fixed(.root)))
    }

    public override func status() -> FileSystemStatus {
        // SYSFS_MAGIC, statfs(2).
        FileSystemStatus(magic: 0x6265_6572)
    }
}
