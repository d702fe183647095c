// SPDX-License-Identifier: Apache-2.0
//
// Why the turn of a thread ends that goes on being ready: it decides whether the thread goes before its equals or behind.

/// How a turn ends.
public enum TurnEnd: Sendable {
    /// The thread lets others of its rank run.
    case yielded
    /// Its time is up.
    case expired
    /// Somebody better came.
    case interrupted
}
