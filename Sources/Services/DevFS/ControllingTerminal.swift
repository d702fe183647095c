// SPDX-License-Identifier: Apache-2.0
//
// `/dev/tty` and `/dev/console`: names for another device. Which terminal a session has is known by Processes, which
// answers through a protocol; without one, `/dev/tty` is ENXIO. Source: tty(4), console(4).

public import FileSystem
public import LinuxABI

/// Knows which terminal the calling process's session has.
public protocol TerminalFinder: AnyObject, Sendable {
    /// The calling process's controlling terminal.
    var controllingTerminal: CharacterDevice? { get }
}

/// `/dev/tty`: the controlling terminal of whoever opens it.
public final class ControllingTerminalDevice: CharacterDevice, @unchecked Sendable {
    /// Its number.
    public static var number: DeviceNumber { DeviceNumber(major: 5, minor: 0) }

    private let finder: any TerminalFinder

    /// Creates the device.
    public init(_ finder: any TerminalFinder) {
        self.finder = finder
        super.init()
    }

    public override func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        guard let terminal = finder.controllingTerminal else { throw .noSuchAddressOrDevice }
        return try terminal.open(inode, mount, flags)
    }
}

/// `/dev/console`: the terminal, or the stream, that the machine was started on.
public final class ConsoleDevice: CharacterDevice, @unchecked Sendable {
    /// Its number.
    public static var number: DeviceNumber { DeviceNumber(major: 5, minor: 1) }

    private let target: CharacterDevice

    /// Creates the console as another name of a device.
    public init(_ target: CharacterDevice) {
        self.target = target
        super.init()
    }

    public override func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        try target.open(inode, mount, flags)
    }
}
