// SPDX-License-Identifier: Apache-2.0
//
// The CPU's own page: machine_cpu with its GDT and TSS; and the IDT that all CPUs share (SDM vol. 3 §3.5, §6.10, §8.7).
// Selectors are Linux's (code 0x33, data 0x2b for programs), which some programs look at.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Memory

/// One gate of the IDT.
struct Gate {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init() {}

    /// - Parameters:
    ///   - stack: 0, or the entry of the TSS's interrupt stack table.
    ///   - privilege: who may raise it by an `int` instruction: 3 for breakpoints, else 0.
    init(_ handler: UInt, stack: UInt64 = 0, privilege: UInt64 = 0) {
        let address = UInt64(handler)
        low =
            address & 0xffff | 0x08 << 16 | stack << 32 | 0x8e << 40 | privilege << 45 | (address >> 16 & 0xffff) << 48
        high = address >> 32
    }
}

enum DescriptorTables {
    nonisolated(unsafe) private static var gates: UnsafeMutablePointer<Gate>?

    /// Builds the IDT: a stub for each of the 256 vectors.
    static func buildGates(in frame: FrameNumber) {
        let table = UnsafeMutableRawPointer(bitPattern: KernelMemory.address(frame)).unsafelyUnwrapped
            .bindMemory(to: Gate.self, capacity: 256)
        for vector in 0..<256 {
            let stack: UInt64 = vector == 8 || vector == 18 ? 1 : vector == 1 || vector == 2 ? 2 : 0
            let privilege: UInt64 = vector == 3 || vector == 4 ? 3 : 0
            table[vector] = Gate(machine_trap_stub(UInt32(vector)), stack: stack, privilege: privilege)
        }
        gates = table
    }

    /// Loads GDT, TSS and IDT on this CPU.
    ///
    /// - Parameters:
    ///   - cpu: its page, cleared.
    ///   - fatalStack: one past the top of two frames for #DF and #MC; `debugStack` of one frame for NMI and #DB.
    static func load(_ cpu: UnsafeMutablePointer<machine_cpu>, fatalStack: UInt, debugStack: UInt) {
        let tss = UInt64(machine_cpu_tss(cpu))
        let limit: UInt64 = 103
        cpu.pointee.gdt = (
            0, 0x00af_9a00_0000_ffff, 0x00cf_9200_0000_ffff,
            limit | (tss & 0xff_ffff) << 16 | 0x89 << 40 | (tss >> 24 & 0xff) << 56, tss >> 32,
            0x00cf_f200_0000_ffff, 0x00af_fa00_0000_ffff, 0
        )
        // The last word of each stack names the CPU, for traps that cannot trust GS (trap.S).
        let name = UInt64(UInt(bitPattern: cpu))
        machine_store64(fatalStack - 8, name)
        machine_store64(debugStack - 8, name)
        cpu.pointee.tss.ist.0 = UInt64(fatalStack - 16)
        cpu.pointee.tss.ist.1 = UInt64(debugStack - 16)
        cpu.pointee.tss.io_map = 104
        machine_load_gdt(UnsafeRawPointer(bitPattern: machine_cpu_gdt(cpu)), 63)
        machine_write_msr(0xc000_0101, name)  // GS_BASE: ours; KERNEL_GS_BASE: the program's, 0 at first
        machine_write_msr(0xc000_0102, 0)
        machine_load_task_register(0x18)
        machine_load_idt(gates, 256 * 16 - 1)
    }
}
#endif
