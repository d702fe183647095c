// SPDX-License-Identifier: Apache-2.0
//
// A node of /proc as an inode: directories look their entries up in ProcNode's tables and in the providers, links lead
// where the process says, texts are opened as ProcTextFile.

import Containers
import FileSystem
import LinuxABI
import TextFiles

/// An inode of /proc.
final class ProcInode: TextInode, @unchecked Sendable {
    let node: ProcNode
    private let procVolume: ProcVolume

    init(_ volume: ProcVolume, _ node: ProcNode, user: UInt32, group: UInt32) {
        self.node = node
        procVolume = volume
        let description = NewInode(mode: FileMode(node.kind, node.permissions), userID: user, groupID: group)
        super.init(volume: volume, number: node.number, linkCount: node.kind == .directory ? 2 : 1, description)
    }

    var provider: any SystemProvider { procVolume.provider }

    /// The process that the node is about.
    ///
    /// - Throws: `.noSuchProcess` if it is gone.
    func process() throws(Errno) -> any ProcessProvider {
        guard let id = node.processID, let process = provider.process(id) else { throw .noSuchProcess }
        return process
    }

    // MARK: Directories

    /// Positions from here on are numbers of processes, descriptors or threads.
    private static var firstDynamic: UInt64 { 256 }
    /// Positions from here on are rows of a table.
    private static var firstConstant: UInt64 { 128 }

    override var parent: Inode? {
        if node == .root { return nil }
        // The root is one object, so that a path knows where the mount ends.
        if node.parent == .root { return procVolume.root }
        do throws(Errno) { return try procVolume.inode(node.parent) } catch { return procVolume.root }
    }

    override func withName(of child: Inode, _ body: (Span<UInt8>) -> Void) -> Bool {
        guard let child = child as? ProcInode, child.node.parent == node else { return false }
        var index = 0
        while let (name, entry) = node.entry(index) {
            if entry == child.node {
                body(name.utf8Bytes)
                return true
            }
            index += 1
        }
        switch child.node {
        case .constant(_, let row), .processConstant(_, let row):
            do throws(Errno) {
                return try node.constants?.withRow(Int(row)) { (name, _) throws(Errno) in body(name) } != nil
            } catch { return false }
        case .process(let id): return Self.withDecimal(id, body)
        case .descriptor(_, let descriptor), .descriptorText(_, let descriptor):
            return Self.withDecimal(descriptor, body)
        case .thread(_, let id): return Self.withDecimal(id, body)
        default: return false
        }
    }

    override func lookup(_ name: Span<UInt8>) throws(Errno) -> Inode {
        if node.kind != .directory { throw .notDirectory }
        var index = 0
        while let (entryName, entry) = node.entry(index) {
            if name.hasSameBytes(as: entryName) { return try procVolume.inode(entry) }
            index += 1
        }
        guard let number = Self.number(name) else {
            guard let row = node.constants?.find(name), let entry = node.constant(row) else { throw .noEntry }
            return try procVolume.inode(entry)
        }
        switch node {
        case .root:
            return try procVolume.inode(.process(number))
        case .descriptors(let id), .descriptorFacts(let id):
            guard let table = provider.process(id)?.descriptors else { throw .noEntry }
            do throws(Errno) { _ = try table.file(number) } catch { throw .noEntry }
            return try procVolume.inode(
                node == .descriptors(id) ? .descriptor(id, number) : .descriptorText(id, number))
        case .tasks(let id):
            guard provider.process(id)?.nextThread(from: number) == number else { throw .noEntry }
            return try procVolume.inode(.thread(id, number))
        default:
            throw .noEntry
        }
    }

    /// Linux finds no name where it would make one: ENOENT, also for mkdir(2).
    override func create(_ name: Span<UInt8>, _ description: NewInode) throws(Errno) -> Inode {
        throw kind == .directory ? .noEntry : .notDirectory
    }

