// SPDX-License-Identifier: Apache-2.0
//
// process_vm_readv(2), process_vm_writev(2), for the caller's own memory: there is no other process.

internal import Containers
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func process_vm_readv(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var local = try vector(r.argument1, r.argument2)
        var remote = try remoteVector(r, task)
        return try copyMemory(from: &remote, to: &local)
    }

    @Sendable static func process_vm_writev(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var local = try vector(r.argument1, r.argument2)
        var remote = try remoteVector(r, task)
        return try copyMemory(from: &local, to: &remote)
    }

    private static func remoteVector(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> IOBuffer {
        guard r.argument5 == 0 else { throw .invalidArgument }
        let remote = try vector(r.argument3, r.argument4)
        guard try process(r.argument0, task) === task.process, r.argument0 != 0 else { throw .noSuchProcess }
        return remote
    }

    /// Copies until either side ends; a bad address after the first byte is a short copy.
    private static func copyMemory(from source: inout IOBuffer, to target: inout IOBuffer) throws(Errno) -> Int {
        var done = 0
        do throws(Errno) {
            while source.remaining > 0, target.remaining > 0 {
                let count = min(512, source.remaining, target.remaining)
                var piece = LayoutBuffer<64>(byteCount: count)
                try piece.fill { (raw) throws(Errno) in _ = try source.take(into: &raw) }
                try target.put(piece.bytes)
                done = target.transferred
            }
        } catch {
            if target.transferred == 0 { throw error }
            return target.transferred
        }
        return done
    }
}
