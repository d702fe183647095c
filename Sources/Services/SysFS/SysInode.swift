// SPDX-License-Identifier: Apache-2.0
//
// A node of /sys as an inode. Directories look their entries up in SysNode's tables, and CPUs by their number.

import Containers
import FileSystem
import LinuxABI
import TextFiles

/// An inode of /sys.
final class SysInode: TextInode, @unchecked Sendable {
    let node: SysNode
    private let sysVolume: SysVolume

    init(_ volume: SysVolume, _ node: SysNode) {
        self.node = node
        sysVolume = volume
        let description = NewInode(mode: FileMode(node.kind, node.permissions))
        super.init(volume: volume, number: node.number, linkCount: node.kind == .directory ? 2 : 1, description)
    }

    private var provider: any SysProvider { sysVolume.provider }

    /// A page, as stat(2) shows it for every text of sysfs.
    override var byteCount: UInt64 { node.kind == .regular ? 4096 : 0 }

    // MARK: Directories

    /// Positions from here on are numbers of CPUs.
    private static var firstDynamic: UInt64 { 256 }

    /// The root is one object, so that a path knows where the mount ends.
    override var parent: Inode? {
        if node == .fixed(.root) { return nil }
        return node.parent == .fixed(.root) ? sysVolume.root : SysInode(sysVolume, node.parent)
    }

    override func withName(of child: Inode, _ body: (Span<UInt8>) -> Void) -> Bool {
        guard let child = child as? SysInode, child.node.parent == node else { return false }
        if case .cpu(let cpu) = child.node { return withCPUName(cpu, body) }
        var index = 0
        while let (name, entry) = node.entry(index) {
            if entry == child.node {
                body(name.utf8Bytes)
                return true
            }
            index += 1
        }
        return false
    }

    override func lookup(_ name: Span<UInt8>) throws(Errno) -> Inode {
        if node.kind != .directory { throw .notDirectory }
        var index = 0
        while let (entryName, entry) = node.entry(index) {
            if name.hasSameBytes(as: entryName) { return SysInode(sysVolume, entry) }
            index += 1
        }
        if node == .fixed(.cpu), name.hasPrefix("cpu") {
            for cpu in 0..<Int32(clamping: provider.cpuCount) {
                var isIt = false
                _ = withCPUName(cpu) { isIt = $0.hasSameBytes(as: name) }
                if isIt { return SysInode(sysVolume, .cpu(cpu)) }
            }
        }
        throw .noEntry
    }

