// SPDX-License-Identifier: Apache-2.0
//
// The end of an open file, as programs see it: its last descriptor is closed. The object may live a little longer, while
// calls of other threads finish; but who watches it (epoll(7)) forgets it now, so a watcher may hold the file without
// keeping it open.

import Containers
import Sync
import Synchronization

/// Told when a file that it watches has no descriptor any more.
public protocol OpenFileWatcher: AnyObject, Sendable {
    /// The file's next watcher; the file guards it.
    var nextWatcher: (any OpenFileWatcher)? { get set }
    /// The file has ended. - Context: thread; may block; no lock held.
    func watchedFileEnded()
}

extension OpenFile {
    /// A descriptor, or a message on its way, refers to the file.
    public final func descriptorOpened() { descriptorCount.wrappingAdd(1, ordering: .relaxed) }

    /// One refers to it no longer.
    ///
    /// - Context: thread; may block; no lock held.
    public final func endDescriptor() {
        descriptorClosed()
        let (_, left) = descriptorCount.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        if left == 0 { end() }
    }

    /// Enters a watcher.
    ///
    /// - Returns: false if the file has no descriptor any more.
    public final func add(_ watcher: any OpenFileWatcher) -> Bool {
        watchers.withLock { first in
            // Whoever takes the last descriptor away looks at the list afterwards.
            if descriptorCount.load(ordering: .acquiring) <= 0 { return false }
            watcher.nextWatcher = first
            first = watcher
            return true
        }
    }

    /// Takes a watcher out; without effect if it is not in.
    ///
    /// - Complexity: O(watchers of the file).
    public final func remove(_ watcher: any OpenFileWatcher) {
        // The list's own reference goes outside of the lock: the caller has another.
        watchers.withLock { first in
            if first === watcher {
                first = watcher.nextWatcher
            } else {
                var before = first
                while let current = before, current.nextWatcher !== watcher { before = current.nextWatcher }
                before?.nextWatcher = watcher.nextWatcher
            }
            watcher.nextWatcher = nil
        }
    }

    /// Calls `body` with each watcher.
    ///
    /// - Context: `body` takes no lock and lets no reference go.
    public final func forEachWatcher(_ body: (any OpenFileWatcher) -> Void) {
        watchers.withLock { first in
            var next = first
            while let watcher = next {
                body(watcher)
                next = watcher.nextWatcher
            }
        }
    }

    private func end() {
        while let watcher = takeWatcher() { watcher.watchedFileEnded() }
        lastDescriptorClosed()
    }

    private func takeWatcher() -> (any OpenFileWatcher)? {
        watchers.withLock { first in
            guard let watcher = first else { return nil }
            first = watcher.nextWatcher
            watcher.nextWatcher = nil
            return watcher
        }
    }
}
