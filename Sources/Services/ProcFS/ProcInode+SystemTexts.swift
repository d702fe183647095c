// SPDX-License-Identifier: Apache-2.0
//
// The texts about the machine. Source: proc(5) and its parts (proc_meminfo(5), proc_stat(5), proc_sys_kernel(5) …).

import Containers
import FileSystem
import LinuxABI
import TextFiles

extension ProcInode {
    @inline(never)
    func addSystemText(_ kind: SystemText, to text: inout TextBuilder) throws(Errno) {
        switch kind {
        case .cmdline:
            try provider.addCommandLine(to: &text)
            try text.add("\n")
        case .cpuinfo: try provider.addProcessorInformation(to: &text)
        case .interrupts: try addInterrupts(to: &text)
        case .loadavg: try addLoad(to: &text)
        case .locks: try addLocks(to: &text)
        case .meminfo: try addMemory(to: &text)
        case .stat: try addStatistics(to: &text)
        case .softirqs: try addDeferredWork(to: &text)
        case .uptime: try addUptime(to: &text)
        case .version:
            try text.add("Linux version ")
            try text.add(provider.release)
            try text.add(" (apus) ")
            try text.add(provider.version)
            try text.add("\n")
        case .vmstat: try addMemoryPages(to: &text)
        case .overcommitMemory: try text.add("0\n")
        case .overcommitRatio: try text.add("50\n")
        // There is nothing to swap to.
        case .swappiness: try text.add("0\n")
        case .leastAddress:
            try text.add(provider.leastAddress)
            try text.add("\n")
        case .maxMapCount: try text.add("65530\n")
        case .osType: try text.add("Linux\n")
        case .osRelease:
            try text.add(provider.release)
            try text.add("\n")
        case .kernelVersion:
            try text.add(provider.version)
            try text.add("\n")
        case .hostName:
            try provider.addHostName(to: &text)
            try text.add("\n")
        case .domainName: try text.add("(none)\n")
        case .pidMax:
            try text.add(UInt64(UInt32(bitPattern: provider.largestProcessID)))
            try text.add("\n")
        case .realTimePeriod:
            try text.add(provider.realTimeMicroseconds.period)
            try text.add("\n")
        case .realTimeRuntime:
            try text.add(provider.realTimeMicroseconds.runtime)
            try text.add("\n")
        case .lastCapability:
            try text.add(UInt64(63 - Capabilities.all.rawValue.leadingZeroBitCount))
            try text.add("\n")
        case .groupsMax: try text.add("65536\n")
        case .overflowUserID, .overflowGroupID: try text.add("65534\n")
        // Stack, mappings, the vDSO and the heap: proc_sys_kernel(5).
        case .randomizeAddresses: try text.add("2\n")
        case .threadsMax: try text.add("32768\n")
        case .bootID:
            let (high, low) = provider.bootIdentity
            try addIdentity(high, low, to: &text)
        case .uuid: try addIdentity(provider.random(), provider.random(), to: &text)
        case .entropyAvailable, .poolSize: try text.add("256\n")
        case .pseudoTerminals:
            try text.add(UInt64(provider.pseudoTerminalCount))
            try text.add("\n")
        case .fileCounts:
            var count: UInt64 = 0
            if let table = provider.process(provider.callerID)?.descriptors {
                var next: Int32 = 0
                while let descriptor = table.next(from: next) {
                    count += 1
                    next = descriptor + 1
                }
            }
            try text.add(count)
            try text.add("\t0\t1048576\n")
        case .fileMax: try text.add("1048576\n")
        case .openMax: try text.add("1048576\n")
        case .pipeMaxSize: try text.add("1048576\n")
        case .watchEventsMax:
            try text.add(provider.watchLimits.events)
            try text.add("\n")
        case .watchesMax:
            try text.add(provider.watchLimits.watches)
            try text.add("\n")
        case .backlogMax: try text.add("4096\n")
        case .segmentBytesMax, .segmentPagesMax, .segmentsMax, .semaphoreLimits, .messageMax, .messageQueueBytes,
            .messageQueuesMax, .queuesMax, .queueMessagesMax, .queueMessageSizeMax, .queueMessagesUsual,
            .queueMessageSizeUsual, .sharedSegments, .semaphoreSets, .messageChannels:
            try addIPC(kind, to: &text)
        }
    }

