// SPDX-License-Identifier: Apache-2.0
//
// getuid(2), setuid(2), setreuid(2), setresuid(2), setfsuid(2) and the same for groups (credentials(7)). The first
// process is root with all capabilities unless the boot record says otherwise.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func getuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.credentials.user.real)
    }

    @Sendable static func geteuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.credentials.user.effective)
    }

    @Sendable static func getgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.credentials.group.real)
    }

    @Sendable static func getegid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.credentials.group.effective)
    }

    @Sendable static func getresuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try storeIDs(task.process.credentials.user, r)
    }

    @Sendable static func getresgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try storeIDs(task.process.credentials.group, r)
    }

    @Sendable static func setuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let id = identity(r.argument0) else { throw .invalidArgument }
        let old = task.process.credentials
        if old.has(.setUserID) { return change(task, user: IdentitySet(id)) }
        guard id == old.user.real || id == old.user.saved else { throw .notPermitted }
        return change(task, user: IdentitySet(real: old.user.real, effective: id, saved: old.user.saved, file: id))
    }

    @Sendable static func setgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let id = identity(r.argument0) else { throw .invalidArgument }
        let old = task.process.credentials
        if old.has(.setGroupID) { return change(task, group: IdentitySet(id)) }
        guard id == old.group.real || id == old.group.saved else { throw .notPermitted }
        return change(task, group: IdentitySet(real: old.group.real, effective: id, saved: old.group.saved, file: id))
    }

    @Sendable static func setreuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let old = task.process.credentials
        return change(task, user: try reset(old.user, r, saved: nil, mayChoose: old.has(.setUserID)))
    }

    @Sendable static func setregid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let old = task.process.credentials
        return change(task, group: try reset(old.group, r, saved: nil, mayChoose: old.has(.setGroupID)))
    }

    @Sendable static func setresuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let old = task.process.credentials
        return change(task, user: try reset(old.user, r, saved: r.argument2, mayChoose: old.has(.setUserID)))
    }

    @Sendable static func setresgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let old = task.process.credentials
        return change(task, group: try reset(old.group, r, saved: r.argument2, mayChoose: old.has(.setGroupID)))
    }

    @Sendable static func setfsuid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var ids = task.process.credentials.user
        let before = Int(ids.file)
        let id = UInt32(truncatingIfNeeded: r.argument0)
        let isOwn = id == ids.real || id == ids.effective || id == ids.saved || id == ids.file
        if id != .max, isOwn || task.process.credentials.has(.setUserID) {
            ids.file = id
            changeFileUser(task, ids)
        }
        return before
    }

    /// Effective capabilities about files go and come with user 0 (capabilities(7)).
    private static func changeFileUser(_ task: Task, _ user: IdentitySet) {
        let old = task.process.credentials
        var capabilities = old.capabilities
        if !task.process.controls.secureBits.contains(.keepsOnUserChange) {
            if old.user.file == 0, user.file != 0 { capabilities.subtract(.aboutFiles) }
            if old.user.file != 0, user.file == 0 { capabilities.formUnion(old.permitted.intersection(.aboutFiles)) }
        }
        task.process.credentials = Credentials(
            user: user, group: old.group, groups: old.groups, capabilities: capabilities, permitted: old.permitted)
    }

    @Sendable static func setfsgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var ids = task.process.credentials.group
        let before = Int(ids.file)
        let id = UInt32(truncatingIfNeeded: r.argument0)
        let isOwn = id == ids.real || id == ids.effective || id == ids.saved || id == ids.file
        if id != .max, isOwn || task.process.credentials.has(.setGroupID) {
            ids.file = id
            _ = change(task, group: ids)
        }
        return before
    }

    /// An ID that is given; nil for -1, which no call but the "re" and "res" ones takes.
    private static func identity(_ argument: UInt) -> UInt32? {
        let id = UInt32(truncatingIfNeeded: argument)
        return id == .max ? nil : id
    }

    private static func storeIDs(_ ids: IdentitySet, _ r: ProgramRegisters) throws(Errno) -> Int {
        try UserMemory.store(ids.real, at: UserAddress(r.argument0))
        try UserMemory.store(ids.effective, at: UserAddress(r.argument1))
        try UserMemory.store(ids.saved, at: UserAddress(r.argument2))
        return 0
    }

    /// The rules of setreuid(2) (`saved` nil) and setresuid(2): -1 leaves an ID alone; without the capability only IDs
    /// that the process has already can be taken.
    private static func reset(
        _ old: IdentitySet, _ r: ProgramRegisters, saved: UInt?, mayChoose: Bool
    ) throws(Errno) -> IdentitySet {
        let real = UInt32(truncatingIfNeeded: r.argument0)
        let effective = UInt32(truncatingIfNeeded: r.argument1)
        var new = old
        func isOwn(_ id: UInt32) -> Bool { id == old.real || id == old.effective || id == old.saved }
        if real != .max {
            // The saved ID can become the real one by the "res" calls only.
            let mayTake = saved == nil ? real == old.real || real == old.effective : isOwn(real)
            guard mayChoose || mayTake else { throw .notPermitted }
            new.real = real
        }
        if effective != .max {
            guard mayChoose || isOwn(effective) else { throw .notPermitted }
            new.effective = effective
        }
        if let saved {
            let id = UInt32(truncatingIfNeeded: saved)
            if id != .max {
                guard mayChoose || isOwn(id) else { throw .notPermitted }
                new.saved = id
            }
        } else if real != .max || (effective != .max && effective != old.real) {
            new.saved = new.effective
        }
        new.file = new.effective
        return new
    }

    /// Sets new credentials; a process that leaves user 0 altogether loses its capabilities (capabilities(7)).
    private static func change(_ task: Task, user: IdentitySet? = nil, group: IdentitySet? = nil) -> Int {
        let old = task.process.credentials
        let newUser = user ?? old.user
        let hadRoot = old.user.real == 0 || old.user.effective == 0 || old.user.saved == 0
        let hasRoot = newUser.real == 0 || newUser.effective == 0 || newUser.saved == 0
        var capabilities = old.capabilities
        var permitted = old.permitted
        let bits = task.process.controls.secureBits
        if user != nil, !bits.contains(.keepsOnUserChange) {
            if hadRoot, !hasRoot, !bits.contains(.keepsPermitted) {
                capabilities = []
                permitted = []
            }
            if old.user.effective == 0, newUser.effective != 0 { capabilities = [] }
            if old.user.effective != 0, newUser.effective == 0 { capabilities = permitted }
        }
        task.process.credentials = Credentials(
            user: newUser, group: group ?? old.group, groups: old.groups, capabilities: capabilities,
            permitted: permitted)
        return 0
    }
}
