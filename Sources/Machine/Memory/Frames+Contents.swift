// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing what is in frames: by copy, with bounds checked once. A range may run over the end of a frame
// only when the frames that follow belong to the caller too (a block of a higher order).

internal import CMachine

extension Frames {
    @inline(__always)
    private static func bytes(_ frame: FrameNumber, _ offset: Int, _ count: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= pageSize)
        return DirectMap.pointer(frame) + offset
    }

    /// Sets bytes of a frame to zero.
    public static func zero(_ frame: FrameNumber, from offset: Int, count: Int) {
        memset(bytes(frame, offset, count), 0, count)
    }

    /// Copies a whole page.
    public static func copyPage(from source: FrameNumber, to target: FrameNumber) {
        machine_copy_page(DirectMap.pointer(target), DirectMap.pointer(source))
    }

    /// Copies bytes into a frame.
    public static func copy(from source: RawSpan, to frame: FrameNumber, at offset: Int) {
        let target = bytes(frame, offset, source.byteCount)
        // SAFETY: `bytes` has checked the room; the span covers its own bytes.
        source.withUnsafeBytes { if let base = $0.baseAddress { memcpy(target, base, $0.count) } }
    }

    /// Copies `count` bytes of a frame into `target` at `position`.
    public static func copy(
        from frame: FrameNumber, at offset: Int, count: Int, into target: inout MutableRawSpan, at position: Int
    ) {
        precondition(position >= 0 && position &+ count <= target.byteCount)
        let source = bytes(frame, offset, count)
        target.withUnsafeMutableBytes { if let base = $0.baseAddress { memcpy(base + position, source, count) } }
    }

    /// Reads a little-endian 64-bit word at a multiple of 8.
    public static func load64(_ frame: FrameNumber, at offset: Int) -> UInt64 {
        machine_load64(UInt(bitPattern: bytes(frame, offset, 8)))
    }

    /// Writes a little-endian 64-bit word at a multiple of 8.
    public static func store64(_ value: UInt64, _ frame: FrameNumber, at offset: Int) {
        machine_store64(UInt(bitPattern: bytes(frame, offset, 8)), value)
    }

    /// As `load64` without a check, for page tables.
    ///
    /// - Precondition: `offset` is a multiple of 8 below the page's size.
    @inline(__always) package static func loadEntry(_ frame: FrameNumber, at offset: Int) -> UInt64 {
        machine_load64(UInt(bitPattern: DirectMap.pointer(frame) + offset))
    }

    /// As `store64` without a check, for page tables.
    ///
    /// - Precondition: see `loadEntry`.
    @inline(__always) package static func storeEntry(_ value: UInt64, _ frame: FrameNumber, at offset: Int) {
        machine_store64(UInt(bitPattern: DirectMap.pointer(frame) + offset), value)
    }

    /// The kernel's address of a frame's contents, as a number: for Machine's copy routines (UserCopy) only.
    static func address(_ frame: FrameNumber, _ offset: Int, _ count: Int) -> UInt {
        UInt(bitPattern: bytes(frame, offset, count))
    }
}
