// SPDX-License-Identifier: Apache-2.0
//
// Which device a number means: what a mount namespace asks when a device inode is opened, wherever the inode is. FIFOs
// are handed on to whoever serves pipes; sockets in the tree cannot be opened at all, as open(2) says.

public import Containers
public import Events
public import FileSystem
public import LinuxABI

/// The character devices of a system by number.
///
/// Lock order: a leaf.
public final class DeviceTable: SpecialFiles, @unchecked Sendable {
    private struct State: ~Copyable {
        var devices = HashTable<UInt64, CharacterDevice>()
        var fifos: (any SpecialFiles)?
    }

    private let state = BlockingMutex(State())

    /// Creates an empty table.
    public init() {}

    /// Lets a number mean a device.
    ///
    /// - Precondition: the number is free.
    /// - Throws: `OutOfMemory`.
    public func register(_ device: CharacterDevice, as number: DeviceNumber) throws(OutOfMemory) {
        try state.withLock { (state) throws(OutOfMemory) in
            _ = try state.devices.insert(number.encoded, device)
        }
    }

    /// Takes a device out; files that are open stay.
    public func unregister(_ number: DeviceNumber) {
        let device = state.withLock { $0.devices.remove(number.encoded) }
        _ = device
    }

    /// Sets who opens FIFOs.
    public func setFIFOs(_ fifos: any SpecialFiles) {
        state.withLock { $0.fifos = fifos }
    }

    /// The device of a number.
    public func device(_ number: DeviceNumber) -> CharacterDevice? {
        state.withLock { state in
            guard let position = state.devices.find(number.encoded) else { return nil }
            return state.devices[position]
        }
    }

    /// Opens an inode by its device number, or hands a FIFO on.
    ///
    /// - Throws: `.noSuchAddressOrDevice`, and what the device says.
    public func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        switch inode.kind {
        case .characterDevice:
            guard let device = device(inode.specialDevice) else { throw .noSuchAddressOrDevice }
            return try device.open(inode, mount, flags)
        case .fifo:
            guard let fifos = state.withLock({ $0.fifos }) else { throw .noSuchAddressOrDevice }
            return try fifos.open(inode, mount, flags)
        default:
            throw .noSuchAddressOrDevice
        }
    }
}
