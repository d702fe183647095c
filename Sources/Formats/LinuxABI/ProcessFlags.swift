// SPDX-License-Identifier: Apache-2.0
//
// Flags and selectors of the calls about processes and threads: clone(2), futex(2), wait4(2), prctl(2), limits.

/// What a new thread or process shares with its parent
///
/// - Source: clone(2).
public struct CloneFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt64

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The signal at the end, clone(2) only (`CSIGNAL`).
    public static var signalMask: CloneFlags { CloneFlags(rawValue: 0xff) }
    /// `CLONE_VM`.
    public static var memory: CloneFlags { CloneFlags(rawValue: 0x100) }
    /// `CLONE_FS`.
    public static var fileSystem: CloneFlags { CloneFlags(rawValue: 0x200) }
    /// `CLONE_FILES`.
    public static var files: CloneFlags { CloneFlags(rawValue: 0x400) }
    /// `CLONE_SIGHAND`.
    public static var signalHandlers: CloneFlags { CloneFlags(rawValue: 0x800) }
    /// `CLONE_PIDFD`.
    public static var processDescriptor: CloneFlags { CloneFlags(rawValue: 0x1000) }
    /// `CLONE_PTRACE`.
    public static var ptrace: CloneFlags { CloneFlags(rawValue: 0x2000) }
    /// `CLONE_VFORK`.
    public static var vfork: CloneFlags { CloneFlags(rawValue: 0x4000) }
    /// `CLONE_PARENT`.
    public static var parent: CloneFlags { CloneFlags(rawValue: 0x8000) }
    /// `CLONE_THREAD`.
    public static var thread: CloneFlags { CloneFlags(rawValue: 0x1_0000) }
    /// `CLONE_NEWNS`.
    public static var newMountNamespace: CloneFlags { CloneFlags(rawValue: 0x2_0000) }
    /// `CLONE_SYSVSEM`.
    public static var systemVSemaphores: CloneFlags { CloneFlags(rawValue: 0x4_0000) }
    /// `CLONE_SETTLS`.
    public static var setThreadLocalStorage: CloneFlags { CloneFlags(rawValue: 0x8_0000) }
    /// `CLONE_PARENT_SETTID`.
    public static var parentSetThreadID: CloneFlags { CloneFlags(rawValue: 0x10_0000) }
    /// `CLONE_CHILD_CLEARTID`.
    public static var childClearThreadID: CloneFlags { CloneFlags(rawValue: 0x20_0000) }
    /// Ignored (`CLONE_DETACHED`).
    public static var detached: CloneFlags { CloneFlags(rawValue: 0x40_0000) }
    /// `CLONE_UNTRACED`.
    public static var untraced: CloneFlags { CloneFlags(rawValue: 0x80_0000) }
    /// `CLONE_CHILD_SETTID`.
    public static var childSetThreadID: CloneFlags { CloneFlags(rawValue: 0x100_0000) }
    /// `CLONE_NEWCGROUP`.
    public static var newControlGroup: CloneFlags { CloneFlags(rawValue: 0x200_0000) }
    /// `CLONE_NEWUTS`.
    public static var newHostname: CloneFlags { CloneFlags(rawValue: 0x400_0000) }
    /// `CLONE_NEWIPC`.
    public static var newIPC: CloneFlags { CloneFlags(rawValue: 0x800_0000) }
    /// `CLONE_NEWUSER`.
    public static var newUsers: CloneFlags { CloneFlags(rawValue: 0x1000_0000) }
    /// `CLONE_NEWPID`.
    public static var newProcesses: CloneFlags { CloneFlags(rawValue: 0x2000_0000) }
    /// `CLONE_NEWNET`.
    public static var newNetwork: CloneFlags { CloneFlags(rawValue: 0x4000_0000) }
    /// `CLONE_IO`.
    public static var io: CloneFlags { CloneFlags(rawValue: 0x8000_0000) }
    /// `CLONE_CLEAR_SIGHAND`.
    public static var clearSignalHandlers: CloneFlags { CloneFlags(rawValue: 0x1_0000_0000) }
    /// `CLONE_INTO_CGROUP`.
    public static var intoControlGroup: CloneFlags { CloneFlags(rawValue: 0x2_0000_0000) }
}

