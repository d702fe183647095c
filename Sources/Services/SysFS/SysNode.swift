// SPDX-License-Identifier: Apache-2.0
//
// What there is in /sys: the directories that programs walk and the texts that they read to learn how many CPUs there
// are, how these belong together, which clock runs and how large a large page is. As in ProcFS the tree is an enum.
//
// Left out on purpose: block, class, bus and module, which would claim devices that no program can use yet, and control
// groups, whose absence programs take for "no limit".

import LinuxABI

/// A directory with fixed entries.
enum SysDirectory: UInt8 {
    case root, devices, devicesSystem, clockSource, clockSource0, cpu, node, node0
    case fs, kernel, kernelMemory, largePages
}

/// A text of the machine.
enum SysText: UInt8 {
    case cpuIsolated, cpuKernelMax, cpuOffline, cpuOnline, cpuPossible, cpuPresent
    case nodeOnline, nodePossible, nodeHasCPU, nodeHasMemory, nodeHasNormalMemory, nodeCPUList, nodeCPUMap,
        nodeDistance, nodeMemory
    case clockSourcesAvailable, clockSource
    case largePagesEnabled, largePagesDefrag, largePagesShared, largePageSize
}

/// A text of a CPU's topology. Every CPU is a core of its own; all are in one package.
enum TopologyText: UInt8, CaseIterable {
    case coreID, coreCPUs, coreCPUsList, coreSiblings, coreSiblingsList, dieID, packageCPUs, packageCPUsList, packageID
    case threadSiblings, threadSiblingsList

    var name: StaticString {
        switch self {
        case .coreID: "core_id"
        case .coreCPUs: "core_cpus"
        case .coreCPUsList: "core_cpus_list"
        case .coreSiblings: "core_siblings"
        case .coreSiblingsList: "core_siblings_list"
        case .dieID: "die_id"
        case .packageCPUs: "package_cpus"
        case .packageCPUsList: "package_cpus_list"
        case .packageID: "physical_package_id"
        case .threadSiblings: "thread_siblings"
        case .threadSiblingsList: "thread_siblings_list"
        }
    }
}

/// A node of /sys.
enum SysNode: Equatable {
    case fixed(SysDirectory)
    case text(SysText)
    case cpu(Int32)
    case topology(Int32)
    case topologyText(Int32, TopologyText)

    var kind: FileKind {
        switch self {
        case .text, .topologyText: .regular
        default: .directory
        }
    }

    var permissions: Permissions {
        switch self {
        case .text(.largePagesEnabled), .text(.largePagesDefrag), .text(.largePagesShared), .text(.clockSource):
            Permissions(rawValue: 0o644)
        case .text, .topologyText: Permissions(rawValue: 0o444)
        default: Permissions(rawValue: 0o755)
        }
    }

    /// A number that no other node has.
    var number: UInt64 {
        switch self {
        case .fixed(let directory): 1 + UInt64(directory.rawValue)
        case .text(let text): 0x100 + UInt64(text.rawValue)
        case .cpu(let cpu): Self.base(cpu)
        case .topology(let cpu): Self.base(cpu) + 1
        case .topologyText(let cpu, let text): Self.base(cpu) + 2 + UInt64(text.rawValue)
        }
    }

    private static func base(_ cpu: Int32) -> UInt64 { 0x1000 + UInt64(UInt32(bitPattern: cpu)) << 8 }

