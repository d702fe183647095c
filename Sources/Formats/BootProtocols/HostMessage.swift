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
        }
    }

    /// Reads the message of a frame.
    ///
    /// - Throws: `.unknownType` or `.badPayload`.
    public init(_ frame: ControlFrame) throws(ControlError) {
        let bytes = frame.payload.rawBytes
        switch (frame.type, bytes.byteCount) {
        case (129, 0):
            self = .stop
        case (130, 4):
            guard let rows = try? bytes.littleEndian(UInt16.self, at: 0),
                let columns = try? bytes.littleEndian(UInt16.self, at: 2)
            else { throw .badPayload(type: 130) }
            self = .resize(rows: rows, columns: columns)
        case (131, 1):
            guard let number = bytes.byte(at: 0), (1...64).contains(number) else { throw .badPayload(type: 131) }
            self = .signal(number: number)
        case (132, 8):
            guard let total = try? bytes.littleEndian(UInt64.self, at: 0) else { throw .badPayload(type: 132) }
            self = .inputEnd(totalByteCount: total)
        case (129...132, _):
            throw .badPayload(type: frame.type)
        default:
            throw .unknownType(frame.type)
        }
    }
}
