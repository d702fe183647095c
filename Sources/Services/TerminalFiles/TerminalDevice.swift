// SPDX-License-Identifier: Apache-2.0
//
// A terminal as a character device: what open, read, write, poll and ioctl on its inode do. Arguments of requests are
// moved between the program and a buffer here, because the terminal itself knows no program's memory.

public import DevFS
public import Events
public import FileSystem
public import LinuxABI
public import Terminal
public import UserMemory

/// A terminal that programs open.
open class TerminalDevice: CharacterDevice, @unchecked Sendable {
    /// The terminal.
    public let terminal: Terminal

    /// Makes a device of a terminal.
    public init(_ terminal: Terminal) {
        self.terminal = terminal
        super.init()
    }

    /// Opens the terminal. A session leader without a terminal gets it as its controlling one, unless it says
    /// O_NOCTTY (open(2)); that a terminal is another session's is no reason not to open it.
    public override func open(_ inode: Inode, _ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        if !flags.contains(.noControllingTerminal), terminal.session == 0 {
            do throws(Errno) { _ = try terminal.becomeControllingTerminal() } catch {
                // Who leads no session just opens it.
            }
        }
        return DeviceFile(self, inode, mount, flags)
    }

    public override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        _ = try terminal.read(into: &buffer, options.contains(.nonBlocking) ? .nonBlocking : .blocking)
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        _ = try terminal.write(from: &buffer, options.contains(.nonBlocking) ? .nonBlocking : .blocking)
    }

    public override func poll() -> PollEvents { terminal.poll() }

    public override var waitQueue: WaitQueue? { terminal.readers }

    public override func control(
        _ request: ControlRequest, _ argument: UserAddress, of file: OpenFile
    ) throws(Errno) -> Int {
        // Only a pseudo terminal's master has a peer; other terminals have nothing of the kind.
        if request == .getPeer { throw .ioError }
        guard let kind = Terminal.argument(of: request) else { throw .inappropriateIOCTLForDevice }
        var buffer = LayoutBuffer<5>()
        switch kind {
        case .number:
            try terminal.control(request, number: Int(bitPattern: argument.rawValue), buffer: &buffer)
        case .input(let byteCount):
            buffer = LayoutBuffer<5>(byteCount: byteCount)
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(argument, into: &raw) }
            try terminal.control(request, number: 0, buffer: &buffer)
        case .output(let byteCount):
            try terminal.control(request, number: 0, buffer: &buffer)
            try UserMemory.write(buffer.bytes.extracting(0..<byteCount), to: argument)
        }
        return 0
    }
}
