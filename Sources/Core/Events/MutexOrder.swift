// SPDX-License-Identifier: Apache-2.0
//
// The order of locks that may sleep, as Sync's SpinlockOrder is that of the others. Nearly all are leaves and say nothing;
// those under which another one is taken have a place here, and the README of each owner says why. A lock is taken only
// under locks of earlier places: then no two threads can wait for each other. A checked image looks (MutexCheck).

/// Where a lock stands, outermost first.
public enum MutexOrder: UInt8, Sendable {
    /// Whatever must be one step among all polls or all pipes: UnnamedVolume's. Only one thread has it, so that under it
    /// locks may be taken under others of their own place.
    case nesting
    /// A volume's renames.
    case rename
    /// The bytes of a pipe: splice(2) gives them to another stream or to a file under it.
    case pipe
    /// The bytes of a socket, a terminal or a standard stream: what is copied to and from programs under it.
    case stream
    /// The place in an open file.
    case position
    /// What an open text of /proc says.
    case text
    /// A file that is being written.
    case writing
    /// A directory, from the top down.
    case directory
    /// What a poll watches, the outer poll's first.
    case poll
    /// Names of pipes.
    case pipeNames
    /// An inode's locks on files, before the table of who waits for whom.
    case fileLocks
    /// An inode's extended attributes: copied to programs under it.
    case attributes
    /// Who is told of changes of an inode.
    case watches
    /// What such a one has not read yet: copied to programs under it.
    case watchQueue
    /// Threads that wait on words, by the index of their bucket.
    case futexes
    /// A process's timers.
    case timers
    /// The regions of an address space.
    case addressSpace
    /// Names or numbers of objects of System V and of message queues.
    case objectTable
    /// Such an object.
    case object
    /// The pages of a file.
    case pages
    /// The table of processes and threads.
    case system
    /// No other one is taken under it.
    case leaf

    /// Whether one may be taken under another one of the same place, in an order that the owner's README gives.
    var nests: Bool { self == .directory || self == .poll || self == .futexes }
}
