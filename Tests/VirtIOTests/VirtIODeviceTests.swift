// SPDX-License-Identifier: Apache-2.0
//
// Bring-up in the order of the specification, over the fake transport and over both real ones on fake registers.

import DeviceModel
import PCI
import TestSupport
import Testing
import VirtIO

@Suite struct VirtIODeviceTests {
    @Test("bring-up follows the specification's order")
    func order() throws {
        let device = FakeVirtIODevice(type: 3, offered: [.version1, .eventIndex, .packedRing])
        let running = try VirtIODevice.negotiate(FakeVirtIOTransport(device), wanted: .eventIndex)
        running.start()
        #expect(running.features == [.version1, .eventIndex])
        #expect(device.accepted == [.version1, .eventIndex])
        #expect(device.statusHistory.map(\.rawValue) == [0, 1, 3, 11, 15])
    }

    @Test("a legacy device is refused and marked failed")
    func legacy() {
        let device = FakeVirtIODevice(type: 3, offered: .eventIndex)
        #expect(throws: DeviceError.unsupported("legacy virtio device; virtio 1.0 or later is needed")) {
            try VirtIODevice.negotiate(FakeVirtIOTransport(device))
        }
        #expect(device.status.contains(.failed))
    }

    @Test("a missing required feature is refused")
    func missingFeature() {
        let device = FakeVirtIODevice(type: 3)
        #expect(throws: DeviceError.unsupported("the device lacks a feature that the driver needs")) {
            try VirtIODevice.negotiate(FakeVirtIOTransport(device), required: .bit(1))
        }
    }

    @Test("a device that does not keep FEATURES_OK is refused")
    func featuresRefused() {
        let device = FakeVirtIODevice(type: 3)
        device.acceptsFeatures = false
        #expect(throws: DeviceError.unsupported("the device refuses the features it offered")) {
            try VirtIODevice.negotiate(FakeVirtIOTransport(device))
        }
    }

    @Test("quiescing resets the device")
    func quiesce() throws {
        let device = FakeVirtIODevice(type: 3)
        let running = try VirtIODevice.negotiate(FakeVirtIOTransport(device))
        running.start()
        running.quiesce()
        #expect(device.status == [])
    }
}

@Suite struct VirtIOMMIOTransportTests {
    private let device = FakeVirtIODevice(
        type: 3, offered: [.version1, .eventIndex], configuration: [1, 2, 3, 4, 5], queueLimits: [128, 64])

    @Test("a slot is recognised by magic, version and type")
    func recognises() throws {
        let registers = FakeVirtIOMMIO.registers(for: device)
        let transport = try VirtIOMMIOTransport(registers: registers, interruptLine: 12)
        #expect(transport.deviceType == 3)
        #expect(registers.traceText == ["r32 0x0 = 0x74726976", "r32 0x4 = 0x2", "r32 0x8 = 0x3"])
    }

    @Test("an empty slot is not present, a legacy one unsupported")
    func refuses() {
        #expect(throws: DeviceError.notPresent) {
            try VirtIOMMIOTransport(registers: FakeRegisters(), interruptLine: 12)
        }
        #expect(throws: DeviceError.notPresent) {
            try VirtIOMMIOTransport(
                registers: FakeVirtIOMMIO.registers(for: FakeVirtIODevice(type: 0)), interruptLine: 12)
        }
        #expect(
            throws: DeviceError.unsupported(
                "legacy virtio-mmio slot; with QEMU use -global virtio-mmio.force-legacy=false")
        ) {
            try VirtIOMMIOTransport(
                registers: FakeVirtIOMMIO.registers(for: device, version: 1), interruptLine: 12)
        }
    }

    @Test("features are moved in two halves")
    func features() throws {
        let registers = FakeVirtIOMMIO.registers(for: device)
        let transport = try VirtIOMMIOTransport(registers: registers, interruptLine: 12)
        _ = try VirtIODevice.negotiate(transport, wanted: .eventIndex)
        #expect(device.accepted == [.version1, .eventIndex])
        #expect(
            registers.writes == [
                "w32 0x70 = 0x0", "w32 0x70 = 0x1", "w32 0x70 = 0x3",  // reset, ACKNOWLEDGE, DRIVER
                "w32 0x14 = 0x0", "w32 0x14 = 0x1",  // read both halves of the offer
                "w32 0x24 = 0x0", "w32 0x20 = 0x20000000", "w32 0x24 = 0x1", "w32 0x20 = 0x1",
                "w32 0x70 = 0xb",  // FEATURES_OK
            ])
    }

    @Test("a queue is told its size and three addresses before it is ready")
    func queue() throws {
        let registers = FakeVirtIOMMIO.registers(for: device)
        let transport = try VirtIOMMIOTransport(registers: registers, interruptLine: 12)
        let layout = VirtqueueLayout(size: 8, descriptors: 0x1_0000_2000, available: 0x3000, used: 0x4000)
        #expect(transport.queueSizeLimit(1) == 64)
        #expect(transport.queueSizeLimit(2) == 0)
        registers.trace = []
        try transport.enableQueue(1, layout)
        #expect(
            registers.writes == [
                "w32 0x30 = 0x1", "w32 0x38 = 0x8", "w32 0x80 = 0x2000", "w32 0x84 = 0x1", "w32 0x90 = 0x3000",
                "w32 0x94 = 0x0", "w32 0xa0 = 0x4000", "w32 0xa4 = 0x0", "w32 0x44 = 0x1",
            ])
        #expect(device.queues[1]?.layout == layout)
        transport.notify(1)
        #expect(device.notified == [1])
    }

    @Test("an interrupt is acknowledged with its causes")
    func interrupt() throws {
        let registers = FakeVirtIOMMIO.registers(for: device)
        let transport = try VirtIOMMIOTransport(registers: registers, interruptLine: 12)
        #expect(transport.acknowledgeInterrupt() == [])
        device.causes = [.queue, .configuration]
        #expect(transport.acknowledgeInterrupt() == [.queue, .configuration])
        #expect(device.causes == [])
        #expect(transport.readConfiguration32(1) == 0x0504_0302)
    }
}

