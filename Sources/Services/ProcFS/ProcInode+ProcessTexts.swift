// SPDX-License-Identifier: Apache-2.0
//
// The texts about a process. Source: proc_pid_stat(5), proc_pid_status(5), proc_pid_maps(5), proc_pid_limits(5),
// proc_pid_mounts(5), proc_pid_mountinfo(5). Texts are made out of line: the figures are large, and a stack has 16 KiB.

import Containers
import FileSystem
import LinuxABI
import TextFiles

extension ProcInode {
    @inline(never)
    func addProcessText(
        _ kind: ProcessText, of process: any ProcessProvider, to text: inout TextBuilder
    ) throws(Errno) {
        switch kind {
        case .auxv: try process.addAuxiliaryVector(to: &text)
        case .cmdline: try process.addArguments(to: &text)
        case .comm: try addCommand(process, to: &text)
        case .environ: try process.addEnvironment(to: &text)
        case .failNth:
            try text.add(provider.pendingFailure)
            try text.add("\n")
        case .limits: try addLimits(process, to: &text)
        // Its open file answers itself.
        case .memory: throw .invalidArgument
        case .maps: try addMaps(process, to: &text)
        case .mountinfo: try addMounts(process, .mountinfo, to: &text)
        case .mounts: try addMounts(process, .mounts, to: &text)
        case .outOfMemoryAdjustment:
            try text.add(signed: Int64(process.outOfMemoryAdjustment))
            try text.add("\n")
        case .mountStatistics: try addMounts(process, .mountStatistics, to: &text)
        case .oldOutOfMemoryAdjustment:
            let value = Int64(process.outOfMemoryAdjustment)
            try text.add(signed: value == 1000 ? 15 : value * 17 / 1000)
            try text.add("\n")
        case .badness: try addBadness(process, to: &text)
        case .schedulingStatistics: try addSchedulingStatistics(process, to: &text)
        case .smaps, .smapsRollup: try addRegionUsage(process, kind, to: &text)
        case .stat: try addStat(process, to: &text)
        case .statm: try addStatm(process, to: &text)
        case .status: try addStatus(process, to: &text)
        }
    }

    // Out of line, all of these: a process's figures are a large value.

    @inline(never)
    private func addCommand(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        try addName(process.figures, to: &text)
        try text.add("\n")
    }

    /// What it uses of the memory, in thousandths, and the adjustment; 2000 at most: proc_pid_oom_score(5).
    @inline(never)
    private func addBadness(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        let use = Int64((process.figures.residentPages << 12) * 1000 / max(provider.memory.total, 1))
        let adjustment = Int64(process.outOfMemoryAdjustment)
        try text.add(signed: adjustment == -1000 ? 0 : max(0, (1000 + adjustment + use) * 2 / 3))
        try text.add("\n")
    }

    /// Nobody counts how long it waited, nor how often it ran.
    @inline(never)
    private func addSchedulingStatistics(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        try text.add(process.figures.userTicks * 10_000_000)
        try text.add(" 0 0\n")
    }

    func addName(_ figures: ProcessFigures, to text: inout TextBuilder) throws(Errno) {
        var index = 0
        while index < 15 && figures.name[index] != 0 {
            try text.add(byte: figures.name[index])
            index += 1
        }
    }

    /// The 52 fields of proc_pid_stat(5).
    @inline(never)
    private func addStat(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        let figures = process.figures
        try text.add(UInt64(UInt32(bitPattern: node.processID ?? 0)))
        try text.add(" (")
        try addName(figures, to: &text)
        try text.add(") ")
        try text.add(byte: figures.state)
        try addFields(Int64(figures.parentID), Int64(figures.groupID), Int64(figures.sessionID), to: &text)
        try addFields(Int64(figures.terminal), Int64(figures.terminalGroupID), 0, to: &text)
        try addFields(Int64(figures.minorFaults), 0, Int64(figures.majorFaults), to: &text)
        try addFields(0, Int64(figures.userTicks), Int64(figures.systemTicks), to: &text)
        try addFields(
            Int64(figures.childrenUserTicks), Int64(figures.childrenSystemTicks), 20 + figures.nice, to: &text)
        try addFields(figures.nice, Int64(figures.threadCount), 0, to: &text)
        try addFields(Int64(figures.startTicks), Int64(figures.virtualBytes), Int64(figures.residentPages), to: &text)
        try text.add(" ")
        try text.add(figures.residentLimit)
        // startcode endcode, then the stack's start.
        try addFields(
            Int64(figures.code.lowerBound), Int64(figures.code.upperBound), Int64(figures.stackStart), to: &text)
        // kstkesp kstkeip, then signals as decimal bit maps (obsolete fields that ps still reads).
        try addFields(0, 0, Int64(figures.pending.rawValue & 0x7fff_ffff), to: &text)
        try addFields(
            Int64(figures.blocked.rawValue & 0x7fff_ffff), Int64(figures.ignored.rawValue & 0x7fff_ffff),
            Int64(figures.caught.rawValue & 0x7fff_ffff), to: &text)
        // wchan nswap cnswap, exit_signal processor rt_priority, policy delays guest, cguest, three addresses of data,
        // then the words of the program, and the status.
        try addFields(0, 0, 0, to: &text)
        try addFields(17, Int64(figures.processor), 0, to: &text)
        try text.add(" 0 0 0 0 0 0 0")
        try addFields(
            Int64(figures.arguments.lowerBound), Int64(figures.arguments.upperBound),
            Int64(figures.environment.lowerBound), to: &text)
        try text.add(" ")
        try text.add(figures.environment.upperBound)
        try text.add(" 0\n")
    }

