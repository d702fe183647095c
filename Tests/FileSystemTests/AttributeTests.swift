// SPDX-License-Identifier: Apache-2.0
//
// Permissions, owners, times, sizes.

import Containers
import FileSystem
import LinuxABI
import Testing

@Suite struct PermissionTests {
    @Test(
        "the class decides, the first one that fits",
        arguments: [
            // mode, asker, wanted, allowed
            (0o400, 1, .read, true), (0o400, 1, .write, false), (0o040, 1, .read, false), (0o040, 2, .read, true),
            (0o004, 2, .read, false), (0o004, 3, .read, true), (0o007, 3, [.read, .write, .execute], true),
            (0o070, 3, .read, false), (0o000, 0, [.read, .write], true), (0o000, 0, .execute, false),
            (0o001, 0, .execute, true),
        ] as [(UInt16, UInt32, AccessMode, Bool)])
    func classes(mode: UInt16, asker: UInt32, wanted: AccessMode, allowed: Bool) throws {
        let tree = try Fixture()
        try tree.make("/f")
        let place = try tree.place("/f")
        try tree.files.setOwner(of: place, user: 1, group: 20)
        try tree.files.setPermissions(of: place, to: Permissions(rawValue: mode))
        let files = FileOperations(
            tree.context, Credentials(user: asker, group: asker, groups: asker == 2 ? [20] : []))
        let isAllowed = (try? files.checkAccess(Array("/f".utf8).span, wanted)) != nil
        #expect(isAllowed == allowed)
    }

    @Test("access(2) asks for the real user")
    func realUser() throws {
        let tree = try Fixture()
        try tree.make("/secret", "", 0o600)
        let setuid = Credentials(
            user: IdentitySet(real: 5, effective: 0, saved: 0, file: 0), group: IdentitySet(5), groups: [],
            capabilities: .all, permitted: .all)
        let effective = FileOperations(tree.context, setuid), real = FileOperations(tree.context, setuid.asReal)
        try effective.checkAccess(Array("/secret".utf8).span, .read)
        #expect(throws: Errno.permissionDenied) { try real.checkAccess(Array("/secret".utf8).span, .read) }
    }

    @Test("owners choose among their groups, only root gives files away")
    func chown() throws {
        let root = try Fixture()
        try root.make("/f")
        let place = try root.place("/f")
        try root.files.setOwner(of: place, user: 1, group: 1)
        let user = root.asUser(1, groups: [30])
        try user.files.setOwner(of: place, user: nil, group: 30)
        #expect(throws: Errno.notPermitted) { try user.files.setOwner(of: place, user: 2, group: nil) }
        #expect(throws: Errno.notPermitted) { try user.files.setOwner(of: place, user: nil, group: 31) }
        #expect(throws: Errno.notPermitted) {
            try root.asUser(2).files.setPermissions(of: place, to: Permissions(rawValue: 0))
        }
    }

    @Test("chown and writes take set-ID bits away")
    func setID() throws {
        let tree = try Fixture()
        try tree.make("/f")
        let place = try tree.place("/f")
        try tree.files.setPermissions(of: place, to: Permissions(rawValue: 0o6755))
        try tree.files.setOwner(of: place, user: 4, group: nil)
        #expect(try tree.status("/f").mode.permissions.rawValue == 0o755)
        try tree.files.setPermissions(of: place, to: Permissions(rawValue: 0o4777))
        let file = try tree.open("/f", .writeOnly)
        _ = try file.write("root keeps")
        #expect(try tree.status("/f").mode.permissions.rawValue == 0o4777)
    }

    @Test("times: now for writers, others for owners")
    func times() throws {
        let root = try Fixture()
        try root.make("/f", "", 0o666)
        let place = try root.place("/f")
        try root.files.setPermissions(of: place, to: Permissions(rawValue: 0o666))
        let user = root.asUser(8)
        try user.files.setTimes(of: place, accessed: .now, modified: .now)
        let time = Timestamp(seconds: -5, nanoseconds: 7)
        #expect(throws: Errno.notPermitted) {
            try user.files.setTimes(of: place, accessed: .to(time), modified: .keep)
        }
        try root.files.setTimes(of: place, accessed: .to(time), modified: .keep)
        #expect(try root.status("/f").accessed == time && root.status("/f").modified != time)
    }

    @Test("truncate by path checks kind and permission")
    func truncate() throws {
        let tree = try Fixture()
        try tree.make("/f", "0123456789")
        try tree.files.truncate(Array("/f".utf8).span, to: 4)
        #expect(try tree.read("/f") == "0123")
        try tree.files.truncate(Array("/f".utf8).span, to: 6)
        #expect(try tree.read("/f") == "0123\0\0")
        #expect(throws: Errno.isDirectory) { try tree.files.truncate(Array("/".utf8).span, to: 0) }
        #expect(throws: Errno.permissionDenied) { try tree.asUser(3).files.truncate(Array("/f".utf8).span, to: 0) }
    }

    @Test("readlink shows the text, and EINVAL for other files")
    func readLink() throws {
        let tree = try Fixture()
        try tree.symlink("some/where", "/l")
        let text = try tree.files.readLink(Array("/l".utf8).span)
        let isText = text.equals(Array("some/where".utf8).span)
        #expect(isText)
        #expect(throws: Errno.invalidArgument) { _ = try tree.files.readLink(Array("/".utf8).span) }
    }
}
