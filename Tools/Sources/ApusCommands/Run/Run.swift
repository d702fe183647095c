// SPDX-License-Identifier: Apache-2.0

// apus run: the options, and which runner takes the request.
// Neighbours: RunRequest.swift makes a machine of it, LinuxProgram.swift and NativeApplication.swift are the runners.

public import ArgumentParser
internal import HostSystem
public import Machines

/// The levels of the kernel's log, as its command line names them.
enum KernelLogLevel: String, CaseIterable, ExpressibleByArgument {
    case error, warning, info, debug, trace
}

extension MachineModel: ExpressibleByArgument {}
extension AcceleratorWish: ExpressibleByArgument {}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a program, or a Swift package that imports Apus, in a machine of its own.",
        usage: """
            apus run [<options>] -- PROGRAM [ARGUMENT …]
            apus run [<options>] [DIRECTORY] [-- ARGUMENT …]
            """,
        discussion: """
            PROGRAM is a Linux program of this host (or of --rootfs), or a script with a #! line; libraries and the data of \
            its Debian package come along. The exit status is the program's; 128+n if signal n killed it; 124 if the time was over; 64 and above if apus itself failed.

            On a terminal Ctrl-] t writes what every thread of the machine does to standard error, Ctrl-] q ends the \
            machine, Ctrl-] twice is one for the program. Without a terminal the signal PWR does the former: \
            pkill -PWR apus.
            """)

    @Option(
        name: [.customShort("M"), .long],
        help: "Memory: a number with K, M or G; 256M and room for the files if not given.",
        transform: MemorySize.init(argument:))
    var memory: MemorySize?

    @Option(
        name: [.customShort("c"), .long], parsing: .unconditional, help: "Number of processors, 1 to 64.")
    var cpus = 1

    @Option(
        name: [.customShort("e"), .customLong("env")],
        help: "A variable of the environment: K=V, or K for the host's value.")
    var environment: [String] = []

    @Option(name: [.customShort("w"), .customLong("workdir")], help: "The working directory.")
    var workingDirectory = "/"

    @Option(
        name: [.customShort("u"), .long], help: "User and group: UID[:GID].", transform: UserIdentity.init(argument:))
    var user = UserIdentity.root

    @Option(help: "The machine's name.")
    var hostname = "apus"

    @Option(
        name: [.customShort("v"), .customLong("volume")],
        help: "Copies a file or folder in: PATH[:DEST[:out]]; out copies it back at the end.",
        transform: Volume.init(argument:))
    var volumes: [Volume] = []

    @Option(
        name: .customLong("exclude"), parsing: .unconditionalSingleValue,
        help: "Leaves out files of the program's package that match a pattern, such as '/usr/lib/python3/*'.")
    var excluded: [String] = []

    @Option(
        name: .customLong("package"), parsing: .unconditionalSingleValue,
        help: "Takes along another Debian package of this host, and what it depends on, such as python3-zmq.")
    var packages: [String] = []

    @Option(help: "A folder or newc archive that becomes the root file system.")
    var rootfs: String?

    @Option(help: "The machine's model: microvm or q35.")
    var machine = MachineModel.microvm

    @Option(help: "What executes the guest: auto, kvm or tcg.")
    var accel = AcceleratorWish.auto

    @Flag(help: "Traces system calls to standard error, in strace's syntax.")
    var strace = false

    @Option(
        name: .customLong("gdb"), help: "Waits for gdb on this TCP port of localhost (1234 if none is given).",
        transform: Self.port)
    var debuggerPort: UInt16?

    @Option(
        parsing: .unconditional, help: "Seconds after which the machine is stopped; the exit status is 124 then.",
        transform: Self.seconds)
    var timeout: Double?

    @Option(
        name: .customLong("qemu-arg"), parsing: .unconditionalSingleValue,
        help: "A word for QEMU's command line; may begin with a dash; order is kept.")
    var qemuArguments: [String] = []

    @Option(
        name: .customLong("kernel-arg"), parsing: .unconditionalSingleValue,
        help: "A word for the kernel: apus.log=debug, apus.slide=fixed …")
    var kernelArguments: [String] = []

    @Option(help: "What the kernel's log shows: error, warning, info, debug or trace.")
    var log: KernelLogLevel?

    @Option(help: "Another kernel image than the one built from the sources.")
    var kernel: String?

    @Option(help: "Which executable of a Swift package.")
    var product: String?

    @Flag(help: "Prints the VMM's command line and starts nothing.")
    var dryRun = false

    @Flag(help: "Says what is chosen and what it took.")
    var verbose = false

    @Argument(help: "The folder of a Swift package; the current one if neither it nor a program is given.")
    var directory: String?

    @Argument(parsing: .postTerminator, help: "The program and its arguments.")
    var command: [String] = []

    func validate() throws {
        guard workingDirectory.utf8.first == UInt8(ascii: "/") else {
            throw ValidationError("-w takes an absolute path, and \"\(workingDirectory)\" begins with no slash.")
        }
        let length = ByteText.bytes(hostname).count
        guard (1...64).contains(length) else {
            throw ValidationError("--hostname takes 1 to 64 bytes, as Linux does, and not \(length).")
        }
    }

    private static func seconds(_ text: String) throws(OptionProblem) -> Double {
        guard let seconds = Double(text), seconds > 0, seconds.isFinite else {
            throw OptionProblem("it is no number of seconds above 0; leave the option out for no limit")
        }
        return seconds
    }

    private static func port(_ text: String) throws(OptionProblem) -> UInt16 {
        guard let port = UInt16(text), port > 0 else { throw OptionProblem("TCP has the ports 1 to 65535") }
        return port
    }

    func run() throws {
        guard (1...64).contains(cpus) else {
            throw ToolError(
                .usage, "cannot give the machine \(cpus) processors",
                why: cpus > 1 ? "the kernel has room for 64" : "it needs one", remedy: "use -c with 1 to 64")
        }
        let words = command.map(ByteText.bytes)
        let request: RunRequest
        if directory == nil, let program = words.first {
            request = try linuxProgram(FilePath(bytes: program), words)
        } else {
            request = try nativeApplication(FilePath(argument: directory ?? "."), words)
        }
        let status = try request.run()
        throw ExitCode(status)
    }

    func note(_ text: @autoclosure () -> String) {
        if verbose { Terminal.printError("apus: \(text())") }
    }
}
