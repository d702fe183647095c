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
            of those that it depends on, and small files of the system. Sizes are bytes.
            """)

    @Option(
        name: .customLong("exclude"), parsing: .unconditionalSingleValue,
        help: "Leaves out files that match a pattern, such as '/usr/lib/python3/*'.")
    var excluded: [String] = []

    @Flag(help: "Only the sums.")
    var summary = false

    @Argument(parsing: .postTerminator, help: "The program.")
    var command: [String]

    func run() throws {
        guard let name = command.first, command.count == 1 else { throw ValidationError("Name one program.") }
        let program = try ProgramClosure(
            FilePath(name), in: HostView(),
            searchPath: Environment.value("PATH") ?? Array(Run.defaultSearchPath.utf8),
            directory: try HostFile.currentDirectory(), libraryPath: Environment.value("LD_LIBRARY_PATH") ?? [])
        let closure = try HostClosure(program, excluding: excluded)
        var tree = FileTree()
        try closure.add(to: &tree)
        if !summary {
            for path in tree.paths {
                guard case .file(_, let status)? = tree.entries[path]?.contents else { continue }
                print("\(String(repeating: " ", count: max(0, 10 - "\(status.size)".count)))\(status.size) \(path)")
            }
        }
        print("\(tree.byteCount) bytes in \(tree.entries.count) files, links and folders")
        if !closure.packages.packages.isEmpty {
            print("packages: \(closure.packages.packages.joined(separator: " "))")
        }
    }
}
