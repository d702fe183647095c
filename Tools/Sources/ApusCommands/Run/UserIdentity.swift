// SPDX-License-Identifier: Apache-2.0

// The UID[:GID] of -u.

internal import Glibc
internal import HostSystem

/// User and group of the program, as numbers; the group is 0 unless given, as docker has it.
struct UserIdentity: Equatable, CustomStringConvertible {
    let userID: UInt32
    let groupID: UInt32

    static let root = UserIdentity(userID: 0, groupID: 0)

    init(userID: UInt32, groupID: UInt32) {
        self.userID = userID
        self.groupID = groupID
    }

    /// Reads the option's value.
    init(argument: String) throws(OptionProblem) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { throw OptionProblem("write UID or UID:GID") }
        // (uid_t)-1 means "no change" to Linux, so nobody can be it.
        guard let user = UInt32(parts[0]), user != .max else { throw Self.problem(String(parts[0])) }
        guard parts.count == 2 else {
            self.init(userID: user, groupID: 0)
            return
        }
        guard let group = UInt32(parts[1]), group != .max else {
            let known = getgrnam(String(parts[1])).map { "; group \(parts[1]) is \($0.pointee.gr_gid) on this host" }
            throw OptionProblem("\"\(parts[1])\" is no number of a group" + (known ?? ""))
        }
        self.init(userID: user, groupID: group)
    }

    /// Names are the machine's, which has the host's only if the files are the host's: so they are not looked up silently.
    private static func problem(_ name: String) -> OptionProblem {
        let known = getpwnam(name).map { "; \(name) is \($0.pointee.pw_uid):\($0.pointee.pw_gid) on this host" }
        return OptionProblem("\"\(name)\" is no number of a user" + (known ?? ""))
    }

    var description: String { "\(userID):\(groupID)" }
}
