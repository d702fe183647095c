// SPDX-License-Identifier: Apache-2.0

// The developers' helper: what `make check`, `make test`, `make demo` and `make bench` call.
// It is not installed and not for users; users have `apus`.

internal import ArgumentParser
internal import Glibc
internal import HostSystem

struct Dev: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Checks, tests, shows and measures this checkout.",
        subcommands: [Check.self, Test.self, Demo.self, Bench.self, Profile.self, Soak.self, Compatibility.self])
}

/// Runs the command that the process's arguments ask for, and exits.
public func runDev() -> Never {
    do {
        var command = try Dev.parseAsRoot()
        try command.run()
        exit(0)
    } catch let error as ToolError {
        Terminal.printError("dev: \(error.what): \(error.why)" + (error.remedy.map { "\n  \($0)" } ?? ""))
        exit(error.status.rawValue)
    } catch let error as SystemCallError {
        Terminal.printError("dev: \(error)")
        exit(ToolError.Status.systemError.rawValue)
    } catch {
        Dev.exit(withError: error)
    }
}
