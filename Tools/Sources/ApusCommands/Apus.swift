// SPDX-License-Identifier: Apache-2.0

// The command line's root: the list of commands, and how failures become exit statuses.

internal import ArgumentParser
internal import Glibc
internal import HostSystem

struct Apus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "Runs one application as a small virtual machine with a Swift kernel.",
        version: Version.text,
        subcommands: [Run.self, Build.self, Closure.self, Doctor.self, Components.self, Version.self])
}

/// Runs the command that the process's arguments ask for, and exits.
public func runApus() -> Never {
    do {
        var command = try Apus.parseAsRoot(normalizedArguments(Environment.rawArguments.dropFirst().map(ByteText.text)))
        try command.run()
        exit(0)
    } catch let error as ToolError {
        Terminal.printError(error.description)
        exit(error.status.rawValue)
    } catch let error as SystemCallError {
        Terminal.printError("apus: \(error)")
        exit(ToolError.Status.systemError.rawValue)
    } catch {
        end(with: error)
    }
}

/// Ends with what the parser has to say: its help, or what is wrong with an option.
private func end(with error: any Error) -> Never {
    let code = Apus.exitCode(for: error)
    let message = Apus.fullMessage(for: error)
    if !message.isEmpty { if code.isSuccess { Terminal.printOutput(message) } else { Terminal.printError(message) } }
    exit(code.rawValue)
}

/// Gives `--gdb` its default port: the parser has no options whose value may be missing. What begins with a digit is meant
/// as one, right or wrong.
func normalizedArguments(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, word) in arguments.enumerated() {
        if word == "--" { return result + arguments[index...] }
        result.append(word)
        if word == "--gdb", index + 1 >= arguments.count || arguments[index + 1].first?.isNumber != true {
            result.append("1234")
        }
    }
    return result
}
