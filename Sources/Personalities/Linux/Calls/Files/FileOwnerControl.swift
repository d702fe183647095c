// SPDX-License-Identifier: Apache-2.0
//
// fcntl(2), "Managing signals": who would get a file's signals, and which.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import UserMemory

extension SystemCalls {
    /// F_GETOWN, F_SETOWN, their extended forms, F_GETSIG, F_SETSIG and F_GETOWNER_UIDS.
    ///
    /// - Throws: `.noSuchProcess` for an owner that there is not, `.invalidArgument`, `.badAddress`.
    static func fileOwner(
        _ file: OpenFile, _ command: FcntlCommand, _ argument: UInt, _ task: Task
    ) throws(Errno) -> Int {
        let owner = file.owner
        switch command {
        case .getOwner: return Int(owner.kind == .group ? -owner.id : owner.id)
        case .setOwner:
            let id = Int32(truncatingIfNeeded: argument)
            if id == .min { throw .invalidArgument }
            try setOwner(file, id < 0 ? .group : .process, abs(id), task)
        case .getOwnerExtended:
            let pair = UInt64(owner.kind.rawValue) | UInt64(UInt32(bitPattern: owner.id)) << 32
            try UserMemory.store(pair, at: UserAddress(argument))
        case .setOwnerExtended:
            let pair = try UserMemory.load(UInt64.self, at: UserAddress(argument))
            guard let kind = FileOwner.Kind(rawValue: UInt32(truncatingIfNeeded: pair)) else {
                throw .invalidArgument
            }
            try setOwner(file, kind, Int32(truncatingIfNeeded: pair >> 32), task)
        case .getOwnerUsers:
            let pair = UInt64(owner.users.real) | UInt64(owner.users.effective) << 32
            try UserMemory.store(pair, at: UserAddress(argument))
        case .getSignal: return Int(owner.signal)
        case .setSignal:
            guard argument <= UInt(SignalNumber.last) else { throw .invalidArgument }
            file.changeOwner { $0.signal = UInt8(argument) }
        default: throw .invalidArgument
        }
        return 0
    }

    private static func setOwner(
        _ file: OpenFile, _ kind: FileOwner.Kind, _ id: Int32, _ task: Task
    ) throws(Errno) {
        if id != 0 {
            guard id > 0 else { throw .noSuchProcess }
            switch kind {
            case .thread: _ = try thread(id, task)
            case .process: _ = try process(UInt(id), task)
            case .group: if id != task.process.groupID { throw .noSuchProcess }
            }
        }
        let user = task.process.credentials.user
        file.changeOwner { owner in
            owner.kind = kind
            owner.id = id
            owner.users = id == 0 ? (0, 0) : (user.real, user.effective)
        }
    }
}
