// SPDX-License-Identifier: Apache-2.0
//
// The CPUs beyond the first, brought up when the first thread is started: an image for one CPU has nothing of this.

internal import Events
internal import Processors
internal import Scheduler

enum OtherCPUs {
    private static let areUp = BlockingMutex(false)

    /// Starts them, once. - Context: thread; the first caller waits for each CPU, others for the first caller.
    static func start() {
        areUp.withLock { areUp in
            if areUp { return }
            areUp = true
            Processors.startAll(CurrentThread.scheduler) {}
        }
    }
}
