// SPDX-License-Identifier: Apache-2.0

// The host's frames, read a byte at a time as a serial line delivers them: no buffer and no allocation, because every
// message of the host fits into a word and the bytes of standard input are passed on as they come.
// Neighbours: ControlFrame.swift has the layout, HostMessage.swift the meaning; ports with buffers use
// ControlFrameDecoder.

/// Takes the host's side of a serial channel apart.
public struct HostFrameReader: Sendable {
    /// What a byte completed.
    public enum Event: Equatable, Sendable {
        /// A byte of standard input.
        case input(UInt8)
        /// A message.
        case message(HostMessage)
    }

    /// What has come of the header or of a message's payload, little-endian.
    private var word: UInt64 = 0
    /// How many bytes of it.
    private var count = 0
    /// The frame's type once its header is there; 0 before.
    private var type: UInt16 = 0
    /// Bytes of the payload.
    private var length = 0

    /// Creates a reader that stands before a frame.
    public init() {}

    /// Takes the next byte of the line.
    ///
    /// - Returns: what it completed; nil in the middle of a message, and after one of an unknown type.
    /// - Throws: what `ControlFrameDecoder` and `HostMessage` throw, and `.tooLong` for a message of more than eight
    ///   bytes. The line cannot be read on then.
    public mutating func take(_ byte: UInt8) throws(ControlError) -> Event? {
        if type == HostMessage.inputFrameType {
            count += 1
            if count == length { begin() }
            return .input(byte)
        }
        word |= UInt64(byte) << UInt64(count * 8)
        count += 1
        if type == 0 {
            guard count == ControlChannel.headerByteCount else { return nil }
            let header = ControlHeader(word: word)
            guard header.isWellFormed else { throw .badHeader(type: header.type) }
            begin()
            type = header.type
            length = Int(header.length)
            if length == 0, type == HostMessage.inputFrameType { type = 0 }
            guard length <= 8 || type == HostMessage.inputFrameType else {
                throw .tooLong(type: header.type, length: header.length)
            }
        }
        guard type != 0, type != HostMessage.inputFrameType, count == length else { return nil }
        let frame = (type: type, word: word, length: length)
        begin()
        do throws(ControlError) {
            return .message(try HostMessage(type: frame.type, word: frame.word, byteCount: frame.length))
        } catch .unknownType {
            // A newer host may say more; what is not known is not for us.
            return nil
        }
    }

    private mutating func begin() {
        word = 0
        count = 0
        type = 0
    }
}