    /// A random identity of version 4, RFC 9562 §5.4.
    private func addIdentity(_ high: UInt64, _ low: UInt64, to text: inout TextBuilder) throws(Errno) {
        let high = high & ~0xf000 | 0x4000
        let low = low & ~(3 << 62) | 1 << 63
        try text.add(hexadecimal: high >> 32, width: 8)
        try text.add("-")
        try text.add(hexadecimal: high >> 16 & 0xffff, width: 4)
        try text.add("-")
        try text.add(hexadecimal: high & 0xffff, width: 4)
        try text.add("-")
        try text.add(hexadecimal: low >> 48, width: 4)
        try text.add("-")
        try text.add(hexadecimal: low & 0xffff_ffff_ffff, width: 12)
        try text.add("\n")
    }

    private func addHundredths(_ value: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(value / 100)
        try text.add(".")
        try text.add(value % 100, width: 2, padding: UInt8(ascii: "0"))
    }

    private func addLoad(to text: inout TextBuilder) throws(Errno) {
        let (one, five, fifteen) = provider.loadHundredths
        try addHundredths(one, to: &text)
        try text.add(" ")
        try addHundredths(five, to: &text)
        try text.add(" ")
        try addHundredths(fifteen, to: &text)
        try text.add(" ")
        try text.add(provider.schedulingFigures.running)
        try text.add("/")
        try text.add(provider.threadCount)
        try text.add(" ")
        try text.add(provider.schedulingFigures.made)
        try text.add("\n")
    }

    private func addUptime(to text: inout TextBuilder) throws(Errno) {
        try addHundredths(provider.uptimeNanoseconds / 10_000_000, to: &text)
        try text.add(" ")
        var idle: UInt64 = 0
        for cpu in 0..<provider.cpuCount { idle += provider.cpuTimes(cpu).idle }
        try addHundredths(idle, to: &text)
        try text.add("\n")
    }

    /// The lines of proc_meminfo(5) in Linux's order. Files live in memory and cannot be written anywhere: as Linux counts its
    /// tmpfs, they are cached and shared, and on the lists of anonymous pages.
    @inline(never)
    private func addMemory(to text: inout TextBuilder) throws(Errno) {
        let memory = provider.memory
        try addKibibytes("MemTotal", memory.total, to: &text)
        try addKibibytes("MemFree", memory.free, to: &text)
        try addKibibytes("MemAvailable", memory.available, to: &text)
        try addKibibytes("Buffers", 0, to: &text)
        try addKibibytes("Cached", memory.cached, to: &text)
        try addKibibytes("SwapCached", 0, to: &text)
        try addKibibytes("Active", memory.anonymous, to: &text)
        try addKibibytes("Inactive", memory.cached, to: &text)
        try addKibibytes("Active(anon)", memory.anonymous, to: &text)
        try addKibibytes("Inactive(anon)", memory.cached, to: &text)
        try addKibibytes("Active(file)", 0, to: &text)
        try addKibibytes("Inactive(file)", 0, to: &text)
        try addKibibytes("Unevictable", 0, to: &text)
        try addKibibytes("Mlocked", 0, to: &text)
        try addKibibytes("SwapTotal", 0, to: &text)
        try addKibibytes("SwapFree", 0, to: &text)
        try addKibibytes("Dirty", 0, to: &text)
        try addKibibytes("Writeback", 0, to: &text)
        try addKibibytes("AnonPages", memory.anonymous, to: &text)
        try addKibibytes("Mapped", memory.mapped, to: &text)
        try addKibibytes("Shmem", memory.shared, to: &text)
        try addKibibytes("KReclaimable", 0, to: &text)
        try addKibibytes("Slab", memory.kernel, to: &text)
        try addKibibytes("SReclaimable", 0, to: &text)
        try addKibibytes("SUnreclaim", memory.kernel, to: &text)
        try addKibibytes("KernelStack", provider.threadCount * 16384, to: &text)
        try addKibibytes("PageTables", memory.pageTables, to: &text)
        try addKibibytes("Bounce", 0, to: &text)
        try addKibibytes("WritebackTmp", 0, to: &text)
        try addKibibytes("CommitLimit", memory.total / 2, to: &text)
        try addKibibytes("Committed_AS", memory.committed, to: &text)
        try addKibibytes("VmallocTotal", 0, to: &text)
        try addKibibytes("VmallocUsed", 0, to: &text)
        try addKibibytes("VmallocChunk", 0, to: &text)
        try addKibibytes("AnonHugePages", 0, to: &text)
        try text.add(
            "HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\n")
        try addKibibytes("Hugepagesize", 2 << 20, to: &text)
        try addKibibytes("Hugetlb", 0, to: &text)
    }

