// SPDX-License-Identifier: Apache-2.0

// A place where another simulated thread may run.

import Scheduler

enum CurrentYield {
    static func now() { CurrentThread.scheduler.yield() }
}
