// SPDX-License-Identifier: Apache-2.0
//
// What the calls of System V have in common: who calls, ipc_perm, and the new owner of IPC_SET.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import SystemVIPC
internal import UserMemory

extension SystemCalls {
    /// Who calls.
    static func ipcCaller(_ task: Task) -> IPCCaller { IPCCaller(processID: task.process.id, task.process.credentials) }

    /// An object's ipc_perm.
    ///
    /// - Parameter bits: what the kind adds to the mode.
    static func ipcOwner(of object: IPCObject, bits: UInt32 = 0) -> IPCOwnerLayout {
        let permissions = object.permissions
        return IPCOwnerLayout(
            key: permissions.key, userID: permissions.userID, groupID: permissions.groupID,
            creatorUserID: permissions.creatorUserID, creatorGroupID: permissions.creatorGroupID,
            mode: UInt32(permissions.mode) | bits, sequence: UInt16(truncatingIfNeeded: object.id >> 15))
    }

    /// What IPC_SET takes over of a structure.
    static func ipcOwnership<let words: Int>(_ buffer: borrowing LayoutBuffer<words>) -> IPCOwnership {
        IPCOwnership(
            userID: buffer.load32(4), groupID: buffer.load32(8),
            mode: UInt16(truncatingIfNeeded: buffer.load32(20)))
    }

    /// Reads a structure of the program.
    ///
    /// - Throws: `.badAddress`.
    static func read<let words: Int>(_ buffer: inout LayoutBuffer<words>, at address: UInt) throws(Errno) {
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
    }
}
