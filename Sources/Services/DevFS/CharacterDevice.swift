// SPDX-License-Identifier: Apache-2.0
//
// What stands behind a character device inode: the base class of devices that programs open. A device is found by its
// number in DeviceTable, wherever the inode with that number is; the open file is DeviceFile unless the device makes
// another one (a terminal's controlling process, a pseudo-terminal's other end).

public import Events
public import FileSystem
public import LinuxABI
public import UserMemory

/// A character device.
open class CharacterDevice: @unchecked Sendable {
    /// What mmap(2) makes of the device.
    public enum Mapping: Sendable {
        /// It cannot be mapped: ENODEV.
        case refused
        /// Pages of zeros, as if no file was given.
        case anonymous
    }

    /// Creates a device.
    public init() {}

    /// Makes an open file for an inode of this device.
    ///
    /// - Throws: what open(2) shall answer.
    open func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        DeviceFile(self, inode, mount, flags)
    }

    /// How lseek(2) works.
    open var seekability: Seekability { .none }

    /// What mmap(2) makes of it.
    open var mapping: Mapping { .refused }

    /// Whether there is always more to read, wherever one begins.
    open var isEndless: Bool { false }

    /// Reads as much as there is and fits.
    ///
    /// - Throws: `.invalidArgument` if the device cannot be read.
    open func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) { throw .invalidArgument }

    /// Writes from the buffer.
    ///
    /// - Throws: `.invalidArgument` if the device cannot be written.
    open func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) { throw .invalidArgument }

    /// Which events are there now.
    open func poll() -> PollEvents { [.readable, .writable] }

    /// Where to wait for other events; nil if they never change.
    open var waitQueue: WaitQueue? { nil }

    /// ioctl(2).
    ///
    /// - Throws: `.inappropriateIOCTLForDevice` for a request it does not know.
    open func control(_ request: ControlRequest, _ argument: UserAddress, of file: OpenFile) throws(Errno) -> Int {
        throw .inappropriateIOCTLForDevice
    }
}
