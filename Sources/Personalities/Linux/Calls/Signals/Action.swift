// SPDX-License-Identifier: Apache-2.0
//
// rt_sigaction(2), rt_sigreturn(2), sigaltstack(2).

internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func rt_sigaction(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument3 == 8 else { throw .invalidArgument }
        guard let signal = signal(r.argument0) else { throw .invalidArgument }
        var new: SignalAction?
        if r.argument1 != 0 {
            guard !signal.isUncatchable else { throw .invalidArgument }
            var buffer = LayoutBuffer<4>()
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument1), into: &raw) }
            var action = SignalAction(decoding: buffer)
            action.mask.subtract(.uncatchable)
            action.flags.formIntersection(.known)
            new = action
        }
        let old = new.map { task.process.setAction($0, for: signal) } ?? task.process.action(for: signal)
        if r.argument2 != 0 { try UserMemory.write(old.encoded.bytes, to: UserAddress(r.argument2)) }
        return 0
    }

    @Sendable static func rt_sigreturn(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        do throws(Errno) { return try SignalDelivery.returnFromHandler(r, task) } catch {
            task.force(SignalInformation(signal: .segmentationFault, code: .kernel, detail: .none))
            return 0
        }
    }

    @Sendable static func sigaltstack(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let pointer = UInt64(r.stackPointer)
        let old = task.own.with { $0.alternateStack }
        if r.argument0 != 0 {
            var buffer = LayoutBuffer<3>()
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument0), into: &raw) }
            let new = AlternateStack(decoding: buffer)
            guard !old.contains(pointer) else { throw .notPermitted }
            guard new.flags.subtracting([.disable, .autoDisarm, .onStack]).isEmpty else { throw .invalidArgument }
            if new.flags.contains(.disable) {
                task.own.with { $0.alternateStack = .disabled }
            } else {
                guard new.size >= AlternateStack.minimumSize else { throw .noMemory }
                var kept = new
                kept.flags.remove(.onStack)
                task.own.with { $0.alternateStack = kept }
            }
        }
        if r.argument1 != 0 {
            try UserMemory.write(old.described(at: pointer).encoded.bytes, to: UserAddress(r.argument1))
        }
        return 0
    }

    /// A signal's number; nil if there is none of it.
    static func signal(_ argument: UInt) -> SignalNumber? {
        guard argument >= 1, argument <= 64 else { return nil }
        return SignalNumber(rawValue: UInt8(argument))
    }
}
