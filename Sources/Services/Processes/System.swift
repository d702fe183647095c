// SPDX-License-Identifier: Apache-2.0
//
// What all processes share: the mounts, the host's name, the generator of random bytes, the table of processes. Not a
// singleton: a second System would be a second set of namespaces.

public import Containers
public import Events
public import FileSystem
public import Futexes
public import LinuxABI
public import Memory
public import MessageQueues
public import PageCache
public import Random
public import Sockets
internal import Sync
internal import Synchronization
public import SystemVIPC
public import Time

/// Who is told that the first process has ended: the image, which then shuts the machine down.
public protocol SystemOwner: AnyObject, Sendable {
    /// Process 1 is gone, and everything it had. Called on its last thread, which must not return to it.
    func firstProcessEnded(_ end: ProcessEnd)
}

/// One set of processes and what they share.
public final class System: Sendable {
    /// The mounted file systems.
    public let namespace: MountNamespace
    /// Random bytes for programs.
    public let random: RandomGenerator
    /// A frame of zeros, shared by all pages that were never written.
    public let zeroFrame: FrameNumber
    /// The pages that every program is lent (vdso(7)): data, then code; nil without such code.
    public let lentPages: PageCache?
    /// Told at the end.
    public let owner: any SystemOwner
    /// Threads that wait on words of their programs.
    public let futexes = FutexTable()
    /// Where pipes live.
    public let pipes = UnnamedVolume(device: .anonymous(3), typeName: "pipefs", magic: 0x5049_5045)
    /// Where other files without names live: event counters and the like.
    public let unnamedFiles = UnnamedVolume(device: .anonymous(4), typeName: "anon_inodefs", magic: 0x0904_1934)
    /// Who has locked which files.
    public let fileLocks = FileLockTable()

    /// The families of sockets that there are.
    public let sockets = SocketFamilies()
    /// Shared memory, semaphores and messages of System V.
    public let systemV = SystemVIPC()
    /// POSIX message queues.
    public let messageQueues = MessageQueues { Task.withCurrent { $0.process.id } }
    /// Woken when the wall clock was set: deadlines that are times of day may come earlier or later.
    public let wallTimeSet = WaitQueue()

    struct State: ~Copyable {
        var processes = HashTable<UInt64, Process>()
        /// Every thread by its number; what a process's number is reserved for as long as it exists is not in here.
        var tasks = HashTable<UInt64, Task>()
        var lastID: Int32 = 0
        var hostName: [UInt8] = []
        var domainName: [UInt8] = []
        var timeZone: UInt64 = 0
    }
    let state = BlockingMutex(State(), .system)

    /// Creates a system without processes.
    ///
    /// - Throws: `OutOfMemory`.
    public init(
        namespace: MountNamespace, random: RandomGenerator, lentPages: PageCache?, owner: any SystemOwner
    ) throws(OutOfMemory) {
        self.namespace = namespace
        self.random = random
        self.lentPages = lentPages
        self.owner = owner
        zeroFrame = try Frames.allocate()
        let volume = UnnamedVolume(device: .anonymous(8), typeName: "sockfs", magic: 0x534f_434b)
        try sockets.add(UnixFamily(volume) { Task.withCurrent { $0.process.socketCredentials } })
    }

    // MARK: Names

    /// The host's name, as uname(2) and gethostname(2) give it.
    public var hostName: [UInt8] {
        get { state.withLock { $0.hostName } }
        set { state.withLock { $0.hostName = newValue } }
    }

    /// The NIS domain name.
    public var domainName: [UInt8] {
        get { state.withLock { $0.domainName } }
        set { state.withLock { $0.domainName = newValue } }
    }

    // MARK: Time

    /// What settimeofday(2) was told of the time zone, for gettimeofday(2): two ints, minutes west and a kind of summer
    /// time.
    public var timeZone: UInt64 {
        get { state.withLock { $0.timeZone } }
        set { state.withLock { $0.timeZone = newValue } }
    }

