// SPDX-License-Identifier: Apache-2.0
//
// Firmware tables point at each other by physical addresses. Who reads them says what is there; what is not in memory is
// as if it were not there.

internal import ByteCodec

/// Memory by physical addresses.
public protocol PhysicalMemory {
    /// Runs code with bytes of memory. - Returns: nil if they are not all there.
    func withBytes<R>(at address: UInt64, count: Int, _ body: (RawSpan) -> R) -> R?
}

extension PhysicalMemory {
    /// A number in memory.
    func load<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ type: T.Type, at address: UInt64) -> T? {
        let value = withBytes(at: address, count: MemoryLayout<T>.size) { bytes in
            try? bytes.littleEndian(type, at: 0)
        }
        return value ?? nil
    }

    /// Whether bytes add up to 0, as all these tables' do.
    func isSound(at address: UInt64, count: Int) -> Bool {
        let sum = withBytes(at: address, count: count) { bytes -> UInt8 in
            var sum: UInt8 = 0
            for index in 0..<bytes.byteCount { sum &+= bytes.byte(at: index) ?? 0 }
            return sum
        }
        return sum == 0
    }
}