    override func readDirectory(
        from position: UInt64, _ body: (_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool
    ) throws(Errno) {
        if node.kind != .directory { throw .notDirectory }
        var position = position
        while position < Self.firstDynamic, let (name, entry) = node.entry(Int(position)) {
            position += 1
            if !body(name.utf8Bytes, entry.number, entry.kind, position) { return }
        }
        guard node == .fixed(.cpu) else { return }
        position = max(position, Self.firstDynamic)
        while position - Self.firstDynamic < UInt64(provider.cpuCount) {
            let entry = SysNode.cpu(Int32(truncatingIfNeeded: position - Self.firstDynamic))
            position += 1
            var goesOn = false
            _ = withCPUName(Int32(truncatingIfNeeded: position - 1 - Self.firstDynamic)) {
                goesOn = body($0, entry.number, .directory, position)
            }
            if !goesOn { return }
        }
    }

    private func withCPUName(_ cpu: Int32, _ body: (Span<UInt8>) -> Void) -> Bool {
        var text = TextBuilder()
        do throws(Errno) {
            try text.add("cpu")
            try text.add(UInt64(UInt32(bitPattern: cpu)))
        } catch { return false }
        body(text.span)
        return true
    }

    // MARK: Texts

    override func addText(to text: inout TextBuilder) throws(Errno) {
        switch node {
        case .text(let kind): try add(kind, to: &text)
        case .topologyText(let cpu, let kind): try add(kind, UInt64(UInt32(bitPattern: cpu)), to: &text)
        default: throw .invalidArgument
        }
        try text.add("\n")
    }

    /// The choices that there are can be made; they change nothing.
    override func setText(_ value: Span<UInt8>) throws(Errno) {
        switch node {
        case .text(.largePagesEnabled), .text(.largePagesDefrag), .text(.largePagesShared):
            if !value.hasSameBytes(as: "never") { throw .invalidArgument }
        case .text(.clockSource):
            if !value.hasSameBytes(as: provider.clockSource) { throw .invalidArgument }
        default: throw .permissionDenied
        }
    }

    private func add(_ kind: SysText, to text: inout TextBuilder) throws(Errno) {
        switch kind {
        case .cpuOnline, .cpuPossible, .cpuPresent, .nodeCPUList: try addAllCPUs(to: &text)
        case .cpuIsolated, .cpuOffline: break
        case .cpuKernelMax: try text.add(UInt64(provider.cpuLimit - 1))
        case .nodeOnline, .nodePossible, .nodeHasCPU, .nodeHasMemory, .nodeHasNormalMemory: try text.add("0")
        case .nodeDistance: try text.add("10")
        case .nodeMemory: try addNodeMemory(to: &text)
        case .nodeCPUMap: try addMap(0, provider.cpuCount, to: &text)
        case .clockSource, .clockSourcesAvailable:
            try text.add(provider.clockSource)
            if kind == .clockSourcesAvailable { try text.add(" ") }
        // Programs' pages are small ones, whatever they advise.
        case .largePagesEnabled: try text.add("always madvise [never]")
        case .largePagesDefrag: try text.add("always defer defer+madvise madvise [never]")
        case .largePagesShared: try text.add("always within_size advise [never] deny force")
        case .largePageSize: try text.add(provider.largePageSize)
        }
    }

    /// The first lines of a node's meminfo; the last one's newline is everybody's.
    private func addNodeMemory(to text: inout TextBuilder) throws(Errno) {
        let (total, free) = provider.memoryFigures
        try text.add("Node 0 MemTotal:       ")
        try text.add(total / 1024, width: 8)
        try text.add(" kB\nNode 0 MemFree:        ")
        try text.add(free / 1024, width: 8)
        try text.add(" kB\nNode 0 MemUsed:        ")
        try text.add((total - min(total, free)) / 1024, width: 8)
        try text.add(" kB")
    }

    private func add(_ kind: TopologyText, _ cpu: UInt64, to text: inout TextBuilder) throws(Errno) {
        switch kind {
        case .coreID, .coreCPUsList, .threadSiblingsList: try text.add(cpu)
        case .dieID, .packageID: try text.add("0")
        case .coreCPUs, .threadSiblings: try addMap(Int(cpu), 1, to: &text)
        case .coreSiblings, .packageCPUs: try addMap(0, provider.cpuCount, to: &text)
        case .coreSiblingsList, .packageCPUsList: try addAllCPUs(to: &text)
        }
    }

    /// "0" or "0-7".
    private func addAllCPUs(to text: inout TextBuilder) throws(Errno) {
        try text.add("0")
        if provider.cpuCount > 1 {
            try text.add("-")
            try text.add(UInt64(provider.cpuCount - 1))
        }
    }

    /// CPUs as bits, in groups of 32 with commas between, as many digits as all CPUs need (cpumask, "%*pb").
    private func addMap(_ first: Int, _ count: Int, to text: inout TextBuilder) throws(Errno) {
        var group = (provider.cpuCount - 1) / 32
        var digits = (provider.cpuCount - 1) % 32 / 4 + 1
        while group >= 0 {
            var bits: UInt64 = 0
            for bit in 0..<32 where (first..<first + count).contains(group * 32 + bit) { bits |= 1 << UInt64(bit) }
            try text.add(hexadecimal: bits, width: digits)
            if group > 0 { try text.add(",") }
            digits = 8
            group -= 1
        }
    }
}
