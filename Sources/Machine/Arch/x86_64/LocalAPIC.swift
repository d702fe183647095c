// SPDX-License-Identifier: Apache-2.0
//
// This CPU's interrupt controller and timer (SDM vol. 3 §11): by MSRs (x2APIC) where the CPU has them, otherwise in
// memory at the place the APIC base register states.

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
    public static var timerVector: Int { 0x7e }
    /// The vector of interrupts that vanished before they were taken; not acknowledged.
    public static var spuriousVector: Int { 0x7f }

    private static var identifier: Int { 0x20 }
    private static var endOfInterrupt: Int { 0xb0 }
    private static var spurious: Int { 0xf0 }
    private static var command: Int { 0x300 }
    private static var timer: Int { 0x320 }
    private static var initialCount: Int { 0x380 }
    private static var currentCount: Int { 0x390 }
    private static var divide: Int { 0x3e0 }

    nonisolated(unsafe) private static var window: MMIOWindow?

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
    package static func startHere() {
        var base = machine_read_msr(0x1b) | 1 << 11
        if window == nil { base |= 1 << 10 }
        machine_write_msr(0x1b, base)
        write(spurious, 0x100 | UInt32(spuriousVector))
        write(divide, 0b1011)  // by 1
        write(timer, UInt32(timerVector) | 1 << 16)
        write(initialCount, .max)
    }

    private static func read(_ register: Int) -> UInt32 {
        if let window { return window.read32(register) }
        return UInt32(truncatingIfNeeded: machine_read_msr(0x800 + UInt32(register >> 4)))
    }

    private static func write(_ register: Int, _ value: UInt32) {
        if let window { return window.write32(register, value) }
        machine_write_msr(0x800 + UInt32(register >> 4), UInt64(value))
    }

    /// This CPU's number in interrupt messages.
    public static var id: UInt32 { window == nil ? read(identifier) : read(identifier) >> 24 }

    /// Sends an interrupt to a CPU.
    ///
    /// - Context: any; interrupts may be on.
    public static func send(vector: Int, to cpu: UInt32) { sendCommand(UInt32(vector) | 1 << 14, to: cpu) }

    /// Interrupts a CPU even where its interrupts are off (SDM vol. 3 §10.6.1, NMI).
    package static func sendNonMaskable(to cpu: UInt32) { sendCommand(0b100 << 8 | 1 << 14, to: cpu) }

    /// Stops a CPU that does not run yet and makes it wait for `sendStart` (SDM vol. 3 §10.6.1, INIT).
    package static func sendInit(to cpu: UInt32) { sendCommand(0b101 << 8 | 1 << 14, to: cpu) }

    /// Starts a CPU in real mode at a page below 1 MiB.
    package static func sendStart(page: UInt32, to cpu: UInt32) {
        sendCommand(0b110 << 8 | 1 << 14 | page >> 12, to: cpu)
    }

    private static func sendCommand(_ low: UInt32, to cpu: UInt32) {
        guard let window else {
            machine_fence()  // a write to this register does not wait for stores before it (SDM vol. 3 §10.12.3)
            return machine_write_msr(0x800 + UInt32(command >> 4), UInt64(cpu) << 32 | UInt64(low))
        }
        let state = machine_interrupts_save()
        while window.read32(command) & 1 << 12 != 0 { machine_relax() }  // the one before is still on its way
        window.write32(command + 0x10, cpu << 24)
        window.write32(command, low)
        machine_interrupts_restore(state)
    }

    /// Tells the controller that an interrupt has been served.
    public static func acknowledge() { write(endOfInterrupt, 0) }

    /// Arms the timer once. - Parameter ticks: of the timer's own frequency; 0 disarms.
    public static func arm(ticks: UInt32) {
        write(timer, UInt32(timerVector))
        write(initialCount, ticks)
    }

    /// Lets the timer count unheard.
    public static func countSilently() {
        write(timer, UInt32(timerVector) | 1 << 16)
        write(initialCount, .max)
    }

    /// What the timer has counted down to.
    public static var count: UInt32 { read(currentCount) }
}
#endif
