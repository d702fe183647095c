// SPDX-License-Identifier: Apache-2.0
//
// dup(2), dup2(2), dup3(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func dup(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try add(try file(r.argument0, task), .kept, task)
    }

    @Sendable static func dup2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let source = descriptor(r.argument0), target = descriptor(r.argument1)
        if source == target {
            _ = try file(r.argument0, task)
            return Int(target)
        }
        try task.process.files.duplicate(source, to: target, limit: descriptorLimit(task), .kept)
        return Int(target)
    }

    @Sendable static func dup3(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let source = descriptor(r.argument0), target = descriptor(r.argument1)
        let flags = OpenFlags(rawValue: word(r.argument2))
        guard flags.isSubset(of: .closeOnExec), source != target else { throw .invalidArgument }
        try task.process.files.duplicate(
            source, to: target, limit: descriptorLimit(task), FileDescriptorTable.Inheritance(flags))
        return Int(target)
    }
}
