// SPDX-License-Identifier: Apache-2.0

// apus closure: what would go into a program's machine, and what it weighs.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Closure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the files that a program of this host takes into its machine.",
        usage: "apus closure [<options>] -- PROGRAM",
        discussion: """
            The program, what its #! line names, its dynamic linker and libraries, the data files of its Debian package and \
            of those that it depends on, and what every system has: names, the time zone, the locale, and, where its libraries \
            look for them, descriptions of terminals and certificates. Sizes are bytes.
            """)

    @Option(
        name: .customLong("exclude"), parsing: .unconditionalSingleValue,
        help: "Leaves out files that match a pattern, such as '/usr/lib/python3/*'.")
    var excluded: [String] = []

    @Option(
        name: .customLong("package"), parsing: .unconditionalSingleValue,
        help: "Takes along another Debian package, and what it depends on.")
    var packages: [String] = []

    @Option(
        name: [.customShort("e"), .customLong("env")], parsing: .unconditionalSingleValue,
        help:
            "Sets NAME=VALUE in the program's environment, or passes NAME on: LD_LIBRARY_PATH, LD_PRELOAD, TZ, LANG, TERM …"
    )
    var environment: [String] = []

    @Flag(help: "Only the sums, by reason.")
    var summary = false

    @Argument(parsing: .postTerminator, help: "The program.")
    var command: [String]

    /// What the program would see in the machine: the host's own variables stay here unless they are passed on.
    private func variable(_ name: String) -> [UInt8] {
        let name = Array(name.utf8)
        for word in environment.map(ByteText.bytes).reversed() {
            if word == name { return Environment.value(named: name) ?? [] }
            if word.starts(with: name + [UInt8(ascii: "=")]) { return Array(word.dropFirst(name.count + 1)) }
        }
        return []
    }

    private func column(_ size: UInt64) -> String {
        String(repeating: " ", count: max(0, 10 - "\(size)".count)) + "\(size)"
    }

    func run() throws {
        guard let name = command.first, command.count == 1 else { throw ValidationError("Name one program.") }
        let program = try ProgramClosure(
            FilePath(argument: name), in: HostView(),
            searchPath: Environment.value("PATH") ?? Array(Run.defaultSearchPath.utf8),
            directory: try HostFile.currentDirectory(), libraryPath: variable("LD_LIBRARY_PATH"),
            preloads: variable("LD_PRELOAD"))
        let closure = try HostClosure(program, excluding: excluded, and: packages, variable: variable)
        var tree = FileTree()
        let shares = try closure.add(to: &tree)
        if !summary {
            for path in tree.paths {
                guard case .file(_, let status)? = tree.entries[path]?.contents else { continue }
                Terminal.printOutput("\(column(status.size)) \(path.argument)")
            }
        }
        for share in shares where share.fileCount > 0 {
            Terminal.printOutput(
                "\(column(share.byteCount)) bytes: \(share.reason) (\(share.fileCount) files, links and folders)")
        }
        Terminal.printOutput("\(tree.byteCount) bytes in \(tree.entries.count) files, links and folders")
        if !closure.packages.packages.isEmpty {
            Terminal.printOutput("packages: \(closure.packages.packages.joined(separator: " "))")
        }
    }
}
