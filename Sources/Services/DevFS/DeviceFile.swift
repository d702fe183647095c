// SPDX-License-Identifier: Apache-2.0
//
// An open character device: the inode's attributes, the device's answers. Devices have no position, so none is kept.

public import Events
public import FileSystem
public import LinuxABI
public import UserMemory

/// An open character device.
public class DeviceFile: OpenFile, @unchecked Sendable {
    /// The device.
    public let device: CharacterDevice

    /// Creates an open file of a device.
    public init(_ device: CharacterDevice, _ inode: Inode, _ mount: Mount, _ flags: OpenFlags) {
        self.device = device
        super.init(inode, mount, flags)
    }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        let flags = self.flags
        if !flags.allowsReading { throw .badFileDescriptor }
        let before = buffer.transferred
        do throws(Errno) {
            try device.read(into: &buffer, flags.contains(.nonBlocking) ? .nonBlocking : [])
        } catch {
            if buffer.transferred == before { throw error }
        }
        return buffer.transferred - before
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        let flags = self.flags
        if !flags.allowsWriting { throw .badFileDescriptor }
        let before = buffer.transferred
        do throws(Errno) {
            try device.write(from: &buffer, flags.contains(.nonBlocking) ? .nonBlocking : [])
        } catch {
            if buffer.transferred == before { throw error }
        }
        return buffer.transferred - before
    }

    public override func read(into buffer: inout IOBuffer, at offset: UInt64) throws(Errno) -> Int {
        if device.seekability == .none { throw .illegalSeek }
        return try read(into: &buffer)
    }

    public override func write(
        from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions
    ) throws(Errno) -> Int {
        if device.seekability == .none { throw .illegalSeek }
        return try write(from: &buffer, options)
    }

    public override func seek(to offset: Int64, from origin: SeekOrigin) throws(Errno) -> UInt64 {
        if device.seekability == .none { throw .illegalSeek }
        return 0
    }

    public override var isSource: Bool { device.isEndless }

    public override func poll() -> PollEvents { device.poll() }

    public override var waitQueue: WaitQueue? { device.waitQueue }

    public override func control(_ request: ControlRequest, _ argument: UserAddress) throws(Errno) -> Int {
        try device.control(request, argument, of: self)
    }
}