/// What futex(2) is asked to do, without its flags
///
/// - Source: futex(2).
public struct FutexCommand: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `FUTEX_WAIT`.
    public static var wait: FutexCommand { FutexCommand(rawValue: 0) }
    /// `FUTEX_WAKE`.
    public static var wake: FutexCommand { FutexCommand(rawValue: 1) }
    /// `FUTEX_FD`.
    public static var descriptor: FutexCommand { FutexCommand(rawValue: 2) }
    /// `FUTEX_REQUEUE`.
    public static var requeue: FutexCommand { FutexCommand(rawValue: 3) }
    /// `FUTEX_CMP_REQUEUE`.
    public static var compareRequeue: FutexCommand { FutexCommand(rawValue: 4) }
    /// `FUTEX_WAKE_OP`.
    public static var wakeOperation: FutexCommand { FutexCommand(rawValue: 5) }
    /// `FUTEX_LOCK_PI`.
    public static var lockPriority: FutexCommand { FutexCommand(rawValue: 6) }
    /// `FUTEX_UNLOCK_PI`.
    public static var unlockPriority: FutexCommand { FutexCommand(rawValue: 7) }
    /// `FUTEX_TRYLOCK_PI`.
    public static var tryLockPriority: FutexCommand { FutexCommand(rawValue: 8) }
    /// `FUTEX_WAIT_BITSET`.
    public static var waitBits: FutexCommand { FutexCommand(rawValue: 9) }
    /// `FUTEX_WAKE_BITSET`.
    public static var wakeBits: FutexCommand { FutexCommand(rawValue: 10) }
    /// `FUTEX_WAIT_REQUEUE_PI`.
    public static var waitRequeuePriority: FutexCommand { FutexCommand(rawValue: 11) }
    /// `FUTEX_CMP_REQUEUE_PI`.
    public static var compareRequeuePriority: FutexCommand { FutexCommand(rawValue: 12) }
    /// `FUTEX_LOCK_PI2`.
    public static var lockPriority2: FutexCommand { FutexCommand(rawValue: 13) }
}

/// How futex(2) understands its arguments
///
/// - Source: futex(2).
public struct FutexFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `FUTEX_PRIVATE_FLAG`.
    public static var processPrivate: FutexFlags { FutexFlags(rawValue: 128) }
    /// `FUTEX_CLOCK_REALTIME`.
    public static var realTimeClock: FutexFlags { FutexFlags(rawValue: 256) }
}

/// What wait4(2) and waitid(2) report
///
/// - Source: waitpid(2).
public struct WaitOptions: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `WNOHANG`.
    public static var noHang: WaitOptions { WaitOptions(rawValue: 1) }
    /// `WSTOPPED` in waitid(2) (`WUNTRACED`).
    public static var stopped: WaitOptions { WaitOptions(rawValue: 2) }
    /// `WEXITED`.
    public static var exited: WaitOptions { WaitOptions(rawValue: 4) }
    /// `WCONTINUED`.
    public static var continued: WaitOptions { WaitOptions(rawValue: 8) }
    /// `WNOWAIT`.
    public static var noReap: WaitOptions { WaitOptions(rawValue: 0x0100_0000) }
    /// `__WNOTHREAD`.
    public static var noThread: WaitOptions { WaitOptions(rawValue: 0x2000_0000) }
    /// `__WALL`.
    public static var all: WaitOptions { WaitOptions(rawValue: 0x4000_0000) }
    /// `__WCLONE`.
    public static var clone: WaitOptions { WaitOptions(rawValue: 0x8000_0000) }
}

