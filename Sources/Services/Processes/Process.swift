// SPDX-License-Identifier: Apache-2.0
//
// A process: what its threads share. An address space, open files, a place in the file system, credentials, signal
// actions, limits. It exists from its creation until somebody has learned of its end.

public import AddressSpace
public import Containers
public import Events
public import FileSystem
public import LinuxABI
internal import Scheduler
public import Sync
internal import Synchronization
internal import SystemVIPC
public import Time

/// A process.
public final class Process: Sendable {
    /// Its number.
    public let id: Int32
    /// The system it lives in.
    public let system: System
    /// Its open files.
    public let files: FileDescriptorTable
    /// Root directory, working directory, file creation mask.
    public let fileContext: FileContext
    /// When it was created.
    public let startTime: Instant
    /// Threads that wait for signals or children of it.
    public let waitQueue = WaitQueue()
    let intervalTimer = SetOnce<IntervalTimer>()
    /// Interval timers of CPU time: IntervalTimer.Kind.
    let virtualTimer = SetOnce<IntervalTimer>()
    let profilingTimer = SetOnce<IntervalTimer>()
    /// What timer_create(2) has made.
    let timers = BlockingMutex(ProcessTimers(), .timers)
    let threadTotal = Atomic<Int>(0)
    private let barriers = Atomic<UInt32>(0)

    struct State: ~Copyable {
        var space: AddressSpace
        var credentials: Credentials
        var limits = ResourceLimits()
        var executable: Place?
        var groupID: Int32
        var sessionID: Int32
        var threads = ThreadList()
        /// CPU time of threads that have ended, in nanoseconds.
        var endedRunTime: UInt64 = 0
        /// Page faults of threads that have ended.
        var endedFaults: UInt64 = 0
        /// How many threads have ended.
        var removals: UInt64 = 0
        /// With what its first thread ended, if it did before the process.
        var firstThreadStatus: UInt8 = 0
        /// The thread that replaces the program and outlives all others (execve(2)).
        var heir: UInt64?
        var end: ProcessEnd?
        var ioPriority: UInt16 = 0
        var hasNoNewPrivileges = false
        var isSubreaper = false
        var outOfMemoryAdjustment: Int16 = 0
        var controls = ProcessControls()
        /// Where exec put argv, environment and auxv, for /proc.
        var image = ProgramImage()
    }
    let state: Spinlock<State>
    let signals: Spinlock<SignalState>

    /// Creates a process without threads.
    ///
    /// - Throws: `OutOfMemory`.
    init(
        id: Int32, system: System, files: FileDescriptorTable, fileContext: FileContext, credentials: Credentials
    ) throws(OutOfMemory) {
        self.id = id
        self.system = system
        self.files = files
        self.fileContext = fileContext
        startTime = Clock.now()
        let space = try AddressSpace(zeroFrame: system.zeroFrame)
        state = Spinlock(State(space: space, credentials: credentials, groupID: id, sessionID: id))
        signals = Spinlock(try SignalState(), .signals)
    }

    /// Creates the first process of a system.
    ///
    /// - Throws: `OutOfMemory`.
    public static func makeFirst(
        in system: System, files: FileDescriptorTable, fileContext: FileContext, credentials: Credentials
    ) throws(OutOfMemory) -> Process {
        try system.enter { (id) throws(OutOfMemory) in
            try Process(id: id, system: system, files: files, fileContext: fileContext, credentials: credentials)
        }
    }

    // MARK: What threads share

    /// The address space.
    public var space: AddressSpace { state.withLock { $0.space } }

    /// Exchanges the address space: exec.
    public func replaceSpace(_ space: AddressSpace) -> AddressSpace {
        state.withLock { state in
            let old = state.space
            state.space = space
            return old
        }
    }

    /// Who the process is.
    public var credentials: Credentials {
        get { state.withLock { $0.credentials } }
        set {
            let new = newValue
            // The old object's last release happens outside of the lock.
            let old = state.withLock { state -> Credentials in
                let old = state.credentials
                state.credentials = new
                return old
            }
            _ = old
        }
    }

