// SPDX-License-Identifier: Apache-2.0
//
// Bringing a CPU up, and the few things that it does besides computing. What the layers above may ask is named the
// same on every architecture (see Machine's CPU); this is x86-64's answer.

#if arch(x86_64) && os(none)
public import CMachine
public import Memory

/// x86-64, as Machine uses it.
public enum X86CPU {
    /// Starts the first CPU: its data page, descriptor tables, protections, APIC and reference clocks.
    ///
    /// - Parameter mapDevice: maps device registers into the kernel's area.
    /// - Returns: nil when memory is too short.
    public static func startFirst(
        mapDevice: (PhysicalAddress, Int) -> MMIOWindow?
    ) -> UnsafeMutablePointer<machine_cpu>? {
        let features = CPUFeatures.read()
        CPUFeatures.current = features
        guard let gates = try? Frames.allocateUncleared() else { return nil }
        DescriptorTables.buildGates(in: gates)
        guard let cpu = makePage(index: 0) else { return nil }
        enter(cpu)
        let apic = features.hasX2APIC ? nil : mapDevice(LocalAPIC.baseAddress, pageSize)
        LocalAPIC.start(features, window: apic)
        cpu.pointee.hardware_id = LocalAPIC.id
        if !features.hasGigahertzTimer, features.statedCounterFrequency == 0 { ProgrammableIntervalTimer.start() }
        ClockReference.start()
        return cpu
    }

    /// Makes a CPU's page and its stacks for traps that must not use the thread's.
    package static func makePage(index: UInt32) -> UnsafeMutablePointer<machine_cpu>? {
        guard let page = try? Frames.allocate(), let fatal = try? Frames.allocateUncleared(order: 1),
            let debug = try? Frames.allocateUncleared(),
            let cpu = UnsafeMutablePointer<machine_cpu>(bitPattern: KernelMemory.address(page))
        else { return nil }
        cpu.pointee.this = cpu
        cpu.pointee.index = index
        // Threads are not switched until the scheduler has started and says so.
        cpu.pointee.preemption_depth = 1
        DescriptorTables.prepare(
            cpu, fatalStack: KernelMemory.address(fatal) + 8192, debugStack: KernelMemory.address(debug) + 4096)
        return cpu
    }

    /// Makes this CPU use its page, and sets its protections.
    package static func enter(_ cpu: UnsafeMutablePointer<machine_cpu>) {
        let features = CPUFeatures.current
        DescriptorTables.load(cpu)
        var cr4 = machine_read_cr4()
        if features.hasSMEP { cr4 |= 1 << 20 }
        if features.hasSMAP { cr4 |= 1 << 21 }
        if features.hasUMIP { cr4 |= 1 << 11 }
        if features.hasFSGSBase { cr4 |= 1 << 16 }
        machine_write_cr4(cr4)
    }

    /// Prepares for programs: the system call entry and the FPU. An image without programs does not call it, so that
    /// the linker leaves both out.
    public static func startPrograms() {
        FloatingPoint.start(CPUFeatures.current)
        machine_write_msr(0xc000_0081, 0x0020_0008 << 32)  // STAR: sysret selectors from 0x20, syscall's 0x08
        machine_write_msr(0xc000_0082, UInt64(machine_system_call_address()))  // LSTAR
        machine_write_msr(0xc000_0084, 0x4_7700)  // FMASK: AC, NT, IOPL, DF, IF, TF
    }

    /// Starts the controller of interrupt lines.
    public static func startLines(mapDevice: (PhysicalAddress, Int) -> MMIOWindow?) {
        if let window = mapDevice(IOAPIC.baseAddress, pageSize) { IOAPIC.start(window) }
    }

    /// The FS base: the running program's thread pointer.
    public static var programFSBase: UInt64 {
        get { CPUFeatures.current.hasFSGSBase ? machine_read_fs_base() : machine_read_msr(0xc000_0100) }
        set {
            if CPUFeatures.current.hasFSGSBase {
                machine_write_fs_base(newValue)
            } else {
                machine_write_msr(0xc000_0100, newValue)
            }
        }
    }

    /// The GS base that the program gets back when it runs.
    public static var programGSBase: UInt64 {
        get { machine_read_msr(0xc000_0102) }
        set { machine_write_msr(0xc000_0102, newValue) }
    }

    /// What AT_HWCAP says on Linux: CPUID leaf 1, EDX.
    public static var hardwareCapabilities: UInt64 { UInt64(machine_cpuid(1, 0).edx) }

    /// What AT_HWCAP2 says on Linux: bit 1 for FSGSBASE in user mode.
    public static var hardwareCapabilities2: UInt64 { CPUFeatures.current.hasFSGSBase ? 2 : 0 }

    /// CPUID's leaf, for /proc/cpuinfo.
    public static func identify(_ leaf: UInt32, _ sub: UInt32 = 0) -> (UInt32, UInt32, UInt32, UInt32) {
        let r = machine_cpuid(leaf, sub)
        return (r.eax, r.ebx, r.ecx, r.edx)
    }

    /// 64 bits from the CPU's generators, nil where there is none or it had nothing.
    public static func hardwareRandom() -> UInt64? {
        var word: UInt64 = 0
        if CPUFeatures.current.hasRDSEED, machine_rdseed(&word) { return word }
        if CPUFeatures.current.hasRDRAND, machine_rdrand(&word) { return word }
        return nil
    }

    /// Ends the machine: ACPI's S5 where QEMU's q35 has it, the keyboard controller's reset line, and last a triple
    /// fault, which a virtual machine monitor takes for a reset (or an end, if it does not reboot).
    public static func powerOff() -> Never {
        machine_interrupts_disable()
        machine_out16(0x604, 0x2000)
        machine_out8(0x64, 0xfe)
        machine_load_idt(nil, 0)
        machine_trigger_breakpoint()
        while true { machine_halt() }
    }
}
#endif