    /// The directory that the node is in.
    var parent: SysNode {
        switch self {
        case .cpu: .fixed(.cpu)
        case .topology(let cpu): .cpu(cpu)
        case .topologyText(let cpu, _): .topology(cpu)
        case .fixed(let directory):
            switch directory {
            case .root, .devices, .fs, .kernel: .fixed(.root)
            case .devicesSystem: .fixed(.devices)
            case .clockSource, .cpu, .node: .fixed(.devicesSystem)
            case .clockSource0: .fixed(.clockSource)
            case .node0: .fixed(.node)
            case .kernelMemory: .fixed(.kernel)
            case .largePages: .fixed(.kernelMemory)
            }
        case .text(let text):
            switch text {
            case .cpuIsolated, .cpuKernelMax, .cpuOffline, .cpuOnline, .cpuPossible, .cpuPresent: .fixed(.cpu)
            case .nodeOnline, .nodePossible, .nodeHasCPU, .nodeHasMemory, .nodeHasNormalMemory: .fixed(.node)
            case .nodeCPUList, .nodeCPUMap, .nodeDistance, .nodeMemory: .fixed(.node0)
            case .clockSourcesAvailable, .clockSource: .fixed(.clockSource0)
            case .largePagesEnabled, .largePagesDefrag, .largePagesShared, .largePageSize: .fixed(.largePages)
            }
        }
    }

    /// The fixed entry of a directory at an index, in the order of listings; nil behind the last one.
    func entry(_ index: Int) -> (name: StaticString, node: SysNode)? {
        switch self {
        case .fixed(let directory): Self.fixedEntry(directory, index)
        case .cpu(let cpu): index == 0 ? ("topology", .topology(cpu)) : nil
        case .topology(let cpu):
            TopologyText(rawValue: UInt8(clamping: index)).map { ($0.name, .topologyText(cpu, $0)) }
        default: nil
        }
    }

    private static func fixedEntry(_ directory: SysDirectory, _ index: Int) -> (name: StaticString, node: SysNode)? {
        switch (directory, index) {
        case (.root, 0): ("devices", .fixed(.devices))
        case (.root, 1): ("fs", .fixed(.fs))
        case (.root, 2): ("kernel", .fixed(.kernel))
        case (.devices, 0): ("system", .fixed(.devicesSystem))
        case (.devicesSystem, 0): ("clocksource", .fixed(.clockSource))
        case (.devicesSystem, 1): ("cpu", .fixed(.cpu))
        case (.devicesSystem, 2): ("node", .fixed(.node))
        case (.clockSource, 0): ("clocksource0", .fixed(.clockSource0))
        case (.clockSource0, 0): ("available_clocksource", .text(.clockSourcesAvailable))
        case (.clockSource0, 1): ("current_clocksource", .text(.clockSource))
        case (.cpu, 0): ("isolated", .text(.cpuIsolated))
        case (.cpu, 1): ("kernel_max", .text(.cpuKernelMax))
        case (.cpu, 2): ("offline", .text(.cpuOffline))
        case (.cpu, 3): ("online", .text(.cpuOnline))
        case (.cpu, 4): ("possible", .text(.cpuPossible))
        case (.cpu, 5): ("present", .text(.cpuPresent))
        case (.node, 0): ("has_cpu", .text(.nodeHasCPU))
        case (.node, 1): ("has_memory", .text(.nodeHasMemory))
        case (.node, 2): ("has_normal_memory", .text(.nodeHasNormalMemory))
        case (.node, 3): ("node0", .fixed(.node0))
        case (.node, 4): ("online", .text(.nodeOnline))
        case (.node, 5): ("possible", .text(.nodePossible))
        case (.node0, 0): ("cpulist", .text(.nodeCPUList))
        case (.node0, 1): ("cpumap", .text(.nodeCPUMap))
        case (.node0, 2): ("distance", .text(.nodeDistance))
        case (.node0, 3): ("meminfo", .text(.nodeMemory))
        case (.kernel, 0): ("mm", .fixed(.kernelMemory))
        case (.kernelMemory, 0): ("transparent_hugepage", .fixed(.largePages))
        case (.largePages, 0): ("defrag", .text(.largePagesDefrag))
        case (.largePages, 1): ("enabled", .text(.largePagesEnabled))
        case (.largePages, 2): ("hpage_pmd_size", .text(.largePageSize))
        case (.largePages, 3): ("shmem_enabled", .text(.largePagesShared))
        default: nil
        }
    }
}
