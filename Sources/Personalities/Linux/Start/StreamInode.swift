// SPDX-License-Identifier: Apache-2.0
//
// The host's ends as files: what descriptors 0, 1 and 2 refer to when they are byte streams. They look like pipes, as
// they would behind a shell's redirection: no position, no terminal.

internal import ControlChannel
internal import Events
internal import FileSystem
internal import LinuxABI
internal import UserMemory

/// A stream to or from the host.
final class StreamInode: Inode, @unchecked Sendable {
    private let input: StandardInput?
    private let output: StandardOutput?

    /// - Parameters: exactly one of both.
    init(volume: Volume, number: UInt64, input: StandardInput?, output: StandardOutput?) {
        self.input = input
        self.output = output
        let mode = FileMode(.fifo, Permissions(rawValue: 0o600))
        super.init(volume: volume, number: number, linkCount: 1, NewInode(mode: mode))
    }

    override var opensItself: Bool { true }

    override func read(into buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions) throws(Errno) {
        guard let input else { throw .badFileDescriptor }
        _ = try input.read(into: &buffer, options.contains(.nonBlocking) ? .nonBlocking : .blocking)
    }

    override func write(
        from buffer: inout IOBuffer, at offset: UInt64, _ options: TransferOptions
    ) throws(Errno) -> UInt64 {
        guard let output else { throw .badFileDescriptor }
        _ = try output.write(from: &buffer, options.contains(.nonBlocking) ? .nonBlocking : .blocking)
        return 0
    }

    override func poll() -> PollEvents { input?.poll() ?? output?.poll() ?? [] }

    override var waitQueue: WaitQueue? { input?.waitQueue ?? output?.waitQueue }
}

/// An open stream, which /proc/PID/fd shows as the pipe that it looks like.
final class StreamFile: OpenFile, @unchecked Sendable {
    override var anonymousName: StaticString { "pipe:" }
}
