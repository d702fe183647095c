// SPDX-License-Identifier: Apache-2.0
//
// A thread for tests of disciplines: links and a share, and nothing that could run.

public import Disciplines

/// A reference to a thread that exists in a test only.
public struct FakeThread<Share: Sendable>: Schedulable {
    private final class Fields {
        let name: String
        var share: Share
        var next: FakeThread?
        var previous: FakeThread?
        var isQueued = false
        var cpus: Set<Int>

        init(_ name: String, _ share: Share, _ cpus: Set<Int>) {
            self.name = name
            self.share = share
            self.cpus = cpus
        }
    }

    private let fields: Fields

    /// Creates a thread.
    ///
    /// - Parameter cpus: where it may go.
    public init(_ name: String, _ share: Share, cpus: Set<Int> = []) { fields = Fields(name, share, cpus) }

    /// What a test calls it.
    public var name: String { fields.name }

    /// What the discipline keeps with it.
    public var share: Share {
        get { fields.share }
        nonmutating set { fields.share = newValue }
    }
    /// The thread behind it.
    public var next: FakeThread? {
        get { fields.next }
        nonmutating set { fields.next = newValue }
    }
    /// The thread before it.
    public var previous: FakeThread? {
        get { fields.previous }
        nonmutating set { fields.previous = newValue }
    }
    /// Whether it is in a queue.
    public var isQueued: Bool {
        get { fields.isQueued }
        nonmutating set { fields.isQueued = newValue }
    }
    /// Whether the test said that it may go there.
    public func canMove(to cpu: Int) -> Bool { fields.cpus.contains(cpu) }

    /// Whether two references are to one thread.
    public static func == (a: FakeThread, b: FakeThread) -> Bool { a.fields === b.fields }
}
