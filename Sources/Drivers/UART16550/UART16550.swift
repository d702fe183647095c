// SPDX-License-Identifier: Apache-2.0
//
// The 16550A serial port and its kin (National Semiconductor PC16550D, June 1995): the kernel's log and, where there is
// no virtio, a terminal. Works over x86 ports and over memory-mapped registers; registers that are further apart than a
// byte are a matter of the window, see `UARTRegisterSpacing`.
//
// Sending fills the transmitter's FIFO, sixteen bytes at a go, as long as it is found empty: on hypervisors it always is,
// unless their user's end is full. Then an interrupt tells the client when to go on; a log, which must work before
// interrupts do, waits in a loop of bounded length instead. Receiving is by interrupt into the chip's FIFO; the client
// pulls, and bytes that nobody pulls stay with a hypervisor and are lost on a line without handshake.

import ByteCodec
public import DeviceModel
public import Interrupts
import Sync

/// Where the registers of a memory-mapped UART are.
public enum UARTRegisterSpacing: Int, Sendable {
    /// One byte apart: every PC.
    case bytes = 1
    /// Four bytes apart: most systems on a chip.
    case words = 4
}

/// A 16550A serial port.
public final class UART16550<Registers: RegisterAccess>: ByteStreamPort, AttachedDevice, InterruptHandler {
    private let registers: Registers
    private let spacing: UARTRegisterSpacing
    private let state: Spinlock<State>

    private struct State {
        var client: (any ByteStreamClient)?
        var hasEnded = false
    }

    /// Sets up a port for 115,200 bits a second, 8 data bits, no parity, FIFO on, interrupts off.
    ///
    /// - Throws: `.notPresent` if the scratch register does not keep what is written to it.
    public init(registers: Registers, spacing: UARTRegisterSpacing = .bytes) throws(DeviceError) {
        self.registers = registers
        self.spacing = spacing
        state = Spinlock(State())
        try verifyPresence()
        write(.interruptEnable, 0)
        write(.lineControl, LineControl.divisorLatch)
        write(.data, 1)  // 115,200 / 1
        write(.interruptEnable, 0)
        write(.lineControl, LineControl.eightBitsNoParity)
        write(.fifoControl, FIFOControl.enableAndClear)
        // OUT2 lets the interrupt through to the bus on a PC.
        write(.modemControl, ModemControl.dataTerminalReady | ModemControl.requestToSend | ModemControl.out2)
    }

    /// Connects the receive interrupt.
    public func connectInterrupt(line: UInt32, through router: any InterruptRouter) throws(DeviceError) {
        try router.connect(line: line, to: self)
    }

    // PC16550D §8.7: the scratch register is not used by the chip. An empty bus reads as ones or zeros.
    private func verifyPresence() throws(DeviceError) {
        for pattern: UInt8 in [0x5a, 0xa5] {
            write(.scratch, pattern)
            guard read(.scratch) == pattern else { throw .notPresent }
        }
    }

    // MARK: ByteStreamPort

    /// Makes `client` the one that is told of changes.
    public func open(_ client: any ByteStreamClient, _ directions: StreamDirections) throws(DeviceError) {
        try state.withLock { (state: inout State) throws(DeviceError) in
            guard !state.hasEnded else { throw .ended }
            guard state.client == nil else { throw .busy }
            state.client = client
        }
        if directions.contains(.receiving) { write(.interruptEnable, InterruptEnable.receivedData) }
    }

    /// Moves received bytes to `bytes`.
    public func receive(into bytes: inout MutableRawSpan) -> Int {
        var count = 0
        while count < bytes.byteCount && read(.lineStatus) & LineStatus.dataReady != 0 {
            bytes.storeBytes(of: read(.data), toByteOffset: count, as: UInt8.self)
            count += 1
        }
        // Interrupts stay off from the one that announced these bytes until the FIFO is empty.
        if count < bytes.byteCount { listen(InterruptEnable.receivedData) }
        return count
    }

    /// Takes the first bytes that there is room for.
    public func send(_ bytes: RawSpan) throws(DeviceError) -> Int {
        guard !state.withLock({ $0.hasEnded }) else { throw .ended }
        var sent = 0
        while sent < bytes.byteCount, read(.lineStatus) & LineStatus.transmitterEmpty != 0 {
            sent = fill(bytes, from: sent)
        }
        if sent < bytes.byteCount { listen(InterruptEnable.both) }
        return sent
    }

    /// Sends without interrupts, in a loop of bounded length.
    public func sendPolling(_ bytes: RawSpan) {
        var sent = 0
        while sent < bytes.byteCount, waitUntilTransmitterEmpty() { sent = fill(bytes, from: sent) }
    }

    /// Whether the other end is there.
    public var isConnected: Bool { true }

    /// Whether the last byte has left the chip.
    public func isSendIdle() -> Bool {
        if read(.lineStatus) & LineStatus.transmitterIdle != 0 { return true }
        listen(InterruptEnable.both)
        return false
    }

    /// Writes what the empty FIFO holds; the place of the next byte.
    private func fill(_ bytes: RawSpan, from start: Int) -> Int {
        let end = min(start + Self.fifoSize, bytes.byteCount)
        for offset in start..<end { write(.data, bytes.byte(at: offset) ?? 0) }
        return end
    }

    /// Enables interrupts for a client that is told of them. Where two threads or a thread and deferred work do so at
    /// once, either value is right: deferred work tells of bytes and of room, whichever it was that interrupted, and who
    /// still waits for room then asks for it again.
    private func listen(_ events: UInt8) {
        if state.withLock({ $0.client != nil && !$0.hasEnded }) { write(.interruptEnable, events) }
    }

    // A byte takes 87 µs at 115,200 bits a second and a read of a port about 1 µs, so a FIFO that is not empty after
    // this many reads has nobody at the other end. Its bytes are dropped: the log must never stop the kernel.
    private func waitUntilTransmitterEmpty() -> Bool {
        for _ in 0..<20_000 where read(.lineStatus) & LineStatus.transmitterEmpty != 0 { return true }
        return false
    }

    private static var fifoSize: Int { 16 }

    // MARK: AttachedDevice

    /// What services may do with it.
    public var face: DeviceFace { .serialPort(self) }

    /// Turns interrupts off. `sendPolling` still works, for the last words.
    public func quiesce() {
        state.withLock { $0.hasEnded = true }
        write(.interruptEnable, 0)
    }

    // MARK: InterruptHandler

    /// Asks the device whether it interrupted.
    public func acknowledge() -> InterruptOutcome {
        // PC16550D §8.6: bit 0 clear means pending.
        guard read(.interruptIdentification) & 1 == 0 else { return .notMine }
        // The cause goes away only when bytes are read or sent; that is the client's time to choose.
        write(.interruptEnable, 0)
        return .deferWork
    }

    /// Does the work that an interrupt has brought.
    public func runDeferred(budget: inout WorkBudget) -> Bool {
        guard let client = state.withLock({ $0.client }) else { return false }
        client.portHasBytes()
        client.portHasRoom()
        return false
    }

    // MARK: Registers

    private func read(_ register: UARTRegister) -> UInt8 { registers.read8(register.rawValue * spacing.rawValue) }

    private func write(_ register: UARTRegister, _ value: UInt8) {
        registers.write8(register.rawValue * spacing.rawValue, value)
    }
}