    override func readDirectory(
        from position: UInt64, _ body: (_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool
    ) throws(Errno) {
        if node.kind != .directory { throw .notDirectory }
        if node.processID != nil { _ = try process() }
        var position = position
        while position < Self.firstDynamic, let (name, entry) = node.entry(Int(position)) {
            position += 1
            if !body(name.utf8Bytes, entry.number, entry.kind, position) { return }
        }
        if try !readConstants(&position, body) { return }
        position = max(position, Self.firstDynamic)
        while position - Self.firstDynamic <= UInt64(Int32.max),
            let (number, entry) = nextEntry(from: Int32(position - Self.firstDynamic))
        {
            position = Self.firstDynamic + UInt64(number) + 1
            var goesOn = false
            _ = Self.withDecimal(number) { goesOn = body($0, entry.number, entry.kind, position) }
            if !goesOn { return }
        }
    }

    /// Hands out the texts that never change; false if `body` wants no more.
    private func readConstants(
        _ position: inout UInt64,
        _ body: (_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool
    ) throws(Errno) -> Bool {
        guard let table = node.constants else { return true }
        position = max(position, Self.firstConstant)
        while position < Self.firstDynamic, let entry = node.constant(Int(position - Self.firstConstant)) {
            let next = position + 1
            let goesOn = try table.withRow(Int(position - Self.firstConstant)) { (name, _) throws(Errno) in
                body(name, entry.number, .regular, next)
            }
            guard let goesOn else { return true }
            position = next
            if !goesOn { return false }
        }
        return true
    }

    /// The numbered entry at or behind a number.
    private func nextEntry(from number: Int32) -> (Int32, ProcNode)? {
        switch node {
        case .root:
            guard let id = provider.nextProcess(from: number) else { return nil }
            return (id, .process(id))
        case .descriptors(let id):
            guard let descriptor = provider.process(id)?.descriptors?.next(from: number) else { return nil }
            return (descriptor, .descriptor(id, descriptor))
        case .descriptorFacts(let id):
            guard let descriptor = provider.process(id)?.descriptors?.next(from: number) else { return nil }
            return (descriptor, .descriptorText(id, descriptor))
        case .tasks(let id):
            guard let thread = provider.process(id)?.nextThread(from: number) else { return nil }
            return (thread, .thread(id, thread))
        default: return nil
        }
    }

    private static func withDecimal(_ number: Int32, _ body: (Span<UInt8>) -> Void) -> Bool {
        var text = TextBuilder()
        do throws(Errno) { try text.add(UInt64(UInt32(bitPattern: number))) } catch { return false }
        body(text.span)
        return true
    }

    /// A name that is a number as /proc writes it: no sign, no leading zero.
    static func number(_ name: Span<UInt8>) -> Int32? {
        if name.isEmpty || name.count > 10 || (name.count > 1 && name[0] == UInt8(ascii: "0")) { return nil }
        var value: Int64 = 0
        for index in name.indices {
            let digit = name[index]
            if digit < UInt8(ascii: "0") || digit > UInt8(ascii: "9") { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return Int32(exactly: value)
    }

    // MARK: Links

    override func readLink() throws(Errno) -> LinkText {
        var text = TextBuilder()
        switch node {
        case .selfLink: try text.add(UInt64(UInt32(bitPattern: provider.callerID)))
        case .threadSelfLink:
            try text.add(UInt64(UInt32(bitPattern: provider.callerID)))
            try text.add("/task/")
            try text.add(UInt64(UInt32(bitPattern: provider.callerThreadID)))
        case .mountsLink: try text.add("self/mounts")
        case .namespaceLink(_, let kind):
            try text.add(kind.names.kind)
            try text.add(kind.names.number)
            try text.add("]")
        case .processLink:
            try text.add(provider.callerContext.path(of: linkedPlace()))
        case .descriptor:
            let file = try linkedFile()
            if let place = file.place {
                try text.add(provider.callerContext.path(of: place))
            } else {
                try addAnonymousName(of: file, to: &text)
            }
        default: throw .invalidArgument
        }
        return try allocating { () throws(OutOfMemory) in try ByteString(copying: text.span) }
    }

    override func followLink() throws(Errno) -> LinkTarget {
        switch node {
        case .processLink:
            let place = try linkedPlace()
            return .inode(place.inode, place.mount)
        case .descriptor:
            let file = try linkedFile()
            return .inode(file.inode, file.mount)
        case .namespaceLink(_, let kind): return .inode(try procVolume.inode(.namespace(kind)), nil)
        default: return .path(try readLink())
        }
    }

    private func linkedPlace() throws(Errno) -> Place {
        guard case .processLink(_, let link) = node else { throw .invalidArgument }
        let process = try process()
        let place: Place? =
            switch link {
            case .cwd: process.context?.workingDirectory
            case .exe: process.executable
            case .root: process.context?.root
            }
        guard let place else { throw .noEntry }
        return place
    }

    private func linkedFile() throws(Errno) -> OpenFile {
        guard case .descriptor(_, let descriptor) = node, let table = try process().descriptors else { throw .noEntry }
        do throws(Errno) { return try table.file(descriptor) } catch { throw .noEntry }
    }

    private func addAnonymousName(of file: OpenFile, to text: inout TextBuilder) throws(Errno) {
        let name = file.anonymousName
        try text.add(name)
        if name.utf8Bytes[name.utf8CodeUnitCount - 1] == UInt8(ascii: ":") {
            try text.add("[")
            try text.add(file.inode.number)
            try text.add("]")
        }
    }

    // MARK: Texts

    override func open(_ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        if case .processText(_, .memory) = node { return ProcessMemoryFile(self, mount, flags) }
        return try super.open(mount, flags)
    }

    override func addText(to text: inout TextBuilder) throws(Errno) {
        switch node {
        case .systemText(let kind): try addSystemText(kind, to: &text)
        case .processText(_, let kind): try addProcessText(kind, of: process(), to: &text)
        case .descriptorText(_, let descriptor): try addDescriptor(descriptor, of: process(), to: &text)
        case .constant(_, let row), .processConstant(_, let row):
            try node.parent.constants?.add(Int(row), to: &text)
        default: throw .invalidArgument
        }
    }

    override func setText(_ value: Span<UInt8>) throws(Errno) {
        switch node {
        case .systemText(.hostName): try provider.setHostName(value)
        case .processText(let id, .failNth):
            guard id == provider.callerID else { throw .notPermitted }
            guard let count = Self.number(value) else { throw .invalidArgument }
            provider.failAllocation(after: UInt64(count))
        case .processText(_, .comm): try process().setName(value)
        case .processText(_, .outOfMemoryAdjustment): try setAdjustment(value)
        case .processText(_, .oldOutOfMemoryAdjustment): try setOldAdjustment(value)
        default: throw .permissionDenied
        }
    }
}
