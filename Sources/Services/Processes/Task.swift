// SPDX-License-Identifier: Apache-2.0
//
// A program's thread: a kernel thread that leaves the kernel for the program, and what Linux keeps for each. Most of it
// only the thread itself touches; others send it signals and tell it to end.

public import AddressSpace
public import Containers
internal import Events
internal import FileSystem
public import LinuxABI
internal import Machine
public import Scheduler
public import Sync
internal import Synchronization

/// A thread of a program.
public final class Task: ThreadBody {
    /// Its number; the first thread's is its process's.
    public let id: Int32
    /// The process it belongs to.
    public let process: Process
    /// What only the thread itself touches.
    public let own: Confined<TaskState>
    /// Signals sent to this thread alone.
    let pending = Spinlock(SignalQueue())
    private let blocked = Atomic<UInt64>(0)
    let runner: SetOnce<Thread>
    private let program: any ProgramEntry

    /// Creates a thread; it runs once `start` is called.
    ///
    /// - Parameter program: what it does first, on its own kernel stack.
    public init(id: Int32, process: Process, program: any ProgramEntry) {
        self.id = id
        self.process = process
        self.program = program
        runner = SetOnce()
        own = Confined(TaskState(space: process.space))
    }

    /// Enters the process's list and becomes runnable.
    ///
    /// - Throws: `OutOfMemory`.
    public func start(_ scheduler: Scheduler) throws(OutOfMemory) {
        let room = try UniqueArray<Task>(capacity: process.threadCount + 4)
        process.add(self, reserved: room)
        do throws(OutOfMemory) {
            _ = try scheduler.spawn(self)
        } catch {
            _ = process.remove(self)
            throw error
        }
    }

    /// Called on the new kernel thread.
    public func run(on thread: Thread) {
        runner.set(thread)
        program.begin(self)
    }

    /// Ends the running thread: it leaves the process, and the last one takes the process with it.
    public func leave() {
        CurrentThread.thread.context.leaveAddressSpaceForGood()
        guard process.remove(self) else { return }
        process.retireIntervalTimers()
        process.deleteTimers()
        process.files.closeAll(in: 0...Int32.max)
        process.space.removeAll()
        let end = process.end ?? .exited(status: 0)
        process.system.remove(process)
        if process.id == 1 { process.system.owner.firstProcessEnded(end) }
    }

    // MARK: Signals

    /// The signals that are blocked.
    public var mask: SignalSet {
        get { SignalSet(rawValue: blocked.load(ordering: .relaxed)) }
        set { blocked.store(newValue.subtracting(.uncatchable).rawValue, ordering: .relaxed) }
    }

    /// Whether a signal that is not blocked is pending.
    public var hasDeliverableSignal: Bool {
        let blocked = mask
        if !pending.withLock({ $0.set.subtracting(blocked).isEmpty }) { return true }
        return !process.signals.withLock { $0.pending.set.subtracting(blocked).isEmpty }
    }

    /// The set of pending signals, this thread's and the process's.
    public var pendingSignals: SignalSet {
        pending.withLock { $0.set }.union(process.signals.withLock { $0.pending.set })
    }

    /// Takes the next signal that is not blocked.
    public func takeSignal() -> SignalInformation? {
        let blocked = mask
        if let own = pending.withLock({ $0.take(unblocked: blocked) }) { return process.completing(own) }
        return process.signals.withLock { $0.pending.take(unblocked: blocked) }.map { process.completing($0) }
    }

    /// Takes one of a set of signals, blocked or not: sigtimedwait(2).
    public func takeSignal(of wanted: SignalSet) -> SignalInformation? {
        if let own = pending.withLock({ $0.take(of: wanted) }) { return process.completing(own) }
        return process.signals.withLock { $0.pending.take(of: wanted) }.map { process.completing($0) }
    }

    /// Sends a signal to this thread alone.
    ///
    /// - Throws: `.resourceTemporarilyUnavailable` when a real-time signal finds no room.
    public func send(_ information: SignalInformation) throws(Errno) {
        let isIgnored = process.signals.withLock { $0.ignores(information.signal) }
        if isIgnored, !mask.contains(information.signal) { return }
        var room = SignalRoom()
        while true {
            let outcome = pending.withLock { queue -> SignalRoom.Outcome in
                if room.isNeeded(by: queue) { return .needsRoom(queue.capacity) }
                room.give(to: &queue)
                return queue.add(information) ? .added : .refused
            }
            switch outcome {
            case .done, .refused: throw .resourceTemporarilyUnavailable
            case .needsRoom(let capacity): room.make(beyond: capacity)
            case .added:
                if !mask.contains(information.signal) || information.signal.isUncatchable { notice() }
                process.waitQueue.wakeAll()
                return
            }
        }
    }

    /// Sends a signal that the running thread raised by an instruction: it cannot be blocked or ignored (signal(7),
    /// "Synchronously-generated"); if it is, the process ends by it.
    public func force(_ information: SignalInformation) {
        let signal = information.signal
        let action = process.action(for: signal)
        if mask.contains(signal) || action.isIgnored {
            _ = process.setAction(.byDefault, for: signal)
            mask.remove(signal)
        }
        try? send(information)
    }

    func discardPending(_ signals: SignalSet) { pending.withLock { $0.discard(signals) } }

    /// Makes the thread look at its signals: ends its wait, or meets it on the way to the program.
    public func notice() {
        if let thread = runner.value { CurrentThread.scheduler.interrupt(thread, .signal) }
    }

    /// Makes the thread end at the next chance.
    func kill() {
        if let thread = runner.value { CurrentThread.scheduler.interrupt(thread, .kill) }
    }
}

/// What a new program thread does first.
public protocol ProgramEntry: AnyObject, Sendable {
    /// Runs on the thread's kernel stack; leaves for the program, or returns and the thread ends.
    func begin(_ task: Task)
}

/// What only the thread itself touches.
public struct TaskState: ~Copyable {
    /// Its address space, kept so that page faults need no lock to find it.
    public var space: AddressSpace
    /// The stack for signal handlers (sigaltstack(2)).
    public var alternateStack = AlternateStack.disabled
    /// Set to 0 and woken when the thread ends (set_tid_address(2)).
    public var clearChildID: UInt64 = 0
    /// The robust futex list (set_robust_list(2)) and the length of its head.
    public var robustList: (head: UInt64, length: UInt64) = (0, 0)
    /// The mask to restore after a handler that interrupted sigsuspend(2) or ppoll(2).
    public var savedMask: SignalSet?
    /// How an interrupted call goes on by restart_syscall(2).
    public var restart: RestartPoint?
    /// The restartable sequence area (rseq(2)).
    public var restartableSequence: (address: UInt64, length: UInt32, signature: UInt32) = (0, 0, 0)

    init(space: AddressSpace) { self.space = space }
}

/// A sleep that was interrupted by a signal without a handler: the deadline stays.
public struct RestartPoint: Sendable {
    /// The absolute deadline, monotonic nanoseconds.
    public var deadline: UInt64
    /// Where the remaining time is written if a handler interrupts it after all; 0 for nowhere.
    public var remainder: UInt64

    /// Creates a restart point.
    public init(deadline: UInt64, remainder: UInt64) {
        self.deadline = deadline
        self.remainder = remainder
    }
}
