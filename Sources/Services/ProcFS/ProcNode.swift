// SPDX-License-Identifier: Apache-2.0
//
// What there is in /proc: every kind of node with its name, in the order of listings. The tree is an enum, so that the
// compiler knows when a text or a link is missing.

import LinuxABI

/// A text of the machine.
enum SystemText: UInt8, CaseIterable {
    case cmdline, cpuinfo, filesystems, loadavg, locks, meminfo, stat, uptime, version
    // Below sys/.
    case overcommitMemory, maxMapCount
    case osType, osRelease, kernelVersion, hostName, domainName, pidMax, threadsMax
    case bootID, uuid, entropyAvailable, poolSize
    case fileMax, openMax, pipeMaxSize
    case backlogMax
}

/// A text of a process.
enum ProcessText: UInt8 {
    case auxv, cmdline, comm, environ, failNth, limits, loginUserID, maps, mountinfo, mounts, stat, statm, status
}

/// A link of a process.
enum ProcessLink: UInt8 {
    case cwd, exe, root
}

/// A directory with fixed entries.
enum FixedDirectory: UInt8 {
    case sys, sysKernel, sysKernelRandom, sysVM, sysFS, sysNet, sysNetCore
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
    case tasks(Int32)

    /// The kind of inode.
    var kind: FileKind {
        switch self {
        case .root, .fixed, .process, .descriptors, .tasks: .directory
        case .selfLink, .threadSelfLink, .mountsLink, .processLink, .descriptor: .symbolicLink
        case .systemText, .processText: .regular
        }
    }

    /// The permissions.
    var permissions: Permissions {
        switch self {
        case .systemText(.hostName), .systemText(.domainName): Permissions(rawValue: 0o644)
        case .processText(_, .comm), .processText(_, .failNth): Permissions(rawValue: 0o644)
        case .processText(_, .auxv), .processText(_, .environ): Permissions(rawValue: 0o400)
        case .systemText, .processText: Permissions(rawValue: 0o444)
        case .descriptors: Permissions(rawValue: 0o500)
        case .descriptor: Permissions(rawValue: 0o700)
        case .selfLink, .threadSelfLink, .mountsLink, .processLink: Permissions(rawValue: 0o777)
        case .root, .fixed, .process, .tasks: Permissions(rawValue: 0o555)
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
        case .process(let id): Self.base(id)
        case .descriptors(let id): Self.base(id) + 1
        case .tasks(let id): Self.base(id) + 2
        case .processText(let id, let text): Self.base(id) + 0x100 + UInt64(text.rawValue)
        case .processLink(let id, let link): Self.base(id) + 0x200 + UInt64(link.rawValue)
        case .descriptor(let id, let descriptor): Self.base(id) + 0x1000 + UInt64(UInt32(bitPattern: descriptor))
        }
    }

    private static func base(_ id: Int32) -> UInt64 {
        (UInt64(UInt32(bitPattern: id)) + 1) << 33
    }

    /// The process that the node is about.
    var processID: Int32? {
        switch self {
        case .process(let id), .processText(let id, _), .processLink(let id, _), .descriptors(let id),
            .descriptor(let id, _), .tasks(let id):
            id
        default: nil
        }
    }

    /// The directory that the node is in.
    var parent: ProcNode {
        switch self {
        case .processText(let id, _), .processLink(let id, _), .descriptors(let id), .tasks(let id): .process(id)
        case .descriptor(let id, _): .descriptors(id)
        case .fixed(let directory):
            switch directory {
            case .sys: .root
            case .sysKernelRandom: .fixed(.sysKernel)
            case .sysNetCore: .fixed(.sysNet)
            case .sysKernel, .sysVM, .sysFS, .sysNet: .fixed(.sys)
            }
        case .systemText(let text):
            switch text {
            case .cmdline, .cpuinfo, .filesystems, .loadavg, .locks, .meminfo, .stat, .uptime, .version: .root
            case .overcommitMemory, .maxMapCount: .fixed(.sysVM)
            case .osType, .osRelease, .kernelVersion, .hostName, .domainName, .pidMax, .threadsMax: .fixed(.sysKernel)
            case .bootID, .uuid, .entropyAvailable, .poolSize: .fixed(.sysKernelRandom)
            case .fileMax, .openMax, .pipeMaxSize: .fixed(.sysFS)
            case .backlogMax: .fixed(.sysNetCore)
            }
        case .root, .selfLink, .threadSelfLink, .mountsLink, .process: .root
        }
    }

