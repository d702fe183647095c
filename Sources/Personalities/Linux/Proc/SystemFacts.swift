// SPDX-License-Identifier: Apache-2.0
//
// What /proc and /sys show about the machine: memory, time, names, processes. Figures that nobody counts stay zero.

internal import AddressSpace
internal import Containers
internal import EventFiles
internal import FileSystem
internal import LinuxABI
internal import Memory
internal import Platform
internal import ProcFS
internal import Processes
internal import PseudoTerminals
internal import Random
internal import Scheduler
internal import Sync
internal import SysFS
internal import TextFiles
internal import Time

/// The facts about a system.
final class SystemFacts: SystemProvider, SysProvider {
    let system: System
    private let identity = Spinlock<(UInt64, UInt64)?>(nil)

    let jobs: TerminalJobs

    init(_ system: System, _ jobs: TerminalJobs) {
        self.system = system
        self.jobs = jobs
    }

    // MARK: Who asks

    /// The program thread that asks; nil on a thread of the kernel's own.
    private var caller: Task? { CurrentThread.thread.body as? Task }

    var callerID: Int32 { caller?.process.id ?? 1 }
    var callerThreadID: Int32 { caller?.id ?? 1 }
    var callerContext: FileContext { caller?.process.fileContext ?? FileContext(system.namespace) }

    func process(_ id: Int32) -> (any ProcessProvider)? {
        if let process = system.process(id) { return ProcessFacts(process, nil, self, caller: caller) }
        // A thread's number is not listed, but it can be asked for.
        guard let task = system.task(id) else { return nil }
        return ProcessFacts(task.process, task, self, caller: caller)
    }

    func nextProcess(from id: Int32) -> Int32? { system.nextProcess(from: id)?.id }

    // MARK: Figures

    var memory: MemoryFigures {
        var figures = MemoryFigures()
        figures.total = Frames.totalBytes
        figures.free = Frames.freeBytes
        figures.available = Frames.freeBytes
        forEachProcess { process in
            let memory = process.space.figures
            figures.anonymous += memory.resident * 4096
            figures.committed += memory.mapped * 4096
        }
        // Files live in memory here: what is neither free nor a program's is theirs or the kernel's.
        var pages: UInt64 = 0
        system.namespace.forEach { mount in
            let status = mount.volume.status()
            pages += status.blocks - min(status.blocks, status.freeBlocks)
        }
        figures.cached = min(pages * 4096, figures.total - min(figures.total, figures.free))
        figures.shared = figures.cached
        return figures
    }

    var uptimeNanoseconds: UInt64 { Clock.now().nanoseconds }
    var bootTime: UInt64 { Clock.wallOffset / 1_000_000_000 }
    var cpuCount: Int { CurrentThread.scheduler.cpuCount }
    var cpuLimit: Int { Scheduler.cpuLimit }
    var memoryFigures: (total: UInt64, free: UInt64) { (Frames.totalBytes, Frames.freeBytes) }
    var clockSource: StaticString { "tsc" }
    var largePageSize: UInt64 { 2 << 20 }

    func cpuTimes(_ cpu: Int) -> CPUTimes {
        let all = Clock.now().nanoseconds
        let idle = min(all, CurrentThread.scheduler.idleTime(of: cpu))
        var times = CPUTimes()
        times.user = (all - idle) / 10_000_000
        times.idle = idle / 10_000_000
        return times
    }

    var schedulingFigures: (switches: UInt64, made: UInt64, running: UInt64) {
        (0, UInt64(system.processCount), 1)
    }

    var loadHundredths: (one: UInt64, five: UInt64, fifteen: UInt64) { (0, 0, 0) }

    var threadCount: UInt64 {
        var count = 0
        forEachProcess { count += $0.threadCount }
        return UInt64(count)
    }

    private func forEachProcess(_ body: (Process) -> Void) {
        var next: Int32 = 1
        while let process = system.nextProcess(from: next) {
            body(process)
            if process.id == .max { return }
            next = process.id + 1
        }
    }

    // MARK: Names

    func addProcessorInformation(to text: inout TextBuilder) throws(Errno) { try ProcessorText.add(to: &text) }

    func addCommandLine(to text: inout TextBuilder) throws(Errno) {
        var failure: Errno?
        Platform.withCommandLine { line in
            do throws(Errno) { try text.add(line.byteSpan) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    func addHostName(to text: inout TextBuilder) throws(Errno) {
        let name = system.hostName
        try text.add(name.span)
    }

    func forEachFileLock(_ body: (FileLockDescription) -> Void) { system.fileLocks.forEach(body) }

    var pseudoTerminalCount: Int { jobs.pseudoTerminals.value?.count ?? 0 }

    var pendingFailure: UInt64 { UInt64(Frames.pendingFailure) }

    func failAllocation(after count: UInt64) { Frames.injectFailure(after: Int(clamping: count)) }

    func setHostName(_ name: Span<UInt8>) throws(Errno) {
        guard caller?.process.credentials.has(.administration) ?? true else { throw .notPermitted }
        guard name.count <= 64 else { throw .invalidArgument }
        var bytes: [UInt8] = []
        for index in name.indices { bytes.append(name[index]) }
        system.hostName = bytes
    }

    var largestProcessID: Int32 { System.largestID }
    var realTimeMicroseconds: (period: UInt64, runtime: UInt64) {
        (RealTimeShare.period / 1000, RealTimeShare.runtime / 1000)
    }
    var leastAddress: UInt64 { AddressSpace.lowestAddress }
    var watchLimits: (events: UInt64, watches: UInt64) {
        (UInt64(InotifyFile.eventLimit), UInt64(InotifyFile.watchLimit))
    }

    var release: StaticString { KernelNames.release }
    var version: StaticString { KernelNames.version }

    // MARK: Random

    func random() -> UInt64 { system.random.next() }

    var bootIdentity: (UInt64, UInt64) {
        if let identity = identity.withLock({ $0 }) { return identity }
        let new = (system.random.next(), system.random.next())
        return identity.withLock { identity in
            if let identity { return identity }
            identity = new
            return new
        }
    }
}
