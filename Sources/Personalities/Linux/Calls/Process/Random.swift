// SPDX-License-Identifier: Apache-2.0
//
// getrandom(2): the generator is seeded before the first program runs, so no flag makes a difference.

internal import LinuxABI
internal import Processes
internal import Processor
internal import Random
internal import UserMemory

extension SystemCalls {
    @Sendable static func getrandom(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument2 & ~7 == 0, r.argument2 & 6 != 6 else { throw .invalidArgument }
        let range = try UserRange(UserAddress(r.argument0), count: min(Int(clamping: r.argument1), 33_554_431))
        var buffer = IOBuffer(range)
        var chunk = LayoutBuffer<8>()
        do throws(Errno) {
            while buffer.remaining > 0 {
                chunk.fill { raw in task.process.system.random.fill(&raw) }
                try buffer.put(chunk.bytes.extracting(0..<min(64, buffer.remaining)))
            }
        } catch {
            if buffer.transferred == 0 { throw error }
        }
        return buffer.transferred
    }
}