/// Which limit getrlimit(2) is about
///
/// - Source: getrlimit(2).
public struct ResourceKind: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `RLIMIT_CPU`.
    public static var cpuTime: ResourceKind { ResourceKind(rawValue: 0) }
    /// `RLIMIT_FSIZE`.
    public static var fileSize: ResourceKind { ResourceKind(rawValue: 1) }
    /// `RLIMIT_DATA`.
    public static var dataSize: ResourceKind { ResourceKind(rawValue: 2) }
    /// `RLIMIT_STACK`.
    public static var stackSize: ResourceKind { ResourceKind(rawValue: 3) }
    /// `RLIMIT_CORE`.
    public static var coreSize: ResourceKind { ResourceKind(rawValue: 4) }
    /// `RLIMIT_RSS`.
    public static var residentSize: ResourceKind { ResourceKind(rawValue: 5) }
    /// `RLIMIT_NPROC`.
    public static var processes: ResourceKind { ResourceKind(rawValue: 6) }
    /// `RLIMIT_NOFILE`.
    public static var openFiles: ResourceKind { ResourceKind(rawValue: 7) }
    /// `RLIMIT_MEMLOCK`.
    public static var lockedMemory: ResourceKind { ResourceKind(rawValue: 8) }
    /// `RLIMIT_AS`.
    public static var addressSpace: ResourceKind { ResourceKind(rawValue: 9) }
    /// `RLIMIT_LOCKS`.
    public static var fileLocks: ResourceKind { ResourceKind(rawValue: 10) }
    /// `RLIMIT_SIGPENDING`.
    public static var pendingSignals: ResourceKind { ResourceKind(rawValue: 11) }
    /// `RLIMIT_MSGQUEUE`.
    public static var messageQueues: ResourceKind { ResourceKind(rawValue: 12) }
    /// `RLIMIT_NICE`.
    public static var nice: ResourceKind { ResourceKind(rawValue: 13) }
    /// `RLIMIT_RTPRIO`.
    public static var realTimePriority: ResourceKind { ResourceKind(rawValue: 14) }
    /// `RLIMIT_RTTIME`.
    public static var realTimeTimeout: ResourceKind { ResourceKind(rawValue: 15) }
}

/// What prctl(2) is asked to do
///
/// - Source: prctl(2).
public struct PrctlOption: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `PR_SET_PDEATHSIG`.
    public static var setParentDeathSignal: PrctlOption { PrctlOption(rawValue: 1) }
    /// `PR_GET_PDEATHSIG`.
    public static var getParentDeathSignal: PrctlOption { PrctlOption(rawValue: 2) }
    /// `PR_GET_DUMPABLE`.
    public static var getDumpable: PrctlOption { PrctlOption(rawValue: 3) }
    /// `PR_SET_DUMPABLE`.
    public static var setDumpable: PrctlOption { PrctlOption(rawValue: 4) }
    /// `PR_GET_KEEPCAPS`.
    public static var getKeepCapabilities: PrctlOption { PrctlOption(rawValue: 7) }
    /// `PR_SET_KEEPCAPS`.
    public static var setKeepCapabilities: PrctlOption { PrctlOption(rawValue: 8) }
    /// `PR_GET_TIMING`.
    public static var getTiming: PrctlOption { PrctlOption(rawValue: 13) }
    /// `PR_SET_TIMING`.
    public static var setTiming: PrctlOption { PrctlOption(rawValue: 14) }
    /// `PR_SET_NAME`.
    public static var setName: PrctlOption { PrctlOption(rawValue: 15) }
    /// `PR_GET_NAME`.
    public static var getName: PrctlOption { PrctlOption(rawValue: 16) }
    /// `PR_GET_SECCOMP`.
    public static var getSeccomp: PrctlOption { PrctlOption(rawValue: 21) }
    /// `PR_SET_SECCOMP`.
    public static var setSeccomp: PrctlOption { PrctlOption(rawValue: 22) }
    /// `PR_CAPBSET_READ`.
    public static var readCapabilityBound: PrctlOption { PrctlOption(rawValue: 23) }
    /// `PR_CAPBSET_DROP`.
    public static var dropCapabilityBound: PrctlOption { PrctlOption(rawValue: 24) }
    /// `PR_GET_TSC`.
    public static var getCounter: PrctlOption { PrctlOption(rawValue: 25) }
    /// `PR_SET_TSC`.
    public static var setCounter: PrctlOption { PrctlOption(rawValue: 26) }
    /// `PR_GET_SECUREBITS`.
    public static var getSecureBits: PrctlOption { PrctlOption(rawValue: 27) }
    /// `PR_SET_SECUREBITS`.
    public static var setSecureBits: PrctlOption { PrctlOption(rawValue: 28) }
    /// `PR_SET_TIMERSLACK`.
    public static var setTimerSlack: PrctlOption { PrctlOption(rawValue: 29) }
    /// `PR_GET_TIMERSLACK`.
    public static var getTimerSlack: PrctlOption { PrctlOption(rawValue: 30) }
    /// `PR_MCE_KILL_GET`.
    public static var getMemoryFailurePolicy: PrctlOption { PrctlOption(rawValue: 34) }
    /// `PR_SET_MM`.
    public static var setMemory: PrctlOption { PrctlOption(rawValue: 35) }
    /// `PR_SET_CHILD_SUBREAPER`.
    public static var setChildSubreaper: PrctlOption { PrctlOption(rawValue: 36) }
    /// `PR_GET_CHILD_SUBREAPER`.
    public static var getChildSubreaper: PrctlOption { PrctlOption(rawValue: 37) }
    /// `PR_SET_NO_NEW_PRIVS`.
    public static var setNoNewPrivileges: PrctlOption { PrctlOption(rawValue: 38) }
    /// `PR_GET_NO_NEW_PRIVS`.
    public static var getNoNewPrivileges: PrctlOption { PrctlOption(rawValue: 39) }
    /// `PR_SET_THP_DISABLE`.
    public static var setHugePagesOff: PrctlOption { PrctlOption(rawValue: 41) }
    /// `PR_GET_THP_DISABLE`.
    public static var getHugePagesOff: PrctlOption { PrctlOption(rawValue: 42) }
    /// `PR_CAP_AMBIENT`.
    public static var ambientCapabilities: PrctlOption { PrctlOption(rawValue: 47) }
    /// `PR_SET_VMA`.
    public static var setVirtualMemoryArea: PrctlOption { PrctlOption(rawValue: 0x5356_4d41) }
}

