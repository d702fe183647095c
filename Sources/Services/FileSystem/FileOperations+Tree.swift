// SPDX-License-Identifier: Apache-2.0
//
// The asker's own place in the tree (chdir, chroot, getcwd), mounts, and paths of places.

public import Containers
public import LinuxABI

extension FileOperations {
    /// Moves the working directory.
    ///
    /// - Throws: `.notDirectory`, `.permissionDenied`.
    public func changeDirectory(to place: Place) throws(Errno) {
        if place.inode.kind != .directory { throw .notDirectory }
        try place.inode.check(.execute, by: credentials)
        context.setWorkingDirectory(place)
    }

    /// Moves the root.
    ///
    /// - Throws: `.notDirectory`, `.permissionDenied`, `.notPermitted`.
    public func changeRoot(to place: Place) throws(Errno) {
        if place.inode.kind != .directory { throw .notDirectory }
        try place.inode.check(.execute, by: credentials)
        if !credentials.has(.changeRoot) { throw .notPermitted }
        context.setRoot(place)
    }

    /// The path of the working directory, as getcwd(2) gives it.
    ///
    /// - Throws: `.noEntry` if it has been removed.
    public func workingDirectoryPath() throws(Errno) -> UniqueArray<UInt8> {
        var builder = PathBuilder(root: context.root)
        switch try builder.add(context.workingDirectory) {
        case .reachable: return try builder.finish()
        case .unreachable: return try builder.finish(prefix: "(unreachable)", suffix: "")
        case .removed: throw .noEntry
        }
    }

    /// The path of a place; see `FileContext.path`.
    public func path(of place: Place) throws(Errno) -> UniqueArray<UInt8> { try context.path(of: place) }

    /// Mounts a volume over a directory.
    ///
    /// - Throws: `.notPermitted` without `CAP_SYS_ADMIN`, and as `MountNamespace.mount`.
    public func mount(
        _ volume: Volume, _ directory: Inode? = nil, at place: Place, _ flags: MountFlags, source: Span<UInt8>
    ) throws(Errno) {
        if !credentials.has(.administration) { throw .notPermitted }
        try context.namespace.mount(volume, directory, at: place, flags: flags, source: source)
    }

    /// Takes away the mount whose root is at a place.
    ///
    /// - Throws: `.notPermitted` without `CAP_SYS_ADMIN`, and as `MountNamespace.unmount`.
    public func unmount(_ place: Place, _ mode: MountNamespace.UnmountMode = .alone) throws(Errno) {
        if !credentials.has(.administration) { throw .notPermitted }
        try context.namespace.unmount(place, mode)
    }
}

extension FileContext {
    /// The path of a place, as /proc shows it: with " (deleted)" behind it once it has lost its name.
    ///
    /// - Throws: `.fileNameTooLong` if it is longer than a path may be, `.noMemory`.
    public func path(of place: Place) throws(Errno) -> UniqueArray<UInt8> {
        var builder = PathBuilder(root: root)
        switch try builder.add(place) {
        case .reachable, .unreachable: return try builder.finish()
        case .removed: return try builder.finish(prefix: "", suffix: " (deleted)")
        }
    }
}
