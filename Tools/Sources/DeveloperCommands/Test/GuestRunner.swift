// SPDX-License-Identifier: Apache-2.0

// How guest tests start a machine: the tool's own executable, the kernel image of this checkout, always TCG.
// The figures of the kernel image's build are not part of a test, so the image is built first and named.

internal import Glibc
internal import HostSystem
internal import ImageBuilder

/// Starts programs in machines.
struct GuestRunner {
    let root: FilePath
    private let tool: FilePath
    private let kernel: FilePath

    /// Builds the tool and the kernel image.
    init(_ checkout: SourceTree, _ variant: KernelImageBuilder.Variant = .ordinary) throws {
        root = checkout.root
        tool = root.appending("Tools/.build/release/apus")
        let launched = try ChildProcess.run(root.appending("apus"), ["version"], errors: .inherited)
        guard launched.isSuccess, HostFile.isExecutable(tool) else {
            throw ToolError(
                .unavailable, "cannot test", why: "the tool could not be built", remedy: "run ./apus version to see why"
            )
        }
        kernel = try KernelImageBuilder(checkout) { Terminal.printError("dev: \($0)") }.linuxImage(.build, variant).path
    }

    /// The stripped kernel image.
    var kernelImage: FilePath { kernel }

    /// Starts a program; the options are those of `apus run`.
    ///
    /// - Parameter shell: what a shell is to do with the tool's command line.
    func start(
        _ command: [String], options: [String] = [], input: FilePath? = nil, directory: FilePath? = nil,
        through shell: (([String]) -> [String])? = nil
    ) throws -> CapturedProcess {
        let words = ["run"] + Self.common(options) + ["--kernel", kernel.description] + options + ["--"] + command
        return try CapturedProcess(
            shell == nil ? tool : "/bin/sh", shell.map { $0([tool.description] + words) } ?? words, input: input,
            environment: ["APUS_ROOT=\(root)"] + Self.inherited, directory: directory)
    }

    /// Starts a program whose machine has a terminal at which nobody types. Output and errors come together.
    ///
    /// - Parameter scratch: a folder for what stands in for a keyboard.
    func startAtTerminal(
        _ command: [String], options: [String] = [], scratch: FilePath
    ) throws -> CapturedProcess {
        let words =
            [tool.description, "run"] + Self.common(options) + ["--kernel", kernel.description] + options + ["--"]
            + command
        // script(1) makes the terminal; a pipe that is open at both ends never says that typing is over.
        let keys = scratch.appending("keys").description
        return try CapturedProcess(
            "/bin/sh",
            [
                "-c", "rm -f \"$0\" && mkfifo \"$0\" && exec script -qec \"$1\" /dev/null <> \"$0\"", keys,
                words.map { "'\($0)'" }.joined(separator: " "),
            ], environment: ["APUS_ROOT=\(root)"] + Self.inherited)
    }

    /// Starts a machine with an archive of our own instead of the one that the tool makes, damaged or not.
    func start(archive: FilePath, options: [String] = []) throws -> CapturedProcess {
        // QEMU takes the last -initrd; the program named here only satisfies the tool.
        try start(
            ["/usr/bin/busybox", "true"],
            options: options + ["--qemu-arg", "-initrd", "--qemu-arg", archive.description])
    }

    /// Who runs the tool.
    enum Asker {
        case ourselves
        /// Whoever we are, without root's right to read what the permissions refuse.
        case somebody

        /// The words before the command.
        var prefix: [String] {
            self == .somebody && getuid() == 0
                ? ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []
        }
    }

    /// Starts the tool itself, with its own cache.
    ///
    /// - Parameter path: the value of PATH; nil for ours.
    func startTool(
        _ words: [String], directory: FilePath, cache: FilePath, path: String? = nil, asker: Asker = .ourselves
    ) throws -> CapturedProcess {
        var words = words
        if let options = words.firstIndex(of: "tcg"), !words.contains("--kernel") {
            words.insert(contentsOf: ["--kernel", kernel.description], at: options + 1)
        }
        let path = path ?? Environment.text("PATH") ?? "/usr/bin:/bin"
        let command = asker.prefix + [tool.description] + words
        return try CapturedProcess(
            FilePath(command[0]), Array(command.dropFirst()),
            environment: ["APUS_ROOT=\(root)", "HOME=/", "PATH=\(path)", "XDG_CACHE_HOME=\(cache)"],
            directory: directory)
    }

    /// Starts a Swift package that imports Apus.
    func startPackage(_ folder: FilePath, options: [String]) throws -> CapturedProcess {
        try startPackage(folder, options: options, words: [])
    }

    /// The same with words for the application.
    ///
    /// - Parameters:
    ///   - reader: a command of the shell's that takes the output; the status stays the tool's.
    ///   - shell: words of a shell that gets the tool's command line at their end.
    func startPackage(
        _ folder: FilePath, options: [String], words: [String], input: FilePath? = nil, reader: String? = nil,
        shell: [String]? = nil
    ) throws -> CapturedProcess {
        let run = ["run"] + Self.common(options) + options + [folder.description]
        var command = [tool.description] + run + (words.isEmpty ? [] : ["--"] + words)
        if let reader { command = ["/bin/bash", "-c", "\"$@\" | \(reader); exit ${PIPESTATUS[0]}", "bash"] + command }
        if let shell { command = ["/bin/bash"] + shell + command }
        return try CapturedProcess(
            FilePath(command[0]), Array(command.dropFirst()), input: input,
            environment: ["APUS_ROOT=\(root)"] + Self.inherited)
    }

    private static func common(_ options: [String]) -> [String] {
        (options.contains("--accel") ? [] : ["--accel", "tcg"])
            + (options.contains("--timeout") ? [] : ["--timeout", "120"])
    }

    /// What the tool itself needs: where programs and caches are.
    private static var inherited: [String] {
        ["PATH", "HOME", "XDG_CACHE_HOME"].compactMap { name in Environment.text(name).map { "\(name)=\($0)" } }
    }

    /// How many machines with so many CPUs run at once.
    static func parallelism(cpus: Int = 1) -> Int { max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))) / cpus) }
}

/// Runs jobs that are processes, a few at once, and takes their results in order.
func inParallel<Job, Running>(
    _ jobs: [Job], _ limit: Int, start: (Job) throws -> Running, finish: (Job, Running) throws -> Void
) throws {
    var running: [(job: Job, process: Running)] = []
    for job in jobs {
        if running.count >= limit {
            let first = running.removeFirst()
            try finish(first.job, first.process)
        }
        running.append((job, try start(job)))
    }
    for entry in running { try finish(entry.job, entry.process) }
}
