// SPDX-License-Identifier: Apache-2.0
//
// getgroups(2), setgroups(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func getgroups(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let groups = task.process.credentials.groups
        let size = Int32(truncatingIfNeeded: r.argument0)
        guard size >= 0 else { throw .invalidArgument }
        if size == 0 { return groups.count }
        guard groups.count <= Int(size) else { throw .invalidArgument }
        for i in groups.indices { try UserMemory.store(groups[i], at: UserAddress(r.argument1).advanced(by: 4 * i)) }
        return groups.count
    }

    @Sendable static func setgroups(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let old = task.process.credentials
        guard old.has(.setGroupID) else { throw .notPermitted }
        guard r.argument0 <= 65536 else { throw .invalidArgument }
        // Bounded implicit allocation: what is kept is at most 256 KiB, and only root may ask.
        var groups: [UInt32] = []
        for i in 0..<Int(r.argument0) {
            groups.append(try UserMemory.load(UInt32.self, at: UserAddress(r.argument1).advanced(by: 4 * i)))
        }
        // As Linux keeps them.
        groups.sort()
        task.process.credentials = Credentials(
            user: old.user, group: old.group, groups: groups, capabilities: old.capabilities, permitted: old.permitted)
        return 0
    }
}
