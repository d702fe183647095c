// SPDX-License-Identifier: Apache-2.0
//
// openat2(2). Flags that are not known are refused here, unlike by open(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func openat2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument3 >= 24 else { throw .invalidArgument }
        guard r.argument3 <= 4096 else { throw .argListTooLong }
        var how = LayoutBuffer<3>()
        try read(&how, at: r.argument2)
        // What a larger structure says beyond this one must be nothing.
        for index in 24..<Int(r.argument3) {
            let byte = try UserMemory.load(UInt8.self, at: UserAddress(r.argument2).advanced(by: index))
            guard byte == 0 else { throw .argListTooLong }
        }
        let flags = OpenFlags(rawValue: UInt32(truncatingIfNeeded: how.load64(0)))
        let mode = how.load64(8), resolution = how.load64(16)
        guard how.load64(0) >> 32 == 0, flags.isSubset(of: .known) else { throw .invalidArgument }
        let makes = flags.contains(.create) || flags.contains(.temporaryBit)
        guard mode & ~0o7777 == 0, makes || mode == 0 else { throw .invalidArgument }
        if flags.contains(.path),
            !flags.isSubset(of: [.path, .directory, .noFollow, .closeOnExec])
        {
            throw .invalidArgument
        }
        let restrictions = PathRestrictions(rawValue: UInt8(truncatingIfNeeded: resolution & 0x1f))
        guard resolution & ~0x3f == 0, !restrictions.isSuperset(of: [.beneath, .inRoot]) else { throw .invalidArgument }
        // RESOLVE_CACHED may always say that the path would have to be looked up.
        if resolution & 0x20 != 0 { throw .resourceTemporarilyUnavailable }
        return try open(r.argument0, r.argument1, UInt(flags.rawValue), UInt(mode), task, restrictions)
    }
}
