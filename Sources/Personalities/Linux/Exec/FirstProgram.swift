// SPDX-License-Identifier: Apache-2.0
//
// The first program of a machine: what its thread does before it enters the program, and what is said if it cannot.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Log
public import Processes
internal import Processor

/// Starts the program that the boot record names.
public final class FirstProgram: ProgramEntry {
    private let path: [UInt8]
    private let arguments: [[UInt8]]
    private let environment: [[UInt8]]

    /// - Parameters: as execve(2) takes them.
    public init(path: [UInt8], arguments: [[UInt8]], environment: [[UInt8]]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Runs on the program's thread.
    public func begin(_ task: Task) {
        do throws(Errno) {
            var words = ProgramWords()
            for argument in arguments { try words.addArgument(argument.span) }
            for string in environment { try words.addEnvironment(string.span) }
            try Exec.run(try Exec.find(path, by: task.process.fileOperations), words, task)
        } catch {
            Log.write(
                .fatal, "apus", "the program cannot be started: ", .text(error.name ?? "unknown error"))
            // What a shell answers: 127 if there is no such file, 126 if it cannot be run.
            task.process.beginEnd(.exited(status: error == .noEntry ? 127 : 126))
            task.leave()
            return
        }
        FirstProgram.started?()
        ProgramRegisters.current.enter()
    }
}
