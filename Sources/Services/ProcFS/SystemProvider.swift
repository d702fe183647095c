// SPDX-License-Identifier: Apache-2.0
//
// What ProcFS must be told about the machine and its processes. Processes (and the image) implement these; ProcFS only
// makes texts of the answers. Figures that nobody counts may stay zero.

public import FileSystem
public import LinuxABI
public import TextFiles

/// The machine's memory in bytes, for /proc/meminfo.
public struct MemoryFigures: Sendable {
    /// All memory.
    public var total: UInt64 = 0
    /// Memory nobody uses.
    public var free: UInt64 = 0
    /// Memory that programs could get without swapping.
    public var available: UInt64 = 0
    /// Pages of files.
    public var cached: UInt64 = 0
    /// Pages of tmpfs and shared memory.
    public var shared: UInt64 = 0
    /// Pages of programs' own memory.
    public var anonymous: UInt64 = 0
    /// Pages that are mapped by programs.
    public var mapped: UInt64 = 0
    /// Memory of the kernel's heap.
    public var kernel: UInt64 = 0
    /// Memory of page tables.
    public var pageTables: UInt64 = 0
    /// Memory that was promised to programs.
    public var committed: UInt64 = 0

    /// Creates figures of zero.
    public init() {}
}

/// A CPU's time in clock ticks (100 a second), for /proc/stat.
public struct CPUTimes: Sendable {
    /// In programs.
    public var user: UInt64 = 0
    /// In the kernel.
    public var system: UInt64 = 0
    /// Idle.
    public var idle: UInt64 = 0

    /// Creates times of zero.
    public init() {}
}

/// The limits of System V's objects and of POSIX message queues.
public struct IPCLimits: Sendable {
    /// Bytes of a segment, pages of all segments, segments.
    public var segmentBytes: UInt64 = 0
    /// See `segmentBytes`.
    public var segmentPages: UInt64 = 0
    /// See `segmentBytes`.
    public var segments: UInt64 = 0
    /// Semaphores in a set and in all, operations of a call, sets.
    public var semaphores: (inSet: UInt64, total: UInt64, operations: UInt64, sets: UInt64) = (0, 0, 0, 0)
    /// Bytes of a message and in a new queue, queues.
    public var messages: (bytes: UInt64, queueBytes: UInt64, queues: UInt64) = (0, 0, 0)
    /// POSIX queues, messages of one, bytes of a message.
    public var queues: (count: UInt64, messages: UInt64, bytes: UInt64) = (0, 0, 0)

    /// Creates limits of zero.
    public init() {}
}

/// What ProcFS must be told about the machine.
public protocol SystemProvider: AnyObject, Sendable {
    /// The number of the calling process.
    var callerID: Int32 { get }
    /// The number of the calling thread.
    var callerThreadID: Int32 { get }
    /// Where the calling process stands in the tree.
    var callerContext: FileContext { get }
    /// The process of a number, or the process of a thread of that number as the thread sees it.
    func process(_ id: Int32) -> (any ProcessProvider)?
    /// The least process number at or above `id`.
    func nextProcess(from id: Int32) -> Int32?

