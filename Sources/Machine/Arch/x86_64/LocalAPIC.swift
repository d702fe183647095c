// SPDX-License-Identifier: Apache-2.0
//
// This CPU's interrupt controller and timer: by MSRs (x2APIC) where the CPU has them, otherwise in memory at the place
// the APIC base register states. What is written to which register is in LocalAPICRegisters.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Memory

/// The local APIC.
public enum LocalAPIC {
    /// The vector by which a CPU makes another one look at what is pending.
    public static var lookVector: Int { 0x7c }
    /// The vector by which a CPU asks something of others and waits for it.
    public static var callVector: Int { 0x7d }
    /// The vector of the timer.
    public static var timerVector: Int { LocalAPICVector.timer }
    /// The vector of interrupts that vanished before they were taken; not acknowledged.
    public static var spuriousVector: Int { LocalAPICVector.spurious }

    nonisolated(unsafe) private static var window: MMIOWindow?

    @inline(__always) private static var registers: LocalAPICRegisters<LocalAPICHardware> {
        LocalAPICRegisters(LocalAPICHardware(window: window))
    }

    static var baseAddress: PhysicalAddress { PhysicalAddress(machine_read_msr(0x1b) & 0xf_ffff_f000) }

    /// Switches the APIC on, masks the two 8259s, and starts the timer counting down from its maximum, unheard: what
    /// the clock is measured with.
    static func start(_ features: CPUFeatures, window: MMIOWindow?) {
        machine_out8(0x21, 0xff)
        machine_out8(0xa1, 0xff)
        self.window = window
        startHere()
    }

    /// Switches this CPU's own APIC on, as the first one's is.
    package static func startHere() { registers.start() }

    /// This CPU's number in interrupt messages.
    public static var id: UInt32 { registers.id }

    /// Sends an interrupt to a CPU.
    ///
    /// - Context: any; interrupts may be on.
    public static func send(vector: Int, to cpu: UInt32) { registers.send(vector: vector, to: cpu) }

    /// Interrupts a CPU even where its interrupts are off.
    package static func sendNonMaskable(to cpu: UInt32) { registers.sendNonMaskable(to: cpu) }

    /// Starts a CPU in real mode at a page below 1 MiB: see `LocalAPICRegisters.startCPU`.
    package static func startCPU(_ cpu: UInt32, page: UInt32, isRunning: () -> Bool, isOver: () -> Bool) -> Bool {
        registers.startCPU(cpu, page: page, isRunning: isRunning, isOver: isOver)
    }

    /// Tells the controller that an interrupt has been served.
    public static func acknowledge() { registers.acknowledge() }

    /// Arms the timer once. - Parameter ticks: of the timer's own frequency; 0 disarms.
    public static func arm(ticks: UInt32) { registers.arm(ticks: ticks) }

    /// Lets the timer count unheard.
    public static func countSilently() { registers.countSilently() }

    /// What the timer has counted down to.
    public static var count: UInt32 { registers.count }
}

/// The registers themselves; in memory where there is a window.
private struct LocalAPICHardware: LocalAPICAccess {
    let window: MMIOWindow?

    @inline(__always) var mode: LocalAPICMode { window == nil ? .registers : .memory }
    @inline(__always) func readMSR(_ number: UInt32) -> UInt64 { machine_read_msr(number) }
    @inline(__always) func writeMSR(_ number: UInt32, _ value: UInt64) { machine_write_msr(number, value) }
    @inline(__always) func load(_ offset: Int) -> UInt32 { window?.read32(offset) ?? 0 }
    @inline(__always) func store(_ offset: Int, _ value: UInt32) { window?.write32(offset, value) }
    @inline(__always) func fence() { machine_fence() }
    @inline(__always) func relax() { machine_relax() }
    @inline(__always) func withoutInterrupts(_ body: () -> Void) {
        let state = machine_interrupts_save()
        body()
        machine_interrupts_restore(state)
    }
}
#endif
