// SPDX-License-Identifier: Apache-2.0
//
// The register block of a virtio-mmio slot (virtio 1.3 §4.2.2, version 2) before a FakeVirtIODevice, with the trace of
// every access.

import VirtIO

/// Makes MMIO registers for a fake device.
public enum FakeVirtIOMMIO {
    /// The registers of a slot with `device` in it.
    public static func registers(for device: FakeVirtIODevice, version: UInt32 = 2) -> FakeRegisters {
        let registers = FakeRegisters()
        let state = State()
        registers.onRead = { offset, width in
            switch offset {
            case 0x000: 0x7472_6976
            case 0x004: UInt64(version)
            case 0x008: UInt64(device.type)
            case 0x010: device.offered.rawValue >> (state.featureSelect == 0 ? 0 : 32) & 0xffff_ffff
            case 0x034: state.queue < device.queueLimits.count ? UInt64(device.queueLimits[state.queue]) : 0
            case 0x044: device.queues[state.queue] == nil ? 0 : 1
            case 0x060: UInt64(device.causes.rawValue)
            case 0x070: UInt64(device.status.rawValue)
            case 0x0fc: UInt64(device.generation)
            case 0x100...: device.readConfiguration(offset - 0x100, width)
            default: nil
            }
        }
        registers.onWrite = { offset, width, value in
            switch offset {
            case 0x014: state.featureSelect = value
            case 0x024: state.acceptSelect = value
            case 0x020:
                let kept = device.accepted.rawValue & (state.acceptSelect == 0 ? ~0xffff_ffff : 0xffff_ffff)
                device.accepted = VirtIOFeatures(rawValue: kept | value << (state.acceptSelect == 0 ? 0 : 32))
            case 0x030: state.queue = Int(value)
            case 0x044 where value == 1: device.enable(state.queue, state.layout)
            case 0x050: device.notify(Int(value))
            case 0x064: device.causes.subtract(VirtIOInterruptCauses(rawValue: UInt8(value)))
            case 0x070: device.setStatus(VirtIOStatus(rawValue: UInt8(value)))
            case 0x038, 0x080...0x0a4: state.words[offset] = value
            default: break
            }
        }
        return registers
    }

    private final class State: @unchecked Sendable {
        var featureSelect: UInt64 = 0
        var acceptSelect: UInt64 = 0
        var queue = 0
        var words: [Int: UInt64] = [:]

        func pair(_ offset: Int) -> UInt64 { (words[offset] ?? 0) | (words[offset + 4] ?? 0) << 32 }

        var layout: VirtqueueLayout {
            VirtqueueLayout(
                size: UInt16(words[0x038] ?? 0), descriptors: pair(0x080), available: pair(0x090), used: pair(0x0a0))
        }
    }
}