    /// Memory figures.
    var memory: MemoryFigures { get }
    /// Nanoseconds since boot.
    var uptimeNanoseconds: UInt64 { get }
    /// Seconds since 1970 at boot.
    var bootTime: UInt64 { get }
    /// How many CPUs there are.
    var cpuCount: Int { get }
    /// A CPU's times.
    func cpuTimes(_ cpu: Int) -> CPUTimes
    /// Context switches, processes made, threads that can run.
    var schedulingFigures: (switches: UInt64, made: UInt64, running: UInt64) { get }
    /// Load averages over 1, 5 and 15 minutes in hundredths.
    var loadHundredths: (one: UInt64, five: UInt64, fifteen: UInt64) { get }
    /// Threads in all.
    var threadCount: UInt64 { get }
    /// Appends /proc/cpuinfo, whose contents are the architecture's.
    func addProcessorInformation(to text: inout TextBuilder) throws(Errno)
    /// Appends the kernel's command line, without a newline.
    func addCommandLine(to text: inout TextBuilder) throws(Errno)
    /// Appends the host's name, without a newline.
    func addHostName(to text: inout TextBuilder) throws(Errno)
    /// Sets the host's name.
    ///
    /// - Throws: `.notPermitted`, `.invalidArgument`.
    func setHostName(_ name: Span<UInt8>) throws(Errno)
    /// Calls `body` with each lock on a file and, behind each, with those who wait for it.
    func forEachFileLock(_ body: (FileLockDescription) -> Void)
    /// The largest number of a process.
    var largestProcessID: Int32 { get }
    /// What real-time threads may take of a CPU, and of how long (sched(7)).
    var realTimeMicroseconds: (period: UInt64, runtime: UInt64) { get }
    /// The least address that a program can map.
    var leastAddress: UInt64 { get }
    /// Events that an inotify instance keeps, and watches that it may have.
    var watchLimits: (events: UInt64, watches: UInt64) { get }
    /// The limits of System V's objects and of POSIX message queues.
    var ipcLimits: IPCLimits { get }
    /// Appends a line for each segment of shared memory.
    func addSharedSegments(to text: inout TextBuilder) throws(Errno)
    /// Appends a line for each set of semaphores.
    func addSemaphoreSets(to text: inout TextBuilder) throws(Errno)
    /// Appends a line for each queue of typed messages.
    func addMessageChannels(to text: inout TextBuilder) throws(Errno)
    /// How many pseudo terminals there are.
    var pseudoTerminalCount: Int { get }
    /// How many allocations are left until one fails on purpose; 0 if none will.
    var pendingFailure: UInt64 { get }
    /// Lets the `count`-th allocation from now fail, for tests of error paths; 0 lets none fail.
    func failAllocation(after count: UInt64)
    /// The release and version that uname(2) shows.
    var release: StaticString { get }
    /// See `release`.
    var version: StaticString { get }
    /// 64 random bits.
    func random() -> UInt64
    /// 128 bits that are the same until the machine ends, for boot_id.
    var bootIdentity: (UInt64, UInt64) { get }
}

/// Numbers about a process, for /proc/PID/stat, statm and status.
public struct ProcessFigures: Sendable {
    /// The process's number, also when the figures are a thread's.
    public var processID: Int32 = 0
    /// The name, at most 15 bytes and a NUL.
    public var name = InlineArray<16, UInt8>(repeating: 0)
    /// One letter of proc_pid_stat(5): R, S, D, Z, T.
    public var state = UInt8(ascii: "R")
    /// The parent.
    public var parentID: Int32 = 0
    /// The process group.
    public var groupID: Int32 = 0
    /// The session.
    public var sessionID: Int32 = 0
    /// The controlling terminal's device number, or 0.
    public var terminal: UInt64 = 0
    /// The terminal's foreground process group, or -1.
    public var terminalGroupID: Int32 = -1
    /// Faults served without input or output.
    public var minorFaults: UInt64 = 0
    /// Faults that needed input or output.
    public var majorFaults: UInt64 = 0
    /// Ticks in the program.
    public var userTicks: UInt64 = 0
    /// Ticks in the kernel.
    public var systemTicks: UInt64 = 0
    /// Ticks of children that were waited for, in their programs.
    public var childrenUserTicks: UInt64 = 0
    /// The same in the kernel.
    public var childrenSystemTicks: UInt64 = 0
    /// The nice value.
    public var nice: Int64 = 0
    /// How many threads.
    public var threadCount: UInt64 = 1
    /// Ticks from boot to the start.
    public var startTicks: UInt64 = 0
    /// Bytes of address space.
    public var virtualBytes: UInt64 = 0
    /// Pages in memory.
    public var residentPages: UInt64 = 0
    /// The most pages there ever were.
    public var peakResidentPages: UInt64 = 0
    /// The most bytes of address space there ever were.
    public var peakVirtualBytes: UInt64 = 0
    /// Of the resident pages, those of files.
    public var filePages: UInt64 = 0
    /// Pages of the program's text.
    public var textPages: UInt64 = 0
    /// Pages of data and stack.
    public var dataPages: UInt64 = 0
    /// Pages of the first thread's stack.
    public var stackPages: UInt64 = 0
    /// Pages of libraries' text.
    public var libraryPages: UInt64 = 0
    /// The program's text.
    public var code: Range<UInt64> = 0..<0
    /// The words of its arguments.
    public var arguments: Range<UInt64> = 0..<0
    /// The words of its environment.
    public var environment: Range<UInt64> = 0..<0
    /// The lowest address of the stack's start.
    public var stackStart: UInt64 = 0
    /// The limit of resident memory.
    public var residentLimit: UInt64 = .max
    /// Signals that wait for the process.
    public var pending = SignalSet()
    /// Signals that wait for the thread.
    public var pendingForThread = SignalSet()
    /// How many signals wait.
    public var pendingCount: UInt64 = 0
    /// Whether exec gives no more privileges.
    public var hasNoNewPrivileges = false
    /// Signals that are blocked.
    public var blocked = SignalSet()
    /// Signals that are ignored.
    public var ignored = SignalSet()
    /// Signals that have handlers.
    public var caught = SignalSet()
    /// The CPU it ran on last.
    public var processor: UInt64 = 0

