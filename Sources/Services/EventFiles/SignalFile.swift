// SPDX-License-Identifier: Apache-2.0
//
// signalfd(2): signals that are read instead of handled. It keeps no signals: whoever reads takes its own, the thread's
// first and then the process's, so the same file means other signals to another process.

public import Events
public import FileSystem
public import LinuxABI
import Processes
import Synchronization
public import UserMemory

/// Pending signals of whoever reads, as a file.
public final class SignalFile: EventFile, @unchecked Sendable {
    private let bits: Atomic<UInt64>

    /// Creates a file for a set of signals.
    public init(_ volume: UnnamedVolume, _ set: SignalSet, _ flags: OpenFlags) {
        bits = Atomic(set.subtracting(.uncatchable).rawValue)
        super.init(volume, flags)
    }

    /// The signals that are read.
    public var set: SignalSet {
        get { SignalSet(rawValue: bits.load(ordering: .relaxed)) }
        set {
            bits.store(newValue.subtracting(.uncatchable).rawValue, ordering: .relaxed)
            Task.withCurrent { $0.process.waitQueue.wakeAll() }
        }
    }

    public override var anonymousName: StaticString { "anon_inode:[signalfd]" }

    /// Waits for a signal of the set and takes as many as there are and fit.
    ///
    /// - Throws: `.invalidArgument` for a buffer without room for one, `.wouldBlock`, `.interrupted`, `.badAddress`.
    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        let before = buffer.transferred
        if buffer.remaining < SignalInformation.fileRecordByteCount { throw .invalidArgument }
        let task = Task.current
        while buffer.remaining >= SignalInformation.fileRecordByteCount {
            if let information = task.takeSignal(of: set) {
                do throws(Errno) { try buffer.put(information.fileRecord.bytes) } catch {
                    // A whole record or none: what was read before counts.
                    if buffer.transferred - before < SignalInformation.fileRecordByteCount { throw error }
                    break
                }
                continue
            }
            if buffer.transferred > before { break }
            if flags.contains(.nonBlocking) { throw .wouldBlock }
            do throws(WaitEnd) {
                try task.process.waitQueue.wait { !task.pendingSignals.isDisjoint(with: self.set) }
            } catch { throw .interrupted }
        }
        let size = SignalInformation.fileRecordByteCount
        return (buffer.transferred - before) / size * size
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        throw .invalidArgument
    }

    public override func poll() -> PollEvents {
        Task.withCurrent { $0.pendingSignals.isDisjoint(with: set) ? [] : .readable }
    }

    /// The queue of the process that asks: the one whose signals `poll` looks at.
    public override var waitQueue: WaitQueue? { Task.withCurrent { $0.process.waitQueue } }
}
