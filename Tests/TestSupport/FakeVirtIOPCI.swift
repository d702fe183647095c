// SPDX-License-Identifier: Apache-2.0
//
// A modern virtio function on the fake PCI bus, laid out as QEMU lays it out: base address 4 holds the common block at
// 0x0000, interrupt status at 0x1000, device configuration at 0x2000 and notifications at 0x3000, four bytes a queue;
// base address 1 holds the table of interrupt messages.

import VirtIO

/// A PCI function with a FakeVirtIODevice behind it.
public final class FakeVirtIOPCI: @unchecked Sendable {
    /// The function, to be plugged into a bus.
    public let function: FakePCIFunction
    /// The common block's registers.
    public let common = FakeRegisters()
    /// The notification registers.
    public let notifications = FakeRegisters()
    /// The interrupt status byte.
    public let interruptStatus = FakeRegisters()
    /// The table of interrupt messages.
    public let messages = FakeRegisters()
    private let deviceConfiguration = FakeRegisters()
    private let device: FakeVirtIODevice
    private var select: [Int: UInt64] = [:]

    private static let blocks: UInt64 = 0x10_fe00_0000
    private static let table: UInt64 = 0xfeb0_0000

    /// Builds the function and places its registers in `mapper`.
    public init(_ device: FakeVirtIODevice, in mapper: FakeRegisterMapper, vectors: UInt16 = 2) {
        self.device = device
        function = FakePCIFunction(vendor: 0x1af4, device: 0x1040 + UInt16(device.type))
        function.addMemory(1, at: Self.table, byteCount: 0x1000, is64Bit: false)
        function.addMemory(4, at: Self.blocks, byteCount: 0x4000, is64Bit: true)
        if vectors > 0 {
            // MSI-X: id, next, control, table at base address 1 offset 0, pending bits at 0x800.
            function.addCapability([0x11, 0, UInt8(vectors - 1), 0, 0x01, 0, 0, 0, 0x01, 0x08, 0, 0], at: 0x98)
        }
        for (offset, kind, place, extra) in [
            (0x40, UInt8(1), UInt8(0x00), [UInt8]()), (0x50, 3, 0x10, []), (0x60, 4, 0x20, []),
            (0x70, 2, 0x30, [4, 0, 0, 0]),
        ] {
            // vendor, next, length, kind, base address, id, padding, offset, length
            let fields: [UInt8] = [0x09, 0, UInt8(16 + extra.count), kind, 4, 0, 0, 0, 0, place, 0, 0, 0, 0x10, 0, 0]
            function.addCapability(fields + extra, at: offset)
        }
        mapper.place(messages, at: Self.table)
        mapper.place(common, at: Self.blocks)
        mapper.place(interruptStatus, at: Self.blocks + 0x1000)
        mapper.place(deviceConfiguration, at: Self.blocks + 0x2000)
        mapper.place(notifications, at: Self.blocks + 0x3000)
        connect()
    }

    private func connect() {
        let device = device
        common.onRead = { [unowned self] offset, _ in
            switch offset {
            case 0x04: device.offered.rawValue >> (select[0x00] == 1 ? 32 : 0) & 0xffff_ffff
            case 0x14: UInt64(device.status.rawValue)
            case 0x15: UInt64(device.generation & 0xff)
            case 0x18: queue < device.queueLimits.count ? UInt64(device.queueLimits[queue]) : 0
            case 0x1c: device.queues[queue] == nil ? 0 : 1
            case 0x1e: UInt64(queue)
            default: nil
            }
        }
        common.onWrite = { [unowned self] offset, _, value in
            select[offset] = value
            switch offset {
            case 0x0c:
                let high = select[0x08] == 1
                let kept = device.accepted.rawValue & (high ? 0xffff_ffff : ~0xffff_ffff)
                device.accepted = VirtIOFeatures(rawValue: kept | value << (high ? 32 : 0))
            case 0x14: device.setStatus(VirtIOStatus(rawValue: UInt8(value)))
            case 0x1c where value == 1: device.enable(queue, layout)
            default: break
            }
        }
        notifications.onWrite = { offset, _, value in
            precondition(offset == 4 * Int(value), "the wrong notification register")
            device.notify(Int(value))
        }
        interruptStatus.onRead = { _, _ in
            defer { device.causes = [] }
            return UInt64(device.causes.rawValue)
        }
        deviceConfiguration.onRead = { offset, width in device.readConfiguration(offset, width) }
    }

    private var queue: Int { Int(select[0x16] ?? 0) }

    private func pair(_ offset: Int) -> UInt64 { (select[offset] ?? 0) | (select[offset + 4] ?? 0) << 32 }

    private var layout: VirtqueueLayout {
        VirtqueueLayout(
            size: UInt16(select[0x18] ?? 0), descriptors: pair(0x20), available: pair(0x28), used: pair(0x30))
    }
}
