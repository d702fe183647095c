// SPDX-License-Identifier: Apache-2.0
//
// The program thread that runs, found without a lock, a cast or a reference count: every system call begins here.

internal import Scheduler

extension Task {
    /// Runs code with the running program thread.
    ///
    /// - Precondition: the kernel was entered from a program.
    @inline(__always) public static func withCurrent<R>(_ body: (Task) -> R) -> R {
        // SAFETY: only a Task leaves the kernel for a program, so an entry from one runs on a Task's thread; and the
        // thread keeps its body alive.
        unsafe Unmanaged<Task>.fromOpaque(CurrentThread.body)._withUnsafeGuaranteedRef(body)
    }

    /// The running program thread.
    public static var current: Task { withCurrent { $0 } }
}
