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
    let timers = BlockingMutex(ProcessTimers())

    struct State: ~Copyable {
        var space: AddressSpace
        var credentials: Credentials
        var limits = ResourceLimits()
        var name = InlineArray<16, UInt8>(repeating: 0)
        var executable: Place?
        var groupID: Int32
        var sessionID: Int32
        var threads = UniqueArray<Task>()
        var end: ProcessEnd?
        var nice: Int8 = 0
        var ioPriority: UInt16 = 0
        var hasNoNewPrivileges = false
        var isSubreaper = false
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
        signals = Spinlock(try SignalState())
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

    /// File operations as this process: its root, its working directory, its credentials.
    public var fileOperations: FileOperations { FileOperations(fileContext, credentials) }

    /// A limit.
    public subscript(limit kind: ResourceKind) -> ResourceLimit {
        get { state.withLock { $0.limits[kind] } }
        set { state.withLock { $0.limits[kind] = newValue } }
    }

    /// The program's short name: 15 bytes and a NUL (prctl(2) PR_SET_NAME, /proc/PID/comm).
    public var name: InlineArray<16, UInt8> {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
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

    /// Class and level of ioprio_set(2).
    public var ioPriority: UInt16 {
        get { state.withLock { $0.ioPriority } }
        set { state.withLock { $0.ioPriority = newValue } }
    }

    /// The nice value, -20 to 19.
    public var nice: Int8 {
        get { state.withLock { $0.nice } }
        set { state.withLock { $0.nice = newValue } }
    }

    /// The parent's number; 0 for the first process.
    public var parentID: Int32 { 0 }

    // MARK: Threads

    /// Adds a thread.
    func add(_ task: Task, reserved: consuming UniqueArray<Task>) {
        var room = reserved
        files.addUser()
        state.withLock { state in
            if state.threads.capacity < room.capacity {
                for i in 0..<state.threads.count { room.appendReserved(state.threads[i]) }
                swap(&state.threads, &room)
            }
            state.threads.appendReserved(task)
        }
    }

    /// CPU time of the threads that there are, in nanoseconds.
    public var runTime: UInt64 {
        var sum: UInt64 = 0
        forEachTask { task in
            if let thread = task.runner.value { sum += CurrentThread.scheduler.runTime(of: thread) }
        }
        return sum
    }

    /// The number of threads.
    public var threadCount: Int { state.withLock { $0.threads.count } }

    /// The first thread, or nil once it has gone.
    public var firstTask: Task? { state.withLock { $0.threads.isEmpty ? nil : $0.threads[0] } }

    /// Takes a thread out. - Returns: whether it was the last.
    func remove(_ task: Task) -> Bool {
        let (removed, isLast) = state.withLock { state -> (Task?, Bool) in
            var removed: Task?
            for i in 0..<state.threads.count where state.threads[i] === task {
                removed = state.threads.remove(at: i)
                break
            }
            return (removed, state.threads.isEmpty)
        }
        if removed != nil { files.removeUser() }
        return isLast
    }

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

    func forEachTask(_ body: (Task) -> Void) {
        var index = 0
        while let task = state.withLock({ $0.threads.count > index ? $0.threads[index] : nil }) {
            body(task)
            index += 1
        }
    }
}
