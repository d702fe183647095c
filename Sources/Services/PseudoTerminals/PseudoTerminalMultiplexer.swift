// SPDX-License-Identifier: Apache-2.0
//
// /dev/ptmx: whoever opens it gets the master of a new pair. Source: pts(4).

public import DevFS
public import FileSystem
public import LinuxABI

/// `/dev/ptmx`.
public final class PseudoTerminalMultiplexer: CharacterDevice, @unchecked Sendable {
    /// Its number.
    public static var number: DeviceNumber { DeviceNumber(major: 5, minor: 2) }

    private let volume: PseudoTerminalVolume
    private let owner: @Sendable () -> UInt32

    /// Creates the device.
    ///
    /// - Parameter owner: answers whose the slave of a new pair is: the caller's user number.
    public init(_ volume: PseudoTerminalVolume, owner: @escaping @Sendable () -> UInt32) {
        self.volume = volume
        self.owner = owner
        super.init()
    }

    public override func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        let slave = try volume.make(userID: owner())
        return DeviceFile(PseudoTerminalMaster(slave, volume), inode, mount, flags)
    }
}
