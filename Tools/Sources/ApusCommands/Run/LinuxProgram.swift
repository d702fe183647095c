// SPDX-License-Identifier: Apache-2.0

// The runner for Linux programs: finds the program, gathers its files, and describes it in a boot record.

internal import BootProtocols
internal import ByteCodec
internal import ELF
internal import HostSystem
internal import ImageBuilder

extension Run {
    /// The value of PATH where neither the host's nor the user's counts.
    static let defaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Prepares a Linux program.
    func linuxProgram(_ name: FilePath, _ words: [[UInt8]]) throws -> RunRequest {
        let cache = try Environment.cacheDirectory()
        let here = try HostFile.currentDirectory()
        var tree = FileTree()
        var foreign: FilePath?
        let base: (any FileView)?
        switch try rootSource() {
        case .host:
            base = HostView()
        case .folder(let path):
            try tree.addTree(path, at: "/")
            base = nil
        case .archive(let path):
            foreign = path
            base = try ArchiveView(path)
        }
        let isHost = rootfs == nil
        try addVolumes(to: &tree, over: isHost ? nil : base, from: here)
        let variables = environmentVariables()
        let program = try ProgramClosure(
            name, in: TreeView(tree, over: base),
            searchPath: isHost
                ? Environment.value("PATH") ?? Array(Self.defaultSearchPath.utf8) : value("PATH", variables),
            directory: isHost ? here : FilePath(argument: workingDirectory),
            libraryPath: value("LD_LIBRARY_PATH", variables), preloads: value("LD_PRELOAD", variables))
        if isHost {
            let closure = try HostClosure(program, excluding: excluded, and: packages) { value($0, variables) }
            try closure.add(to: &tree)
            // The host's own would name another machine.
            if tree.entries["/etc/hostname"] == nil {
                tree.addFile("/etc/hostname", bytes: ByteText.bytes("\(hostname)\n"))
            }
        } else if let base {
            try tree.removeImpliedDirectories(in: base)
        }
        try addStandardDirectories(to: &tree, over: isHost ? nil : base)
        for omission in tree.omissions { Terminal.printError("apus: left out \(omission.path): \(omission.reason)") }
        note("\(program.path) is a \(Self.kind(of: program)) Linux program")
        return RunRequest(
            command: self, cache: cache, name: name.description, record: record(program.path, words, variables),
            foreignArchive: foreign, tree: tree, isNative: false, image: { try $0.linuxImage($1) },
            outputs: volumes.filter { $0.direction == .intoAndBack }.map {
                ($0.guestPath(from: here), here.appending($0.source))
            })
    }

    private static func kind(of program: ProgramClosure) -> String {
        if let linker = program.dynamicLinker { return "dynamic (\(linker))" }
        return program.program.isStaticPIE ? "static position-independent" : "static"
    }

    /// Where the machine's files come from.
    private enum RootSource {
        case host
        case folder(FilePath)
        case archive(FilePath)
    }

    private func rootSource() throws(ToolError) -> RootSource {
        guard let rootfs else { return .host }
        let path = FilePath(argument: rootfs)
        do throws(SystemCallError) {
            return try HostFile.status(path, links: .followed).isDirectory ? .folder(path) : .archive(path)
        } catch {
            throw error.reading(path)
        }
    }

    /// Puts the volumes in.
    func addVolumes(to tree: inout FileTree, over base: (any FileView)?, from here: FilePath) throws {
        for volume in volumes {
            var path = volume.guestPath(from: here)
            // A link on the way is followed, not replaced by a folder of its name.
            if let folder = try TreeView(tree, over: base).resolve(path.parent) {
                path = folder.path.appending(FilePath(bytes: path.lastComponent))
            }
            try tree.addTree(here.appending(volume.source), at: path)
        }
    }

    /// Puts in the folders that every program may count on, where there are none.
    private func addStandardDirectories(to tree: inout FileTree, over base: (any FileView)?) throws {
        let standard: [(path: FilePath, mode: UInt32)] = [
            ("/dev", 0o755), ("/proc", 0o555), ("/root", 0o700), ("/tmp", 0o1777),
            (FilePath(argument: workingDirectory), 0o755),
        ]
        for (path, mode) in standard where try TreeView(tree, over: base).resolve(path) == nil {
            tree.addDirectory(path, mode: mode)
        }
    }

    /// The value that the program will see, empty if it has none.
    private func value(_ name: String, _ variables: [[UInt8]]) -> [UInt8] {
        let prefix = Array("\(name)=".utf8)
        return variables.last { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) } ?? []
    }

    /// The program's environment: docker's defaults, then the user's wishes.
    func environmentVariables() -> [[UInt8]] {
        var variables: [(name: [UInt8], value: [UInt8])] = [
            (Array("PATH".utf8), Array(Self.defaultSearchPath.utf8)),
            (Array("HOSTNAME".utf8), ByteText.bytes(hostname)),
            (Array("HOME".utf8), Array((user.userID == 0 ? "/root" : "/").utf8)),
        ]
        if StreamChoice.current.isTerminal, let term = Environment.value("TERM") {
            variables.append((Array("TERM".utf8), term))
        }
        for word in environment {
            let bytes = ByteText.bytes(word)
            let name = Array(bytes.prefix { $0 != UInt8(ascii: "=") })
            let isGiven = name.count < bytes.count
            let value = isGiven ? Array(bytes.dropFirst(name.count + 1)) : Environment.value(named: name)
            variables.removeAll { $0.name == name }
            if let value { variables.append((name, value)) }
        }
        return variables.map { $0.name + [UInt8(ascii: "=")] + $0.value }
    }

    /// The boot record of a program.
    func record(_ program: FilePath, _ words: [[UInt8]], _ variables: [[UInt8]]) -> BootRecordWriter {
        let streams = StreamChoice.current
        var record = BootRecordWriter()
        record.append(.program, .critical, payload: program.bytes)
        record.append(.arguments, .critical, strings: words)
        record.append(.environment, .critical, strings: variables)
        record.append(
            .workingDirectory, .critical, payload: FilePath(argument: workingDirectory).lexicallyNormalized.bytes)
        record.appendIdentity(userID: user.userID, groupID: user.groupID, supplementaryGroups: [])
        record.append(.hostname, .optional, payload: ByteText.bytes(hostname))
        record.appendStreams(
            input: streams.input, output: streams.output, error: streams.error, rows: streams.rows,
            columns: streams.columns)
        record.append(.fileModeMask, .critical, number: UInt32(0o022))
        if strace { record.append(.trace, .optional, number: BootRecord.TraceOptions.systemCalls.rawValue) }
        return record
    }
}
