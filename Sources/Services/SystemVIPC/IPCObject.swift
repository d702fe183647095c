// SPDX-License-Identifier: Apache-2.0
//
// What shared segments, sets of semaphores and queues of messages have in common: a number, permissions, and that they
// stay until somebody removes them. Source: svipc(7).

public import FileSystem
public import LinuxABI
public import Sync
internal import Synchronization
internal import Time

/// An object of System V, known by a number.
public class IPCObject: @unchecked Sendable {
    private let number = Atomic<Int32>(-1)
    private let permissionState: Spinlock<IPCPermissions>
    private let changeTime: Atomic<Int64>

    init(_ permissions: IPCPermissions) {
        permissionState = Spinlock(permissions)
        changeTime = Atomic(IPCObject.now)
    }

    /// Its number: what shmget(2) and its relatives answer.
    public var id: Int32 { number.load(ordering: .relaxed) }

    /// Given once, when it enters its table.
    func setID(_ id: Int32) { number.store(id, ordering: .relaxed) }

    /// Owner, creator, key and mode.
    public var permissions: IPCPermissions { permissionState.withLock { $0 } }

    /// Seconds since 1970 of the last change by `…ctl`.
    public var changed: Int64 { changeTime.load(ordering: .relaxed) }

    func noteChange() { changeTime.store(IPCObject.now, ordering: .relaxed) }

    /// Seconds since 1970.
    static var now: Int64 { Int64(Clock.wallTime() / 1_000_000_000) }

    /// Nobody finds it by its key any more.
    func forgetKey() { permissionState.withLock { $0.key = 0 } }

    /// Refuses what the mode does not allow.
    ///
    /// - Parameter wanted: bits of a mode: 0o444 to read, 0o222 to write.
    /// - Throws: `.permissionDenied`.
    public func check(_ wanted: UInt16, _ caller: IPCCaller) throws(Errno) {
        guard permissions.allow(wanted, caller.credentials) else { throw .permissionDenied }
    }

    /// Refuses all but the owner, the creator and whoever administers the system.
    ///
    /// - Throws: `.notPermitted`.
    public func checkOwner(_ caller: IPCCaller) throws(Errno) {
        guard permissions.isOwned(by: caller.credentials) else { throw .notPermitted }
    }

    /// Sets the owner and the mode (`IPC_SET`).
    ///
    /// - Throws: `.notPermitted`.
    public func set(_ ownership: IPCOwnership, _ caller: IPCCaller) throws(Errno) {
        try checkOwner(caller)
        permissionState.withLock { permissions in
            permissions.userID = ownership.userID
            permissions.groupID = ownership.groupID
            permissions.mode = ownership.mode & 0o777
        }
        noteChange()
    }
}
