// SPDX-License-Identifier: Apache-2.0
//
// pidfd_open(2): a process as a file. It stays that process when its number has gone to another one, and becomes readable
// when all threads have ended.

public import Events
public import FileSystem
public import LinuxABI
public import Processes
public import UserMemory

/// A process as an open file.
public final class ProcessFile: EventFile, @unchecked Sendable {
    /// The process.
    public let process: Process

    /// Creates a file for a process.
    public init(_ volume: UnnamedVolume, _ process: Process, _ flags: OpenFlags) {
        self.process = process
        super.init(volume, flags)
    }

    public override var anonymousName: StaticString { "anon_inode:[pidfd]" }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int { throw .invalidArgument }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        throw .invalidArgument
    }

    public override func poll() -> PollEvents { process.threadCount == 0 ? .readable : [] }

    public override var waitQueue: WaitQueue? { process.waitQueue }
}
