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
internal import Processor
public import Scheduler
public import Sync
internal import Synchronization
public import Time

/// A thread of a program.
public final class Task: ThreadBody {
    private let number: Atomic<Int32>
    /// The process it belongs to.
    public let process: Process
    /// What only the thread itself touches.
    public let own: Confined<TaskState>
    /// The scheduling policy that was asked for.
    public let schedulingChoice = Spinlock(SchedulingChoice())
    /// Signals sent to this thread alone.
    let pending = Spinlock(SignalQueue())
    private let blocked = Atomic<UInt64>(0)
    /// The kernel thread, from `start` until `leave`: the two hold each other meanwhile.
    private let runner = Spinlock<Thread?>(nil)
    private let program: (any ProgramEntry)?
    private let shortName: Spinlock<InlineArray<16, UInt8>>
    private let serialInProcess = Atomic<UInt64>(0)
    private let faults = Atomic<UInt64>(0)

    /// Creates a thread; it runs once `start` is called.
    ///
    /// - Parameters:
    ///   - maker: the thread that makes it, whose name it takes over.
    ///   - program: what it does first, on its own kernel stack; nil to go to the program right away.
    public init(id: Int32, process: Process, maker: Task? = nil, program: (any ProgramEntry)?) {
        shortName = Spinlock(maker?.name ?? InlineArray(repeating: 0))
        number = Atomic(id)
        self.process = process
        self.program = program
        own = Confined(TaskState(space: process.space))
        if let slack = maker?.own.with({ $0.timerSlack.current }) { own.with { $0.timerSlack = (slack, slack) } }
    }

    /// Its number; the first thread's is its process's. It changes when another thread replaces the program (execve(2)).
    public var id: Int32 { number.load(ordering: .relaxed) }

    func takeNumber(_ id: Int32) { number.store(id, ordering: .relaxed) }

    /// Its short name: 15 bytes and a NUL (prctl(2) PR_SET_NAME, /proc/PID/comm).
    public var name: InlineArray<16, UInt8> {
        get { shortName.withLock { $0 } }
        set { shortName.withLock { $0 = newValue } }
    }

    /// Its short name for those who must not wait: nil while somebody changes it.
    public var nameIfFree: InlineArray<16, UInt8>? { shortName.withLockIfFree { $0 } }

    /// Whether it sleeps in the kernel.
    public var isWaiting: Bool {
        guard let thread = runner.withLock({ $0 }) else { return false }
        return CurrentThread.scheduler.isParked(thread)
    }

    /// Whether it has begun and not ended.
    var hasThread: Bool { runner.withLock { $0 != nil } }

    /// The kernel thread, while it is one.
    public var kernelThread: Thread? { runner.withLock { $0 } }

    /// Its place in the process's list.
    var serial: UInt64 { serialInProcess.load(ordering: .relaxed) }

    /// Enters the process's list and becomes runnable.
    ///
    /// - Parameter prepare: makes the kernel thread ready for its first moment, and may refuse.
    /// - Throws: `.noMemory`, `.resourceTemporarilyUnavailable`, and what `prepare` throws.
    public func start(_ scheduler: Scheduler, _ prepare: (Thread) throws(Errno) -> Void = { _ in }) throws(Errno) {
        let thread: Thread
        do throws(OutOfMemory) { thread = try scheduler.prepare(self) } catch { throw .noMemory }
        try prepare(thread)
        try process.system.enter(self)
        runner.withLock { $0 = thread }
        do throws(Errno) { serialInProcess.store(try process.add(self), ordering: .relaxed) } catch {
            abandon()
            throw error
        }
        scheduler.start(thread)
    }

    /// Gives up a thread that never ran.
    private func abandon() {
        process.system.remove(self)
        let thread = runner.withLock { $0.take() }
        _ = thread
    }

    /// Called on the new kernel thread. Nothing here may hold a reference: the thread does not come back.
    public func run(on thread: Thread) {
        if let program { program.begin(self) } else { ProgramRegisters.current.enter() }
    }

    /// CPU time in nanoseconds.
    public var runTime: UInt64 {
        guard let thread = runner.withLock({ $0 }) else { return 0 }
        return CurrentThread.scheduler.runTime(of: thread)
    }

    /// How many of its page faults were served.
    public var faultCount: UInt64 { faults.load(ordering: .relaxed) }

    /// Counts one more; by the thread itself, so that no locked instruction is needed.
    @inline(__always) public func noteFault() {
        faults.store(faults.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// Ends the running thread: it leaves the process, and the last one takes the process with it.
    public func leave() {
        CurrentThread.with { $0.context.leaveAddressSpaceForGood() }
        process.system.remove(self)
        let isLast = process.remove(serial, ranFor: runTime, faults: faultCount)
        // Not before: until it is removed, its time is counted by the thread.
        let thread = runner.withLock { $0.take() }
        _ = thread
        guard isLast else {
            // What this thread was to take goes to another one.
            process.wakeForPending(process.sharedPending)
            return
        }
        process.finish()
    }

    // MARK: Signals

    /// The signals that are blocked. What was sent to the process and is now blocked here goes to another thread.
    public var mask: SignalSet {
        get { SignalSet(rawValue: blocked.load(ordering: .relaxed)) }
        set {
            let new = newValue.subtracting(.uncatchable)
            let old = SignalSet(rawValue: blocked.exchange(new.rawValue, ordering: .sequentiallyConsistent))
            if process.isMultithreaded, !new.subtracting(old).isEmpty {
                process.wakeForPending(process.sharedPending.intersection(new.subtracting(old)))
            }
        }
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
        if let thread = runner.withLock({ $0 }) { CurrentThread.scheduler.interrupt(thread, .signal) }
    }

    /// Makes the thread end at the next chance.
    func kill() {
        if let thread = runner.withLock({ $0 }) { CurrentThread.scheduler.interrupt(thread, .kill) }
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

    /// The signal for the parent's end (prctl(2) PR_SET_PDEATHSIG); the first process's parent never ends.
    public var parentDeathSignal: UInt8 = 0
    /// How late its timers may be, in nanoseconds, and what it began with (PR_SET_TIMERSLACK). Ours are never late on
    /// purpose.
    public var timerSlack: (current: UInt64, initial: UInt64) = (50_000, 50_000)

    init(space: AddressSpace) { self.space = space }
}

/// A wait that was interrupted by a signal without a handler: its deadline stays.
public enum RestartPoint: Sendable {
    /// A sleep until an instant in monotonic nanoseconds; the remaining time is written to an address if a handler
    /// interrupts it after all, unless that is 0.
    case sleep(deadline: UInt64, remainder: UInt64)
    /// A wait on a futex.
    case futexWait(FutexWait)
}

/// The arguments of a wait on a futex (futex(2), FUTEX_WAIT and FUTEX_WAIT_BITSET).
public struct FutexWait: Sendable {
    /// Where the word is.
    public var address: UInt64
    /// What it must hold.
    public var expected: UInt32
    /// Which wake-ups count.
    public var bits: UInt32
    /// As the program passed them.
    public var flags: UInt32
    /// In monotonic nanoseconds; nil for none.
    public var deadline: UInt64?

    /// Collects the arguments.
    public init(_ address: UInt, _ expected: UInt32, _ bits: UInt32, _ flags: FutexFlags, _ deadline: Instant?) {
        self.address = UInt64(address)
        self.expected = expected
        self.bits = bits
        self.flags = flags.rawValue
        self.deadline = deadline?.nanoseconds
    }
}
