// SPDX-License-Identifier: Apache-2.0
//
// The serial port's register traces, on a fake chip.

import Containers
import DeviceModel
import TestSupport
import Testing
import UART16550

@Suite struct UART16550Tests {
    private let registers = FakeRegisters()
    private let chip = Chip()

    /// A chip that always has room to send and has received what the test put there.
    private final class Chip: @unchecked Sendable {
        var received: [UInt8] = []
        var isStuck = false
        var interruptEnable: UInt64 = 0
    }

    init() {
        let chip = chip
        registers.onRead = { offset, _ in
            switch offset {
            case 0: chip.received.isEmpty ? 0 : UInt64(chip.received.removeFirst())
            case 2:
                if !chip.received.isEmpty && chip.interruptEnable & 1 != 0 {
                    4
                } else {
                    !chip.isStuck && chip.interruptEnable & 2 != 0 ? 2 : 1
                }
            case 5: (chip.isStuck ? 0 : 0x60) | (chip.received.isEmpty ? 0 : 1)
            default: nil
            }
        }
        registers.onWrite = { offset, _, value in if offset == 1 { chip.interruptEnable = value } }
    }

    @Test("set-up tests presence, then sets 115,200 8N1 with FIFO")
    func setUp() throws {
        _ = try UART16550(registers: registers)
        #expect(
            registers.writes == [
                "w8 0x7 = 0x5a", "w8 0x7 = 0xa5", "w8 0x1 = 0x0", "w8 0x3 = 0x80", "w8 0x0 = 0x1", "w8 0x1 = 0x0",
                "w8 0x3 = 0x3", "w8 0x2 = 0xc7", "w8 0x4 = 0xb",
            ])
    }

    @Test("a place where nothing answers has no port", arguments: [UInt64(0xff), 0x00])
    func absent(_ answer: UInt64) {
        registers.onRead = { _, _ in answer }
        #expect(throws: DeviceError.notPresent) { try UART16550(registers: registers) }
    }

    @Test("sixteen bytes are written for each look at the transmitter")
    func sendsInFIFOs() throws {
        let port = try UART16550(registers: registers)
        registers.trace = []
        #expect(try port.send([UInt8](repeating: 0x61, count: 20).span.rawBytes) == 20)
        #expect(registers.traceText.filter { $0.hasPrefix("r8 0x5") }.count == 2)
        #expect(registers.writes.count == 20)
        #expect(registers.traceText.prefix(2) == ["r8 0x5 = 0x60", "w8 0x0 = 0x61"])
        #expect(registers.traceText[17] == "r8 0x5 = 0x60")
    }

    @Test("what finds no room is announced by an interrupt, and last words are dropped instead of waiting for ever")
    func stuck() throws {
        let router = FakeInterruptRouter()
        let port = try UART16550(registers: registers)
        try port.connectInterrupt(line: 4, through: router)
        let client = FakeStreamClient()
        try port.open(client, [.receiving, .sending])
        chip.isStuck = true
        registers.trace = []
        #expect(try port.send([1, 2, 3].span.rawBytes) == 0)
        #expect(registers.writes == ["w8 0x1 = 0x3"])
        #expect(!port.isSendIdle())
        port.sendPolling([1, 2, 3].span.rawBytes)
        #expect(!registers.writes.contains("w8 0x0 = 0x1"))

        chip.isStuck = false
        #expect(router.raise(line: 4))
        #expect(client.roomNotices == 1)
        #expect(chip.interruptEnable == 0)
        #expect(try port.send([1, 2, 3].span.rawBytes) == 3)
        #expect(port.isSendIdle())
    }

    @Test("received bytes announce themselves once and are pulled by the client")
    func receives() throws {
        let router = FakeInterruptRouter()
        let port = try UART16550(registers: registers)
        try port.connectInterrupt(line: 4, through: router)
        let client = FakeStreamClient()
        try port.open(client, [.receiving, .sending])
        #expect(!router.raise(line: 4))
        chip.received = [0x68, 0x69]
        #expect(router.raise(line: 4))
        #expect(client.byteNotices == 1)
        #expect(!router.raise(line: 4), "interrupts are off until the bytes are pulled")

        var bytes = [UInt8](repeating: 0, count: 8)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        let count = port.receive(into: &raw)
        #expect(count == 2)
        #expect(bytes.prefix(2) == [0x68, 0x69])
        #expect(chip.interruptEnable == 1)
    }

    @Test("registers may be four bytes apart")
    func spacing() throws {
        _ = try UART16550(registers: registers, spacing: .words)
        #expect(registers.writes.prefix(2) == ["w8 0x1c = 0x5a", "w8 0x1c = 0xa5"])
    }

    @Test("a silenced port refuses to send but still has last words")
    func quiesced() throws {
        let port = try UART16550(registers: registers)
        port.quiesce()
        #expect(throws: DeviceError.ended) { try port.send([1].span.rawBytes) }
        registers.trace = []
        port.sendPolling([0x21].span.rawBytes)
        #expect(registers.writes == ["w8 0x0 = 0x21"])
    }
}