/// What arch_prctl(2) is asked to do; x86-64 only
///
/// - Source: arch_prctl(2).
public struct ArchitectureControl: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `ARCH_SET_GS`.
    public static var setGS: ArchitectureControl { ArchitectureControl(rawValue: 0x1001) }
    /// `ARCH_SET_FS`.
    public static var setFS: ArchitectureControl { ArchitectureControl(rawValue: 0x1002) }
    /// `ARCH_GET_FS`.
    public static var getFS: ArchitectureControl { ArchitectureControl(rawValue: 0x1003) }
    /// `ARCH_GET_GS`.
    public static var getGS: ArchitectureControl { ArchitectureControl(rawValue: 0x1004) }
    /// `ARCH_GET_CPUID`.
    public static var getCPUID: ArchitectureControl { ArchitectureControl(rawValue: 0x1011) }
    /// `ARCH_SET_CPUID`.
    public static var setCPUID: ArchitectureControl { ArchitectureControl(rawValue: 0x1012) }
}

/// How getrandom(2) waits
///
/// - Source: getrandom(2).
public struct RandomFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `GRND_NONBLOCK`.
    public static var nonBlocking: RandomFlags { RandomFlags(rawValue: 1) }
    /// `GRND_RANDOM`.
    public static var random: RandomFlags { RandomFlags(rawValue: 2) }
    /// `GRND_INSECURE`.
    public static var insecure: RandomFlags { RandomFlags(rawValue: 4) }
}

/// Which clock is meant
///
/// - Source: clock_getres(2).
public struct ClockID: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `CLOCK_REALTIME`.
    public static var realTime: ClockID { ClockID(rawValue: 0) }
    /// `CLOCK_MONOTONIC`.
    public static var monotonic: ClockID { ClockID(rawValue: 1) }
    /// `CLOCK_PROCESS_CPUTIME_ID`.
    public static var processCPUTime: ClockID { ClockID(rawValue: 2) }
    /// `CLOCK_THREAD_CPUTIME_ID`.
    public static var threadCPUTime: ClockID { ClockID(rawValue: 3) }
    /// `CLOCK_MONOTONIC_RAW`.
    public static var monotonicRaw: ClockID { ClockID(rawValue: 4) }
    /// `CLOCK_REALTIME_COARSE`.
    public static var realTimeCoarse: ClockID { ClockID(rawValue: 5) }
    /// `CLOCK_MONOTONIC_COARSE`.
    public static var monotonicCoarse: ClockID { ClockID(rawValue: 6) }
    /// `CLOCK_BOOTTIME`.
    public static var bootTime: ClockID { ClockID(rawValue: 7) }
    /// `CLOCK_REALTIME_ALARM`.
    public static var realTimeAlarm: ClockID { ClockID(rawValue: 8) }
    /// `CLOCK_BOOTTIME_ALARM`.
    public static var bootTimeAlarm: ClockID { ClockID(rawValue: 9) }
    /// `CLOCK_TAI`.
    public static var international: ClockID { ClockID(rawValue: 11) }
}

/// How a timer's or sleep's time is meant
///
/// - Source: clock_nanosleep(2), timerfd_create(2).
public struct TimerFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `TIMER_ABSTIME`.
    public static var absolute: TimerFlags { TimerFlags(rawValue: 1) }
    /// `TFD_TIMER_CANCEL_ON_SET`.
    public static var cancelOnSet: TimerFlags { TimerFlags(rawValue: 2) }
}

