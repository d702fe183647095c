// SPDX-License-Identifier: Apache-2.0

// The control channel's frames, the same in both directions, and the decoder that survives any split of the stream.
//
//     u16 type    u16 zero    u32 length of the payload    payload          little-endian, no padding
//
// Neighbours: GuestMessage.swift and HostMessage.swift give the payloads their meaning.

import ByteCodec

/// Names and numbers of the control channel.
public enum ControlChannel {
    /// The version that the guest announces with its hello.
    public static let protocolVersion: UInt32 = 3
    /// Size of a frame's header.
    public static let headerByteCount = 8
    /// Greatest payload that either side sends.
    public static let maximumPayloadByteCount = 65536
    /// Bytes that a guest may send of standard output, and as many of standard error, before the host has said that it
    /// has room for more. Only where one serial line carries everything: ports have buffers of their own.
    public static let streamRoom = 16384
}

/// The eight bytes before a payload as one number, for those who send and receive without allocating.
public struct ControlHeader: Equatable, Sendable {
    /// The header's bytes, little-endian.
    public let word: UInt64

    /// The header of a payload.
    public init(type: UInt16, length: Int) { word = UInt64(type) | UInt64(UInt32(length)) << 32 }
    /// A header that was received.
    public init(word: UInt64) { self.word = word }

    /// What the payload means.
    public var type: UInt16 { UInt16(truncatingIfNeeded: word) }
    /// Bytes of the payload.
    public var length: UInt32 { UInt32(truncatingIfNeeded: word >> 32) }
    /// Whether the second field is zero and the first is not.
    public var isWellFormed: Bool { word >> 16 & 0xffff == 0 && type != 0 }
}

/// Why the stream of frames cannot be read on.
public enum ControlError: Error, Equatable, Sendable {
    /// A frame's second field is not zero.
    case badHeader(type: UInt16)
    /// A payload longer than the decoder was told to accept.
    case tooLong(type: UInt16, length: UInt32)
    /// A type that this side does not know.
    case unknownType(UInt16)
    /// A payload that is not of its type's shape.
    case badPayload(type: UInt16)
}

/// One frame.
public struct ControlFrame: Equatable, Sendable {
    /// What the payload means.
    public let type: UInt16
    /// The payload.
    public let payload: [UInt8]

    /// Creates a frame.
    public init(type: UInt16, payload: [UInt8] = []) {
        self.type = type
        self.payload = payload
    }

    /// Appends the frame's bytes.
    ///
    /// - Precondition: the payload is not longer than `ControlChannel.maximumPayloadByteCount`.
    public func encode(to output: inout [UInt8]) {
        precondition(payload.count <= ControlChannel.maximumPayloadByteCount)
        output.appendLittleEndian(type)
        output.appendLittleEndian(UInt16(0))
        output.appendLittleEndian(UInt32(payload.count))
        output += payload
    }
}

/// Puts frames together from pieces of the stream.
///
/// It holds at most one frame and the piece that was fed last. After an error the stream has no frames any more:
/// every further call throws the same error.
public struct ControlFrameDecoder: Sendable {
    private let maximumPayloadByteCount: Int
    private var pending: [UInt8] = []
    private var consumed = 0

    /// Creates a decoder that refuses longer payloads.
    public init(maximumPayloadByteCount: Int = ControlChannel.maximumPayloadByteCount) {
        self.maximumPayloadByteCount = maximumPayloadByteCount
    }

    /// Number of bytes fed and not yet part of a returned frame.
    public var pendingByteCount: Int { pending.count - consumed }

    /// Takes the next piece of the stream; take all frames out before feeding more.
    public mutating func feed(_ piece: RawSpan) {
        if consumed > 0 {
            pending.removeFirst(consumed)
            consumed = 0
        }
        pending.append(piece)
    }

    /// The next complete frame, or nil until more is fed.
    public mutating func next() throws(ControlError) -> ControlFrame? {
        guard let (type, zero, length) = header() else { return nil }
        guard zero == 0 else { throw .badHeader(type: type) }
        guard Int(length) <= maximumPayloadByteCount else { throw .tooLong(type: type, length: length) }
        let start = consumed + ControlChannel.headerByteCount
        guard pending.count - start >= Int(length) else { return nil }
        var payload: [UInt8] = []
        payload.reserveCapacity(Int(length))
        for offset in start..<(start + Int(length)) { payload.append(pending[offset]) }
        consumed = start + Int(length)
        return ControlFrame(type: type, payload: payload)
    }

    private func header() -> (type: UInt16, zero: UInt16, length: UInt32)? {
        let bytes = pending.rawBytes
        guard let type = try? bytes.littleEndian(UInt16.self, at: consumed),
            let zero = try? bytes.littleEndian(UInt16.self, at: consumed + 2),
            let length = try? bytes.littleEndian(UInt32.self, at: consumed + 4)
        else { return nil }
        return (type, zero, length)
    }
}
