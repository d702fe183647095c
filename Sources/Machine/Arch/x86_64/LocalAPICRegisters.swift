// SPDX-License-Identifier: Apache-2.0
//
// What is done to a local APIC's registers, in which order (SDM vol. 3 §11 "APIC"): by MSRs, x2APIC, or in memory,
// xAPIC. How a register is reached is a parameter, so that a unit test can state the exact trace of either; the kernel's
// way there is `LocalAPICHardware`, with which all of this is inlined into LocalAPIC's functions.
//
//      in memory   32-bit registers, each at a multiple of 16; a command is two writes: to whom, then what
//      by MSRs     0x800 + offset / 16; a command is one write of 64 bits, and nobody asks whether it has left

/// The kinds of a local APIC (SDM vol. 3 §11.12.1).
package enum LocalAPICMode {
    /// xAPIC: numbers of CPUs have 8 bits.
    case memory
    /// x2APIC: numbers of CPUs have 32 bits.
    case registers
}

/// How the registers of this CPU's local APIC are reached.
package protocol LocalAPICAccess {
    /// Which kind is used.
    var mode: LocalAPICMode { get }
    /// Reads an MSR.
    func readMSR(_ number: UInt32) -> UInt64
    /// Writes an MSR.
    func writeMSR(_ number: UInt32, _ value: UInt64)
    /// Reads a register in memory, of `LocalAPICMode.memory` only.
    func load(_ offset: Int) -> UInt32
    /// Writes a register in memory, of `LocalAPICMode.memory` only.
    func store(_ offset: Int, _ value: UInt32)
    /// Waits until others see all stores before.
    func fence()
    /// Lets time pass in a loop that waits.
    func relax()
    /// Runs code that an interrupt must not come into.
    func withoutInterrupts(_ body: () -> Void)
}

