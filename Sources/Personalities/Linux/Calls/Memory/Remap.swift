// SPDX-License-Identifier: Apache-2.0
//
// mremap(2): the checks of arguments and limits; what happens is the address space's.

internal import AddressSpace
internal import LinuxABI
internal import Memory
internal import Processes
internal import Processor
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func mremap(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = RemapFlags(rawValue: UInt32(truncatingIfNeeded: r.argument3))
        guard flags.subtracting([.mayMove, .fixed, .doNotUnmap]).isEmpty, UInt64(r.argument3) >> 32 == 0 else {
            throw .invalidArgument
        }
        if !flags.isDisjoint(with: [.fixed, .doNotUnmap]), !flags.contains(.mayMove) { throw .invalidArgument }
        let old = UInt64(r.argument0)
        guard old & 4095 == 0, r.argument1 <= UInt.max - 4095, r.argument2 <= UInt.max - 4095 else {
            throw .invalidArgument
        }
        let oldCount = (UInt64(r.argument1) + 4095) & ~4095
        let newCount = (UInt64(r.argument2) + 4095) & ~4095
        guard newCount > 0 else { throw .invalidArgument }
        if flags.contains(.doNotUnmap), oldCount != newCount { throw .invalidArgument }
        var relocation: AddressSpace.Relocation = flags.contains(.mayMove) ? .anywhere : .none
        if flags.contains(.fixed) {
            let target = UInt64(r.argument4)
            guard target & 4095 == 0, target &+ newCount > target else { throw .invalidArgument }
            guard target &+ newCount <= old || old &+ oldCount <= target else { throw .invalidArgument }
            relocation = .fixed(target)
        }
        let space = task.own.with { $0.space }
        if newCount > oldCount {
            let limit = task.process[limit: .addressSpace].soft
            let more = newCount - oldCount
            if limit != ResourceLimit.infinity, space.figures.mapped * 4096 &+ more > limit { throw .noMemory }
            if more > Frames.totalBytes { throw .noMemory }
            if space.isData(at: old) { try respectDataLimit(adding: more, to: space, task) }
        }
        let leaving: AddressSpace.Leaving = flags.contains(.doNotUnmap) ? .mapped : .unmapped
        return Int(try space.remap(old, byteCount: oldCount, to: newCount, relocation, leaving))
    }

    /// mincore(2): a byte for each page.
    @Sendable static func mincore(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let address = UInt64(r.argument0)
        guard address & 4095 == 0 else { throw .invalidArgument }
        let count = (UInt64(r.argument1) &+ 4095) / 4096
        guard UInt64(r.argument1) <= UInt64(UInt.max - 4095), address &+ count * 4096 >= address else {
            throw .noMemory
        }
        let space = task.own.with { $0.space }
        var done: UInt64 = 0
        while done < count {
            // The program's memory is written between two looks, not under the space's lock.
            let part = Int(min(count - done, 1024))
            var bytes: [UInt8] = []
            bytes.reserveCapacity(part)
            try space.forEachPage(from: address + done * 4096, count: part) { bytes.append($0 ? 1 : 0) }
            try UserMemory.write(bytes, to: UserAddress(r.argument2).advanced(by: Int(done)))
            done += UInt64(part)
        }
        return 0
    }
}
