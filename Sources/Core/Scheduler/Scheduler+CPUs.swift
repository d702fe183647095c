// SPDX-License-Identifier: Apache-2.0
//
// The CPUs that threads run on: starting further ones, and what /proc, /sys, sched_getaffinity(2) and the like tell
// programs of them.

public import Containers
public import Machine
internal import Sync
public import Time

extension Scheduler {
    /// The CPUs that threads run on.
    public var cpuCount: Int { CPUs.count }

    /// The most CPUs that the kernel could have: what a program's masks of CPUs have room for.
    public static var cpuLimit: Int { CPUs.limit }

    /// Starts a CPU; threads may run on it from then on.
    ///
    /// - Parameters:
    ///   - hardwareID: what the firmware's tables call it.
    ///   - deadline: when to give it up.
    ///   - prepare: what the personality does on it first, with interrupts off.
    /// - Returns: whether it runs.
    /// - Throws: `OutOfMemory`.
    /// - Context: thread of the first CPU, one at a time.
    public func startCPU(
        hardwareID: UInt32, until deadline: Instant, _ prepare: @escaping @Sendable () -> Void
    ) throws(OutOfMemory) -> Bool {
        let index = CPUs.count
        let idle = Thread(
            serial: 0, body: nil, context: try ThreadContext(entry: { _ in }, argument: 0))
        locals.set(index, LocalScheduler(index, idle: idle))
        timers.addCPU(index)
        let context = idle
        return try CPUs.start(hardwareID: hardwareID, on: context.context, until: { Clock.now() >= deadline }) {
            CurrentThread.set(context)
            prepare()
            _ = CPU.enablePreemption()
            CurrentThread.scheduler.idle()
        }
    }

    // MARK: Figures

    /// Whether a thread waits until somebody unparks it.
    public func isParked(_ thread: Thread) -> Bool {
        withHome(of: thread) { _, _ in thread.scheduling.status == .parked }
    }

    /// CPU time of a thread in nanoseconds, that of a running one up to now.
    public func runTime(of thread: Thread) -> UInt64 {
        withHome(of: thread) { local, state in
            let isRunning = state.current == LiveThread(thread)
            return Clock.nanoseconds(
                steps: thread.scheduling.runTime &+ (isRunning ? CPU.counter &- state.switchedAt : 0))
        }
    }

    /// The CPU that a thread runs on or ran on last.
    public func lastCPU(of thread: Thread) -> Int { withHome(of: thread) { local, _ in local.index } }

    /// Time in nanoseconds that a CPU had nobody to run.
    public func idleTime(of cpu: Int) -> UInt64 {
        locals.with(cpu) { local in
            local.state.withLock { state in
                Clock.nanoseconds(
                    steps: local.idle.scheduling.runTime
                        &+ (state.current == local.idle ? CPU.counter &- state.switchedAt : 0))
            }
        } ?? 0
    }
}
