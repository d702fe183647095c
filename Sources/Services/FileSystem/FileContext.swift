// SPDX-License-Identifier: Apache-2.0
//
// Where a process stands in the tree: its root, its working directory and its umask. Threads share one (CLONE_FS).

import Events
public import LinuxABI

/// Root, working directory and umask of a process.
public final class FileContext: Sendable {
    private struct State {
        var root: Place
        var workingDirectory: Place
        var umask: Permissions
    }

    /// The mounts that the process sees.
    public let namespace: MountNamespace
    private let state: BlockingMutex<State>

    /// Creates a context at the root of a namespace.
    public init(_ namespace: MountNamespace, umask: Permissions = Permissions(rawValue: 0o022)) {
        self.namespace = namespace
        let root = namespace.crossing(namespace.rootMount, namespace.rootMount.root)
        state = BlockingMutex(State(root: root, workingDirectory: root, umask: umask))
    }

    private init(_ namespace: MountNamespace, _ state: State) {
        self.namespace = namespace
        self.state = BlockingMutex(state)
    }

    /// A context of its own with the same contents, for fork(2).
    public func copy() -> FileContext {
        FileContext(namespace, state.withLock { $0 })
    }

    /// A context for one walk that does not leave a directory.
    func confined(to place: Place) -> FileContext {
        FileContext(namespace, State(root: place, workingDirectory: place, umask: umask))
    }

    /// Where absolute paths begin.
    public var root: Place { state.withLock { $0.root } }

    /// Where relative paths begin.
    public var workingDirectory: Place { state.withLock { $0.workingDirectory } }

    /// What new files do not get.
    public var umask: Permissions { state.withLock { $0.umask } }

    /// Sets the umask and returns the old one; only permission bits count.
    public func setUmask(_ umask: Permissions) -> Permissions {
        state.withLock { state in
            let old = state.umask
            state.umask = umask.intersection(Permissions(rawValue: 0o777))
            return old
        }
    }

    /// The root in pieces that a walk takes over without counting references twice.
    var rootParts: (Mount, Inode) { state.withLock { ($0.root.mount, $0.root.inode) } }

    /// The same of the working directory.
    var workingDirectoryParts: (Mount, Inode) {
        state.withLock { ($0.workingDirectory.mount, $0.workingDirectory.inode) }
    }

    func setRoot(_ place: Place) {
        // The old place is released outside the lock.
        let old = state.withLock { state in
            let old = state.root
            state.root = place
            return old
        }
        _ = old
    }

    func setWorkingDirectory(_ place: Place) {
        let old = state.withLock { state in
            let old = state.workingDirectory
            state.workingDirectory = place
            return old
        }
        _ = old
    }
}
