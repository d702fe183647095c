// SPDX-License-Identifier: Apache-2.0
//
// The two ways to a PCI function's configuration registers: the ports 0xCF8 and 0xCFC (PCI 3.0 §3.2.2.3.2, 256 bytes a
// function) and the memory window of PCI Express (PCIe 5.0 §7.2.2, "ECAM", 4096 bytes a function). Everything is read
// and written as aligned 32-bit words, which both ways and every device can do; PCIFunction cuts them up.

public import DeviceModel
import Sync

/// Configuration registers of every function.
public protocol PCIConfigurationSpace: AnyObject, Sendable {
    /// Reads the word at `offset`, a multiple of four; all ones if nothing answers.
    func read(_ address: PCIAddress, _ offset: Int) -> UInt32
    /// Writes the word at `offset`, a multiple of four.
    func write(_ address: PCIAddress, _ offset: Int, _ value: UInt32)
}

/// Mechanism #1: an address port and a data port.
public final class PCIConfigurationPorts<Registers: RegisterAccess>: PCIConfigurationSpace {
    // One access is two port accesses that must not be torn apart, so here the device is touched under the lock.
    private let ports: Spinlock<Registers>

    /// Uses eight ports, of which the first is 0xCF8.
    public init(ports: Registers) { self.ports = Spinlock(ports) }

    /// Reads the word at `offset`; all ones if nothing answers.
    public func read(_ address: PCIAddress, _ offset: Int) -> UInt32 {
        guard offset < 256 else { return .max }
        return ports.withLock { ports in
            ports.write32(0, Self.word(address, offset))
            return ports.read32(4)
        }
    }

    /// Writes the word at `offset`.
    public func write(_ address: PCIAddress, _ offset: Int, _ value: UInt32) {
        guard offset < 256 else { return }
        ports.withLock { ports in
            ports.write32(0, Self.word(address, offset))
            ports.write32(4, value)
        }
    }

    private static func word(_ address: PCIAddress, _ offset: Int) -> UInt32 {
        0x8000_0000 | address.packed << 8 | UInt32(offset) & 0xfc
    }
}

/// The memory window of PCI Express.
public final class PCIConfigurationWindow<Registers: RegisterAccess>: PCIConfigurationSpace {
    private let window: Registers
    private let firstBus: UInt8
    private let lastBus: UInt8

    /// Uses a window that begins at the first register of `firstBus` and covers 1 MiB for each bus.
    public init(window: Registers, firstBus: UInt8, lastBus: UInt8) {
        self.window = window
        self.firstBus = firstBus
        self.lastBus = lastBus
    }

    /// Reads the word at `offset`; all ones if nothing answers.
    public func read(_ address: PCIAddress, _ offset: Int) -> UInt32 {
        guard let place = place(address, offset) else { return .max }
        return window.read32(place)
    }

    /// Writes the word at `offset`.
    public func write(_ address: PCIAddress, _ offset: Int, _ value: UInt32) {
        guard let place = place(address, offset) else { return }
        window.write32(place, value)
    }

    private func place(_ address: PCIAddress, _ offset: Int) -> Int? {
        guard address.bus >= firstBus && address.bus <= lastBus && offset < 4096 else { return nil }
        return Int(address.packed - UInt32(firstBus) << 8) << 12 + offset & ~3
    }
}
