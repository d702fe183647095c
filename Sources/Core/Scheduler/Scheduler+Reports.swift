// SPDX-License-Identifier: Apache-2.0
//
// What every thread does, for a dump on the log. Whoever asks suspects that something hangs, so nothing here waits for a
// lock: the list's is tried for a while, and a thread whose CPU holds its own lock is read without it. Figures may be
// a little off then; no thread goes away while it is looked at.

internal import Machine
internal import Sync
internal import Synchronization
internal import Time

/// What the scheduler knows of a thread.
public struct ThreadReport: Sendable {
    /// Whether it runs, could run, or waits.
    public enum State: Sendable {
        /// A CPU runs it.
        case running
        /// It waits for its turn.
        case ready
        /// It waits for something.
        case waiting
    }

    /// See `State`.
    public var state: State
    /// The CPU that it runs on or ran on last.
    public var cpu: Int
    /// How long it has been in a state other than running, in nanoseconds.
    public var stopped: UInt64
    /// CPU time in nanoseconds.
    public var runTime: UInt64
}

extension Scheduler {
    /// Shows one thread.
    ///
    /// - Parameters:
    ///   - serial: of the thread that was shown last; 0 for none.
    ///   - body: gets the next one. Called under a spinlock: no allocation, no waiting.
    /// - Returns: the thread's serial number for the next call; nil after the last one, or when the list cannot be had.
    /// - Complexity: O(n) in the threads.
    public func showThread(after serial: UInt32, _ body: (Thread, ThreadReport) -> Void) -> UInt32? {
        for _ in 0..<1_000_000 {
            let shown = threads.withLockIfFree { list -> UInt32? in
                var found: LiveThread?
                var least = UInt32.max
                var next = list.first
                while let candidate = next {
                    let number = candidate.with { $0.serial }
                    if number > serial, number < least {
                        found = candidate
                        least = number
                    }
                    next = candidate.scheduling.nextListed
                }
                guard let found else { return nil }
                let report = report(on: found)
                found.with { body($0, report) }
                return least
            }
            if let shown { return shown }
            CPU.relax()
        }
        return nil
    }

    private func report(on thread: LiveThread) -> ThreadReport {
        let home = thread.scheduling.home
        let careful = locals.with(home) { local in
            local.state.withLockIfFree { state in
                read(thread, home, turnSince: state.current == thread ? state.switchedAt : nil)
            }
        }
        if let careful, let careful { return careful }
        return read(thread, home, turnSince: nil)
    }

    private func read(_ thread: LiveThread, _ home: Int, turnSince start: UInt64?) -> ThreadReport {
        let scheduling = thread.scheduling
        let state: ThreadReport.State
        switch scheduling.status {
        case .running: state = .running
        case .parked: state = .waiting
        default: state = .ready
        }
        let now = CPU.counter
        let stopped = scheduling.stoppedAt
        return ThreadReport(
            state: state, cpu: home,
            stopped: state == .running || stopped > now ? 0 : Clock.nanoseconds(steps: now - stopped),
            runTime: Clock.nanoseconds(steps: scheduling.runTime &+ (start.map { now &- $0 } ?? 0)))
    }

    /// Whether a CPU has nobody to run.
    public func isIdle(_ cpu: Int) -> Bool {
        idleCPUs.load(ordering: .relaxed) & 1 << UInt64(truncatingIfNeeded: cpu) != 0
    }
}
