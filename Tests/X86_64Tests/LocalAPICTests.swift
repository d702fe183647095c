// SPDX-License-Identifier: Apache-2.0

// What is written to a local APIC, access by access: QEMU's translator has no x2APIC before version 9, so that nothing
// else executes that half. Numbers and values are those of SDM vol. 3 §11: table 11-1 for places in memory, table 11-6 for
// MSRs, figure 11-12 and figure 11-28 for commands.

import Testing
import X86_64

/// One access to a register.
private enum Access: Equatable {
    case readMSR(UInt32)
    case writeMSR(UInt32, UInt64)
    case load(Int)
    case store(Int, UInt32)
    case fence
    case interruptsOff
    case interruptsOn
}

/// A local APIC that remembers what was done to it.
private final class RecordedAPIC: LocalAPICAccess {
    let mode: LocalAPICMode
    /// IA32_APIC_BASE.
    var base: UInt64 = 0xfee0_0900
    /// What the identifier's register holds.
    var identifier: UInt32 = 0
    /// For how many looks a command is still on its way.
    var looksUntilIdle = 0
    /// The counter of rounds spent waiting.
    var rounds = 0
    /// Whether an access was none that the processor allows: a general-protection exception.
    var hasFaulted = false
    var trace: [Access] = []

    init(_ mode: LocalAPICMode) { self.mode = mode }

    func readMSR(_ number: UInt32) -> UInt64 {
        trace.append(.readMSR(number))
        if number != 0x1b, base & 0xc00 != 0xc00 { hasFaulted = true }
        switch number {
        case 0x1b: return base
        case 0x802: return UInt64(identifier)
        case 0x839: return 1234
        default: return 0
        }
    }

    func writeMSR(_ number: UInt32, _ value: UInt64) {
        trace.append(.writeMSR(number, value))
        if number == 0x1b {
            switch (base & 0xc00, value & 0xc00) {
            // Off to x2APIC, x2APIC to xAPIC, and what is no mode at all (SDM vol. 3 §11.12.5).
            case (0, 0xc00), (0xc00, 0x800), (_, 0x400): hasFaulted = true
            default: base = value
            }
        } else {
            // The other half of a command has no MSR; end-of-interrupt takes nothing but 0; only a command has 64 bits.
            hasFaulted =
                hasFaulted || base & 0xc00 != 0xc00 || number == 0x831 || number == 0x80b && value != 0
                || number != 0x830 && value >> 32 != 0
        }
    }

    func load(_ offset: Int) -> UInt32 {
        trace.append(.load(offset))
        if base & 0xc00 != 0x800 { hasFaulted = true }
        switch offset {
        case 0x20: return identifier << 24
        case 0x390: return 1234
        case 0x300:
            looksUntilIdle -= 1
            return looksUntilIdle >= 0 ? 1 << 12 : 0
        default: return 0
        }
    }

    func store(_ offset: Int, _ value: UInt32) {
        trace.append(.store(offset, value))
        if base & 0xc00 != 0x800 { hasFaulted = true }
    }

    func fence() { trace.append(.fence) }
    func relax() { rounds += 1 }

    func withoutInterrupts(_ body: () -> Void) {
        trace.append(.interruptsOff)
        body()
        trace.append(.interruptsOn)
    }

    /// One that runs already.
    static func running(_ mode: LocalAPICMode) -> RecordedAPIC {
        let recorded = RecordedAPIC(mode)
        if mode == .registers { recorded.base |= 0x400 }
        return recorded
    }

    /// What an action does to it.
    func trace(of action: (LocalAPICRegisters<RecordedAPIC>) -> Void) -> [Access] {
        trace = []
        action(LocalAPICRegisters(self))
        return trace
    }
}

