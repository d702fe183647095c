// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong between the kernel and a device. One closed set for every driver, so that a service can act on a
// failure without knowing which driver it came from. Services turn these into POSIX errors at their own edge.

import Containers

/// A failure of a device or of its driver.
public enum DeviceError: Error, Equatable, Sendable {
    /// Nothing answers at the described place.
    case notPresent
    /// The device is older, newer or poorer than the driver needs; the text says what is missing.
    case unsupported(StaticString)
    /// The device answered something that its specification forbids; the text says what.
    case protocolViolation(StaticString)
    /// No memory for the driver's structures.
    case outOfMemory
    /// No interrupt line or message could be connected.
    case noInterrupt
    /// The device has no room now; its client is told when there is room again.
    case busy
    /// The device was quiesced or has failed; it answers nothing any more.
    case ended

    /// Compares the cases; two texts are equal when they say the same bytes.
    public static func == (left: DeviceError, right: DeviceError) -> Bool {
        switch (left, right) {
        case (.notPresent, .notPresent), (.outOfMemory, .outOfMemory), (.noInterrupt, .noInterrupt): true
        case (.busy, .busy), (.ended, .ended): true
        case (.unsupported(let a), .unsupported(let b)): a.utf8Bytes.hasSameBytes(as: b.utf8Bytes)
        case (.protocolViolation(let a), .protocolViolation(let b)): a.utf8Bytes.hasSameBytes(as: b.utf8Bytes)
        default: false
        }
    }

    /// What happened, for a log line.
    public var summary: StaticString {
        switch self {
        case .notPresent: "nothing answers"
        case .unsupported(let what): what
        case .protocolViolation(let what): what
        case .outOfMemory: "out of memory"
        case .noInterrupt: "no interrupt could be connected"
        case .busy: "no room"
        case .ended: "ended"
        }
    }
}
