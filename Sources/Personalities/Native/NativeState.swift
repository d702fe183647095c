// SPDX-License-Identifier: Apache-2.0
//
// The machine's own slots: there is one application, and `print` has no argument to find it by.

internal import Machine
internal import Processor
internal import Scheduler
internal import Startup
internal import Sync
internal import Synchronization

let shared = SetOnce<NativeMachine>()
let requestBox = SetOnce<RequestBox>()
let started = Once()
let counterAtMain = Counter()

/// Says yes to the first who asks.
struct Once: ~Copyable, Sendable {
    private let isDone = Atomic<Bool>(false)
    /// Whether the caller is the first.
    func begin() -> Bool { !isDone.exchange(true, ordering: .acquiringAndReleasing) }
}

/// A number that is set once.
struct Counter: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)
    var value: UInt64 { word.load(ordering: .relaxed) }
    func set(_ value: UInt64) { word.store(value, ordering: .relaxed) }
}
