// SPDX-License-Identifier: Apache-2.0
//
// Finding functions, and the two ways to their registers.

import PCI
import TestSupport
import Testing

@Suite struct PCIBusTests {
    private func found(_ space: FakePCIConfigurationSpace) -> [String] {
        var places: [String] = []
        PCIBus.forEachFunction(in: space) {
            places.append("\($0.address.bus):\($0.address.device).\($0.address.function)")
        }
        return places
    }

    @Test("functions above zero are looked for only in devices that have several")
    func multifunction() {
        let space = FakePCIConfigurationSpace()
        space.plug(FakePCIFunction(vendor: 1, device: 1), device: 0)
        space.plug(FakePCIFunction(vendor: 1, device: 2), device: 0, function: 1)
        space.plug(FakePCIFunction(vendor: 1, device: 3, headerType: 0x80), device: 31)
        space.plug(FakePCIFunction(vendor: 1, device: 4), device: 31, function: 3)
        #expect(found(space) == ["0:0.0", "0:31.0", "0:31.3"])
    }

    @Test("buses behind bridges are visited once")
    func bridges() {
        let space = FakePCIConfigurationSpace()
        let bridge = FakePCIFunction(vendor: 1, device: 1, classCode: 0x06_0400, headerType: 1)
        bridge.words[6] = 0x0002_0200  // subordinate 2, secondary 2, primary 0
        space.plug(bridge, device: 1)
        space.plug(FakePCIFunction(vendor: 1, device: 2), bus: 2, device: 4)
        #expect(found(space) == ["0:1.0", "2:4.0"])
    }

    @Test("a bridge that points back does not make a loop")
    func bridgeLoop() {
        let space = FakePCIConfigurationSpace()
        for bus: UInt8 in [0, 1] {
            let bridge = FakePCIFunction(vendor: 1, device: 1, classCode: 0x06_0400, headerType: 1)
            bridge.words[6] = bus == 0 ? 0x0100 : 0x0000
            space.plug(bridge, bus: bus, device: 1)
        }
        #expect(found(space) == ["0:1.0", "1:1.0"])
    }

    @Test("mechanism one writes the address, then uses the data port")
    func ports() {
        let registers = FakeRegisters()
        let space = PCIConfigurationPorts(ports: registers)
        space.write(PCIAddress(bus: 1, device: 2, function: 3), 0x44, 0xcafe)
        #expect(registers.traceText == ["w32 0x0 = 0x80011344", "w32 0x4 = 0xcafe"])
        #expect(space.read(PCIAddress(bus: 1, device: 2, function: 3), 0x100) == .max)
    }

    @Test("the memory window has a page for each function")
    func window() {
        let registers = FakeRegisters()
        let space = PCIConfigurationWindow(window: registers, firstBus: 1, lastBus: 1)
        space.write(PCIAddress(bus: 1, device: 2, function: 3), 0x104, 0xcafe)
        #expect(registers.traceText == ["w32 0x13104 = 0xcafe"])
        #expect(space.read(PCIAddress(bus: 0, device: 0, function: 0), 0) == .max)
        #expect(space.read(PCIAddress(bus: 2, device: 0, function: 0), 0) == .max)
    }
}
