// SPDX-License-Identifier: Apache-2.0
//
// rseq(2): the program's word on which CPU a thread runs, kept right by the kernel, and short sequences that begin again
// elsewhere if another thread could have run in between. C libraries read the CPU's number there; allocators keep
// per-CPU lists by it. A thread that never asks costs nothing: `Thread.watchesSwitches` is what makes it pass here.
//
//      area       0 cpu_id_start u32 | 4 cpu_id u32 | 8 rseq_cs u64 | 16 flags u32 | 20 node_id u32 | 24 mm_cid u32
//      sequence   0 version u32 | 4 flags u32 | 8 start_ip u64 | 16 post_commit_offset u64 | 24 abort_ip u64
//
// Source: Linux's include/uapi/linux/rseq.h (layouts), Documentation/userspace-api/rseq.rst, librseq's rseq(2).

internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Scheduler
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func rseq(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let address = UInt64(r.argument0)
        let length = UInt32(truncatingIfNeeded: r.argument1)
        let signature = UInt32(truncatingIfNeeded: r.argument3)
        let known = task.own.with { $0.restartableSequence }
        switch r.argument2 {
        case 0:
            if known.address != 0 {
                guard known.address == address, known.length == length else { throw .invalidArgument }
                throw known.signature == signature ? .resourceBusy : .notPermitted
            }
            guard length >= RestartableSequence.byteCount, address % 32 == 0 else { throw .invalidArgument }
            guard ProgramHalf.contains(UInt(address), count: UInt(length)) else { throw .badAddress }
            try RestartableSequence.tell(CPU.index, address)
            task.own.with { $0.restartableSequence = (address, length, signature) }
        case 1:  // RSEQ_FLAG_UNREGISTER
            guard known.address != 0, known.address == address, known.length == length else { throw .invalidArgument }
            guard known.signature == signature else { throw .notPermitted }
            try RestartableSequence.forget(address)
            task.own.with { $0.restartableSequence = (0, 0, 0) }
        default: throw .invalidArgument
        }
        // From the next switch on; the mark is for those since the CPU was told.
        CurrentThread.with { $0.watchesSwitches = r.argument2 == 0 }
        CPU.mark(.signal)
        return 0
    }
}

/// What happens to a registered area on the way back to the program.
enum RestartableSequence {
    /// The area's smallest size.
    static var byteCount: UInt32 { 32 }

    /// Tells the program its CPU, and leads it to the abort handler if it was interrupted inside a sequence.
    ///
    /// - Throws: `.badAddress`, `.invalidArgument`: what the program keeps there makes no sense.
    static func settle(_ registers: ProgramRegisters, _ task: Task) throws(Errno) {
        let area = task.own.with { $0.restartableSequence }
        if area.address == 0 { return }
        let descriptor = try UserMemory.load(UInt64.self, at: place(area.address, 8))
        if descriptor != 0 { try leave(descriptor, area, registers) }
        try tell(CPU.index, area.address)
    }

    @inline(never)
    private static func leave(
        _ descriptor: UInt64, _ area: (address: UInt64, length: UInt32, signature: UInt32),
        _ registers: ProgramRegisters
    ) throws(Errno) {
        func word(_ offset: UInt64) throws(Errno) -> UInt64 {
            try UserMemory.load(UInt64.self, at: place(descriptor, offset))
        }
        let (start, length, abort) = (try word(8), try word(16), try word(24))
        let flags = try UserMemory.load(UInt32.self, at: place(area.address, 16))
        let (end, overflows) = start.addingReportingOverflow(length)
        guard try word(0) == 0, flags == 0, !overflows, end <= UInt64(ProgramHalf.end), abort < UInt64(ProgramHalf.end),
            abort < start || abort >= end
        else { throw .invalidArgument }
        // The signature before the handler says that it is one: nobody can make a sequence lead elsewhere.
        guard try UserMemory.load(UInt32.self, at: place(abort, 0 &- 4)) == area.signature else {
            throw .invalidArgument
        }
        if UInt64(registers.instructionPointer) &- start < length {
            registers.instructionPointer = UInt(abort)
            registers.requireFullReturn()
        }
        try UserMemory.store(UInt64(0), at: place(area.address, 8))
    }

    /// Writes the CPU's number, also as the identifier of concurrency; there is one memory node.
    static func tell(_ cpu: Int, _ address: UInt64) throws(Errno) {
        let number = UInt32(truncatingIfNeeded: cpu)
        try UserMemory.store(UInt64(number) << 32 | UInt64(number), at: place(address, 0))
        try UserMemory.store(UInt64(number) << 32, at: place(address, 20))
    }

    /// Writes what an unregistered area says: CPU 0 to start with, none to run on.
    static func forget(_ address: UInt64) throws(Errno) {
        try UserMemory.store(UInt64(UInt32.max) << 32, at: place(address, 0))
        try UserMemory.store(UInt64(0), at: place(address, 20))
    }

    private static func place(_ address: UInt64, _ offset: UInt64) -> UserAddress {
        UserAddress(UInt(address &+ offset))
    }
}
