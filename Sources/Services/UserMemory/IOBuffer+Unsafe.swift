// SPDX-License-Identifier: Apache-2.0
//
// Kernel arrays as raw bytes, for IOBuffer's kernel side.

internal import Memory

extension IOBuffer {
    /// Copies bytes of a frame to the start of a chunk.
    func copyOut(_ frame: FrameNumber, _ offset: Int, _ count: Int, _ chunk: inout InlineArray<64, UInt8>) {
        var span = chunk.mutableSpan
        // SAFETY: bytes of a variable that this call has exclusive access to.
        var raw = unsafe span.mutableBytes
        Frames.copy(from: frame, at: offset, count: count, into: &raw, at: 0)
    }

    /// Copies part of an array into a frame.
    func copyIn(_ bytes: [UInt8], _ start: Int, _ frame: FrameNumber, _ offset: Int, _ count: Int) {
        // SAFETY: reading bytes of an array that is not changed meanwhile.
        Frames.copy(from: unsafe bytes.span.bytes.extracting(start..<start + count), to: frame, at: offset)
    }
}

extension RawSpan {
    /// The byte at an offset. - Precondition: within the span.
    subscript(byteAt offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount)
        // SAFETY: checked above; any bit pattern is a byte.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }
}