    /// Who the process says it is to a peer, if it says nothing else.
    var socketCredentials: SocketCredentials {
        let credentials = credentials
        return SocketCredentials(
            processID: UInt32(id), userID: credentials.user.real, groupID: credentials.group.real)
    }

    /// File operations as this process: its root, its working directory, its credentials.
    public var fileOperations: FileOperations { FileOperations(fileContext, credentials) }

    /// A limit.
    public subscript(limit kind: ResourceKind) -> ResourceLimit {
        get { state.withLock { $0.limits[kind] } }
        set { state.withLock { $0.limits[kind] = newValue } }
    }

    /// The program's file.
    public var executable: Place? {
        get { state.withLock { $0.executable } }
        set {
            let new = newValue
            let old = state.withLock { state -> Place? in
                let old = state.executable
                state.executable = new
                return old
            }
            _ = old
        }
    }

    /// Where exec put the program's words.
    public var image: ProgramImage {
        get { state.withLock { $0.image } }
        set { state.withLock { $0.image = newValue } }
    }

    /// The process group.
    public var groupID: Int32 {
        get { state.withLock { $0.groupID } }
        set { state.withLock { $0.groupID = newValue } }
    }

    /// The session.
    public var sessionID: Int32 {
        get { state.withLock { $0.sessionID } }
        set { state.withLock { $0.sessionID = newValue } }
    }

    /// Whether execve(2) gives no more privileges (prctl(2) PR_SET_NO_NEW_PRIVS).
    public var hasNoNewPrivileges: Bool {
        get { state.withLock { $0.hasNoNewPrivileges } }
        set { state.withLock { $0.hasNoNewPrivileges = newValue } }
    }

    /// Whether orphans below it become its children (prctl(2) PR_SET_CHILD_SUBREAPER).
    public var isSubreaper: Bool {
        get { state.withLock { $0.isSubreaper } }
        set { state.withLock { $0.isSubreaper = newValue } }
    }

    /// What it adds to its badness when memory is out, -1000 to 1000 (proc_pid_oom_score_adj(5)).
    public var outOfMemoryAdjustment: Int16 {
        get { state.withLock { $0.outOfMemoryAdjustment } }
        set { state.withLock { $0.outOfMemoryAdjustment = newValue } }
    }

    /// Class and level of ioprio_set(2).
    public var ioPriority: UInt16 {
        get { state.withLock { $0.ioPriority } }
        set { state.withLock { $0.ioPriority = newValue } }
    }

    /// Notes that the program will use a kind of barrier (membarrier(2)).
    public func registerBarriers(_ command: UInt32) { barriers.bitwiseOr(command, ordering: .relaxed) }

    /// The kinds that it has named.
    public var registeredBarriers: UInt32 { barriers.load(ordering: .relaxed) }

    /// Whether it has said so.
    public func hasBarriers(_ command: UInt32) -> Bool { barriers.load(ordering: .relaxed) & command != 0 }

    /// The parent's number; 0 for the first process.
    public var parentID: Int32 { 0 }

    // MARK: The end

    /// How it ended, if it has.
    public var end: ProcessEnd? { state.withLock { $0.end } }

    /// Marks the process as ending; the first one to say how wins. All its threads are told to leave.
    ///
    /// - Returns: what was decided.
    @discardableResult
    public func beginEnd(_ end: ProcessEnd) -> ProcessEnd {
        let decided = state.withLock { state -> ProcessEnd in
            if state.end == nil { state.end = end }
            return state.end ?? end
        }
        forEachTask { $0.kill() }
        return decided
    }

    /// The last thread has left: everything that the process had is given back.
    func finish() {
        retireIntervalTimers()
        deleteTimers()
        system.systemV.semaphores.processEnded(id)
        files.closeAll(in: 0...Int32.max)
        space.removeAll()
        let end = state.withLock { $0.end ?? .exited(status: $0.firstThreadStatus) }
        system.remove(self)
        if id == 1 { system.owner.firstProcessEnded(end) }
    }
}