/// This CPU's local APIC.
package struct LocalAPICRegisters<Access: LocalAPICAccess> {
    private let access: Access

    package init(_ access: Access) { self.access = access }

    private var baseMSR: UInt32 { 0x1b }  // IA32_APIC_BASE

    @inline(__always) private func read(_ register: LocalAPICRegister) -> UInt32 {
        switch access.mode {
        case .memory: access.load(register.offset)
        case .registers: UInt32(truncatingIfNeeded: access.readMSR(register.number))
        }
    }

    @inline(__always) private func write(_ register: LocalAPICRegister, _ value: UInt32) {
        switch access.mode {
        case .memory: access.store(register.offset, value)
        case .registers: access.writeMSR(register.number, UInt64(value))
        }
    }

    // MARK: Switching on

    /// Switches it on, its timer counting down unheard from its maximum.
    @inline(__always) package func start() {
        // An APIC that is off becomes an xAPIC first: both bits at once are a fault (SDM vol. 3 §11.12.5.1). One that the
        // firmware has made an x2APIC keeps that.
        let base = access.readMSR(baseMSR) | 1 << 11
        access.writeMSR(baseMSR, base)
        if access.mode == .registers { access.writeMSR(baseMSR, base | 1 << 10) }
        write(.spurious, 0x100 | UInt32(LocalAPICVector.spurious))
        write(.divide, 0b1011)  // by 1
        countSilently()
    }

    /// This CPU's number in interrupt messages.
    @inline(__always) package var id: UInt32 {
        access.mode == .registers ? read(.identifier) : read(.identifier) >> 24
    }

    // MARK: Interrupts

    /// Tells the controller that an interrupt has been served.
    @inline(__always) package func acknowledge() { write(.endOfInterrupt, 0) }

    /// Sends an interrupt to a CPU.
    package func send(vector: Int, to cpu: UInt32) { command(UInt32(vector) | 1 << 14, to: cpu) }

    /// Interrupts a CPU even where its interrupts are off (SDM vol. 3 §11.6.1, NMI).
    package func sendNonMaskable(to cpu: UInt32) { command(0b100 << 8 | 1 << 14, to: cpu) }

    /// Makes a CPU wait for `sendStart`, whatever it does (SDM vol. 3 §11.6.1, INIT).
    package func sendInit(to cpu: UInt32) { command(0b101 << 8 | 1 << 14, to: cpu) }

    /// Starts a CPU in real mode at a page below 1 MiB (SDM vol. 3 §11.6.1, Start Up).
    package func sendStart(page: UInt32, to cpu: UInt32) { command(0b110 << 8 | 1 << 14 | page >> 12, to: cpu) }

    /// Writes the interrupt command register.
    @inline(__always) private func command(_ low: UInt32, to cpu: UInt32) {
        switch access.mode {
        case .registers:
            access.fence()  // a write to this register does not wait for stores before it (SDM vol. 3 §11.12.3)
            access.writeMSR(LocalAPICRegister.command.number, UInt64(cpu) << 32 | UInt64(low))
        case .memory:
            access.withoutInterrupts {
                // The one before is still on its way.
                while access.load(LocalAPICRegister.command.offset) & 1 << 12 != 0 { access.relax() }
                access.store(LocalAPICRegister.commandTarget.offset, cpu << 24)
                access.store(LocalAPICRegister.command.offset, low)
            }
        }
    }

    // MARK: Starting another CPU

    /// Sends a CPU to a page below 1 MiB and waits (SDM vol. 3 §9.4.4): INIT, start, and a second start for a CPU that was
    /// slow to reset; one that runs ignores that. The waits between them that were right for processors of other times
    /// are not made.
    ///
    /// - Parameters:
    ///   - isRunning: whether the CPU has come.
    ///   - isOver: whether to give it up: one that came later would take itself for the next one, so it is reset again.
    /// - Returns: whether it runs.
    @inline(__always) package func startCPU(
        _ cpu: UInt32, page: UInt32, isRunning: () -> Bool, isOver: () -> Bool
    ) -> Bool {
        sendInit(to: cpu)
        sendStart(page: page, to: cpu)
        var rounds = 0
        while !isRunning(), !isOver() {
            access.relax()
            rounds &+= 1
            if rounds == 10_000 { sendStart(page: page, to: cpu) }
        }
        if isRunning() { return true }
        sendInit(to: cpu)
        return false
    }

    // MARK: The timer

    /// Arms the timer once. - Parameter ticks: of the timer's own frequency; 0 disarms.
    @inline(__always) package func arm(ticks: UInt32) {
        write(.timer, UInt32(LocalAPICVector.timer))
        write(.initialCount, ticks)
    }

    /// Lets the timer count unheard.
    @inline(__always) package func countSilently() {
        write(.timer, UInt32(LocalAPICVector.timer) | 1 << 16)
        write(.initialCount, .max)
    }

    /// What the timer has counted down to.
    @inline(__always) package var count: UInt32 { read(.currentCount) }
}

/// The vectors that the kernel gives to its own interrupts.
enum LocalAPICVector {
    static var timer: Int { 0x7e }
    static var spurious: Int { 0x7f }
}

/// A register of the local APIC (SDM vol. 3 §11.4.1 and §11.12.1.2).
private struct LocalAPICRegister {
    /// Its place in memory.
    let offset: Int
    /// Its MSR.
    var number: UInt32 { 0x800 + UInt32(offset >> 4) }

    static var identifier: LocalAPICRegister { LocalAPICRegister(offset: 0x20) }
    static var endOfInterrupt: LocalAPICRegister { LocalAPICRegister(offset: 0xb0) }
    static var spurious: LocalAPICRegister { LocalAPICRegister(offset: 0xf0) }
    static var command: LocalAPICRegister { LocalAPICRegister(offset: 0x300) }
    static var commandTarget: LocalAPICRegister { LocalAPICRegister(offset: 0x310) }
    static var timer: LocalAPICRegister { LocalAPICRegister(offset: 0x320) }
    static var initialCount: LocalAPICRegister { LocalAPICRegister(offset: 0x380) }
    static var currentCount: LocalAPICRegister { LocalAPICRegister(offset: 0x390) }
    static var divide: LocalAPICRegister { LocalAPICRegister(offset: 0x3e0) }
}
