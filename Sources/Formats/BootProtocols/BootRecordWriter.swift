// SPDX-License-Identifier: Apache-2.0

// Builds a boot record, one call per record. Everything that the kernel cannot ignore without running the program
// wrongly is marked as critical.
// Neighbours: BootRecord.swift has the layout, BootRecordReader.swift the other direction.

import ByteCodec

/// A boot record under construction.
public struct BootRecordWriter: Sendable {
    /// Whether an older kernel may skip the record.
    public enum Importance: UInt16, Sendable {
        /// Skipped where it is unknown.
        case optional = 0
        /// Refused where it is unknown.
        case critical = 1
    }

    /// The record so far.
    public private(set) var bytes: [UInt8] = []

    /// Starts with magic and version.
    public init() {
        bytes.appendLittleEndian(BootRecord.magic)
        bytes.appendLittleEndian(BootRecord.version)
    }

    /// Appends a record of any kind.
    public mutating func append(_ kind: BootRecord.Kind, _ importance: Importance, payload: [UInt8]) {
        bytes.appendLittleEndian(kind.rawValue)
        bytes.appendLittleEndian(importance.rawValue)
        bytes.appendLittleEndian(UInt32(payload.count))
        bytes += payload
        bytes.appendZeros(toMultipleOf: 4)
    }

    /// Appends a record of strings, each followed by a NUL.
    ///
    /// - Precondition: no string contains a NUL.
    public mutating func append(_ kind: BootRecord.Kind, _ importance: Importance, strings: [[UInt8]]) {
        var payload: [UInt8] = []
        for string in strings {
            payload += string
            payload.append(0)
        }
        append(kind, importance, payload: payload)
    }

    /// Appends user, group and supplementary groups.
    public mutating func appendIdentity(userID: UInt32, groupID: UInt32, supplementaryGroups: [UInt32]) {
        var payload: [UInt8] = []
        payload.appendLittleEndian(userID)
        payload.appendLittleEndian(groupID)
        payload.appendLittleEndian(UInt32(supplementaryGroups.count))
        for group in supplementaryGroups { payload.appendLittleEndian(group) }
        append(.identity, .critical, payload: payload)
    }

    /// Appends what the standard descriptors are connected to, with the terminal's size if there is one.
    public mutating func appendStreams(
        input: BootRecord.Stream, output: BootRecord.Stream, error: BootRecord.Stream, rows: UInt16, columns: UInt16
    ) {
        var payload: [UInt8] = []
        payload.append(input.rawValue)
        payload.append(output.rawValue)
        payload.append(error.rawValue)
        payload.append(0)
        payload.appendLittleEndian(rows)
        payload.appendLittleEndian(columns)
        append(.streams, .critical, payload: payload)
    }

    /// Appends a record that is one number.
    public mutating func append<T: FixedWidthInteger & UnsignedInteger>(
        _ kind: BootRecord.Kind, _ importance: Importance, number: T
    ) {
        var payload: [UInt8] = []
        payload.appendLittleEndian(number)
        append(kind, importance, payload: payload)
    }

    /// Appends resource limits.
    public mutating func appendLimits(_ limits: [BootRecordLimit]) {
        var payload: [UInt8] = []
        for limit in limits {
            payload.appendLittleEndian(limit.resource)
            payload.appendZeros(4)
            payload.appendLittleEndian(limit.soft)
            payload.appendLittleEndian(limit.hard)
        }
        append(.limits, .critical, payload: payload)
    }
}
