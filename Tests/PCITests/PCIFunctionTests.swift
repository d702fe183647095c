// SPDX-License-Identifier: Apache-2.0
//
// Reading a function's registers: widths, base addresses, capabilities, messages.

import DeviceModel
import Memory
import TestSupport
import Testing

@testable import PCI

@Suite struct PCIFunctionTests {
    private let space = FakePCIConfigurationSpace()
    private let place = PCIAddress(bus: 0, device: 3, function: 0)

    private func plug(_ fake: FakePCIFunction) throws -> PCIFunction {
        space.plug(fake, device: 3)
        return try #require(PCIFunction(at: place, in: space))
    }

    @Test("an address where nothing answers has no function")
    func absent() {
        #expect(PCIFunction(at: place, in: space) == nil)
    }

    @Test("identifiers, class and header type are read")
    func identity() throws {
        let function = try plug(FakePCIFunction(vendor: 0x8086, device: 0x29c0, classCode: 0x06_0400, headerType: 0x81))
        #expect(function.vendor == 0x8086)
        #expect(function.device == 0x29c0)
        #expect(function.headerType == 1)
        #expect(function.identities == [.pci(vendor: 0x8086, device: 0x29c0), .pciClass(base: 6, sub: 4)])
    }

    @Test("narrow reads take their part of the word")
    func narrowReads() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.words[0x10] = 0x4433_2211
        let function = try plug(fake)
        #expect(function.read8(0x43) == 0x44)
        #expect(function.read16(0x42) == 0x4433)
        #expect(function.read32(0x40) == 0x4433_2211)
        function.write16(0x42, 0xbeef)
        #expect(fake.words[0x10] == 0xbeef_2211)
    }

    @Test("a base address is sized without moving it and with the decoders off")
    func sizesBaseAddress() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addMemory(1, at: 0xfeb0_0000, byteCount: 0x2000, is64Bit: false)
        fake.addMemory(4, at: 0x10_fe00_0000, byteCount: 0x4000, is64Bit: true)
        fake.words[1] = 0x7
        let function = try plug(fake)
        #expect(
            function.baseAddress(1)
                == PCIBaseAddress(index: 1, space: .memory32, address: 0xfeb0_0000, byteCount: 0x2000))
        #expect(
            function.baseAddress(4)
                == PCIBaseAddress(index: 4, space: .memory64, address: 0x10_fe00_0000, byteCount: 0x4000))
        #expect(function.baseAddress(0) == nil)
        #expect(fake.words[1] == 0x7)
        #expect(fake.words[5] == 0xfeb0_0000)
    }

    @Test("memory without an address gets the next free multiple of its size")
    func assignsMissing() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addMemory(0, at: 0, byteCount: 0x100, is64Bit: false)
        fake.addMemory(1, at: 0, byteCount: 0x10_0000, is64Bit: false)
        fake.addMemory(2, at: 0xfe00_0000, byteCount: 0x1000, is64Bit: false)
        fake.addMemory(4, at: 0, byteCount: 0x4000, is64Bit: true)
        let function = try plug(fake)
        var window = PCIAddressAssignment(start: 0xe000_0000, byteCount: 0x40_0000)
        try window.assignMissing(of: function)
        #expect(function.baseAddress(0)?.address == 0xe000_0000)
        #expect(function.baseAddress(1)?.address == 0xe010_0000)
        #expect(function.baseAddress(2)?.address == 0xfe00_0000)
        #expect(function.baseAddress(4)?.address == 0xe020_0000)
    }

    @Test("a window that is used up is out of memory")
    func assignmentRunsOut() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addMemory(0, at: 0, byteCount: 0x10_0000, is64Bit: false)
        let function = try plug(fake)
        var window = PCIAddressAssignment(start: 0xe000_0000, byteCount: 0x8_0000)
        #expect(throws: DeviceError.outOfMemory) { try window.assignMissing(of: function) }
    }

    @Test("capabilities are visited in list order")
    func capabilities() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addCapability([0x11, 0], at: 0x98)
        fake.addCapability([0x09, 0], at: 0x40)
        let function = try plug(fake)
        var seen: [Int] = []
        function.forEachCapability {
            seen.append($0.offset)
            return .next
        }
        #expect(seen == [0x98, 0x40])
        #expect(function.firstCapability(0x09)?.offset == 0x40)
        #expect(function.firstCapability(0x05) == nil)
    }

    @Test("a capability list that loops ends")
    func capabilityLoop() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addCapability([0x09, 0], at: 0x40)
        fake.words[0x10] = 0x4009  // next points to itself
        let function = try plug(fake)
        #expect(function.firstCapability(0x11) == nil)
    }

    @Test("a message is written masked, then let loose")
    func messageTable() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addMemory(1, at: 0xfeb0_0000, byteCount: 0x1000, is64Bit: false)
        fake.addCapability([0x11, 0, 3, 0, 0x01, 0, 0, 0], at: 0x98)
        let registers = FakeRegisters()
        let mapper = FakeRegisterMapper()
        mapper.place(registers, at: 0xfeb0_0000)
        let table = try #require(try PCIMessageTable(of: try plug(fake), mapper: mapper))
        #expect(table.count == 4)
        table.set(2, to: MessageTarget(address: 0xfee0_1000, data: 0x41))
        #expect(
            registers.traceText == [
                "w32 0x2c = 0x1", "w32 0x20 = 0xfee01000", "w32 0x24 = 0x0", "w32 0x28 = 0x41", "w32 0x2c = 0x0",
            ])
        table.enable()
        #expect(fake.words[0x26] >> 16 & 0xc000 == 0x8000)
        #expect(fake.words[1] & 0x400 != 0)
    }

    @Test("a message table outside its memory is refused")
    func messageTableOutside() throws {
        let fake = FakePCIFunction(vendor: 1, device: 2)
        fake.addMemory(1, at: 0xfeb0_0000, byteCount: 0x1000, is64Bit: false)
        fake.addCapability([0x11, 0, 0xff, 7, 0x01, 0, 0, 0], at: 0x98)
        let function = try plug(fake)
        #expect(throws: DeviceError.self) { try PCIMessageTable(of: function, mapper: FakeRegisterMapper()) }
    }
}
