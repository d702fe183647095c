// SPDX-License-Identifier: Apache-2.0
//
// getrlimit(2), setrlimit(2), prlimit(2), getrusage(2), times(2), sysinfo(2).

internal import AddressSpace
internal import FileSystem
internal import LinuxABI
internal import Memory
internal import Processes
internal import Processor
internal import Scheduler
internal import Sync
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func getrlimit(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument0 < 16 else { throw .invalidArgument }
        let limit = task.process[limit: ResourceKind(rawValue: UInt32(r.argument0))]
        try UserMemory.write(limit.encoded.bytes, to: UserAddress(r.argument1))
        return 0
    }

    @Sendable static func setrlimit(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument0 < 16 else { throw .invalidArgument }
        try setLimit(ResourceKind(rawValue: UInt32(r.argument0)), from: r.argument1, task)
        return 0
    }

    @Sendable static func prlimit64(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let target = try process(r.argument0, task)
        guard r.argument1 < 16 else { throw .invalidArgument }
        let kind = ResourceKind(rawValue: UInt32(r.argument1))
        let old = target[limit: kind]
        if r.argument2 != 0 { try setLimit(kind, from: r.argument2, task) }
        if r.argument3 != 0 { try UserMemory.write(old.encoded.bytes, to: UserAddress(r.argument3)) }
        return 0
    }

    @Sendable static func getrusage(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let who = Int32(truncatingIfNeeded: r.argument0)
        guard who == 0 || who == -1 || who == 1 else { throw .invalidArgument }
        var usage = ResourceUsage()
        if who != -1 {
            usage.userTime = Timestamp(nanosecondsSinceEpoch: who == 1 ? task.runTime : task.process.runTime)
            usage.minorFaults = who == 1 ? task.faultCount : task.process.faultCount
            usage.maximumResidentKibibytes = task.own.with { $0.space }.figures.mostResident * 4
        }
        try UserMemory.write(usage.encoded.bytes, to: UserAddress(r.argument1))
        return 0
    }

    @Sendable static func times(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var times = ProcessTimes()
        times.user = task.process.runTime / 10_000_000
        if r.argument0 != 0 { try UserMemory.write(times.encoded.bytes, to: UserAddress(r.argument0)) }
        return Int(Clock.now().nanoseconds / 10_000_000)
    }

    @Sendable static func sysinfo(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var information = SystemInformation()
        information.uptime = Clock.now().nanoseconds / 1_000_000_000
        information.totalMemory = Frames.totalBytes
        information.freeMemory = Frames.freeBytes
        information.processes = UInt16(clamping: task.process.system.processCount)
        try UserMemory.write(information.encoded.bytes, to: UserAddress(r.argument0))
        return 0
    }

    private static func setLimit(_ kind: ResourceKind, from address: UInt, _ task: Task) throws(Errno) {
        var buffer = LayoutBuffer<2>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        let new = ResourceLimit(decoding: buffer)
        guard new.soft <= new.hard else { throw .invalidArgument }
        let old = task.process[limit: kind]
        if new.hard > old.hard, !task.process.credentials.has(.resources) { throw .notPermitted }
        if kind == .openFiles, new.hard > 1_048_576 { throw .notPermitted }
        task.process[limit: kind] = new
    }
}