    private func addFields(_ a: Int64, _ b: Int64, _ c: Int64, to text: inout TextBuilder) throws(Errno) {
        try text.add(" ")
        try text.add(signed: a)
        try text.add(" ")
        try text.add(signed: b)
        try text.add(" ")
        try text.add(signed: c)
    }

    /// size resident shared text lib data dt, in pages.
    @inline(never)
    private func addStatm(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        let figures = process.figures
        try text.add(figures.virtualBytes >> 12)
        try addFields(
            Int64(figures.residentPages), Int64(figures.filePages), Int64(figures.textPages), to: &text)
        try addFields(0, Int64(figures.dataPages), 0, to: &text)
        try text.add("\n")
    }

    @inline(never)
    private func addStatus(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        let figures = process.figures
        let credentials = process.credentials
        let id = UInt64(UInt32(bitPattern: node.processID ?? 0))
        try text.add("Name:\t")
        try addName(figures, to: &text)
        try text.add("\nUmask:\t0")
        try addOctal(process.context?.umask ?? [], to: &text)
        try text.add("\nState:\t")
        try text.add(byte: figures.state)
        try text.add(Self.stateName(figures.state))
        try addLine("\nTgid:\t", UInt64(UInt32(bitPattern: figures.processID)), to: &text)
        try addLine("\nNgid:\t", 0, to: &text)
        try addLine("\nPid:\t", id, to: &text)
        try addLine("\nPPid:\t", UInt64(UInt32(bitPattern: figures.parentID)), to: &text)
        try addLine("\nTracerPid:\t", 0, to: &text)
        try addIdentities("\nUid:", credentials.user, to: &text)
        try addIdentities("\nGid:", credentials.group, to: &text)
        try addLine("\nFDSize:\t", 256, to: &text)
        try text.add("\nGroups:\t")
        for group in credentials.groups {
            try text.add(UInt64(group))
            try text.add(" ")
        }
        try addLine("\nNStgid:\t", UInt64(UInt32(bitPattern: figures.processID)), to: &text)
        try addLine("\nNSpid:\t", id, to: &text)
        try addLine("\nNSpgid:\t", UInt64(UInt32(bitPattern: figures.groupID)), to: &text)
        try addLine("\nNSsid:\t", UInt64(UInt32(bitPattern: figures.sessionID)), to: &text)
        try addLine("\nKthread:\t", 0, to: &text)
        try addMemory(figures, to: &text)
        try addLine("\nThreads:\t", figures.threadCount, to: &text)
        try addLine("\nSigQ:\t", figures.pendingCount, to: &text)
        try addLine("/", process.limit(.pendingSignals).soft, to: &text)
        try addSet("\nSigPnd:\t", figures.pendingForThread.rawValue, to: &text)
        try addSet("\nShdPnd:\t", figures.pending.rawValue, to: &text)
        try addSet("\nSigBlk:\t", figures.blocked.rawValue, to: &text)
        try addSet("\nSigIgn:\t", figures.ignored.rawValue, to: &text)
        try addSet("\nSigCgt:\t", figures.caught.rawValue, to: &text)
        try addSet("\nCapInh:\t", 0, to: &text)
        try addSet("\nCapPrm:\t", credentials.permitted.rawValue, to: &text)
        try addSet("\nCapEff:\t", credentials.capabilities.rawValue, to: &text)
        try addSet("\nCapBnd:\t", Capabilities.all.rawValue, to: &text)
        try addSet("\nCapAmb:\t", 0, to: &text)
        try addLine("\nNoNewPrivs:\t", figures.hasNoNewPrivileges ? 1 : 0, to: &text)
        try text.add("\nSeccomp:\t0\nSeccomp_filters:\t0\nCpus_allowed:\t")
        try text.add(hexadecimal: provider.cpuCount >= 64 ? .max : 1 << UInt64(provider.cpuCount) - 1)
        try text.add("\nCpus_allowed_list:\t0")
        if provider.cpuCount > 1 {
            try text.add("-")
            try text.add(UInt64(provider.cpuCount - 1))
        }
        try text.add("\nMems_allowed:\t1\nMems_allowed_list:\t0\n")
        try text.add("voluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n")
    }

