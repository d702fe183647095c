// SPDX-License-Identifier: Apache-2.0
//
// Why a wait ended without what it waited for.

/// The early end of a wait.
public enum WaitEnd: Error, Sendable {
    /// A signal is waiting: EINTR, or the call starts again after the handler.
    case interrupted
    /// The thread shall end: the call unwinds.
    case killed
    /// The deadline has passed.
    case timedOut
}
