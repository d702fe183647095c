// SPDX-License-Identifier: Apache-2.0

// Takes the files that a machine sends back and puts them where the user wants them.
// The archive comes from a program that we do not trust: no name leaves its volume, no symbolic link is followed on the
// way (not even one that the same archive made), files' set-user-id and set-group-id bits are dropped,
// devices are not made.
// Existing files are replaced, each at once; nothing is removed. What the user named is written to where it leads, if it
// is a link. Names of one file in the machine are names of one file here.

internal import ByteCodec
internal import CPIO
internal import Glibc
public import HostSystem

/// Receives the outputs of one machine.
public final class OutputReceiver: @unchecked Sendable {
    // Only the session's loop calls it, from one thread.
    private let volumes: [(guest: FilePath, host: FilePath)]
    private var pending: [UInt8] = []
    /// Greatest archive that is taken.
    private let limit: Int
    /// What could not be put down.
    public private(set) var problems: [String] = []
    /// What cannot come back: devices and pipes.
    public private(set) var omissions: [String] = []
    /// The files that the archive has brought, by their inode numbers in the machine.
    private var placed: [UInt32: Placed] = [:]

    /// A file that was put down, which may get another name.
    private struct Placed {
        let attributes: CPIOAttributes
        let contents: Range<Int>
        let host: FilePath
        let rest: [[UInt8]]
    }

    /// A place for a file: its folder, open, and its name there.
    private struct Spot {
        let directory: Descriptor
        let name: FilePath
    }
    /// Whether the archive's end has come.
    public private(set) var isComplete = false

    /// Creates a receiver.
    ///
    /// - Parameter volumes: paths in the machine and where they go, a folder or a file each.
    public init(volumes: [(guest: FilePath, host: FilePath)], limit: Int = 4 << 30) {
        self.volumes = volumes.map { volume in
            (volume.guest.lexicallyNormalized, (try? HostFile.resolved(volume.host)) ?? volume.host)
        }
        self.limit = limit
    }

    /// Takes a piece of the archive; an empty one ends it.
    public func receive(_ piece: [UInt8]) throws {
        guard !isComplete else { return }
        guard !piece.isEmpty else {
            isComplete = true
            try unpack()
            pending = []
            return
        }
        guard pending.count + piece.count <= limit else {
            throw ToolError(.software, "cannot take the outputs", why: "they are larger than \(limit) bytes")
        }
        pending += piece
    }

    private func unpack() throws(ToolError) {
        let archive = pending
        do throws(CPIOError) {
            var reader = CPIOReader(archive.rawBytes)
            while let member = try reader.next() {
                let name = FilePath(bytes: Array("/".utf8) + pending[member.name])
                if name.components.contains(Array("..".utf8)) {
                    problems.append("\(name): its path leads upwards")
                } else if let (volume, rest) = destination(of: name.lexicallyNormalized) {
                    place(member, volume, rest)
                } else {
                    problems.append("\(name): it is in no volume marked :out")
                }
            }
        } catch {
            throw ToolError(.software, "cannot take the outputs", why: "their archive is damaged: \(error)")
        }
    }

    /// The volume's place on the host, and the components below it.
    private func destination(of name: FilePath) -> (host: FilePath, rest: [[UInt8]])? {
        for volume in volumes {
            let prefix = volume.guest.components
            if name.components.starts(with: prefix) {
                return (volume.host, Array(name.components.dropFirst(prefix.count)))
            }
        }
        return nil
    }

    private func place(_ member: CPIOMember, _ host: FilePath, _ rest: [[UInt8]]) {
        if rest.isEmpty, member.attributes.kind == .directory { return }  // the volume itself
        do throws(SystemCallError) {
            let spot = try Self.spot(host, rest)
            let hasNames = member.attributes.kind == .regular && member.attributes.inode != 0
            if hasNames, try addName(spot, of: member) { return }
            try put(member, spot.name.bytes, in: spot.directory)
            if hasNames {
                placed[member.attributes.inode] = Placed(
                    attributes: member.attributes, contents: contents(of: member), host: host, rest: rest)
            }
        } catch {
            problems.append("\(host.appending(FilePath(isAbsolute: false, components: rest))): \(error.message)")
        }
    }

    private static func spot(_ host: FilePath, _ rest: [[UInt8]]) throws(SystemCallError) -> Spot {
        guard let last = rest.last else {
            return Spot(directory: try openDirectory(host.parent), name: FilePath(bytes: host.lastComponent))
        }
        var directory = try openDirectory(host)
        for component in rest.dropLast() { directory = try openDirectory(component, in: directory) }
        return Spot(directory: directory, name: FilePath(bytes: last))
    }

