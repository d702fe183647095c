// SPDX-License-Identifier: Apache-2.0
//
// Extended attributes: who may see and change which, by the name space of the name. Keeping them is the inode's
// business. Source: xattr(7).
//
//   user.      regular files and directories, by the permission bits
//   trusted.   CAP_SYS_ADMIN; for others they do not exist
//   security.  read by all, changed with CAP_SYS_ADMIN
//   others     EOPNOTSUPP: no file system here has system. attributes (access control lists)

public import Containers
public import LinuxABI
import Sync

extension FileOperations {
    /// Calls `body` with an attribute's value.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: `.noData`, `.notSupported`, `.permissionDenied`, and what `body` throws.
    public func extendedAttribute(
        _ name: Span<UInt8>, of inode: Inode, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        try check(name, of: inode, .read)
        return try inode.extendedAttribute(name, body)
    }

    /// Gives an inode an attribute.
    ///
    /// - Throws: `.fileExists`, `.noData` as the flags say; `.notPermitted`, `.permissionDenied`, `.notSupported`,
    ///   `.readOnlyFileSystem`, `.noSpace`, `.noMemory`.
    public func setExtendedAttribute(
        _ name: Span<UInt8>, of inode: Inode, through mount: Mount?, to value: consuming ByteString,
        _ flags: ExtendedAttributeFlags
    ) throws(Errno) {
        try mount?.checkWritable()
        try check(name, of: inode, .write)
        try inode.setExtendedAttribute(name, to: value, flags)
        inode.notify(.attributesChanged)
    }

    /// Takes an attribute away.
    ///
    /// - Throws: `.noData`, and as `setExtendedAttribute`.
    public func removeExtendedAttribute(
        _ name: Span<UInt8>, of inode: Inode, through mount: Mount?
    ) throws(Errno) {
        try mount?.checkWritable()
        try check(name, of: inode, .write)
        try inode.removeExtendedAttribute(name)
        inode.notify(.attributesChanged)
    }

    /// The names of an inode's attributes that the asker may know of, each with a NUL behind it.
    ///
    /// - Throws: `.noMemory`, `.argListTooLong` if there are too many for any caller.
    public func extendedAttributeNames(of inode: Inode) throws(Errno) -> UniqueArray<UInt8> {
        var names = UniqueArray<UInt8>()
        var isFull = false
        let seesTrusted = credentials.has(.administration)
        inode.forEachExtendedAttribute { name in
            if isFull || (!seesTrusted && name.hasPrefix("trusted.")) { return }
            do throws(OutOfMemory) {
                try names.append(copying: name)
                try names.append(0)
            } catch { isFull = true }
        }
        if isFull { throw .noMemory }
        if names.count > ExtendedAttributeLimit.list { throw .argListTooLong }
        return names
    }

    private func check(_ name: Span<UInt8>, of inode: Inode, _ access: AccessMode) throws(Errno) {
        let isWrite = access.contains(.write)
        if name.hasPrefix("security.") {
            if isWrite, !credentials.has(.administration) { throw .notPermitted }
        } else if name.hasPrefix("trusted.") {
            if !credentials.has(.administration) { throw isWrite ? .notPermitted : .noData }
        } else {
            if name.hasPrefix("user.") { try checkUserSpace(inode, isWrite) }
            try inode.check(access, by: credentials)
        }
        try checkNameSpace(name, inode)
    }

    /// The permission bits of links, devices and the like mean something else than reading and writing them; and in a
    /// folder that everybody may write, everybody could fill the space.
    private func checkUserSpace(_ inode: Inode, _ isWrite: Bool) throws(Errno) {
        guard inode.kind == .regular || inode.kind == .directory else { throw isWrite ? .notPermitted : .noData }
        if isWrite, inode.kind == .directory, inode.attributes.withLock({ $0.permissions.contains(.sticky) }),
            !inode.isOwned(by: credentials)
        {
            throw .notPermitted
        }
    }

    /// - Throws: `.notSupported`; `.invalidArgument` for a name space without a name.
    private func checkNameSpace(_ name: Span<UInt8>, _ inode: Inode) throws(Errno) {
        guard inode.hasExtendedAttributes else { throw .notSupported }
        if name.hasPrefix("security.") || name.hasPrefix("trusted.") || name.hasPrefix("user.") {
            let dot = name.firstPosition(of: UInt8(ascii: "."), from: 0)
            if dot == name.count - 1 { throw .invalidArgument }
            return
        }
        throw .notSupported
    }
}
