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

    init(_ handler: UInt) {
        let address = UInt64(handler)
        low = address & 0xffff | 0x08 << 16 | 0x8e << 40 | (address & 0xffff_0000) << 32
        high = address >> 32
    }

    /// Runs the handler on a stack of the TSS's interrupt stack table.
    mutating func use(stack: UInt64) { low |= stack << 32 }

    /// Lets programs raise the vector by an `int` instruction.
    mutating func openToPrograms() { low |= 3 << 45 }
}

enum DescriptorTables {
    private static var vectorCount: Int { Int(MACHINE_TRAP_VECTORS) }
    nonisolated(unsafe) private static var gates: UnsafeMutablePointer<Gate>?

    /// Builds the IDT: a stub for each vector; what is beyond them is a general protection fault.
    static func buildGates(in frame: FrameNumber) {
        let table = UnsafeMutableRawPointer(bitPattern: KernelMemory.address(frame)).unsafelyUnwrapped
            .bindMemory(to: Gate.self, capacity: vectorCount)
        var stub = machine_trap_stub(0)
        var gate = table
        while gate < table + vectorCount {
            gate.initialize(to: Gate(stub))
            stub &+= UInt(MACHINE_TRAP_STUB_SIZE)
            gate += 1
        }
        table[8].use(stack: 1)
        table[18].use(stack: 1)
        table[1].use(stack: 2)
        // Not the stack of #DB, which may be in use when it comes; #DF and #MC do not come back to theirs.
        table[2].use(stack: 1)
        table[3].openToPrograms()
        table[4].openToPrograms()
        gates = table
    }

    /// Fills a CPU's GDT and TSS.
    ///
    /// - Parameters:
    ///   - cpu: its page, cleared.
    ///   - fatalStack: one past the top of two frames for #DF, #MC and NMI; `debugStack` of one frame for #DB.
    static func prepare(_ cpu: UnsafeMutablePointer<machine_cpu>, fatalStack: UInt, debugStack: UInt) {
        let tss = UInt64(machine_cpu_tss(cpu))
        let limit: UInt64 = 103
        cpu.pointee.gdt = (
            0, 0x00af_9a00_0000_ffff, 0x00cf_9200_0000_ffff,
            limit | (tss & 0xff_ffff) << 16 | 0x89 << 40 | (tss >> 24 & 0xff) << 56, tss >> 32,
            0x00cf_f200_0000_ffff, 0x00af_fa00_0000_ffff,
            // Not used as a segment: its limit is the CPU's number, which programs may ask for (lsl; vdso.S).
            0x0040_f200_0000_0000 | UInt64(cpu.pointee.index)
        )
        // The last word of each stack names the CPU, for traps that cannot trust GS (trap.S).
        let name = UInt64(UInt(bitPattern: cpu))
        machine_store64(fatalStack - 8, name)
        machine_store64(debugStack - 8, name)
        cpu.pointee.tss.ist.0 = UInt64(fatalStack - 16)
        cpu.pointee.tss.ist.1 = UInt64(debugStack - 16)
        cpu.pointee.tss.io_map = 104
    }

    /// Loads GDT, TSS and IDT on this CPU, and its page.
    static func load(_ cpu: UnsafeMutablePointer<machine_cpu>) {
        machine_load_gdt(UnsafeRawPointer(bitPattern: machine_cpu_gdt(cpu)), 63)
        // GS_BASE: ours; KERNEL_GS_BASE: the program's, 0 at first.
        machine_write_msr(0xc000_0101, UInt64(UInt(bitPattern: cpu)))
        machine_write_msr(0xc000_0102, 0)
        machine_clear_local_table()
        machine_load_task_register(0x18)
        machine_load_idt(gates, UInt16(vectorCount * 16 - 1))
    }
}
#endif