@Suite struct VirtIOPCITransportTests {
    private let device = FakeVirtIODevice(
        type: 3, offered: [.version1, .eventIndex], configuration: [1, 2, 3, 4, 5], queueLimits: [128, 64])
    private let mapper = FakeRegisterMapper()
    private let space = FakePCIConfigurationSpace()

    private func endpoint(_ fake: FakePCIFunction) throws -> VirtIOEndpoint {
        space.plug(fake, device: 2)
        let function = try #require(PCIFunction(at: PCIAddress(bus: 0, device: 2, function: 0), in: space))
        return try #require(VirtIOEndpoint.onPCI(function, mapper: mapper))
    }

    @Test("a modern function is driven through its register blocks")
    func modern() throws {
        let fake = FakeVirtIOPCI(device, in: mapper)
        let endpoint = try endpoint(fake.function)
        #expect(endpoint.identities == [.virtIO(type: 3)])
        let transport = try endpoint.makeTransport()
        #expect(fake.function.words[1] & 6 == 6, "memory and bus mastering are on")
        let running = try VirtIODevice.negotiate(transport, wanted: .eventIndex)
        let layout = VirtqueueLayout(size: 8, descriptors: 0x1_0000_2000, available: 0x3000, used: 0x4000)
        try transport.enableQueue(1, layout)
        running.start()
        #expect(device.accepted == [.version1, .eventIndex])
        #expect(device.queues[1]?.layout == layout)
        transport.notify(1)
        #expect(device.notified == [1])
        #expect(transport.readConfiguration16(3) == 0x0504)
    }

    @Test("one message carries every interrupt")
    func messages() throws {
        let fake = FakeVirtIOPCI(device, in: mapper)
        let transport = try endpoint(fake.function).makeTransport()
        let router = FakeInterruptRouter()
        try transport.connectInterrupts(to: IdleHandler(), through: router)
        #expect(router.messageCount == 1)
        #expect(fake.messages.writes.contains("w32 0x8 = 0x40"))
        #expect(transport.acknowledgeInterrupt() == [.queue, .configuration])
        #expect(fake.interruptStatus.trace == [], "no device access in a hard interrupt")
    }

    @Test("without messages the shared line is used")
    func line() throws {
        let fake = FakeVirtIOPCI(device, in: mapper, vectors: 0)
        fake.function.words[0x0f] = 0x010a  // pin A on line 10
        let transport = try endpoint(fake.function).makeTransport()
        let router = FakeInterruptRouter()
        try transport.connectInterrupts(to: IdleHandler(), through: router)
        #expect(router.connectedLines == [10])
        device.causes = .queue
        #expect(transport.acknowledgeInterrupt() == .queue)
        #expect(transport.acknowledgeInterrupt() == [])
    }

    @Test("a machine without messages falls back to the line")
    func noMessages() throws {
        let fake = FakeVirtIOPCI(device, in: mapper)
        fake.function.words[0x0f] = 0x010a
        let transport = try endpoint(fake.function).makeTransport()
        let router = FakeInterruptRouter(messages: .unsupported)
        try transport.connectInterrupts(to: IdleHandler(), through: router)
        #expect(router.connectedLines == [10])
    }

    @Test("a function without register blocks is legacy")
    func legacy() throws {
        let fake = FakePCIFunction(vendor: 0x1af4, device: 0x1003)
        fake.words[0x0b] = 0x0003_1af4  // subsystem identifier 3: console
        let endpoint = try endpoint(fake)
        #expect(endpoint.identities == [.virtIO(type: 3)])
        #expect(
            throws: DeviceError.unsupported(
                "legacy virtio on PCI; with QEMU use disable-legacy=on or leave disable-modern off")
        ) { try endpoint.makeTransport() }
    }

    @Test("other functions are not virtio devices")
    func others() throws {
        space.plug(FakePCIFunction(vendor: 0x8086, device: 0x1041), device: 2)
        let function = try #require(PCIFunction(at: PCIAddress(bus: 0, device: 2, function: 0), in: space))
        #expect(VirtIOEndpoint.onPCI(function, mapper: mapper) == nil)
    }

    @Test("a register block outside its memory is refused")
    func blockOutside() throws {
        let fake = FakeVirtIOPCI(device, in: mapper)
        fake.function.words[0x40 / 4 + 3] = 0x5000
        let endpoint = try endpoint(fake.function)
        #expect(
            throws: DeviceError.protocolViolation("virtio-pci: a register block is outside the function's memory")
        ) { try endpoint.makeTransport() }
    }
}
