// SPDX-License-Identifier: Apache-2.0
//
// The file systems that every Linux program expects beside its own files: /dev, /dev/pts, /dev/shm, /proc and /sys, a
// /tmp and the like. Mount points that the archive lacks are made. Failing here is no reason not to start: a program may
// need none of it.

internal import Containers
internal import DevFS
internal import FileSystem
internal import LinuxABI
internal import Log
internal import Memory
internal import Pipes
internal import ProcFS
internal import Processes
internal import PseudoTerminals
internal import RamFS
internal import Sync
internal import SysFS

enum SystemMounts {
    private static let sticky = Permissions(rawValue: 0o1777)
    private static let usual = Permissions(rawValue: 0o755)

    /// Mounts everything.
    ///
    /// - Parameters:
    ///   - jobs: what terminals need of processes.
    ///   - addDevices: adds the machine's own devices, its terminal for one.
    static func add(
        to system: System, _ jobs: TerminalJobs, _ addDevices: (borrowing DevFS) throws(Errno) -> Void
    ) {
        do throws(Errno) {
            let operations = FileOperations(FileContext(system.namespace, umask: []), Credentials(user: 0, group: 0))
            let devices = try DevFS(device: .anonymous(5), random: system.random)
            try addDevices(devices)
            try addTerminals(to: devices, jobs)
            devices.table.setFIFOs(FIFOTable(system.pipes))
            system.namespace.setSpecialFiles(devices.table)
            try mount(devices.volume, "/dev", "devtmpfs", operations)
            if let slaves = jobs.pseudoTerminals.value { try mount(slaves, "/dev/pts", "devpts", operations) }
            let pages = Frames.totalBytes / UInt64(pageSize)
            let shared = RamVolume(
                device: .anonymous(6), pageLimit: pages / 2, inodeLimit: pages / 2, rootPermissions: sticky)
            try mount(shared, "/dev/shm", "tmpfs", operations)
            let facts = SystemFacts(system, jobs)
            try mount(ProcVolume(device: .anonymous(7), provider: facts), "/proc", "proc", operations)
            try mount(SysVolume(device: .anonymous(8), provider: facts), "/sys", "sysfs", operations)
            try addUsualPlaces(operations)
        } catch {
            Log.write(.warning, "apus", "a file system of the kernel cannot be mounted: ", .text(error.name ?? "?"))
        }
    }

    /// What programs expect of a root file system that only has a program in it; what the archive brought stays.
    private static func addUsualPlaces(_ operations: FileOperations) throws(Errno) {
        _ = try directory("/tmp", sticky, operations)
        _ = try directory("/run", usual, operations)
        _ = try directory("/var", usual, operations)
        _ = try directory("/var/tmp", sticky, operations)
        _ = try directory("/etc", usual, operations)
        let mounts: StaticString = "../proc/self/mounts", name: StaticString = "/etc/mtab"
        do throws(Errno) { try operations.makeSymbolicLink(mounts.utf8Bytes, at: name.utf8Bytes) } catch .fileExists {
            // The archive brought its own.
        }
    }

    /// The names of terminals that every machine has, and the log as a device.
    private static func addTerminals(to devices: borrowing DevFS, _ jobs: TerminalJobs) throws(Errno) {
        let slaves = PseudoTerminalVolume(device: .anonymous(9), jobs: jobs)
        jobs.pseudoTerminals.set(slaves)
        try devices.add(
            "ptmx", PseudoTerminalMultiplexer(slaves, owner: { jobs.callerUserID }), PseudoTerminalMultiplexer.number)
        try devices.add("tty", ControllingTerminalDevice(jobs), ControllingTerminalDevice.number)
        try devices.add("kmsg", MessageDevice(), MessageDevice.number, Permissions(rawValue: 0o644))
    }

    @inline(never)  // at each of its places it would be as large as all of them
    private static func mount(
        _ volume: Volume, _ path: StaticString, _ source: StaticString, _ operations: FileOperations
    ) throws(Errno) {
        let place = try directory(path, usual, operations)
        try operations.context.namespace.mount(volume, at: place, flags: [], source: source.utf8Bytes)
    }

    /// The directory of a path, made if it is not there.
    @inline(never)
    private static func directory(
        _ path: StaticString, _ permissions: Permissions, _ operations: FileOperations
    ) throws(Errno) -> Place {
        do throws(Errno) {
            return try operations.place(of: path.utf8Bytes, following: .follow)
        } catch .noEntry {
            try operations.makeDirectory(path.utf8Bytes, permissions)
            return try operations.place(of: path.utf8Bytes, following: .follow)
        }
    }
}