    /// Creates figures of zero.
    public init() {}
}

/// A mapping of a process, for /proc/PID/maps.
public struct RegionDescription: Sendable {
    /// The first address.
    public var start: UInt64
    /// One past the last.
    public var end: UInt64
    /// What it allows.
    public var protection: ProtectionFlags
    /// Whether changes are seen by others.
    public var isShared: Bool
    /// Where in the file it begins.
    public var offset: UInt64
    /// The file's device, or none.
    public var device: DeviceNumber
    /// The file's inode number, or 0.
    public var inode: UInt64
    /// The file's path, or `[heap]`, `[stack]`, `[vdso]`, or nothing.
    public var name: [UInt8]

    /// Creates a description of anonymous memory.
    public init(start: UInt64, end: UInt64, protection: ProtectionFlags) {
        self.start = start
        self.end = end
        self.protection = protection
        isShared = false
        offset = 0
        device = .none
        inode = 0
        name = []
    }
}

/// What ProcFS must be told about a process.
public protocol ProcessProvider: AnyObject, Sendable {
    /// The numbers.
    var figures: ProcessFigures { get }
    /// Whose it is.
    var credentials: Credentials { get }
    /// Its descriptors; nil once it has ended.
    var descriptors: FileDescriptorTable? { get }
    /// Its place in the tree; nil once it has ended.
    var context: FileContext? { get }
    /// The program; nil if there is none.
    var executable: Place? { get }
    /// A limit.
    func limit(_ kind: ResourceKind) -> ResourceLimit
    /// Appends the arguments, each with its NUL.
    func addArguments(to text: inout TextBuilder) throws(Errno)
    /// Appends the environment, each with its NUL.
    func addEnvironment(to text: inout TextBuilder) throws(Errno)
    /// Appends the auxiliary vector as the program has it.
    func addAuxiliaryVector(to text: inout TextBuilder) throws(Errno)
    /// The least number of a thread at or above a number.
    func nextThread(from id: Int32) -> Int32?
    /// Hands the mappings to `body` in the order of their addresses until it answers false.
    func forEachRegion(_ body: (RegionDescription) -> Bool)
    /// How many pages of a range are in memory, and how many of those were written.
    func pages(from start: UInt64, to end: UInt64) -> (resident: UInt64, dirty: UInt64)
    /// What the process adds to its badness when memory is out: -1000 to 1000.
    var outOfMemoryAdjustment: Int16 { get }
    /// Sets it.
    ///
    /// - Throws: `.permissionDenied` to make it less without `CAP_SYS_RESOURCE`.
    func setOutOfMemoryAdjustment(_ value: Int16) throws(Errno)
    /// Sets the name, as writing to /proc/PID/comm does.
    ///
    /// - Throws: `.notPermitted`.
    func setName(_ name: Span<UInt8>) throws(Errno)
}
