// SPDX-License-Identifier: Apache-2.0
//
// Device registers that a test scripts and that remember every access in order. By itself a window of plain memory that
// keeps what is written; `onRead` and `onWrite` make it behave like a device. Not thread-safe: one test, one thread.

public import DeviceModel

/// One access to a register.
public enum RegisterAccessRecord: Equatable, Sendable, CustomStringConvertible {
    /// `width` bytes were read at `offset` and had `value`.
    case read(width: Int, offset: Int, value: UInt64)
    /// `value` was written to the `width` bytes at `offset`.
    case write(width: Int, offset: Int, value: UInt64)

    /// "r32 0x70 = 0x1", "w8 0x3 = 0x80".
    public var description: String {
        switch self {
        case .read(let width, let offset, let value):
            "r\(width * 8) 0x\(String(offset, radix: 16)) = 0x\(String(value, radix: 16))"
        case .write(let width, let offset, let value):
            "w\(width * 8) 0x\(String(offset, radix: 16)) = 0x\(String(value, radix: 16))"
        }
    }
}

/// A window of fake registers.
///
/// Example: a device whose status register reads 0x60 whatever is written.
///
///     let registers = FakeRegisters()
///     registers.onRead = { offset, width in offset == 5 ? 0x60 : nil }
public final class FakeRegisters: RegisterAccess, @unchecked Sendable {
    /// Every access so far, oldest first. Assign `[]` to begin a new trace.
    public var trace: [RegisterAccessRecord] = []
    /// Answers a read of `width` bytes at an offset; nil reads the plain memory.
    public var onRead: (_ offset: Int, _ width: Int) -> UInt64? = { _, _ in nil }
    /// Told of every write after the plain memory has it.
    public var onWrite: (_ offset: Int, _ width: Int, _ value: UInt64) -> Void = { _, _, _ in }
    private var bytes: [Int: UInt8] = [:]

    /// Makes a window of zeros.
    public init() {}

    /// The trace in words, one access each.
    public var traceText: [String] { trace.map(\.description) }

    /// The writes of the trace, without the reads.
    public var writes: [String] {
        trace.compactMap { if case .write = $0 { $0.description } else { nil } }
    }

    private func read(_ offset: Int, _ width: Int) -> UInt64 {
        var value = onRead(offset, width)
        if value == nil {
            value = (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1] ?? 0) << UInt64(8 * $1) }
        }
        trace.append(.read(width: width, offset: offset, value: value ?? 0))
        return value ?? 0
    }

    private func write(_ offset: Int, _ width: Int, _ value: UInt64) {
        for index in 0..<width { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
        trace.append(.write(width: width, offset: offset, value: value))
        onWrite(offset, width, value)
    }

    /// Reads one byte.
    public func read8(_ offset: Int) -> UInt8 { UInt8(truncatingIfNeeded: read(offset, 1)) }
    /// Reads two bytes.
    public func read16(_ offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: read(offset, 2)) }
    /// Reads four bytes.
    public func read32(_ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: read(offset, 4)) }
    /// Writes one byte.
    public func write8(_ offset: Int, _ value: UInt8) { write(offset, 1, UInt64(value)) }
    /// Writes two bytes.
    public func write16(_ offset: Int, _ value: UInt16) { write(offset, 2, UInt64(value)) }
    /// Writes four bytes.
    public func write32(_ offset: Int, _ value: UInt32) { write(offset, 4, UInt64(value)) }
}
