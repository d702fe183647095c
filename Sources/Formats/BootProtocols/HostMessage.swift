// SPDX-License-Identifier: Apache-2.0

// What the host says on the control channel.
// Neighbours: ControlFrame.swift frames it, GuestMessage.swift is the other direction.

import ByteCodec

/// A message from host to guest.
public enum HostMessage: Equatable, Sendable {
    /// End the program and power off.
    case stop
    /// The user's terminal has this size now.
    case resize(rows: UInt16, columns: UInt16)
    /// Send the program a signal.
    case signal(number: UInt8)
    /// Standard input ends after this many bytes; counted, because data and control are separate streams.
    case inputEnd(totalByteCount: UInt64)
    /// There is room for so many more bytes of standard output, where one serial line carries everything.
    case outputRoom(byteCount: UInt32)
    /// The same for standard error.
    case errorRoom(byteCount: UInt32)
    /// Write what every thread does on the log.
    case showThreads

    /// The type of the frames that carry bytes of standard input on a serial line. They are no messages: whoever reads
    /// the line passes their bytes on one by one.
    public static let inputFrameType: UInt16 = 133

    /// The frame that carries the message.
    public var frame: ControlFrame {
        var payload: [UInt8] = []
        switch self {
        case .stop:
            return ControlFrame(type: 129)
        case .resize(let rows, let columns):
            payload.appendLittleEndian(rows)
            payload.appendLittleEndian(columns)
            return ControlFrame(type: 130, payload: payload)
        case .signal(let number):
            return ControlFrame(type: 131, payload: [number])
        case .inputEnd(let total):
            payload.appendLittleEndian(total)
            return ControlFrame(type: 132, payload: payload)
        case .outputRoom(let count):
            payload.appendLittleEndian(count)
            return ControlFrame(type: 134, payload: payload)
        case .errorRoom(let count):
            payload.appendLittleEndian(count)
            return ControlFrame(type: 135, payload: payload)
        case .showThreads:
            return ControlFrame(type: 136)
        }
    }

    /// Reads the message of a frame.
    ///
    /// - Throws: `.unknownType` or `.badPayload`.
    public init(_ frame: ControlFrame) throws(ControlError) {
        var word: UInt64 = 0
        for (index, byte) in frame.payload.prefix(8).enumerated() { word |= UInt64(byte) << UInt64(index * 8) }
        try self.init(type: frame.type, word: word, byteCount: frame.payload.count)
    }

    /// Reads the message of a frame whose payload is in a word, as all of them fit into one.
    ///
    /// - Parameters:
    ///   - word: the payload, little-endian; its first eight bytes if it is longer.
    ///   - byteCount: how many bytes the payload has.
    /// - Throws: `.unknownType` or `.badPayload`.
    public init(type: UInt16, word: UInt64, byteCount: Int) throws(ControlError) {
        switch (type, byteCount) {
        case (129, 0):
            self = .stop
        case (130, 4):
            self = .resize(rows: UInt16(truncatingIfNeeded: word), columns: UInt16(truncatingIfNeeded: word >> 16))
        case (131, 1):
            guard (1...64).contains(word) else { throw .badPayload(type: 131) }
            self = .signal(number: UInt8(truncatingIfNeeded: word))
        case (132, 8):
            self = .inputEnd(totalByteCount: word)
        case (134, 4):
            self = .outputRoom(byteCount: UInt32(truncatingIfNeeded: word))
        case (135, 4):
            self = .errorRoom(byteCount: UInt32(truncatingIfNeeded: word))
        case (136, 0):
            self = .showThreads
        case (129...132, _), (134...136, _):
            throw .badPayload(type: type)
        default:
            throw .unknownType(type)
        }
    }
}
