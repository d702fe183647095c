// SPDX-License-Identifier: Apache-2.0
//
// What queues cost their makers: getrlimit(2) counts for RLIMIT_MSGQUEUE the bytes that the queues of a user would need if
// they were full, and gives them back when a queue is gone.

internal import Containers
internal import Sync

/// The bytes that a user's queues may need.
final class MessageUser: Sendable {
    private let used = Spinlock<UInt64>(0)

    /// Takes bytes if the limit allows, and tells whether it did.
    func take(_ count: UInt64, limit: UInt64) -> Bool {
        used.withLock { used in
            guard used <= limit, limit - used >= count else { return false }
            used += count
            return true
        }
    }

    func give(_ count: UInt64) { used.withLock { $0 -= count } }
}

/// What one queue costs its maker.
struct MessageAccount: Sendable {
    let user: MessageUser
    let byteCount: UInt64

    func giveBack() { user.give(byteCount) }
}
