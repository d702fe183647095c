// SPDX-License-Identifier: Apache-2.0

// Walks the records of a boot record without copying or allocating, and checks what has a fixed shape.
// Total: every sequence of bytes gives items or an error. Meaning (does the program exist?) is the kernel's business.
// Neighbours: BootRecord.swift has the layout, BootRecordWriter.swift the other direction.

import ByteCodec

/// Why a boot record cannot be used.
public enum BootRecordError: Error, Equatable, Sendable {
    /// The first eight bytes are not "APUSBOOT".
    case badMagic
    /// A version that this reader does not know.
    case unknownVersion(UInt32)
    /// A record's header or payload reaches behind the end.
    case truncated(offset: Int)
    /// A record is critical and of unknown kind: the tool is newer than the kernel.
    case unknownCriticalKind(BootRecord.Kind)
    /// A flag other than bit 0.
    case unknownFlags(UInt16, kind: BootRecord.Kind)
    /// The payload is not of the shape that the kind has.
    case badPayload(BootRecord.Kind)
    /// The padding behind a payload is not zero.
    case badPadding(offset: Int)
}

/// The records of a boot record, one after the other.
public struct BootRecordReader: ~Escapable {
    private var reader: ByteReader

    /// Checks magic and version.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) throws(BootRecordError) {
        reader = ByteReader(bytes)
        guard (try? reader.readLittleEndian(UInt64.self)) == BootRecord.magic else { throw .badMagic }
        guard let version = try? reader.readLittleEndian(UInt32.self) else { throw .truncated(offset: 8) }
        guard version == BootRecord.version else { throw .unknownVersion(version) }
    }

    /// The next record, or nil at the end.
    @_lifetime(self: copy self)
    public mutating func next() throws(BootRecordError) -> BootRecordItem? {
        guard let (kind, isCritical, payload) = try nextPayload() else { return nil }
        guard let item = try decode(kind, payload) else {
            guard !isCritical else { throw .unknownCriticalKind(kind) }
            return .unknown(kind)
        }
        return item
    }

    /// The next record as it is, or nil at the end: for a reader that wants few kinds and decodes them itself.
    @_lifetime(self: copy self)
    public mutating func nextPayload() throws(BootRecordError) -> (
        kind: BootRecord.Kind, isCritical: Bool, payload: Range<Int>
    )? {
        guard reader.remaining > 0 else { return nil }
        let start = reader.position
        guard let rawKind = try? reader.readLittleEndian(UInt16.self),
            let flags = try? reader.readLittleEndian(UInt16.self),
            let length = try? reader.readLittleEndian(UInt32.self),
            let payload = try? reader.skip(Int(length)),
            let padding = try? reader.skip(-reader.position & 3)
        else { throw .truncated(offset: start) }
        for offset in padding where reader.bytes.byte(at: offset) != 0 { throw .badPadding(offset: offset) }
        let kind = BootRecord.Kind(rawValue: rawKind)
        guard flags & ~1 == 0 else { throw .unknownFlags(flags, kind: kind) }
        return (kind, flags & 1 != 0, payload)
    }

    private func decode(_ kind: BootRecord.Kind, _ payload: Range<Int>) throws(BootRecordError) -> BootRecordItem? {
        let start = payload.lowerBound
        switch kind {
        case .program:
            return .program(try path(payload, of: kind))
        case .arguments:
            return .arguments(try strings(payload, of: kind))
        case .environment:
            return .environment(try strings(payload, of: kind))
        case .workingDirectory:
            return .workingDirectory(try path(payload, of: kind))
        case .identity:
            try require(payload.count >= 12, kind)
            let count = try number(UInt32.self, at: start + 8, of: kind)
            try require(payload.count == 12 + Int(count) * 4, kind)
            return .identity(
                userID: try number(UInt32.self, at: start, of: kind),
                groupID: try number(UInt32.self, at: start + 4, of: kind),
                supplementaryGroups: (start + 12)..<payload.upperBound)
        case .hostname:
            try require((1...64).contains(payload.count) && !containsNUL(payload), kind)
            return .hostname(payload)
        case .streams:
            return try decodeStreams(payload)
        case .seed:
            try require(payload.count == 32, kind)
            return .seed(payload)
        case .epoch:
            try require(payload.count == 8, kind)
            return .epoch(nanoseconds: try number(UInt64.self, at: start, of: kind))
        case .counterFrequency:
            try require(payload.count == 8, kind)
            let kilohertz = try number(UInt64.self, at: start, of: kind)
            try require(kilohertz != 0, kind)
            return .counterFrequency(kilohertz: kilohertz)
        case .outputs:
            return .outputs(try strings(payload, of: kind))
        case .fileModeMask:
            try require(payload.count == 4, kind)
            let mask = try number(UInt32.self, at: start, of: kind)
            try require(mask <= 0o777, kind)
            return .fileModeMask(mask)
        case .trace:
            try require(payload.count == 4, kind)
            let options = BootRecord.TraceOptions(rawValue: try number(UInt32.self, at: start, of: kind))
            try require(options.isSubset(of: .systemCalls), kind)
            return .trace(options)
        case .limits:
            try require(payload.count % BootRecordLimit.byteCount == 0, kind)
            return .limits(payload)
        case .pageAlignedArchive:
            try require(payload.isEmpty, kind)
            return .pageAlignedArchive
        default:
            return nil
        }
    }

    private func decodeStreams(_ payload: Range<Int>) throws(BootRecordError) -> BootRecordItem {
        let start = payload.lowerBound
        try require(payload.count == 8, .streams)
        guard let input = BootRecord.Stream(rawValue: try number(UInt8.self, at: start, of: .streams)),
            let output = BootRecord.Stream(rawValue: try number(UInt8.self, at: start + 1, of: .streams)),
            let error = BootRecord.Stream(rawValue: try number(UInt8.self, at: start + 2, of: .streams)),
            input != .output, output != .output, try number(UInt8.self, at: start + 3, of: .streams) == 0
        else { throw .badPayload(.streams) }
        return .streams(
            input: input, output: output, error: error,
            rows: try number(UInt16.self, at: start + 4, of: .streams),
            columns: try number(UInt16.self, at: start + 6, of: .streams))
    }

    private func number<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, at offset: Int, of kind: BootRecord.Kind
    ) throws(BootRecordError) -> T {
        guard let value = try? reader.bytes.littleEndian(type, at: offset) else { throw .badPayload(kind) }
        return value
    }

    private func path(_ payload: Range<Int>, of kind: BootRecord.Kind) throws(BootRecordError) -> Range<Int> {
        let slash: UInt8 = 0x2f
        try require(payload.count < 4096 && !containsNUL(payload), kind)
        try require(!payload.isEmpty && reader.bytes.byte(at: payload.lowerBound) == slash, kind)
        return payload
    }

    private func strings(_ payload: Range<Int>, of kind: BootRecord.Kind) throws(BootRecordError) -> Range<Int> {
        try require(payload.isEmpty || reader.bytes.byte(at: payload.upperBound - 1) == 0, kind)
        return payload
    }

    private func containsNUL(_ range: Range<Int>) -> Bool {
        for offset in range where reader.bytes.byte(at: offset) == 0 { return true }
        return false
    }

    private func require(_ condition: Bool, _ kind: BootRecord.Kind) throws(BootRecordError) {
        guard condition else { throw .badPayload(kind) }
    }
}

/// One resource limit of the boot record.
public struct BootRecordLimit: Equatable, Sendable {
    /// Bytes of one limit in the record.
    public static let byteCount = 24
    /// Linux's number of the resource, getrlimit(2).
    public let resource: UInt32
    /// The limit that is enforced; all ones for none.
    public let soft: UInt64
    /// What the soft limit may be raised to; all ones for none.
    public let hard: UInt64

    /// Creates a limit.
    public init(resource: UInt32, soft: UInt64, hard: UInt64) {
        self.resource = resource
        self.soft = soft
        self.hard = hard
    }

    /// Reads the limit at `offset`, or returns nil if it is not there or malformed.
    public init?(parsing bytes: RawSpan, at offset: Int) {
        guard let resource = try? bytes.littleEndian(UInt32.self, at: offset),
            let zero = try? bytes.littleEndian(UInt32.self, at: offset + 4), zero == 0,
            let soft = try? bytes.littleEndian(UInt64.self, at: offset + 8),
            let hard = try? bytes.littleEndian(UInt64.self, at: offset + 16), soft <= hard
        else { return nil }
        self.init(resource: resource, soft: soft, hard: hard)
    }
}