    private static func openDirectory(_ path: FilePath) throws(SystemCallError) -> Descriptor {
        let number = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard number >= 0 else { throw SystemCallError("open", number: errno) }
        return Descriptor(owning: number)
    }

    /// Opens a folder, making it if needed, but never through a symbolic link.
    private static func openDirectory(_ name: [UInt8], in parent: Descriptor) throws(SystemCallError) -> Descriptor {
        let path = FilePath(bytes: name)
        let number = path.withCString { cName in
            if mkdirat(parent.number, cName, 0o755) != 0 && errno != EEXIST { return Int32(-1) }
            return openat(parent.number, cName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard number >= 0 else { throw SystemCallError("openat", number: errno) }
        return Descriptor(owning: number)
    }

    private func put(_ member: CPIOMember, _ name: [UInt8], in directory: Descriptor) throws(SystemCallError) {
        let attributes = member.attributes
        let path = FilePath(bytes: name)
        let temporary = Self.temporary
        switch attributes.kind {
        case .directory:
            let made = try Self.openDirectory(name, in: directory)
            // Owner first: chown(2) clears bits. A folder's set-group-id and sticky bits give nobody rights of others.
            setOwner(made, attributes)
            fchmod(made.number, mode_t(attributes.mode & 0o3777))
        case .regular:
            let number = temporary.withCString {
                openat(directory.number, $0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
            }
            guard number >= 0 else { throw SystemCallError("openat", number: errno) }
            let file = Descriptor(owning: number)
            do throws(SystemCallError) {
                try file.write(pending[contents(of: member)])
                setOwner(file, attributes)
                fchmod(number, mode_t(attributes.mode & 0o777))
                var times = [timespec(), timespec()]
                times[0].tv_nsec = omittedTime
                times[1].tv_sec = time_t(attributes.modificationTime)
                futimens(number, times)
                try move(temporary, path, directory)
            } catch {
                _ = temporary.withCString { unlinkat(directory.number, $0, 0) }
                throw error
            }
        case .symbolicLink:
            let target = FilePath(bytes: pending[member.contents])
            let result = target.withCString { cTarget in
                temporary.withCString { symlinkat(cTarget, directory.number, $0) }
            }
            guard result == 0 else { throw SystemCallError("symlinkat", number: errno) }
            try move(temporary, path, directory)
        default:
            omissions.append("\(path): devices and pipes are not copied back")
        }
    }

    /// Gives a file that is here already another name; false if it is none of them, or the host's file system has no such
    /// names. Inode numbers are those of one file system of the machine, which may have several: so everything else must be
    /// the same, too.
    private func addName(_ new: Spot, of member: CPIOMember) throws(SystemCallError) -> Bool {
        let (attributes, bytes) = (member.attributes, contents(of: member))
        guard let old = placed[attributes.inode], old.attributes.mode == attributes.mode,
            old.attributes.userID == attributes.userID, old.attributes.groupID == attributes.groupID,
            old.attributes.modificationTime == attributes.modificationTime, old.contents.count == bytes.count,
            pending[old.contents] == pending[bytes]
        else { return false }
        let first = try Self.spot(old.host, old.rest)
        let result = first.name.withCString { from in
            Self.temporary.withCString { linkat(first.directory.number, from, new.directory.number, $0, 0) }
        }
        guard result == 0 else { return false }
        // Where both are the same file already, rename(2) does nothing and leaves both.
        defer { _ = Self.temporary.withCString { unlinkat(new.directory.number, $0, 0) } }
        try move(Self.temporary, new.name, new.directory)
        return true
    }

    private static let temporary = FilePath(bytes: Array(".\(getpid()).apus-new".utf8))

    private func move(_ from: FilePath, _ to: FilePath, _ directory: Descriptor) throws(SystemCallError) {
        let result = from.withCString { a in to.withCString { b in renameat(directory.number, a, directory.number, b) }
        }
        guard result == 0 else { throw SystemCallError("renameat", number: errno) }
    }

    /// Owners come back only where we may set them.
    private func setOwner(_ file: Descriptor, _ attributes: CPIOAttributes) {
        if geteuid() == 0 { _ = fchown(file.number, attributes.userID, attributes.groupID) }
    }

    /// Of hard links the last member has the contents.
    private func contents(of member: CPIOMember) -> Range<Int> {
        guard member.contents.isEmpty, member.attributes.linkCount > 1 else { return member.contents }
        let archive = pending
        var reader = CPIOReader(archive.rawBytes)
        while let other = try? reader.next() {
            if other.attributes.inode == member.attributes.inode, other.archiveIndex == member.archiveIndex,
                !other.contents.isEmpty
            {
                return other.contents
            }
        }
        return member.contents
    }
}

/// UTIME_OMIT of utimensat(2).
private let omittedTime = (1 << 30) - 2
