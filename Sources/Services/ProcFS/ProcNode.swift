// SPDX-License-Identifier: Apache-2.0
//
// What there is in /proc: every kind of node with its name, in the order of listings. The tree is an enum, so that the
// compiler knows when a text or a link is missing.

import LinuxABI

/// A text of the machine.
enum SystemText: UInt8, CaseIterable {
    case cmdline, cpuinfo, interrupts, loadavg, locks, meminfo, softirqs, stat, uptime, version, vmstat
    // Below sys/.
    case overcommitMemory, overcommitRatio, maxMapCount, leastAddress, swappiness
    case osType, osRelease, kernelVersion, hostName, domainName, pidMax, threadsMax
    case realTimePeriod, realTimeRuntime
    case lastCapability, groupsMax, overflowUserID, overflowGroupID, randomizeAddresses
    case bootID, uuid, entropyAvailable, poolSize
    case pseudoTerminals
    case fileCounts, fileMax, openMax, pipeMaxSize, watchEventsMax, watchesMax
    case backlogMax
    case segmentBytesMax, segmentPagesMax, segmentsMax, semaphoreLimits, messageMax, messageQueueBytes, messageQueuesMax
    case queuesMax, queueMessagesMax, queueMessageSizeMax, queueMessagesUsual, queueMessageSizeUsual
    // Below sysvipc/.
    case sharedSegments, semaphoreSets, messageChannels
}

/// A text of a process.
enum ProcessText: UInt8 {
    case auxv, cmdline, comm, environ, failNth, limits, maps, memory, mountinfo, mounts, mountStatistics
    case outOfMemoryAdjustment, oldOutOfMemoryAdjustment, badness, schedulingStatistics, smaps, smapsRollup
    case stat, statm, status
}

/// A link of a process.
enum ProcessLink: UInt8 {
    case cwd, exe, root
}

/// A directory with fixed entries.
enum FixedDirectory: UInt8 {
    case sys, sysKernel, sysKernelRandom, sysKernelTerminals, sysVM, sysFS, sysFSInotify, sysFSEpoll, sysNet, sysNetCore
    case sysFSQueues, sysUser, systemV, net
}

/// A namespace. There is one of each kind; the numbers are those of Linux's first ones.
enum NamespaceKind: UInt8 {
    case cgroup, ipc, mnt, net, pid, pidForChildren, time, timeForChildren, user, uts

    /// Its name in /proc/PID/ns, what the link's text begins with, and its number.
    var names: (entry: StaticString, kind: StaticString, number: UInt64) {
        switch self {
        case .cgroup: ("cgroup", "cgroup:[", 4_026_531_835)
        case .ipc: ("ipc", "ipc:[", 4_026_531_839)
        case .mnt: ("mnt", "mnt:[", 4_026_531_832)
        case .net: ("net", "net:[", 4_026_531_833)
        case .pid: ("pid", "pid:[", 4_026_531_836)
        case .pidForChildren: ("pid_for_children", "pid:[", 4_026_531_836)
        case .time: ("time", "time:[", 4_026_531_834)
        case .timeForChildren: ("time_for_children", "time:[", 4_026_531_834)
        case .user: ("user", "user:[", 4_026_531_837)
        case .uts: ("uts", "uts:[", 4_026_531_838)
        }
    }
}

/// A node of /proc.
enum ProcNode: Equatable {
    case root
    case selfLink
    case threadSelfLink
    case mountsLink
    case fixed(FixedDirectory)
    case systemText(SystemText)
    case process(Int32)
    case processText(Int32, ProcessText)
    case processLink(Int32, ProcessLink)
    case descriptors(Int32)
    case descriptor(Int32, Int32)
    /// What fdinfo says about all descriptors, and about one.
    case descriptorFacts(Int32)
    case descriptorText(Int32, Int32)
    case tasks(Int32)
    /// A thread of a process: process number, thread number.
    case thread(Int32, Int32)
    /// A row of a table of texts that never change.
    case constant(ConstantFolder, UInt8)
    case processConstant(Int32, UInt8)
    /// The folder of a process's namespaces, a link in it, and what the link leads to.
    case namespaces(Int32)
    case namespaceLink(Int32, NamespaceKind)
    case namespace(NamespaceKind)

    /// The kind of inode.
    var kind: FileKind {
        switch self {
        case .root, .fixed, .process, .descriptors, .descriptorFacts, .tasks, .thread, .namespaces: .directory
        case .selfLink, .threadSelfLink, .mountsLink, .processLink, .descriptor, .namespaceLink: .symbolicLink
        case .systemText, .processText, .descriptorText, .constant, .processConstant, .namespace: .regular
        }
    }