@Suite("LocalAPIC")
struct LocalAPICTests {
    @Test(
        "x2APIC is switched on by way of xAPIC, wherever the firmware has left it",
        arguments: [0xfee0_0000, 0xfee0_0800, 0xfee0_0c00, 0xfee0_0100] as [UInt64])
    func switchingOn(base: UInt64) {
        let recorded = RecordedAPIC(.registers)
        recorded.base = base
        #expect(
            recorded.trace { $0.start() } == [
                .readMSR(0x1b), .writeMSR(0x1b, base | 0x800), .writeMSR(0x1b, base | 0xc00),
                .writeMSR(0x80f, 0x17f),  // spurious vector, enabled
                .writeMSR(0x83e, 0b1011), .writeMSR(0x832, 0x1_007e), .writeMSR(0x838, 0xffff_ffff),
            ])
        #expect(!recorded.hasFaulted)
        #expect(recorded.base == base | 0xc00)
    }

    @Test("xAPIC is switched on and configured in memory", arguments: [0xfee0_0000, 0xfee0_0900] as [UInt64])
    func switchingOnInMemory(base: UInt64) {
        let recorded = RecordedAPIC(.memory)
        recorded.base = base
        #expect(
            recorded.trace { $0.start() } == [
                .readMSR(0x1b), .writeMSR(0x1b, base | 0x800), .store(0xf0, 0x17f), .store(0x3e0, 0b1011),
                .store(0x320, 0x1_007e), .store(0x380, 0xffff_ffff),
            ])
        #expect(!recorded.hasFaulted)
    }

    @Test("The number is 32 bits by MSR, the upper 8 of the register in memory")
    func identifier() {
        let wide = RecordedAPIC.running(.registers)
        wide.identifier = 0x1234_5678
        #expect(LocalAPICRegisters(wide).id == 0x1234_5678)
        let narrow = RecordedAPIC.running(.memory)
        narrow.identifier = 0xfe
        #expect(LocalAPICRegisters(narrow).id == 0xfe)
        #expect(!wide.hasFaulted && !narrow.hasFaulted)
    }

    @Test("The end of an interrupt is one write of zero")
    func acknowledging() {
        #expect(RecordedAPIC.running(.registers).trace { $0.acknowledge() } == [.writeMSR(0x80b, 0)])
        #expect(RecordedAPIC.running(.memory).trace { $0.acknowledge() } == [.store(0xb0, 0)])
    }

    @Test("The timer is armed by its vector and its count, and counts unheard with its interrupt masked")
    func timer() {
        let wide = RecordedAPIC.running(.registers)
        #expect(wide.trace { $0.arm(ticks: 77) } == [.writeMSR(0x832, 0x7e), .writeMSR(0x838, 77)])
        #expect(wide.trace { $0.countSilently() } == [.writeMSR(0x832, 0x1_007e), .writeMSR(0x838, 0xffff_ffff)])
        var count: UInt32 = 0
        #expect(wide.trace { count = $0.count } == [.readMSR(0x839)])
        #expect(count == 1234)
        let narrow = RecordedAPIC.running(.memory)
        #expect(narrow.trace { $0.arm(ticks: 77) } == [.store(0x320, 0x7e), .store(0x380, 77)])
        #expect(narrow.trace { $0.countSilently() } == [.store(0x320, 0x1_007e), .store(0x380, 0xffff_ffff)])
        count = 0
        #expect(narrow.trace { count = $0.count } == [.load(0x390)])
        #expect(count == 1234)
        #expect(!wide.hasFaulted && !narrow.hasFaulted)
    }

    @Test("An x2APIC takes a command in one write after a fence, and nobody asks whether it has left")
    func command() {
        let recorded = RecordedAPIC.running(.registers)
        #expect(
            recorded.trace { $0.send(vector: 0x7c, to: 0x0102_0304) } == [
                .fence, .writeMSR(0x830, 0x0102_0304_0000_407c),
            ])
        #expect(recorded.trace { $0.sendNonMaskable(to: 300) } == [.fence, .writeMSR(0x830, 300 << 32 | 0x4400)])
        #expect(!recorded.hasFaulted && recorded.rounds == 0)
    }

    @Test("An xAPIC takes a command in two writes once the one before has left, and no interrupt comes in between")
    func commandInMemory() {
        let recorded = RecordedAPIC.running(.memory)
        recorded.looksUntilIdle = 2
        #expect(
            recorded.trace { $0.send(vector: 0x7c, to: 3) } == [
                .interruptsOff, .load(0x300), .load(0x300), .load(0x300), .store(0x310, 3 << 24), .store(0x300, 0x407c),
                .interruptsOn,
            ])
        #expect(recorded.rounds == 2)
        #expect(
            recorded.trace { $0.sendNonMaskable(to: 0xfe) } == [
                .interruptsOff, .load(0x300), .store(0x310, 0xfe00_0000), .store(0x300, 0x4400), .interruptsOn,
            ])
        #expect(!recorded.hasFaulted)
    }

    @Test("A CPU is started by INIT and a start, one that is slow by a second start")
    func startingCPUs() {
        let expected: [Access] = [
            .fence, .writeMSR(0x830, 9 << 32 | 0x4500), .fence, .writeMSR(0x830, 9 << 32 | 0x4608),
        ]
        let quick = RecordedAPIC.running(.registers)
        let isQuick = LocalAPICRegisters(quick).startCPU(
            9, page: 0x8000, isRunning: { quick.rounds == 5 }, isOver: { false })
        #expect(isQuick)
        #expect(quick.trace == expected)
        let slow = RecordedAPIC.running(.registers)
        let isSlow = LocalAPICRegisters(slow).startCPU(
            9, page: 0x8000, isRunning: { slow.rounds == 20_000 }, isOver: { false })
        #expect(isSlow)
        #expect(slow.trace == expected + expected.suffix(2))
    }

    @Test("A CPU that does not come is reset")
    func givingCPUsUp() {
        let recorded = RecordedAPIC.running(.memory)
        let isRunning = LocalAPICRegisters(recorded).startCPU(
            9, page: 0x8000, isRunning: { false }, isOver: { recorded.rounds == 3 })
        #expect(!isRunning)
        let commands = recorded.trace.compactMap { access in
            if case .store(0x300, let value) = access { value } else { nil as UInt32? }
        }
        #expect(commands == [0x4500, 0x4608, 0x4500])
        #expect(recorded.trace.filter { $0 == .store(0x310, 9 << 24) }.count == 3)
    }
}