    /// The fixed entry of a directory at an index, in the order of listings; nil behind the last one.
    func entry(_ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch self {
        case .root: Self.rootEntry(index)
        case .process(let id): Self.processEntry(id, index)
        case .fixed(let directory): Self.fixedEntry(directory, index)
        default: nil
        }
    }

    private static func rootEntry(_ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch index {
        case 0: ("cmdline", .systemText(.cmdline))
        case 1: ("cpuinfo", .systemText(.cpuinfo))
        case 2: ("filesystems", .systemText(.filesystems))
        case 3: ("loadavg", .systemText(.loadavg))
        case 4: ("locks", .systemText(.locks))
        case 5: ("meminfo", .systemText(.meminfo))
        case 6: ("mounts", .mountsLink)
        case 7: ("self", .selfLink)
        case 8: ("stat", .systemText(.stat))
        case 9: ("sys", .fixed(.sys))
        case 10: ("thread-self", .threadSelfLink)
        case 11: ("uptime", .systemText(.uptime))
        case 12: ("version", .systemText(.version))
        default: nil
        }
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
        case 8: ("limits", .processText(id, .limits))
        case 9: ("loginuid", .processText(id, .loginUserID))
        case 10: ("maps", .processText(id, .maps))
        case 11: ("mountinfo", .processText(id, .mountinfo))
        case 12: ("mounts", .processText(id, .mounts))
        case 13: ("root", .processLink(id, .root))
        case 14: ("stat", .processText(id, .stat))
        case 15: ("statm", .processText(id, .statm))
        case 16: ("status", .processText(id, .status))
        case 17: ("task", .tasks(id))
        default: nil
        }
    }

    private static func fixedEntry(_ directory: FixedDirectory, _ index: Int) -> (name: StaticString, node: ProcNode)? {
        switch (directory, index) {
        case (.sys, 0): ("fs", .fixed(.sysFS))
        case (.sys, 1): ("kernel", .fixed(.sysKernel))
        case (.sys, 2): ("net", .fixed(.sysNet))
        case (.sys, 3): ("vm", .fixed(.sysVM))
        case (.sysFS, 0): ("file-max", .systemText(.fileMax))
        case (.sysFS, 1): ("nr_open", .systemText(.openMax))
        case (.sysFS, 2): ("pipe-max-size", .systemText(.pipeMaxSize))
        case (.sysKernel, 0): ("domainname", .systemText(.domainName))
        case (.sysKernel, 1): ("hostname", .systemText(.hostName))
        case (.sysKernel, 2): ("osrelease", .systemText(.osRelease))
        case (.sysKernel, 3): ("ostype", .systemText(.osType))
        case (.sysKernel, 4): ("pid_max", .systemText(.pidMax))
        case (.sysKernel, 5): ("random", .fixed(.sysKernelRandom))
        case (.sysKernel, 6): ("threads-max", .systemText(.threadsMax))
        case (.sysKernel, 7): ("version", .systemText(.kernelVersion))
        case (.sysKernelRandom, 0): ("boot_id", .systemText(.bootID))
        case (.sysKernelRandom, 1): ("entropy_avail", .systemText(.entropyAvailable))
        case (.sysKernelRandom, 2): ("poolsize", .systemText(.poolSize))
        case (.sysKernelRandom, 3): ("uuid", .systemText(.uuid))
        case (.sysNet, 0): ("core", .fixed(.sysNetCore))
        case (.sysNetCore, 0): ("somaxconn", .systemText(.backlogMax))
        case (.sysVM, 0): ("max_map_count", .systemText(.maxMapCount))
        case (.sysVM, 1): ("overcommit_memory", .systemText(.overcommitMemory))
        default: nil
        }
    }
}
