// SPDX-License-Identifier: Apache-2.0
//
// Exceptions of programs as signals (signal(7); sigaction(2), si_code).

internal import AddressSpace
internal import LinuxABI
internal import Log
internal import Memory
internal import Processes
internal import Processor
internal import Sync

enum FaultDelivery {
    /// Serves a page fault. - Returns: false if the kernel touched the page and there is none.
    static func pageFault(at address: UInt, _ access: FaultAccess) -> Bool {
        let task = Task.current
        let result = task.own.with { $0.space }.fault(at: address, access)
        switch result {
        case .served:
            task.noteFault()
            return true
        case .notMapped: return fail(task, .segmentationFault, .addressNotMapped, address, access)
        case .notPermitted: return fail(task, .segmentationFault, .accessNotAllowed, address, access)
        case .beyondEnd: return fail(task, .busError, .noSuchAddress, address, access)
        case .outOfMemory:
            // Somebody may have given memory back meanwhile: the access is tried again, as on Linux.
            if !Frames.isShort { return true }
            guard access.contains(.fromProgram) else { return false }
            Log.write(.warning, "apus", "out of memory: killing process ", .decimal(UInt64(task.process.id)))
            task.process.beginEnd(.killed(.kill, .none))
            return true
        }
    }

    private static func fail(
        _ task: Task, _ signal: SignalNumber, _ code: SignalCode, _ address: UInt, _ access: FaultAccess
    ) -> Bool {
        guard access.contains(.fromProgram) else { return false }
        task.force(SignalInformation(signal: signal, code: code, detail: .fault(address: UInt64(address))))
        return true
    }

    /// Serves any other exception.
    static func programFault(_ fault: ProgramFault) {
        let task = Task.current
        let place = UInt64(ProgramRegisters.current.instructionPointer)
        let information: SignalInformation
        switch fault {
        case .divide: information = at(.floatingPointException, .integerDivide, place)
        case .trace: information = at(.trap, .trace, place)
        case .breakpoint: information = SignalInformation(signal: .trap, code: .kernel, detail: .none)
        case .illegalInstruction: information = at(.illegalInstruction, .illegalOperand, place)
        case .protection, .other:
            information = SignalInformation(signal: .segmentationFault, code: .kernel, detail: .none)
        case .stack: information = SignalInformation(signal: .busError, code: .kernel, detail: .none)
        case .alignment: information = at(.busError, .addressNotAligned, 0)
        case .floatingPoint(let fault): information = at(.floatingPointException, code(of: fault), place)
        }
        task.force(information)
    }

    private static func code(of fault: FloatingPointFault) -> SignalCode {
        switch fault {
        case .invalid: .floatInvalid
        case .divideByZero: .floatDivide
        case .overflow: .floatOverflow
        case .underflow: .floatUnderflow
        case .inexact: .floatInexact
        }
    }

    private static func at(_ signal: SignalNumber, _ code: SignalCode, _ address: UInt64) -> SignalInformation {
        SignalInformation(signal: signal, code: code, detail: .fault(address: address))
    }
}