    /// The permissions.
    var permissions: Permissions {
        switch self {
        case .systemText(.hostName), .systemText(.domainName): Permissions(rawValue: 0o644)
        case .processText(_, .comm), .processText(_, .failNth), .processText(_, .outOfMemoryAdjustment),
            .processText(_, .oldOutOfMemoryAdjustment):
            Permissions(rawValue: 0o644)
        case .processText(_, .memory): Permissions(rawValue: 0o600)
        case .processText(_, .auxv), .processText(_, .environ), .processText(_, .mountStatistics):
            Permissions(rawValue: 0o400)
        case .systemText, .processText, .descriptorText, .constant, .processConstant, .namespace:
            Permissions(rawValue: 0o444)
        case .descriptors: Permissions(rawValue: 0o500)
        case .namespaces: Permissions(rawValue: 0o511)
        case .descriptor: Permissions(rawValue: 0o700)
        case .selfLink, .threadSelfLink, .mountsLink, .processLink, .namespaceLink: Permissions(rawValue: 0o777)
        case .root, .fixed, .process, .descriptorFacts, .tasks, .thread: Permissions(rawValue: 0o555)
        }
    }

    /// A number that no other node has.
    var number: UInt64 {
        switch self {
        case .root: 1
        case .selfLink: 2
        case .threadSelfLink: 3
        case .mountsLink: 4
        case .fixed(let directory): 0x100 + UInt64(directory.rawValue)
        case .systemText(let text): 0x200 + UInt64(text.rawValue)
        case .constant(let folder, let row): 0x1_0000 + UInt64(folder.rawValue) << 8 + UInt64(row)
        case .namespace(let kind): kind.names.number
        case .process(let id): Self.base(id)
        case .descriptors(let id): Self.base(id) + 1
        case .tasks(let id): Self.base(id) + 2
        case .descriptorFacts(let id): Self.base(id) + 3
        case .thread(_, let id): Self.base(id) + 4
        case .namespaces(let id): Self.base(id) + 5
        case .namespaceLink(let id, let kind): Self.base(id) + 0x10 + UInt64(kind.rawValue)
        case .processConstant(let id, let row): Self.base(id) + 0x300 + UInt64(row)
        case .processText(let id, let text): Self.base(id) + 0x100 + UInt64(text.rawValue)
        case .processLink(let id, let link): Self.base(id) + 0x200 + UInt64(link.rawValue)
        case .descriptor(let id, let descriptor): Self.base(id) + 0x1000 + UInt64(UInt32(bitPattern: descriptor))
        case .descriptorText(let id, let descriptor):
            Self.base(id) + 1 << 32 + UInt64(UInt32(bitPattern: descriptor))
        }
    }

    private static func base(_ id: Int32) -> UInt64 {
        (UInt64(UInt32(bitPattern: id)) + 1) << 33
    }

    /// The process or thread that the node is about.
    var processID: Int32? {
        switch self {
        case .process(let id), .processText(let id, _), .processLink(let id, _), .descriptors(let id),
            .descriptor(let id, _), .descriptorFacts(let id), .descriptorText(let id, _), .tasks(let id),
            .thread(_, let id), .processConstant(let id, _), .namespaces(let id), .namespaceLink(let id, _):
            id
        default: nil
        }
    }

    /// The directory that the node is in.
    var parent: ProcNode {
        switch self {
        case .processText(let id, _), .processLink(let id, _), .descriptors(let id), .descriptorFacts(let id),
            .tasks(let id), .processConstant(let id, _), .namespaces(let id):
            .process(id)
        case .namespaceLink(let id, _): .namespaces(id)
        case .constant(let folder, _): folder.node
        case .descriptorText(let id, _): .descriptorFacts(id)
        case .thread(let id, _): .tasks(id)
        case .descriptor(let id, _): .descriptors(id)
        case .fixed(let directory):
            switch directory {
            case .sys, .net: .root
            case .sysKernelRandom, .sysKernelTerminals: .fixed(.sysKernel)
            case .sysNetCore: .fixed(.sysNet)
            case .sysFSInotify, .sysFSQueues, .sysFSEpoll: .fixed(.sysFS)
            case .systemV: .root
            case .sysKernel, .sysVM, .sysFS, .sysNet, .sysUser: .fixed(.sys)
            }
        case .systemText(let text):
            switch text {
            case .cmdline, .cpuinfo, .interrupts, .loadavg, .locks, .meminfo, .softirqs, .stat, .uptime, .version,
                .vmstat:
                .root
            case .overcommitMemory, .overcommitRatio, .maxMapCount, .leastAddress, .swappiness: .fixed(.sysVM)
            case .realTimePeriod, .realTimeRuntime, .osType, .osRelease, .kernelVersion, .hostName, .domainName,
                .pidMax,
                .threadsMax, .lastCapability,
                .groupsMax, .overflowUserID, .overflowGroupID, .randomizeAddresses, .segmentBytesMax, .segmentPagesMax,
                .segmentsMax, .semaphoreLimits, .messageMax, .messageQueueBytes, .messageQueuesMax:
                .fixed(.sysKernel)
            case .queuesMax, .queueMessagesMax, .queueMessageSizeMax, .queueMessagesUsual, .queueMessageSizeUsual:
                .fixed(.sysFSQueues)
            case .sharedSegments, .semaphoreSets, .messageChannels: .fixed(.systemV)
            case .bootID, .uuid, .entropyAvailable, .poolSize: .fixed(.sysKernelRandom)
            case .pseudoTerminals: .fixed(.sysKernelTerminals)
            case .fileCounts, .fileMax, .openMax, .pipeMaxSize: .fixed(.sysFS)
            case .watchEventsMax, .watchesMax: .fixed(.sysFSInotify)
            case .backlogMax: .fixed(.sysNetCore)
            }
        case .root, .selfLink, .threadSelfLink, .mountsLink, .process, .namespace: .root
        }
    }