    /// What of proc_vmstat(5) is known here.
    private func addMemoryPages(to text: inout TextBuilder) throws(Errno) {
        let memory = provider.memory
        try addPages("nr_free_pages ", memory.free, to: &text)
        try addPages("nr_anon_pages ", memory.anonymous, to: &text)
        try addPages("nr_mapped ", memory.mapped, to: &text)
        try addPages("nr_file_pages ", memory.cached, to: &text)
        try addPages("nr_shmem ", memory.shared, to: &text)
        try text.add(
            "nr_dirty 0\nnr_writeback 0\npgpgin 0\npgpgout 0\npswpin 0\npswpout 0\npgfault 0\npgmajfault 0\noom_kill 0\n"
        )
    }

    private func addPages(_ label: StaticString, _ bytes: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(bytes >> 12)
        try text.add("\n")
    }

    /// The label with its colon takes 16 columns, the number eight.
    private func addKibibytes(_ label: StaticString, _ bytes: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(":")
        try text.add(bytes / 1024, width: 23 - label.utf8CodeUnitCount)
        try text.add(" kB\n")
    }

    /// A column for each CPU; nobody counts its interrupts.
    private func addInterrupts(to text: inout TextBuilder) throws(Errno) {
        try text.add("           ")
        for cpu in 0..<provider.cpuCount {
            try text.add("CPU")
            try text.add(UInt64(cpu))
            try text.add(cpu < 10 ? "       " : "      ")
        }
        try text.add("\nERR:          0\nMIS:          0\n")
    }

    /// The kinds of deferred work that Linux has; nobody counts it.
    private func addDeferredWork(to text: inout TextBuilder) throws(Errno) {
        try text.add("                    ")
        for cpu in 0..<provider.cpuCount {
            try text.add("CPU")
            try text.add(UInt64(cpu))
            try text.add(cpu < 10 ? "       " : "      ")
        }
        try text.add("\n")
        let kinds: InlineArray<10, StaticString> = [
            "          HI:", "       TIMER:", "      NET_TX:", "      NET_RX:", "       BLOCK:", "    IRQ_POLL:",
            "     TASKLET:", "       SCHED:", "     HRTIMER:", "         RCU:",
        ]
        for index in kinds.indices {
            try text.add(kinds[index])
            for _ in 0..<provider.cpuCount { try text.add("          0") }
            try text.add("\n")
        }
    }

    @inline(never)
    private func addStatistics(to text: inout TextBuilder) throws(Errno) {
        var sum = CPUTimes()
        for cpu in 0..<provider.cpuCount {
            let times = provider.cpuTimes(cpu)
            sum.user += times.user
            sum.system += times.system
            sum.idle += times.idle
        }
        try text.add("cpu ")
        try addTimes(sum, to: &text)
        for cpu in 0..<provider.cpuCount {
            try text.add("cpu")
            try text.add(UInt64(cpu))
            try addTimes(provider.cpuTimes(cpu), to: &text)
        }
        let figures = provider.schedulingFigures
        try text.add("intr 0\nctxt ")
        try text.add(figures.switches)
        try text.add("\nbtime ")
        try text.add(provider.bootTime)
        try text.add("\nprocesses ")
        try text.add(figures.made)
        try text.add("\nprocs_running ")
        try text.add(figures.running)
        try text.add("\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n")
    }

    /// user nice system idle iowait irq softirq steal guest guest_nice.
    private func addTimes(_ times: CPUTimes, to text: inout TextBuilder) throws(Errno) {
        try text.add(" ")
        try text.add(times.user)
        try text.add(" 0 ")
        try text.add(times.system)
        try text.add(" ")
        try text.add(times.idle)
        try text.add(" 0 0 0 0 0 0\n")
    }
}