    /// Sets the wall time. - Parameter nanoseconds: since 1970-01-01 00:00 UTC, now.
    public func setWallTime(_ nanoseconds: UInt64) {
        Clock.setWallTime(nanoseconds)
        wallTimeSet.wakeAll()
        var id: Int32 = 0
        while let process = nextProcess(from: id), process.id < .max {
            process.wallTimeWasSet()
            id = process.id + 1
        }
    }

    // MARK: Processes

    /// Finds a process by its number.
    public func process(_ id: Int32) -> Process? {
        state.withLock { state in
            guard let position = state.processes.find(UInt64(UInt32(bitPattern: id))) else { return nil }
            return state.processes[position]
        }
    }

    /// The number of processes.
    public var processCount: Int { state.withLock { $0.processes.count } }

    /// Gives the next number to a process that `make` creates, and enters it.
    func enter(_ make: (Int32) throws(OutOfMemory) -> Process) throws(OutOfMemory) -> Process {
        try state.withLock { (state) throws(OutOfMemory) -> Process in
            try state.processes.reserve(1)
            let id = System.takeNumber(&state)
            let process = try make(id)
            _ = state.processes.insertReserved(UInt64(id), process)
            return process
        }
    }

    /// The next number that neither a process nor a thread has.
    private static func takeNumber(_ state: inout State) -> Int32 {
        var id = state.lastID
        repeat {
            id = id >= System.largestID ? 2 : id + 1
        } while state.processes.find(UInt64(id)) != nil || state.tasks.find(UInt64(id)) != nil
        state.lastID = id
        return id
    }

    // MARK: Threads

    /// A number for another thread of a process; it is taken once the thread is entered.
    public func makeThreadID() -> Int32 { state.withLock { System.takeNumber(&$0) } }

    /// The number of threads.
    public var threadCount: Int { state.withLock { $0.tasks.count } }

    /// Finds a thread by its number.
    public func task(_ id: Int32) -> Task? {
        state.withLock { state in
            guard let position = state.tasks.find(UInt64(UInt32(bitPattern: id))) else { return nil }
            return state.tasks[position]
        }
    }

    /// Enters a thread under its number.
    ///
    /// - Throws: `.noMemory`.
    func enter(_ task: Task) throws(Errno) {
        do throws(OutOfMemory) {
            try state.withLock { (state) throws(OutOfMemory) in
                try state.tasks.reserve(1)
                _ = state.tasks.insertReserved(UInt64(task.id), task)
            }
        } catch { throw .noMemory }
    }

    /// Takes a thread out that ends.
    func remove(_ task: Task) {
        let removed = state.withLock { $0.tasks.remove(UInt64(task.id)) }
        _ = removed  // its last release, if this is one, happens outside of the lock
    }

    /// Gives a thread the number of its process, whose first thread has gone.
    func rename(_ task: Task, to id: Int32) {
        state.withLock { state in
            guard task.id != id, let task = state.tasks.remove(UInt64(task.id)) else { return }
            task.takeNumber(id)
            _ = state.tasks.insertReserved(UInt64(id), task)  // the room of its old entry
        }
    }

    // MARK: Processes, one after the other

    /// Takes a process out that nobody waits for any more.
    func remove(_ process: Process) {
        state.withLock { state in _ = state.processes.remove(UInt64(process.id)) }
    }

    /// Processes from a number on, in no particular order of creation; for /proc.
    public func nextProcess(from id: Int32) -> Process? {
        state.withLock { state in
            var best: Process?
            var slot = 0
            while let position = state.processes.nextPosition(fromSlot: slot) {
                let process = state.processes[position]
                if process.id >= id, process.id < best?.id ?? .max { best = process }
                slot = position.slot + 1
            }
            return best
        }
    }

    /// The largest process number (kernel.pid_max).
    public static var largestID: Int32 { 32768 }
}
