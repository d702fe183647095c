// SPDX-License-Identifier: Apache-2.0
//
// The threads of a process: coming, going, and the moment of execve(2) when one of them outlives all others.

internal import Containers
internal import Events
internal import FileSystem
public import LinuxABI
internal import Scheduler
internal import Sync
internal import Synchronization

extension Process {
    /// The number of threads.
    public var threadCount: Int { state.withLock { $0.threads.count } }

    /// Whether there is more than one thread; a hint for others, and certain for the only one.
    @inline(__always) public var isMultithreaded: Bool { threadTotal.load(ordering: .relaxed) > 1 }

    /// The thread that came first of those that there are, or nil once all have gone.
    public var firstTask: Task? { state.withLock { $0.threads.first } }

    /// CPU time of all threads, also of those that have ended, in nanoseconds.
    public var runTime: UInt64 {
        while true {
            let (ended, removals) = state.withLock { ($0.endedRunTime, $0.removals) }
            var sum = ended
            forEachTask { sum += $0.runTime }
            // A thread that ended meanwhile may be in neither part.
            if state.withLock({ $0.removals }) == removals { return sum }
        }
    }

    /// Page faults of all threads, also of those that have ended. A thread that ends meanwhile may be missing.
    public var faultCount: UInt64 {
        var sum = state.withLock { $0.endedFaults }
        forEachTask { sum += $0.faultCount }
        return sum
    }

    /// Visits the threads that there are; those that come or go meanwhile may be visited or not.
    ///
    /// - Parameter body: called without a lock.
    public func forEachTask(_ body: (Task) -> Void) {
        var serial: UInt64 = 0
        while let (next, task) = state.withLock({ $0.threads.next(after: serial) }) {
            body(task)
            serial = next
        }
    }

    /// Adds a thread.
    ///
    /// - Returns: its serial.
    /// - Throws: `.noMemory`; `.resourceTemporarilyUnavailable` when the process is ending, or its program is.
    func add(_ task: Task) throws(Errno) -> UInt64 {
        var room = ThreadList.Room()
        while true {
            let (serial, count) = state.withLock { state -> (UInt64, Int) in
                state.threads.move(to: &room)
                if state.threads.isFull || state.end != nil || state.heir != nil { return (0, state.threads.count) }
                return (state.threads.append(task), 0)
            }
            if serial != 0 {
                threadTotal.wrappingAdd(1, ordering: .relaxed)
                files.addUser()
                return serial
            }
            if isEnding { throw .resourceTemporarilyUnavailable }
            guard room.grow(for: count) else { throw .noMemory }
        }
    }

    private var isEnding: Bool { state.withLock { $0.end != nil || $0.heir != nil } }

    /// Takes a thread out. - Returns: whether it was the last.
    func remove(_ serial: UInt64, ranFor runTime: UInt64, faults: UInt64) -> Bool {
        let (removed, isLast) = state.withLock { state -> (Task?, Bool) in
            let removed = state.threads.remove(serial)
            if removed != nil {
                state.endedRunTime += runTime
                state.endedFaults += faults
                state.removals &+= 1
            }
            return (removed, state.threads.count == 0)
        }
        if removed != nil {
            threadTotal.wrappingSubtract(1, ordering: .relaxed)
            files.removeUser()
        }
        waitQueue.wakeAll()  // somebody may wait to be the only one
        return isLast
    }

    /// What the process answers when its threads end one by one: what the first of them said (exit(2)).
    public func noteExit(of task: Task, status: UInt8) {
        if task.id == id { state.withLock { $0.firstThreadStatus = status } }
    }

    /// Ends all other threads: execve(2). The caller takes over the process's number.
    ///
    /// - Throws: `.restartIfAsked` when somebody else ends the caller first.
    public func endOthers(than task: Task) throws(Errno) {
        guard isMultithreaded || task.id != id else { return }
        let isHeir = state.withLock { state -> Bool in
            guard state.heir == nil, state.end == nil else { return false }
            state.heir = task.serial
            return true
        }
        guard isHeir else { throw .resourceTemporarilyUnavailable }
        defer { state.withLock { $0.heir = nil } }
        forEachTask { if $0 !== task { $0.kill() } }
        do throws(WaitEnd) { try waitQueue.waitUninterrupted { self.threadCount == 1 } } catch {
            throw .resourceTemporarilyUnavailable
        }
        system.rename(task, to: id)
    }
}
