// SPDX-License-Identifier: Apache-2.0
//
// A system of two made-up processes for ProcFS: 7, the caller, and 42. Everything is fixed, so that texts can be
// compared.

import Containers
import FileSystem
import LinuxABI
import ProcFS
import TextFiles

/// A process whose answers are set by the test.
final class FakeProcess: ProcessProvider, @unchecked Sendable {
    var figures = ProcessFigures()
    var credentials = Credentials(user: 1000, group: 100, groups: [5, 6])
    var descriptors: FileDescriptorTable? = FileDescriptorTable()
    var context: FileContext?
    var executable: Place?
    var regions: [RegionDescription] = []

    init(_ id: Int32, _ context: FileContext, name: String) {
        figures.processID = id
        self.context = context
        setFigureName(Array(name.utf8))
    }

    func limit(_ kind: ResourceKind) -> ResourceLimit {
        kind == .openFiles ? ResourceLimit(soft: 1024, hard: 4096) : ResourceLimit(soft: .max, hard: .max)
    }

    func addArguments(to text: inout TextBuilder) throws(Errno) { try text.add("prog\0-x\0") }
    func addEnvironment(to text: inout TextBuilder) throws(Errno) { try text.add("A=b\0") }
    func addAuxiliaryVector(to text: inout TextBuilder) throws(Errno) { try text.add("\u{6}\0\0\0") }

    func forEachRegion(_ body: (RegionDescription) -> Bool) {
        for region in regions where !body(region) { return }
    }

    func pages(from start: UInt64, to end: UInt64) -> (resident: UInt64, dirty: UInt64) { ((end - start) / 4096, 1) }

    var threads: [Int32] = []
    var outOfMemoryAdjustment: Int16 = 0

    func nextThread(from id: Int32) -> Int32? { threads.filter { $0 >= id }.min() }
    func setOutOfMemoryAdjustment(_ value: Int16) throws(Errno) { outOfMemoryAdjustment = value }

    func setName(_ name: Span<UInt8>) throws(Errno) {
        var bytes: [UInt8] = []
        for index in name.indices { bytes.append(name[index]) }
        setFigureName(bytes)
    }

    private func setFigureName(_ bytes: [UInt8]) {
        for index in 0..<16 { figures.name[index] = index < min(bytes.count, 15) ? bytes[index] : 0 }
    }
}

/// A system whose answers are set by the test.
final class FakeSystem: SystemProvider, @unchecked Sendable {
    let callerContext: FileContext
    var processes: [Int32: FakeProcess] = [:]
    var hostName = Array("box".utf8)
    var memory = MemoryFigures()
    var locks: [FileLockDescription] = []

    init(_ context: FileContext) { callerContext = context }

    var largestProcessID: Int32 { 32768 }
    var realTimeMicroseconds: (period: UInt64, runtime: UInt64) { (1_000_000, 950_000) }
    var leastAddress: UInt64 { 65536 }
    var watchLimits: (events: UInt64, watches: UInt64) { (16384, 1000) }
    var callerID: Int32 { 7 }
    var callerThreadID: Int32 { 8 }
    func forEachFileLock(_ body: (FileLockDescription) -> Void) { locks.forEach(body) }
    func process(_ id: Int32) -> (any ProcessProvider)? { processes[id] }
    func nextProcess(from id: Int32) -> Int32? { processes.keys.filter { $0 >= id }.min() }
    var uptimeNanoseconds: UInt64 { 12_345_678_901 }
    var bootTime: UInt64 { 1_700_000_000 }
    var cpuCount: Int { 2 }

    func cpuTimes(_ cpu: Int) -> CPUTimes {
        var times = CPUTimes()
        times.user = UInt64(cpu) + 1
        times.system = 10
        times.idle = 250
        return times
    }

    var schedulingFigures: (switches: UInt64, made: UInt64, running: UInt64) { (99, 43, 1) }
    var loadHundredths: (one: UInt64, five: UInt64, fifteen: UInt64) { (105, 20, 3) }
    var threadCount: UInt64 { 3 }
    func addProcessorInformation(to text: inout TextBuilder) throws(Errno) { try text.add("processor\t: 0\n") }
    func addCommandLine(to text: inout TextBuilder) throws(Errno) { try text.add("apus.log=debug") }
    func addHostName(to text: inout TextBuilder) throws(Errno) {
        let name = hostName
        try text.add(name.span)
    }

    var ipcLimits: IPCLimits {
        var limits = IPCLimits()
        limits.segments = 4096
        limits.semaphores = (1, 2, 3, 4)
        limits.queues = (256, 10, 8192)
        return limits
    }
    func addSharedSegments(to text: inout TextBuilder) throws(Errno) { try text.add("segment\n") }
    func addSemaphoreSets(to text: inout TextBuilder) throws(Errno) { try text.add("set\n") }
    func addMessageChannels(to text: inout TextBuilder) throws(Errno) { try text.add("channel\n") }

    var pendingFailure: UInt64 = 0
    var pseudoTerminalCount: Int { 3 }

    func failAllocation(after count: UInt64) { pendingFailure = count }

    func setHostName(_ name: Span<UInt8>) throws(Errno) {
        hostName = []
        for index in name.indices { hostName.append(name[index]) }
    }

    var release: StaticString { "6.1.0-apus" }
    var version: StaticString { "#1 SMP" }
    func random() -> UInt64 { 0x0123_4567_89ab_cdef }
    var bootIdentity: (UInt64, UInt64) { (0xffff_ffff_ffff_ffff, 0) }
}
