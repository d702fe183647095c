// SPDX-License-Identifier: Apache-2.0

// dev profile: where the instructions of a run go, by function of the kernel. Exact and the same each time, like the figures
// that `dev bench` takes.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Profile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Counts the instructions of a run by function of the kernel.",
        discussion: "dev profile -- /usr/bin/python3 -c pass; dev profile --package Examples/hello")

    @Option(help: "How many functions are shown.")
    var top = 40

    @Option(help: ArgumentHelp("A Swift package that imports Apus, instead of a program.", valueName: "folder"))
    var package: String?

    @Option(name: .customLong("run-option"), parsing: .unconditionalSingleValue, help: "An option of apus run.")
    var options: [String] = []

    @Argument(parsing: .postTerminator, help: "The program and its arguments, or the package's.")
    var command: [String] = []

    func run() throws {
        let checkout = try SourceTree.find()
        let builder = try GuestBuilder(root: checkout.root)
        let counted = try CountedRun(builder, root: checkout.root)
        let (image, run) = try start(checkout, counted.options + options)
        let capture = try run.finish()
        guard let profile = try counted.profile(image) else {
            throw ToolError(
                .badData, "cannot profile",
                why: "status \(capture.status), and the kernel never ran\n\(capture.errorText)")
        }
        try show(profile)
        say("status \(capture.status)")
    }

    private func start(_ checkout: SourceTree, _ words: [String]) throws -> (KernelImage, CapturedProcess) {
        let runner = try GuestRunner(checkout)
        guard let package else {
            if command.isEmpty { throw ValidationError("name a program behind --, or a package") }
            return (KernelImage(runner.kernelImage), try runner.start(command, options: words))
        }
        let folder = FilePath(package)
        let builder = KernelImageBuilder(checkout) { Terminal.printError("dev: \($0)") }
        let image = try builder.applicationImage(try ApplicationPackage(folder), .build)
        return (image, try runner.startPackage(folder, options: words, words: command))
    }

    private func show(_ profile: InstructionProfile) throws {
        say("firmware and boot code  \(grouped(profile.before).leftPadded(to: 14))")
        say("kernel                  \(grouped(profile.kernel).leftPadded(to: 14))")
        say("program                 \(grouped(profile.program).leftPadded(to: 14))")
        if let percent = profile.percentOfProgram {
            say("both, of the program's own  \(grouped(percent).leftPadded(to: 10)) %")
        }
        let shown = profile.functions.sorted {
            ($1.value.instructions, $0.key) < ($0.value.instructions, $1.key)
        }.prefix(max(1, top))
        say("   share   instructions       calls  function")
        let names = try KernelFunctions.demangled(shown.map(\.key))
        for (entry, name) in zip(shown, names) {
            let thousandths = entry.value.instructions * 1000 / max(1, profile.kernel)
            let share = "\(thousandths / 10).\(thousandths % 10) %"
            let (instructions, calls) = (grouped(entry.value.instructions), grouped(entry.value.calls))
            say("\(share.leftPadded(to: 8)) \(instructions.leftPadded(to: 14)) \(calls.leftPadded(to: 11))  \(name)")
        }
    }
}
