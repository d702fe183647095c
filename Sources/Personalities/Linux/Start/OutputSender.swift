// SPDX-License-Identifier: Apache-2.0
//
// Files on their way back to the host: a newc archive of paths and what is below them, sent in pieces as it is made, so
// that it needs no memory of its size. Names are paths from the root. What other mounts hold is not sent, a hard link
// goes as a file of its own, and what the archive format cannot hold is left out with a line in the log.

internal import BootProtocols
internal import ByteCodec
internal import CPIO
internal import Containers
internal import ControlChannel
internal import FileSystem
internal import LinuxABI
internal import Log
internal import UserMemory

/// Sends files to the host.
struct OutputSender {
    private let channel: HostChannel
    private let operations: FileOperations
    private var writer = CPIOWriter(.compact)
    /// The piece that is being filled.
    private var piece: [UInt8] = []
    /// The path of the file that is being sent, without the slash at its beginning.
    private var path: [UInt8] = []

    private static var pieceByteCount: Int { 32768 }
    /// What a name in the archive may have.
    private static var longestPath: Int { 4000 }

    /// A directory that is being walked.
    private struct Level {
        let directory: Inode
        let pathByteCount: Int
        var position: UInt64 = 0
    }

    /// Starts an archive.
    init(_ channel: HostChannel, _ namespace: MountNamespace) {
        self.channel = channel
        operations = FileOperations(FileContext(namespace, umask: []), Credentials(user: 0, group: 0))
    }

    /// Sends a path and everything below it; nothing if it is not there any more.
    mutating func send(_ name: [UInt8]) {
        let place: Place
        do throws(Errno) { place = try operations.place(of: name.span, following: .noFollow) } catch { return }
        var start = 0
        while start < name.count, name[start] == UInt8(ascii: "/") { start += 1 }
        path = Array(name[start...])
        while let last = path.last, last == UInt8(ascii: "/") { path.removeLast() }
        if path.isEmpty { path = [UInt8(ascii: ".")] }
        guard path.count <= OutputSender.longestPath else { return }
        sendFile(place.inode)
        if place.inode.kind == .directory { walk(place.inode) }
    }

    /// Ends the archive.
    mutating func finish() {
        writer.appendTrailer(to: &piece)
        flush()
        channel.send(.output(archive: []))
    }

    // MARK: The tree

    private mutating func walk(_ root: Inode) {
        var levels = [Level(directory: root, pathByteCount: path.count)]
        while let level = levels.last {
            path.removeSubrange(level.pathByteCount...)
            guard let (name, next) = OutputSender.entry(of: level.directory, at: level.position) else {
                levels.removeLast()
                continue
            }
            levels[levels.count - 1].position = next
            guard path.count + 1 + name.count <= OutputSender.longestPath else {
                Log.write(.warning, "apus", "a path is too long to be copied back")
                continue
            }
            path.append(UInt8(ascii: "/"))
            path += name
            let child: Inode
            do throws(Errno) { child = try level.directory.lookup(name.span) } catch { continue }
            sendFile(child)
            // Each level adds two bytes to the path, so its limit bounds the levels, too.
            if child.kind == .directory { levels.append(Level(directory: child, pathByteCount: path.count)) }
        }
    }

    /// The entry at a position, and the position behind it.
    private static func entry(of directory: Inode, at position: UInt64) -> (name: [UInt8], next: UInt64)? {
        var name: [UInt8] = []
        var next: UInt64?
        do throws(Errno) {
            try directory.readDirectory(from: position) { entry, _, _, behind in
                for index in entry.indices { name.append(entry[index]) }
                next = behind
                return false
            }
        } catch { return nil }
        return next.map { (name, $0) }
    }

    // MARK: One file

    private mutating func sendFile(_ inode: Inode) {
        let status = inode.status(through: nil)
        var contents: [UInt8] = []
        var size: UInt64 = 0
        switch inode.kind {
        case .regular: size = status.size
        case .symbolicLink:
            do throws(Errno) { contents = OutputSender.bytes(of: try inode.readLink()) } catch { return }
            size = UInt64(contents.count)
        default: break
        }
        guard let size = UInt32(exactly: size) else {
            Log.write(.warning, "apus", "a file is too large to be copied back: 4 GiB or more")
            return
        }
        let attributes = CPIOAttributes(
            mode: UInt32(status.mode.statusWord), size: size, inode: UInt32(truncatingIfNeeded: status.inode),
            userID: status.userID, groupID: status.groupID,
            modificationTime: UInt32(clamping: status.modified.seconds), representedMajor: status.specialDevice.major,
            representedMinor: status.specialDevice.minor)
        let name = path
        writer.appendHeader(attributes, name: name.span.rawBytes, to: &piece)
        if inode.kind == .regular { sendContents(of: inode, UInt64(size)) } else { piece += contents }
        writer.appendPadding(to: &piece)
        if piece.count >= OutputSender.pieceByteCount { flush() }
    }

    private static func bytes(of text: consuming LinkText) -> [UInt8] {
        var bytes: [UInt8] = []
        let span = text.span
        for index in span.indices { bytes.append(span[index]) }
        return bytes
    }

    /// Sends exactly `size` bytes; what cannot be read is zeros.
    private mutating func sendContents(of inode: Inode, _ size: UInt64) {
        var offset: UInt64 = 0
        while offset < size {
            if piece.count >= OutputSender.pieceByteCount { flush() }
            let wanted = Int(min(size - offset, UInt64(OutputSender.pieceByteCount)))
            var buffer = IOBuffer(collecting: wanted)
            // What was read before an error counts; the rest is made up for below.
            try? inode.read(into: &buffer, at: offset, .noAccessTime)
            let bytes = buffer.collected
            piece += bytes
            if bytes.isEmpty {
                for _ in 0..<wanted { piece.append(0) }
                offset += UInt64(wanted)
            } else {
                offset += UInt64(bytes.count)
            }
        }
    }

    private mutating func flush() {
        guard !piece.isEmpty else { return }
        // Never above the greatest frame: a piece grows by less than its own size before it is sent.
        channel.send(.output(archive: piece))
        piece.removeAll(keepingCapacity: true)
    }
}
