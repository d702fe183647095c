// SPDX-License-Identifier: Apache-2.0
//
// setxattr(2), getxattr(2), listxattr(2), removexattr(2), each for a path, for a symbolic link itself (l…) and for a
// descriptor (f…). Who may do what is decided by FileSystem's FileOperations.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

/// What the first argument names.
private enum Target {
    case path, link, descriptor
}

extension SystemCalls {
    @Sendable static func setxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try setAttribute(.path, r, task)
    }

    @Sendable static func lsetxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try setAttribute(.link, r, task)
    }

    @Sendable static func fsetxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try setAttribute(.descriptor, r, task)
    }

    @Sendable static func getxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try getAttribute(.path, r, task)
    }

    @Sendable static func lgetxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try getAttribute(.link, r, task)
    }

    @Sendable static func fgetxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try getAttribute(.descriptor, r, task)
    }

    @Sendable static func listxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try listAttributes(.path, r, task)
    }

    @Sendable static func llistxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try listAttributes(.link, r, task)
    }

    @Sendable static func flistxattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try listAttributes(.descriptor, r, task)
    }

    @Sendable static func removexattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try removeAttribute(.path, r, task)
    }

    @Sendable static func lremovexattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try removeAttribute(.link, r, task)
    }

    @Sendable static func fremovexattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try removeAttribute(.descriptor, r, task)
    }

    private static func setAttribute(
        _ target: Target, _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> Int {
        let flags = ExtendedAttributeFlags(rawValue: word(r.argument4))
        guard flags.isSubset(of: [.create, .replace]) else { throw .invalidArgument }
        return try setAttribute(try attributeName(r.argument1), target, r, flags, task)
    }

    private static func setAttribute(
        _ name: consuming UniqueArray<UInt8>, _ target: Target, _ r: ProgramRegisters, _ flags: ExtendedAttributeFlags,
        _ task: Task
    ) throws(Errno) -> Int {
        guard r.argument3 <= UInt(ExtendedAttributeLimit.value) else { throw .argListTooLong }
        let value = try attributeValue(r.argument2, Int(r.argument3))
        let (inode, mount) = try find(target, r.argument0, task)
        try task.process.fileOperations.setExtendedAttribute(name.span, of: inode, through: mount, to: value, flags)
        return 0
    }

    private static func getAttribute(
        _ target: Target, _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> Int {
        return try getAttribute(try attributeName(r.argument1), target, r, task)
    }

    private static func getAttribute(
        _ name: consuming UniqueArray<UInt8>, _ target: Target, _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> Int {
        let inode = try find(target, r.argument0, task).inode
        return try task.process.fileOperations.extendedAttribute(name.span, of: inode) { (value) throws(Errno) in
            try answer(value, r.argument2, r.argument3)
        }
    }

    private static func listAttributes(
        _ target: Target, _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> Int {
        let inode = try find(target, r.argument0, task).inode
        return try answer(try task.process.fileOperations.extendedAttributeNames(of: inode), r.argument1, r.argument2)
    }

    private static func removeAttribute(
        _ target: Target, _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> Int {
        return try removeAttribute(try attributeName(r.argument1), target, r, task)
    }

    private static func removeAttribute(
        _ name: consuming UniqueArray<UInt8>, _ target: Target, _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> Int {
        let (inode, mount) = try find(target, r.argument0, task)
        try task.process.fileOperations.removeExtendedAttribute(name.span, of: inode, through: mount)
        return 0
    }

    // MARK: Arguments and answers

    /// - Throws: `.outOfRange` for an empty name and one that is too long.
    private static func attributeName(_ address: UInt) throws(Errno) -> UniqueArray<UInt8> {
        let name = try UserMemory.string(
            at: UserAddress(address), limit: ExtendedAttributeLimit.name + 1, tooLong: .outOfRange)
        if name.isEmpty { throw .outOfRange }
        return name
    }

    private static func attributeValue(_ address: UInt, _ count: Int) throws(Errno) -> ByteString {
        if count == 0 { return ByteString() }
        return try fill(
            try allocating { () throws(OutOfMemory) in try UniqueArray<UInt8>(capacity: count) }, count, address)
    }

    private static func fill(
        _ value: consuming UniqueArray<UInt8>, _ count: Int, _ address: UInt
    ) throws(Errno) -> ByteString {
        do throws(OutOfMemory) {
            try value.extend(toCount: count, with: 0)
        } catch { throw .noMemory }
        var span = value.mutableSpan
        var bytes = span.rawBytes
        try UserMemory.read(UserAddress(address), into: &bytes)
        do throws(OutOfMemory) { return try ByteString(copying: value.span) } catch { throw .noMemory }
    }

    /// Writes bytes where there is room; without room (0) only their number is asked for.
    ///
    /// - Throws: `.outOfRange` if they do not fit.
    private static func answer(_ bytes: Span<UInt8>, _ address: UInt, _ room: UInt) throws(Errno) -> Int {
        if room == 0 { return bytes.count }
        guard bytes.count <= room else { throw .outOfRange }
        try UserMemory.write(bytes.rawBytes, to: UserAddress(address))
        return bytes.count
    }

    private static func answer(
        _ names: consuming UniqueArray<UInt8>, _ address: UInt, _ room: UInt
    ) throws(Errno) -> Int {
        try answer(names.span, address, room)
    }

    private static func find(
        _ target: Target, _ argument: UInt, _ task: Task
    ) throws(Errno) -> (inode: Inode, mount: Mount?) {
        if target == .descriptor {
            let file = try usableFile(argument, task)
            return (file.inode, file.mount)
        }
        var found: Place?
        _ = try withPath(argument) { (path) throws(Errno) in
            found = try task.process.fileOperations.place(of: path, following: target == .link ? .noFollow : .follow)
            return 0
        }
        guard let found else { throw .noEntry }
        return (found.inode, found.mount)
    }
}
