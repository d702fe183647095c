// SPDX-License-Identifier: Apache-2.0
//
// Memory as a device sees it: by physical address. What the fakes of DMA devices read and write with; on the host a
// physical address is a place in the hosted arena of the Memory module.

import Containers
import Memory

/// Physical memory, from the device's side.
public enum GuestMemory {
    /// Reads `count` bytes at a physical address.
    public static func read(_ address: UInt64, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        var done = 0
        while done < count {
            let place = address + UInt64(done)
            let inFrame = Int(place) & (pageSize - 1)
            let piece = min(count - done, pageSize - inFrame)
            Frames.copy(
                from: FrameNumber(UInt32(place >> 12)), at: inFrame, count: piece, into: &raw, at: done)
            done += piece
        }
        return bytes
    }

    /// Writes bytes at a physical address.
    public static func write(_ address: UInt64, _ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let place = address + UInt64(done)
            let inFrame = Int(place) & (pageSize - 1)
            let piece = min(bytes.count - done, pageSize - inFrame)
            Frames.copy(
                from: bytes.span.rawBytes.extracting(done..<done + piece),
                to: FrameNumber(UInt32(place >> 12)), at: inFrame)
            done += piece
        }
    }

    /// Reads a little-endian number.
    public static func read<Value: FixedWidthInteger>(_ address: UInt64, as type: Value.Type) -> Value {
        read(address, Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value($1) }
    }

    /// Writes a little-endian number.
    public static func write<Value: FixedWidthInteger>(_ address: UInt64, _ value: Value) {
        write(address, (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value(8 * $0)) })
    }
}
