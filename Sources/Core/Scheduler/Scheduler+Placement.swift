// SPDX-License-Identifier: Apache-2.0
//
// Which CPU a thread runs on. A thread stays where it ran last unless that CPU is busy and another one idle; a CPU that
// becomes idle takes work from the one with most; and who ends a turn while threads wait calls an idle CPU for help.

internal import Disciplines
internal import Machine
internal import Sync
internal import Synchronization
internal import Time

extension Scheduler {
    /// The CPUs that a thread may run on, as bits; all of them if it may run on none that there is.
    private func allowed(_ thread: LiveThread) -> UInt64 {
        let all = CPUs.count >= 64 ? UInt64.max : 1 << UInt64(CPUs.count) - 1
        let wished = thread.scheduling.affinity & all
        return wished != 0 ? wished : all
    }

    /// Where a thread that was parked goes on.
    ///
    /// - Context: the lock of `home` is held.
    func target(for thread: LiveThread, from home: Int) -> Int {
        // While the CPU still stands on its stack nobody else can run it.
        if CPUs.count == 1 || thread.scheduling.isOnCPU { return home }
        let allowed = allowed(thread)
        let idle = idleCPUs.load(ordering: .relaxed) & allowed
        let here = UInt64(1) << UInt64(home)
        if idle & here != 0 { return home }
        if idle != 0 { return idle.trailingZeroBitCount }
        return allowed & here != 0 ? home : allowed.trailingZeroBitCount
    }

    /// The CPU with the least to do, for a thread that begins.
    func leastLoaded(for thread: Thread) -> Int {
        if CPUs.count == 1 { return 0 }
        let thread = LiveThread(thread)
        let idle = idleCPUs.load(ordering: .relaxed)
        var best = 0
        var least = Int.max
        var allowed = allowed(thread)
        while allowed != 0 {
            let cpu = allowed.trailingZeroBitCount
            allowed &= allowed - 1
            let ready = locals.with(cpu) { $0.readyCount.load(ordering: .relaxed) } ?? Int.max - 1
            let load = idle & 1 << UInt64(cpu) != 0 ? ready : ready + 1
            if load < least {
                best = cpu
                least = load
            }
        }
        return best
    }

    /// Puts a thread whose home a CPU is, and that is in no queue yet, into that CPU's.
    func settle(_ thread: LiveThread, on cpu: Int) {
        let entrance = locals.with(cpu) { local in
            local.state.withLock { state in
                state.queue.welcome(thread)
                return local.enter(&state, thread)
            }
        }
        if entrance == .look { tell(cpu) }
    }

    /// Puts a thread that left another CPU's queue into the one of its new home.
    func arrive(_ thread: LiveThread, on cpu: Int) {
        if locals.with(cpu, { $0.arrive(thread) }) == .look { tell(cpu) }
    }

    /// Takes a thread of the CPU that has most of them ready. - Returns: whether there was one.
    ///
    /// - Context: interrupts off.
    func takeWork() -> Bool {
        let here = CPU.index
        var busiest: Int?
        var most = 0
        for cpu in 0..<CPUs.count where cpu != here {
            let ready = locals.with(cpu) { $0.readyCount.load(ordering: .relaxed) } ?? 0
            if ready > most {
                busiest = cpu
                most = ready
            }
        }
        guard let busiest, let given = locals.with(busiest, { $0.giveAway(to: here) }), let thread = given else {
            return false
        }
        _ = locals.withCurrent { $0.arrive(thread) }
        return true
    }

    /// Makes an idle CPU look for work, if there is one.
    func callForHelp() {
        if CPUs.count == 1 { return }
        let idle = idleCPUs.load(ordering: .relaxed)
        if idle != 0 { CPUs.interrupt(idle.trailingZeroBitCount, .look) }
    }

    /// Sends a ready thread that is in no queue, because it may not run on its home any more, where it may.
    func move(_ thread: LiveThread) {
        let home = thread.scheduling.home
        let target = locals.with(home) { local in
            local.state.withLock { state -> Int in
                let target = self.target(for: thread, from: home)
                local.depart(state, thread, to: target)
                return target
            }
        }
        if let target { arrive(thread, on: target) }
    }

    // MARK: Wishes

    /// Runs code with the lock that guards a thread's scheduling.
    func withHome<R>(
        of thread: Thread, _ body: (LocalScheduler, inout LocalScheduler.State) -> R
    ) -> R {
        while true {
            let home = thread.scheduling.home
            let result = locals.with(home) { local in
                local.state.withLock { state -> R? in
                    thread.scheduling.home == home ? body(local, &state) : nil
                }
            }
            if let result, let result { return result }
        }
    }

    /// Restricts a thread to CPUs, and moves it if it is elsewhere.
    ///
    /// - Parameter cpus: as bits; at least one exists.
    /// - Context: thread; no lock held; may switch.
    public func setAffinity(of thread: Thread, to cpus: UInt64) {
        // What is to be done once the lock is free: nothing, move a ready thread, or make its CPU look.
        let (mustMove, cpu) = withHome(of: thread) { local, state -> (Bool, Int?) in
            let scheduling = thread.scheduling
            scheduling.affinity = cpus
            if scheduling.isAllowed(on: local.index) { return (false, nil) }
            if scheduling.status == .running { return (false, local.index) }
            guard scheduling.isQueued, !scheduling.isOnCPU else { return (false, nil) }
            state.queue.remove(LiveThread(thread))
            local.readyCount.store(state.queue.count, ordering: .relaxed)
            return (true, nil)
        }
        if mustMove { move(LiveThread(thread)) }
        if let cpu { tell(cpu) }
    }

    /// The CPUs that a thread may run on, as bits; those beyond the machine's included.
    public func affinity(of thread: Thread) -> UInt64 { withHome(of: thread) { _, _ in thread.scheduling.affinity } }
}
