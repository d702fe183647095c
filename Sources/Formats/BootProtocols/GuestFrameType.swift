// SPDX-License-Identifier: Apache-2.0

// The numbers of the guest's messages. GuestMessage gives most of them a value; the streams of a machine whose channel
// is one serial line are sent by number, straight from the buffer that they lie in.
// Neighbours: ControlFrame.swift frames them, HostMessage.swift has the other direction.

/// What a guest's frame carries.
public enum GuestFrameType: UInt16, Sendable {
    /// `GuestMessage.hello`.
    case hello = 1
    /// `GuestMessage.ready`.
    case ready = 2
    /// `GuestMessage.exit`.
    case exit = 3
    /// `GuestMessage.panic`.
    case panic = 4
    /// `GuestMessage.metric`.
    case metric = 5
    /// `GuestMessage.streamEnd`.
    case streamEnd = 6
    /// `GuestMessage.output`.
    case output = 7
    /// `GuestMessage.refusal`.
    case refusal = 8
    /// `GuestMessage.standardOutput`.
    case standardOutput = 9
    /// `GuestMessage.standardError`.
    case standardError = 10
    /// `GuestMessage.inputRoom`.
    case inputRoom = 11
}