    /// The fixed entry of a directory at an index, in the order of listings; nil behind the last one.
    func entry(_ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch self {
        case .root: Self.rootEntry(index)
        case .process(let id): Self.processEntry(id, index)
        case .thread(_, let id): Self.threadEntry(id, index)
        case .fixed(let directory): Self.fixedEntry(directory, index)
        case .namespaces(let id):
            NamespaceKind(rawValue: UInt8(clamping: index)).map { ($0.names.entry, .namespaceLink(id, $0)) }
        default: nil
        }
    }

    private static func rootEntry(_ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch index {
        case 0: ("cmdline", .systemText(.cmdline))
        case 1: ("cpuinfo", .systemText(.cpuinfo))
        case 2: ("interrupts", .systemText(.interrupts))
        case 3: ("loadavg", .systemText(.loadavg))
        case 4: ("locks", .systemText(.locks))
        case 5: ("meminfo", .systemText(.meminfo))
        case 6: ("mounts", .mountsLink)
        case 7: ("net", .fixed(.net))
        case 8: ("self", .selfLink)
        case 9: ("softirqs", .systemText(.softirqs))
        case 10: ("stat", .systemText(.stat))
        case 11: ("sys", .fixed(.sys))
        case 12: ("sysvipc", .fixed(.systemV))
        case 13: ("thread-self", .threadSelfLink)
        case 14: ("uptime", .systemText(.uptime))
        case 15: ("version", .systemText(.version))
        case 16: ("vmstat", .systemText(.vmstat))
        default: nil
        }
    }

    /// A thread has what a process has, but no threads of its own.
    private static func threadEntry(_ id: Int32, _ index: Int) -> (name: StaticString, node: ProcNode)? {
        guard let entry = processEntry(id, index), entry.node != .tasks(id) else { return nil }
        return entry
    }

    private static func processEntry(_ id: Int32, _ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch index {
        case 0: ("auxv", .processText(id, .auxv))
        case 1: ("cmdline", .processText(id, .cmdline))
        case 2: ("comm", .processText(id, .comm))
        case 3: ("cwd", .processLink(id, .cwd))
        case 4: ("environ", .processText(id, .environ))
        case 5: ("exe", .processLink(id, .exe))
        case 6: ("fail-nth", .processText(id, .failNth))
        case 7: ("fd", .descriptors(id))
        case 8: ("fdinfo", .descriptorFacts(id))
        case 9: ("limits", .processText(id, .limits))
        case 10: ("maps", .processText(id, .maps))
        case 11: ("mem", .processText(id, .memory))
        case 12: ("mountinfo", .processText(id, .mountinfo))
        case 13: ("mounts", .processText(id, .mounts))
        case 14: ("mountstats", .processText(id, .mountStatistics))
        case 15: ("net", .fixed(.net))
        case 16: ("ns", .namespaces(id))
        case 17: ("oom_adj", .processText(id, .oldOutOfMemoryAdjustment))
        case 18: ("oom_score", .processText(id, .badness))
        case 19: ("oom_score_adj", .processText(id, .outOfMemoryAdjustment))
        case 20: ("root", .processLink(id, .root))
        case 21: ("schedstat", .processText(id, .schedulingStatistics))
        case 22: ("smaps", .processText(id, .smaps))
        case 23: ("smaps_rollup", .processText(id, .smapsRollup))
        case 24: ("stat", .processText(id, .stat))
        case 25: ("statm", .processText(id, .statm))
        case 26: ("status", .processText(id, .status))
        // The last one: a thread's list ends before it.
        case 27: ("task", .tasks(id))
        default: nil
        }
    }

