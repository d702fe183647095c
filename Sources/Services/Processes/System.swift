// SPDX-License-Identifier: Apache-2.0
//
// What all processes share: the mounts, the host's name, the generator of random bytes, the table of processes. Not a
// singleton: a second System would be a second set of namespaces.

public import Containers
public import Events
public import FileSystem
public import LinuxABI
public import Memory
public import PageCache
public import Random
internal import Sync
internal import Synchronization
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
    /// Where pipes live.
    public let pipes = UnnamedVolume(device: .anonymous(3), typeName: "pipefs", magic: 0x5049_5045)
    /// Where other files without names live: event counters and the like.
    public let unnamedFiles = UnnamedVolume(device: .anonymous(4), typeName: "anon_inodefs", magic: 0x0904_1934)

    /// Woken when the wall clock was set: deadlines that are times of day may come earlier or later.
    public let wallTimeSet = WaitQueue()

    struct State: ~Copyable {
        var processes = HashTable<UInt64, Process>()
        var lastID: Int32 = 0
        var hostName: [UInt8] = []
        var domainName: [UInt8] = []
    }
    let state = BlockingMutex(State())

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
            var id = state.lastID
            repeat { id = id >= System.largestID ? 2 : id + 1 } while state.processes.find(UInt64(id)) != nil
            let process = try make(id)
            state.lastID = id
            _ = state.processes.insertReserved(UInt64(id), process)
            return process
        }
    }

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
