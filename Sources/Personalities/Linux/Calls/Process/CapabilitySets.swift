// SPDX-License-Identifier: Apache-2.0
//
// capget(2), capset(2). The inheritable set is always empty: execve(2) gives capabilities by user 0 alone.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    /// The words of each set, by `_LINUX_CAPABILITY_VERSION_1`, `_2` and `_3`.
    private static func capabilityWords(_ version: UInt32) -> Int? {
        switch version {
        case 0x1998_0330: 1
        case 0x2007_1026, 0x2008_0522: 2
        default: nil
        }
    }

    /// Reads the header; of a version that is not known the program learns which one is.
    ///
    /// - Returns: nil for an unknown version.
    private static func capabilityHeader(_ address: UInt) throws(Errno) -> (words: Int, processID: Int32)? {
        let version = try UserMemory.load(UInt32.self, at: UserAddress(address))
        let processID = try UserMemory.load(Int32.self, at: UserAddress(address).advanced(by: 4))
        guard let words = capabilityWords(version) else {
            try UserMemory.store(UInt32(0x2008_0522), at: UserAddress(address))
            return nil
        }
        return (words, processID)
    }

    @Sendable static func capget(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let header = try capabilityHeader(r.argument0) else {
            // The usual way to ask for the version.
            if r.argument1 == 0 { return 0 }
            throw .invalidArgument
        }
        guard header.processID >= 0 else { throw .invalidArgument }
        let credentials = try process(UInt(header.processID), task).credentials
        if r.argument1 == 0 { return 0 }
        for index in 0..<header.words {
            let shift = UInt64(index) * 32
            let place = UserAddress(r.argument1).advanced(by: index * 12)
            let effective = UInt32(truncatingIfNeeded: credentials.capabilities.rawValue >> shift)
            let permitted = UInt32(truncatingIfNeeded: credentials.permitted.rawValue >> shift)
            try UserMemory.store(effective, at: place)
            try UserMemory.store(permitted, at: place.advanced(by: 4))
            try UserMemory.store(UInt32(0), at: place.advanced(by: 8))
        }
        return 0
    }

    @Sendable static func capset(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let header = try capabilityHeader(r.argument0) else { throw .invalidArgument }
        guard header.processID == 0 || header.processID == task.process.id else { throw .notPermitted }
        var effective: UInt64 = 0, permitted: UInt64 = 0, inheritable: UInt64 = 0
        for index in 0..<header.words {
            let place = UserAddress(r.argument1).advanced(by: index * 12)
            let shift = UInt64(index) * 32
            effective |= UInt64(try UserMemory.load(UInt32.self, at: place)) << shift
            permitted |= UInt64(try UserMemory.load(UInt32.self, at: place.advanced(by: 4))) << shift
            inheritable |= UInt64(try UserMemory.load(UInt32.self, at: place.advanced(by: 8))) << shift
        }
        let all = Capabilities.all.rawValue
        let old = task.process.credentials
        let newPermitted = Capabilities(rawValue: permitted & all)
        let newEffective = Capabilities(rawValue: effective & all)
        guard inheritable & all == 0, newPermitted.isSubset(of: old.permitted), newEffective.isSubset(of: newPermitted)
        else { throw .notPermitted }
        task.process.credentials = Credentials(
            user: old.user, group: old.group, groups: old.groups, capabilities: newEffective, permitted: newPermitted)
        return 0
    }
}