    private static func fixedEntry(_ directory: FixedDirectory, _ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch (directory, index) {
        case (.sys, 0): ("fs", .fixed(.sysFS))
        case (.sys, 1): ("kernel", .fixed(.sysKernel))
        case (.sys, 2): ("net", .fixed(.sysNet))
        case (.sys, 3): ("vm", .fixed(.sysVM))
        case (.sys, 4): ("user", .fixed(.sysUser))
        case (.sysFS, 0): ("file-max", .systemText(.fileMax))
        case (.sysFS, 1): ("inotify", .fixed(.sysFSInotify))
        case (.sysFS, 2): ("mqueue", .fixed(.sysFSQueues))
        case (.sysFS, 3): ("nr_open", .systemText(.openMax))
        case (.sysFS, 4): ("pipe-max-size", .systemText(.pipeMaxSize))
        case (.sysFS, 5): ("epoll", .fixed(.sysFSEpoll))
        case (.sysFS, 6): ("file-nr", .systemText(.fileCounts))
        case (.sysFSQueues, 0): ("msg_default", .systemText(.queueMessagesUsual))
        case (.sysFSQueues, 1): ("msg_max", .systemText(.queueMessagesMax))
        case (.sysFSQueues, 2): ("msgsize_default", .systemText(.queueMessageSizeUsual))
        case (.sysFSQueues, 3): ("msgsize_max", .systemText(.queueMessageSizeMax))
        case (.sysFSQueues, 4): ("queues_max", .systemText(.queuesMax))
        case (.systemV, 0): ("msg", .systemText(.messageChannels))
        case (.systemV, 1): ("sem", .systemText(.semaphoreSets))
        case (.systemV, 2): ("shm", .systemText(.sharedSegments))
        case (.sysFSInotify, 0): ("max_queued_events", .systemText(.watchEventsMax))
        case (.sysFSInotify, 1): ("max_user_watches", .systemText(.watchesMax))
        case (.sysKernel, 0): ("cap_last_cap", .systemText(.lastCapability))
        case (.sysKernel, 1): ("domainname", .systemText(.domainName))
        case (.sysKernel, 2): ("hostname", .systemText(.hostName))
        case (.sysKernel, 3): ("msgmax", .systemText(.messageMax))
        case (.sysKernel, 4): ("msgmnb", .systemText(.messageQueueBytes))
        case (.sysKernel, 5): ("msgmni", .systemText(.messageQueuesMax))
        case (.sysKernel, 6): ("ngroups_max", .systemText(.groupsMax))
        case (.sysKernel, 7): ("osrelease", .systemText(.osRelease))
        case (.sysKernel, 8): ("ostype", .systemText(.osType))
        case (.sysKernel, 9): ("overflowgid", .systemText(.overflowGroupID))
        case (.sysKernel, 10): ("overflowuid", .systemText(.overflowUserID))
        case (.sysKernel, 11): ("pid_max", .systemText(.pidMax))
        case (.sysKernel, 12): ("random", .fixed(.sysKernelRandom))
        case (.sysKernel, 13): ("randomize_va_space", .systemText(.randomizeAddresses))
        case (.sysKernel, 14): ("sched_rt_period_us", .systemText(.realTimePeriod))
        case (.sysKernel, 15): ("sched_rt_runtime_us", .systemText(.realTimeRuntime))
        case (.sysKernel, 16): ("sem", .systemText(.semaphoreLimits))
        case (.sysKernel, 17): ("shmall", .systemText(.segmentPagesMax))
        case (.sysKernel, 18): ("shmmax", .systemText(.segmentBytesMax))
        case (.sysKernel, 19): ("shmmni", .systemText(.segmentsMax))
        case (.sysKernel, 20): ("threads-max", .systemText(.threadsMax))
        case (.sysKernel, 21): ("version", .systemText(.kernelVersion))
        case (.sysKernel, 22): ("pty", .fixed(.sysKernelTerminals))
        case (.sysKernelRandom, 0): ("boot_id", .systemText(.bootID))
        case (.sysKernelRandom, 1): ("entropy_avail", .systemText(.entropyAvailable))
        case (.sysKernelRandom, 2): ("poolsize", .systemText(.poolSize))
        case (.sysKernelRandom, 3): ("uuid", .systemText(.uuid))
        case (.sysNet, 0): ("core", .fixed(.sysNetCore))
        case (.sysNetCore, 0): ("somaxconn", .systemText(.backlogMax))
        case (.sysVM, 0): ("max_map_count", .systemText(.maxMapCount))
        case (.sysVM, 1): ("mmap_min_addr", .systemText(.leastAddress))
        case (.sysVM, 2): ("overcommit_memory", .systemText(.overcommitMemory))
        case (.sysVM, 3): ("overcommit_ratio", .systemText(.overcommitRatio))
        case (.sysVM, 4): ("swappiness", .systemText(.swappiness))
        case (.sysKernelTerminals, 0): ("nr", .systemText(.pseudoTerminals))
        default: nil
        }
    }
}
