// SPDX-License-Identifier: Apache-2.0
//
// A PCI bus of functions that a test describes by their configuration bytes, and a mapper that hands out fake registers
// by physical address. Base addresses can be sized and moved, as on a real bus.

public import DeviceModel
public import Memory
public import PCI

/// A function on the fake bus.
public final class FakePCIFunction: @unchecked Sendable {
    /// The configuration registers.
    public var words: [UInt32]
    /// The size of the range behind each base address register; zero for none and for the upper half of a 64-bit one.
    public var baseSizes: [Int: UInt64] = [:]

    /// Makes a function of 256 zero bytes but its identifiers and class.
    public init(vendor: UInt16, device: UInt16, classCode: UInt32 = 0xff_0000, headerType: UInt8 = 0) {
        words = [UInt32](repeating: 0, count: 64)
        words[0] = UInt32(vendor) | UInt32(device) << 16
        words[2] = classCode << 8
        words[3] = UInt32(headerType) << 16
    }

    /// Adds a memory range.
    public func addMemory(_ index: Int, at address: UInt64, byteCount: UInt64, is64Bit: Bool) {
        words[4 + index] = UInt32(truncatingIfNeeded: address) | (is64Bit ? 4 : 0)
        baseSizes[index] = byteCount
        if is64Bit { words[5 + index] = UInt32(truncatingIfNeeded: address >> 32) }
    }

    /// Puts capability bytes at an offset and links them in after the ones that are there.
    public func addCapability(_ bytes: [UInt8], at offset: Int) {
        var last = 0x34
        while byte(last) != 0 { last = Int(byte(last)) + 1 }
        setByte(last, UInt8(offset))
        for (index, value) in bytes.enumerated() { setByte(offset + index, value) }
        setByte(offset + 1, 0)
        words[1] |= 0x10 << 16
    }

    func byte(_ offset: Int) -> UInt8 { UInt8(truncatingIfNeeded: words[offset / 4] >> UInt32(8 * (offset % 4))) }

    func setByte(_ offset: Int, _ value: UInt8) {
        let shift = UInt32(8 * (offset % 4))
        words[offset / 4] = words[offset / 4] & ~(0xff << shift) | UInt32(value) << shift
    }

    func write(_ offset: Int, _ value: UInt32) {
        switch offset {
        case 0x00, 0x08: return
        case 0x04: words[1] = words[1] & 0xffff_0000 | value & 0xffff
        case 0x10..<0x28:
            let index = (offset - 0x10) / 4
            if let size = baseSizes[index] {
                words[offset / 4] = value & UInt32(truncatingIfNeeded: ~(size - 1)) | words[offset / 4] & 0xf
            } else if let size = baseSizes[index - 1], words[offset / 4 - 1] & 4 != 0 {
                words[offset / 4] = value & UInt32(truncatingIfNeeded: ~(size - 1) >> 32)
            }
        default: words[offset / 4] = value
        }
    }
}

/// The configuration registers of a fake bus.
public final class FakePCIConfigurationSpace: PCIConfigurationSpace, @unchecked Sendable {
    private var functions: [UInt32: FakePCIFunction] = [:]

    /// Makes an empty bus.
    public init() {}

    /// Plugs a function in.
    public func plug(_ function: FakePCIFunction, bus: UInt8 = 0, device: UInt8, function number: UInt8 = 0) {
        functions[UInt32(bus) << 8 | UInt32(device) << 3 | UInt32(number)] = function
    }

    private func at(_ address: PCIAddress) -> FakePCIFunction? {
        functions[UInt32(address.bus) << 8 | UInt32(address.device) << 3 | UInt32(address.function)]
    }

    /// Reads the word at `offset`; all ones if nothing answers.
    public func read(_ address: PCIAddress, _ offset: Int) -> UInt32 {
        guard let function = at(address), offset / 4 < function.words.count else { return .max }
        return function.words[offset / 4]
    }

    /// Writes the word at `offset`.
    public func write(_ address: PCIAddress, _ offset: Int, _ value: UInt32) { at(address)?.write(offset, value) }
}

/// Hands out fake registers by physical address.
public final class FakeRegisterMapper: RegisterMapper, @unchecked Sendable {
    private var windows: [UInt64: FakeRegisters] = [:]

    /// Makes a mapper that knows nothing.
    public init() {}

    /// Puts registers at a physical address.
    public func place(_ registers: FakeRegisters, at address: UInt64) { windows[address] = registers }

    /// Answers the registers that were placed there.
    public func map(_ physical: PhysicalAddress, byteCount: Int) throws(DeviceError) -> FakeRegisters {
        guard let registers = windows[physical.rawValue] else { throw .notPresent }
        return registers
    }
}
