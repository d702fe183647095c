// SPDX-License-Identifier: Apache-2.0
//
// Message-signalled interrupts with a table (MSI-X, PCI 3.0 §6.8.2): each entry is an address and a value that the
// function writes to interrupt, so a device can have one interrupt per queue and shares none. Which address and value
// reach a handler is the InterruptRouter's knowledge.

public import DeviceModel
import Memory

/// The table of a function's interrupt messages.
public struct PCIMessageTable<Registers: RegisterAccess>: Sendable {
    /// Entries; every one is masked until it is set.
    public let count: Int
    private let entries: Registers
    private let function: PCIFunction
    private let capability: Int

    /// Maps the table of `function`; nil if it has none.
    ///
    /// - Throws: `.protocolViolation` if the table lies outside its memory, `.outOfMemory`.
    public init?<Mapper: RegisterMapper>(
        of function: PCIFunction, mapper: Mapper
    ) throws(DeviceError) where Mapper.Registers == Registers {
        guard let capability = function.firstCapability(PCICapability.messageTable) else { return nil }
        let place = function.read32(capability.offset + 4)
        count = Int(function.read16(capability.offset + 2) & 0x7ff) + 1
        guard let base = function.baseAddress(Int(place & 7)), base.space != .ports, base.address != 0,
            UInt64(place & ~7) + UInt64(16 * count) <= base.byteCount
        else { throw .protocolViolation("pci: the table of interrupt messages is outside the function's memory") }
        entries = try mapper.map(
            PhysicalAddress(base.address + UInt64(place & ~7)), byteCount: 16 * count)
        self.function = function
        self.capability = capability.offset
    }

    /// Lets entry `index` write `message`.
    public func set(_ index: Int, to message: MessageTarget) {
        precondition(index >= 0 && index < count)
        entries.write32(16 * index + 12, 1)
        entries.writePair(16 * index, message.address)
        entries.write32(16 * index + 8, message.data)
        entries.write32(16 * index + 12, 0)
    }

    /// Makes the function use the table instead of its pin.
    public func enable() {
        function.setCommand(function.command.union(.interruptPinOff))
        function.write16(capability + 2, function.read16(capability + 2) & ~0x4000 | 0x8000)
    }
}