/// Whose usage getrusage(2) reports
///
/// - Source: getrusage(2).
public struct ResourceUser: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: Int32

    /// Creates it from the value that a program passes.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// `RUSAGE_SELF`.
    public static var itself: ResourceUser { ResourceUser(rawValue: 0) }
    /// `RUSAGE_CHILDREN`.
    public static var children: ResourceUser { ResourceUser(rawValue: -1) }
    /// `RUSAGE_THREAD`.
    public static var thread: ResourceUser { ResourceUser(rawValue: 1) }
}

/// The keys of the auxiliary vector
///
/// - Source: getauxval(3).
public struct AuxiliaryKey: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt64

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// `AT_NULL`.
    public static var end: AuxiliaryKey { AuxiliaryKey(rawValue: 0) }
    /// `AT_IGNORE`.
    public static var ignore: AuxiliaryKey { AuxiliaryKey(rawValue: 1) }
    /// `AT_EXECFD`.
    public static var programDescriptor: AuxiliaryKey { AuxiliaryKey(rawValue: 2) }
    /// `AT_PHDR`.
    public static var programHeaders: AuxiliaryKey { AuxiliaryKey(rawValue: 3) }
    /// `AT_PHENT`.
    public static var programHeaderSize: AuxiliaryKey { AuxiliaryKey(rawValue: 4) }
    /// `AT_PHNUM`.
    public static var programHeaderCount: AuxiliaryKey { AuxiliaryKey(rawValue: 5) }
    /// `AT_PAGESZ`.
    public static var pageSize: AuxiliaryKey { AuxiliaryKey(rawValue: 6) }
    /// `AT_BASE`.
    public static var interpreterBase: AuxiliaryKey { AuxiliaryKey(rawValue: 7) }
    /// `AT_FLAGS`.
    public static var flags: AuxiliaryKey { AuxiliaryKey(rawValue: 8) }
    /// `AT_ENTRY`.
    public static var entry: AuxiliaryKey { AuxiliaryKey(rawValue: 9) }
    /// `AT_UID`.
    public static var userID: AuxiliaryKey { AuxiliaryKey(rawValue: 11) }
    /// `AT_EUID`.
    public static var effectiveUserID: AuxiliaryKey { AuxiliaryKey(rawValue: 12) }
    /// `AT_GID`.
    public static var groupID: AuxiliaryKey { AuxiliaryKey(rawValue: 13) }
    /// `AT_EGID`.
    public static var effectiveGroupID: AuxiliaryKey { AuxiliaryKey(rawValue: 14) }
    /// `AT_PLATFORM`.
    public static var platform: AuxiliaryKey { AuxiliaryKey(rawValue: 15) }
    /// `AT_HWCAP`.
    public static var hardwareCapabilities: AuxiliaryKey { AuxiliaryKey(rawValue: 16) }
    /// `AT_CLKTCK`.
    public static var clockTicks: AuxiliaryKey { AuxiliaryKey(rawValue: 17) }
    /// `AT_SECURE`.
    public static var secure: AuxiliaryKey { AuxiliaryKey(rawValue: 23) }
    /// `AT_BASE_PLATFORM`.
    public static var basePlatform: AuxiliaryKey { AuxiliaryKey(rawValue: 24) }
    /// `AT_RANDOM`.
    public static var random: AuxiliaryKey { AuxiliaryKey(rawValue: 25) }
    /// `AT_HWCAP2`.
    public static var hardwareCapabilities2: AuxiliaryKey { AuxiliaryKey(rawValue: 26) }
    /// `AT_RSEQ_FEATURE_SIZE`.
    public static var rseqFeatureSize: AuxiliaryKey { AuxiliaryKey(rawValue: 27) }
    /// `AT_RSEQ_ALIGN`.
    public static var rseqAlignment: AuxiliaryKey { AuxiliaryKey(rawValue: 28) }
    /// `AT_EXECFN`.
    public static var executableName: AuxiliaryKey { AuxiliaryKey(rawValue: 31) }
    /// `AT_SYSINFO_EHDR`.
    public static var systemInformation: AuxiliaryKey { AuxiliaryKey(rawValue: 33) }
    /// `AT_MINSIGSTKSZ`.
    public static var minimumSignalStack: AuxiliaryKey { AuxiliaryKey(rawValue: 51) }
}