    /// The lines of proc_pid_status(5) about memory.
    private func addMemory(_ figures: ProcessFigures, to text: inout TextBuilder) throws(Errno) {
        try addKibibyteLine("\nVmPeak:\t", max(figures.peakVirtualBytes, figures.virtualBytes), to: &text)
        try addKibibyteLine("\nVmSize:\t", figures.virtualBytes, to: &text)
        try addKibibyteLine("\nVmLck:\t", 0, to: &text)
        try addKibibyteLine("\nVmPin:\t", 0, to: &text)
        try addKibibyteLine("\nVmHWM:\t", max(figures.peakResidentPages, figures.residentPages) << 12, to: &text)
        try addKibibyteLine("\nVmRSS:\t", figures.residentPages << 12, to: &text)
        try addKibibyteLine(
            "\nRssAnon:\t", (figures.residentPages - min(figures.residentPages, figures.filePages)) << 12, to: &text)
        try addKibibyteLine("\nRssFile:\t", figures.filePages << 12, to: &text)
        try addKibibyteLine("\nRssShmem:\t", 0, to: &text)
        try addKibibyteLine(
            "\nVmData:\t", (figures.dataPages - min(figures.dataPages, figures.stackPages)) << 12, to: &text)
        try addKibibyteLine("\nVmStk:\t", figures.stackPages << 12, to: &text)
        try addKibibyteLine("\nVmExe:\t", figures.textPages << 12, to: &text)
        try addKibibyteLine("\nVmLib:\t", figures.libraryPages << 12, to: &text)
        try addKibibyteLine("\nVmSwap:\t", 0, to: &text)
        try text.add("\nCoreDumping:\t0\nTHP_enabled:\t0")
    }

    private static func stateName(_ state: UInt8) -> StaticString {
        switch state {
        case UInt8(ascii: "R"): " (running)"
        case UInt8(ascii: "S"): " (sleeping)"
        case UInt8(ascii: "D"): " (disk sleep)"
        case UInt8(ascii: "T"): " (stopped)"
        case UInt8(ascii: "Z"): " (zombie)"
        default: " (unknown)"
        }
    }

    private func addLine(_ label: StaticString, _ value: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(value)
    }

    private func addKibibyteLine(_ label: StaticString, _ bytes: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(bytes / 1024, width: 8)
        try text.add(" kB")
    }

    private func addSet(_ label: StaticString, _ bits: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(hexadecimal: bits, width: 16)
    }

    private func addOctal(_ permissions: Permissions, to text: inout TextBuilder) throws(Errno) {
        try text.add(UInt64(permissions.rawValue >> 6 & 7))
        try text.add(UInt64(permissions.rawValue >> 3 & 7))
        try text.add(UInt64(permissions.rawValue & 7))
    }

    private func addIdentities(_ label: StaticString, _ set: IdentitySet, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try addLine("\t", UInt64(set.real), to: &text)
        try addLine("\t", UInt64(set.effective), to: &text)
        try addLine("\t", UInt64(set.saved), to: &text)
        try addLine("\t", UInt64(set.file), to: &text)
    }

