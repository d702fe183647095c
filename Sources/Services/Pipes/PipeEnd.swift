// SPDX-License-Identifier: Apache-2.0
//
// An open end of a pipe. Its life counts: when the last end that could write is gone, reads end; without an end that
// could read, writes fail with EPIPE.

public import Events
public import FileSystem
public import LinuxABI
import Synchronization
public import UserMemory

/// An open end of a pipe; both ends at once if a FIFO was opened for reading and writing.
public final class PipeEnd: OpenFile, @unchecked Sendable {
    /// The pipe.
    public let pipe: Pipe
    private let canRead: Bool
    private let canWrite: Bool
    private let table: FIFOTable?

    /// Opens an end of a pipe without a name.
    ///
    /// - Parameter flags: the access mode says which.
    public convenience init(_ pipe: Pipe, _ flags: OpenFlags) {
        self.init(pipe, as: pipe, nil, flags, nil)
    }

    /// Opens an end, which shows itself as some inode, and tells a table when it goes.
    init(_ pipe: Pipe, as inode: Inode, _ mount: Mount?, _ flags: OpenFlags, _ table: FIFOTable?) {
        self.pipe = pipe
        self.table = table
        canRead = flags.allowsReading
        canWrite = flags.allowsWriting
        super.init(inode, mount, flags)
        if canRead {
            pipe.readers.wrappingAdd(1, ordering: .acquiringAndReleasing)
            pipe.readersEver.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }
        if canWrite {
            pipe.writers.wrappingAdd(1, ordering: .acquiringAndReleasing)
            pipe.writersEver.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }
    }

    deinit {
        if canRead { pipe.readers.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        if canWrite { pipe.writers.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        pipe.changed.wakeAll()
        table?.endHasGone(of: pipe)
    }

    /// Makes a pipe with its two ends.
    ///
    /// - Parameter flags: `.nonBlocking` and `.direct` count.
    /// - Throws: `.noMemory`.
    public static func makePair(
        _ volume: UnnamedVolume, user: UInt32, group: UInt32, _ flags: OpenFlags
    ) throws(Errno) -> (reading: PipeEnd, writing: PipeEnd) {
        let pipe = try Pipe(volume, user: user, group: group)
        let kept = flags.intersection([.nonBlocking, .direct])
        return (PipeEnd(pipe, kept), PipeEnd(pipe, kept.union(.writeOnly)))
    }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        try read(into: &buffer, waiting)
    }

    /// Reads; with `.nonBlocking` even an end that waits does not, for one call (preadv2(2), RWF_NOWAIT).
    public func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        guard canRead else { throw .badFileDescriptor }
        return try pipe.read(into: &buffer, options)
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        guard canWrite else { throw .badFileDescriptor }
        return try pipe.write(from: &buffer, options.union(waiting))
    }

    private var waiting: TransferOptions { flags.contains(.nonBlocking) ? .nonBlocking : [] }

    public override func poll() -> PollEvents { pipe.readiness(flags) }

    public override var waitQueue: WaitQueue? { pipe.changed }

    public override func control(_ request: ControlRequest, _ argument: UserAddress) throws(Errno) -> Int {
        guard request == .inputPending else { throw .inappropriateIOCTLForDevice }
        try UserMemory.store(Int32(truncatingIfNeeded: pipe.waiting), at: argument)
        return 0
    }
}
