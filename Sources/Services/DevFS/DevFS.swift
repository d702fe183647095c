// SPDX-License-Identifier: Apache-2.0
//
// The tree below /dev: a RamVolume with device inodes and the usual links, as devtmpfs. Programs may change it; what a
// number means is DeviceTable's business.

public import Containers
public import FileSystem
public import LinuxABI
public import RamFS
public import Random

/// Makes the tree below /dev and its devices.
public struct DevFS: ~Copyable {
    /// The volume to mount at /dev.
    public let volume: RamVolume
    /// The devices; the mount namespace's `SpecialFiles`.
    public let table: DeviceTable

    /// Makes a tree with null, zero, full, random, urandom, the links into /proc/self/fd, and shm, pts.
    ///
    /// - Parameter device: the device number of the volume.
    /// - Throws: `.noMemory`.
    public init(device: DeviceNumber, random: RandomGenerator) throws(Errno) {
        volume = RamVolume(device: device, typeName: "devtmpfs", pageLimit: 4096, inodeLimit: 4096)
        table = DeviceTable()
        try add("null", NullDevice(), NullDevice.number)
        try add("zero", ZeroDevice(), ZeroDevice.number)
        try add("full", FullDevice(), FullDevice.number)
        let generator = RandomDevice(random)
        try add("random", generator, RandomDevice.randomNumber)
        try add("urandom", generator, RandomDevice.urandomNumber)
        try addLink("fd", "/proc/self/fd")
        try addLink("stdin", "/proc/self/fd/0")
        try addLink("stdout", "/proc/self/fd/1")
        try addLink("stderr", "/proc/self/fd/2")
        try addDirectory("shm", Permissions(rawValue: 0o1777))
        try addDirectory("pts", Permissions(rawValue: 0o755))
    }

    /// Adds a device and its inode.
    ///
    /// - Throws: `.fileExists`, `.noMemory`.
    public func add(
        _ name: StaticString, _ device: CharacterDevice, _ number: DeviceNumber,
        _ permissions: Permissions = Permissions(rawValue: 0o666)
    ) throws(Errno) {
        try allocating { () throws(OutOfMemory) in try table.register(device, as: number) }
        let description = NewInode(mode: FileMode(.characterDevice, permissions), device: number)
        _ = try volume.root.create(name.utf8Bytes, description)
    }

    /// Adds a symbolic link.
    ///
    /// - Throws: `.fileExists`, `.noMemory`.
    public func addLink(_ name: StaticString, _ target: StaticString) throws(Errno) {
        let description = NewInode(mode: FileMode(.symbolicLink, Permissions(rawValue: 0o777)))
        try volume.root.createLink(name.utf8Bytes, to: target.utf8Bytes, description)
    }

    /// Adds a directory.
    ///
    /// - Throws: `.fileExists`, `.noMemory`.
    public func addDirectory(_ name: StaticString, _ permissions: Permissions) throws(Errno) {
        _ = try volume.root.create(name.utf8Bytes, NewInode(mode: FileMode(.directory, permissions)))
    }
}
