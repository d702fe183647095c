// SPDX-License-Identifier: Apache-2.0
//
// What a timer file hears of the wall clock being set: its deadline may come earlier or later, or it is cancelled.

import Events

/// Tells a timer file that the wall clock was set.
final class WallTimeObserver: WaitObserver, @unchecked Sendable {
    nonisolated(unsafe) private unowned(unsafe) let file: TimerFile

    init(_ file: TimerFile) {
        unsafe self.file = file
        super.init()
    }

    override func waitQueueChanged(_ events: PollEvents) -> Bool {
        // SAFETY: the file takes its observer out of the queue, whose lock is held now, before it goes away.
        unsafe file.wallTimeWasSet()
        return true
    }
}
