// SPDX-License-Identifier: Apache-2.0

// What the guest says on the control channel.
// Neighbours: ControlFrame.swift frames it, HostMessage.swift is the other direction.

import ByteCodec

/// How a program ended.
public enum ProgramEnd: Equatable, Sendable {
    /// It called exit with this status.
    case exited(status: UInt8)
    /// It died by this signal.
    case signaled(number: UInt8, dumpedCore: Bool)
}

/// A message from guest to host.
public enum GuestMessage: Equatable, Sendable {
    /// The first message: the channel is alive.
    case hello(protocolVersion: UInt32)
    /// The program is about to run.
    ///
    /// The counters are the processor's time stamp at the kernel's first instruction and now; the frequency is 0 where it is
    /// not known.
    case ready(
        counterAtEntry: UInt64, counterAtMain: UInt64, counterFrequency: UInt64, memoryTotal: UInt64, memoryUsed: UInt64
    )
    /// The program has ended; the machine powers off after its outputs.
    case exit(ProgramEnd)
    /// The kernel has crashed; the text is the report, UTF-8.
    case panic(report: [UInt8])
    /// The kernel is well, but it cannot start a program from what it was given: the archive or the boot record is damaged,
    /// or memory is too small. The text says so in a sentence, UTF-8.
    case refusal(reason: [UInt8])
    /// A number worth knowing, with its name, UTF-8.
    case metric(name: [UInt8], value: UInt64)
    /// The program closed its standard output (1) or error (2) for the last time.
    case streamEnd(descriptor: UInt8)
    /// A piece of the newc archive of the outputs; an empty piece ends it.
    case output(archive: [UInt8])
    /// Bytes of the program's standard output, where one serial line carries everything.
    case standardOutput([UInt8])
    /// Bytes of its standard error.
    case standardError([UInt8])
    /// The program has room for so many more bytes of standard input; before it says so it has none.
    case inputRoom(byteCount: UInt32)

    /// The frame that carries the message.
    public var frame: ControlFrame {
        var payload: [UInt8] = []
        switch self {
        case .hello(let version):
            payload.appendLittleEndian(version)
            return ControlFrame(.hello, payload: payload)
        case .ready(let entry, let main, let frequency, let total, let used):
            payload.appendLittleEndian(entry)
            payload.appendLittleEndian(main)
            payload.appendLittleEndian(frequency)
            payload.appendLittleEndian(total)
            payload.appendLittleEndian(used)
            return ControlFrame(.ready, payload: payload)
        case .exit(.exited(let status)):
            return ControlFrame(.exit, payload: [0, status, 0, 0])
        case .exit(.signaled(let number, let dumpedCore)):
            return ControlFrame(.exit, payload: [1, number, dumpedCore ? 1 : 0, 0])
        case .panic(let report):
            return ControlFrame(.panic, payload: report)
        case .metric(let name, let value):
            payload.appendLittleEndian(value)
            payload += name
            return ControlFrame(.metric, payload: payload)
        case .streamEnd(let descriptor):
            return ControlFrame(.streamEnd, payload: [descriptor])
        case .output(let archive):
            return ControlFrame(.output, payload: archive)
        case .refusal(let reason):
            return ControlFrame(.refusal, payload: reason)
        case .standardOutput(let bytes):
            return ControlFrame(.standardOutput, payload: bytes)
        case .standardError(let bytes):
            return ControlFrame(.standardError, payload: bytes)
        case .inputRoom(let count):
            payload.appendLittleEndian(count)
            return ControlFrame(.inputRoom, payload: payload)
        }
    }

    /// Reads the message of a frame.
    ///
    /// - Throws: `.unknownType` or `.badPayload`.
    public init(_ frame: ControlFrame) throws(ControlError) {
        let payload = frame.payload
        func require(_ condition: Bool) throws(ControlError) {
            guard condition else { throw .badPayload(type: frame.type) }
        }
        func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) throws(ControlError) -> T {
            guard let value = try? payload.rawBytes.littleEndian(type, at: offset) else {
                throw .badPayload(type: frame.type)
            }
            return value
        }
        switch GuestFrameType(rawValue: frame.type) {
        case .hello:
            // Later versions may say more.
            self = .hello(protocolVersion: try number(UInt32.self, at: 0))
        case .ready:
            try require(payload.count >= 40)
            self = .ready(
                counterAtEntry: try number(UInt64.self, at: 0), counterAtMain: try number(UInt64.self, at: 8),
                counterFrequency: try number(UInt64.self, at: 16), memoryTotal: try number(UInt64.self, at: 24),
                memoryUsed: try number(UInt64.self, at: 32))
        case .exit:
            try require(payload.count == 4 && payload[3] == 0 && payload[2] <= 1)
            switch payload[0] {
            case 0:
                try require(payload[2] == 0)
                self = .exit(.exited(status: payload[1]))
            case 1:
                try require((1...64).contains(payload[1]))
                self = .exit(.signaled(number: payload[1], dumpedCore: payload[2] == 1))
            default:
                throw .badPayload(type: frame.type)
            }
        case .panic:
            self = .panic(report: payload)
        case .metric:
            let value = try number(UInt64.self, at: 0)
            self = .metric(name: Array(payload[8...]), value: value)
        case .streamEnd:
            try require(payload.count == 1 && (1...2).contains(payload[0]))
            self = .streamEnd(descriptor: payload[0])
        case .output:
            self = .output(archive: payload)
        case .refusal:
            self = .refusal(reason: payload)
        case .standardOutput:
            self = .standardOutput(payload)
        case .standardError:
            self = .standardError(payload)
        case .inputRoom:
            try require(payload.count == 4)
            self = .inputRoom(byteCount: try number(UInt32.self, at: 0))
        case nil:
            throw .unknownType(frame.type)
        }
    }
}

extension ControlFrame {
    fileprivate init(_ type: GuestFrameType, payload: [UInt8]) { self.init(type: type.rawValue, payload: payload) }
}