    /// `55d0…-55d1… r-xp 00001000 08:01 1234       /path`: the path begins in column 74.
    @inline(never)
    private func addMaps(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        var failure: Errno?
        process.forEachRegion { region in
            do throws(Errno) {
                try self.addRegion(region, to: &text)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }

    func addRegion(_ region: RegionDescription, to text: inout TextBuilder) throws(Errno) {
        let start = text.count
        try text.add(hexadecimal: region.start, width: 8)
        try text.add("-")
        try text.add(hexadecimal: region.end, width: 8)
        try text.add(region.protection.contains(.read) ? " r" : " -")
        try text.add(region.protection.contains(.write) ? "w" : "-")
        try text.add(region.protection.contains(.execute) ? "x" : "-")
        try text.add(region.isShared ? "s " : "p ")
        try text.add(hexadecimal: region.offset, width: 8)
        try text.add(" ")
        try text.add(hexadecimal: UInt64(region.device.major), width: 2)
        try text.add(":")
        try text.add(hexadecimal: UInt64(region.device.minor), width: 2)
        try text.add(" ")
        try text.add(region.inode)
        if !region.name.isEmpty {
            repeat { try text.add(" ") } while text.count - start < 73
            try text.add(region.name.span, escaping: .newlines)
        }
        try text.add("\n")
    }

    @inline(never)
    private func addLimits(_ process: any ProcessProvider, to text: inout TextBuilder) throws(Errno) {
        try text.add("Limit                     Soft Limit           Hard Limit           Units     \n")
        var index: UInt32 = 0
        while let (label, unit) = Self.limitLabel(index) {
            let limit = process.limit(ResourceKind(rawValue: index))
            try text.add(label)
            try addLimit(limit.soft, to: &text)
            try addLimit(limit.hard, to: &text)
            try text.add(unit)
            try text.add("\n")
            index += 1
        }
    }

    private func addLimit(_ value: UInt64, to text: inout TextBuilder) throws(Errno) {
        let start = text.count
        if value == ResourceLimit.infinity { try text.add("unlimited") } else { try text.add(value) }
        repeat { try text.add(" ") } while text.count - start < 21
    }

    private static func limitLabel(_ index: UInt32) -> (StaticString, StaticString)? {
        switch index {
        case 0: ("Max cpu time              ", "seconds   ")
        case 1: ("Max file size             ", "bytes     ")
        case 2: ("Max data size             ", "bytes     ")
        case 3: ("Max stack size            ", "bytes     ")
        case 4: ("Max core file size        ", "bytes     ")
        case 5: ("Max resident set          ", "bytes     ")
        case 6: ("Max processes             ", "processes ")
        case 7: ("Max open files            ", "files     ")
        case 8: ("Max locked memory         ", "bytes     ")
        case 9: ("Max address space         ", "bytes     ")
        case 10: ("Max file locks            ", "locks     ")
        case 11: ("Max pending signals       ", "signals   ")
        case 12: ("Max msgqueue size         ", "bytes     ")
        case 13: ("Max nice priority         ", "          ")
        case 14: ("Max realtime priority     ", "          ")
        case 15: ("Max realtime timeout      ", "us        ")
        default: nil
        }
    }

    @inline(never)
    private func addMounts(
        _ process: any ProcessProvider, _ kind: ProcessText, to text: inout TextBuilder
    ) throws(Errno) {
        guard let context = process.context else { return }
        var failure: Errno?
        context.namespace.forEach { mount in
            do throws(Errno) {
                if kind == .mounts {
                    try self.addMountLine(mount, context, to: &text)
                } else if kind == .mountStatistics {
                    try self.addMountStatistics(mount, context, to: &text)
                } else {
                    try self.addMountInformation(mount, context, to: &text)
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// `source place type options 0 0`, as fstab(5).
    private func addMountLine(_ mount: Mount, _ context: FileContext, to text: inout TextBuilder) throws(Errno) {
        try text.add(mount.copySource(), escaping: .wordEnds)
        try text.add(" ")
        try addMountPoint(mount, context, to: &text)
        try text.add(" ")
        try text.add(mount.volume.typeName)
        try addMountOptions(mount, to: &text)
        try text.add(" 0 0\n")
    }

    /// `device source mounted on place with fstype type`, as proc_pid_mountstats(5).
    private func addMountStatistics(_ mount: Mount, _ context: FileContext, to text: inout TextBuilder) throws(Errno) {
        try text.add("device ")
        try text.add(mount.copySource(), escaping: .wordEnds)
        try text.add(" mounted on ")
        try addMountPoint(mount, context, to: &text)
        try text.add(" with fstype ")
        try text.add(mount.volume.typeName)
        try text.add("\n")
    }

    /// `id parent major:minor root place options - type source options`, as proc_pid_mountinfo(5).
    private func addMountInformation(
        _ mount: Mount, _ context: FileContext, to text: inout TextBuilder
    ) throws(Errno) {
        try text.add(mount.id)
        try text.add(" ")
        try text.add(mount.covered?.mount.id ?? mount.id)
        try text.add(" ")
        try text.add(UInt64(mount.volume.device.major))
        try text.add(":")
        try text.add(UInt64(mount.volume.device.minor))
        try text.add(" / ")
        try addMountPoint(mount, context, to: &text)
        try addMountOptions(mount, to: &text)
        try text.add(" - ")
        try text.add(mount.volume.typeName)
        try text.add(" ")
        try text.add(mount.copySource(), escaping: .wordEnds)
        try text.add(mount.volume.isReadOnly ? " ro\n" : " rw\n")
    }

    private func addMountPoint(_ mount: Mount, _ context: FileContext, to text: inout TextBuilder) throws(Errno) {
        try text.add(context.path(of: Place(mount, mount.root)), escaping: .wordEnds)
    }

    private func addMountOptions(_ mount: Mount, to text: inout TextBuilder) throws(Errno) {
        try text.add(mount.isReadOnly ? " ro" : " rw")
        if mount.flags.contains(.noSetUserID) { try text.add(",nosuid") }
        if mount.flags.contains(.noDevices) { try text.add(",nodev") }
        if mount.flags.contains(.noExecution) { try text.add(",noexec") }
        try text.add(",relatime")
    }
}
