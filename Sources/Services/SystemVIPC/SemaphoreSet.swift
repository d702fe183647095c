// SPDX-License-Identifier: Apache-2.0
//
// A set of semaphores. The operations of one semop(2) happen all at once or not at all. Whoever changes a value goes through
// those who wait, in the order in which they came, and carries out what can be done now for them: a waiter that is woken
// has got what it waited for, and nobody can have taken it in between.
// Source: semop(2), semctl(2).

public import Containers
internal import Events
public import LinuxABI
internal import Sync
internal import Synchronization
public import Time

/// One operation on a semaphore (`struct sembuf`).
public struct SemaphoreOperation: Sendable {
    /// Which of the set.
    public let index: UInt16
    /// What is added; 0 waits for 0.
    public let delta: Int16
    /// Whether the set gives up instead of waiting (`IPC_NOWAIT`).
    public let isImpatient: Bool
    /// Whether it is taken back when the process ends (`SEM_UNDO`).
    public let isUndone: Bool

    /// Creates an operation.
    public init(index: UInt16, delta: Int16, flags: UInt16) {
        self.index = index
        self.delta = delta
        isImpatient = flags & 0o4000 != 0
        isUndone = flags & 0x1000 != 0
    }
}

/// A set of semaphores.
///
/// Lock order: `state` is below the table's lock; a program's memory is not touched under it.
public final class SemaphoreSet: IPCObject, @unchecked Sendable {
    /// The greatest value, and the greatest that is taken back (`SEMVMX`, `SEMAEM`).
    public static var valueLimit: Int { 32767 }

    struct Semaphore {
        var value: Int = 0
        /// Who changed it last.
        var processID: Int32 = 0
    }
    /// What is taken back at the end of a process.
    struct Undo: ~Copyable {
        let processID: Int32
        var deltas: UniqueArray<Int>
    }
    struct State: ~Copyable {
        var semaphores: UniqueArray<Semaphore>
        var undos = UniqueArray<Undo>()
        var waiters = UniqueArray<SemaphoreWaiter>()
        /// Seconds since 1970 of the last semop(2).
        var operated: Int64 = 0
        var isRemoved = false
    }
    let state: BlockingMutex<State>
    /// How many semaphores there are.
    public let count: Int

    init(_ permissions: IPCPermissions, count: Int) throws(OutOfMemory) {
        var semaphores = try UniqueArray<Semaphore>(capacity: count)
        for _ in 0..<count { semaphores.appendReserved(Semaphore()) }
        self.count = count
        state = BlockingMutex(State(semaphores: semaphores), .object)
        super.init(permissions)
    }

    // MARK: Operations

    /// Carries operations out, waiting until that is possible.
    ///
    /// - Parameter deadline: monotonic; nil waits for ever.
    /// - Throws: `.resourceTemporarilyUnavailable` (also for a deadline that passed), `.fileTooLarge` (no such semaphore),
    ///   `.outOfRange`, `.identifierRemoved`, `.interrupted`, `.noMemory`, `.permissionDenied`.
    /// - Context: thread; blocks.
    public func operate(
        _ operations: consuming UniqueArray<SemaphoreOperation>, _ caller: IPCCaller, until deadline: Instant?
    ) throws(Errno) {
        var isChange = false
        for index in 0..<operations.count {
            if Int(operations[index].index) >= count { throw .fileTooLarge }
            if operations[index].delta != 0 { isChange = true }
        }
        try check(isChange ? 0o222 : 0o444, caller)
        let waiter = SemaphoreWaiter(operations, caller.processID)
        let isDone = try state.withLock { (state) throws(Errno) -> Bool in
            if state.isRemoved { throw .identifierRemoved }
            do throws(OutOfMemory) {
                try Self.prepareUndo(&state, waiter)
                try state.waiters.reserve(1)
            } catch { throw .noMemory }
            switch Self.attempt(&state, waiter) {
            case .failed(let error): throw error
            case .done:
                Self.serveWaiters(&state)
                return true
            case .blocked:
                state.waiters.appendReserved(waiter)
                return false
            }
        }
        if !isDone { try wait(waiter, until: deadline) }
    }

    private func wait(_ waiter: SemaphoreWaiter, until deadline: Instant?) throws(Errno) {
        var end: WaitEnd?
        do throws(WaitEnd) { try waiter.finished.wait(until: deadline) { !waiter.isPending } } catch { end = error }
        if let end {
            // Whoever carried it out meanwhile was faster than the interruption.
            let isGivenUp = state.withLock { state in Self.remove(waiter, &state) }
            if isGivenUp { throw end == .timedOut ? .resourceTemporarilyUnavailable : .interrupted }
        }
        if let failure = waiter.failure { throw failure }
    }

    enum Outcome { case done, blocked, failed(Errno) }

    /// Carries all operations out, or none.
    static func attempt(_ state: inout State, _ waiter: SemaphoreWaiter) -> Outcome {
        let undo = undoIndex(state, waiter.processID)
        var done = 0
        var outcome = Outcome.done
        while done < waiter.operations.count {
            let operation = waiter.operations[done]
            let place = Int(operation.index)
            let result = state.semaphores[place].value + Int(operation.delta)
            if result < 0 || (operation.delta == 0 && result != 0) {
                waiter.noteBlock(at: done)
                outcome = operation.isImpatient ? .failed(.resourceTemporarilyUnavailable) : .blocked
                break
            }
            if result > valueLimit {
                outcome = .failed(.outOfRange)
                break
            }
            if operation.isUndone, let undo {
                let delta = state.undos[undo].deltas[place] - Int(operation.delta)
                if delta < -valueLimit - 1 || delta > valueLimit {
                    outcome = .failed(.outOfRange)
                    break
                }
                state.undos[undo].deltas[place] = delta
            }
            state.semaphores[place].value = result
            done += 1
        }
        if case .done = outcome {
            for index in 0..<waiter.operations.count {
                state.semaphores[Int(waiter.operations[index].index)].processID = waiter.processID
            }
            state.operated = IPCObject.now
            return .done
        }
        while done > 0 {
            done -= 1
            let operation = waiter.operations[done]
            state.semaphores[Int(operation.index)].value -= Int(operation.delta)
            if operation.isUndone, let undo { state.undos[undo].deltas[Int(operation.index)] += Int(operation.delta) }
        }
        return outcome
    }

    /// Carries out what those who wait can have now; each change may make another one possible.
    static func serveWaiters(_ state: inout State) {
        var index = 0
        while index < state.waiters.count {
            let waiter = state.waiters[index]
            switch attempt(&state, waiter) {
            case .blocked:
                index += 1
                continue
            case .failed(let error): waiter.finish(error)
            case .done: waiter.finish(nil)
            }
            _ = state.waiters.remove(at: index)
            if waiter.changes { index = 0 }
        }
    }

    private static func remove(_ waiter: SemaphoreWaiter, _ state: inout State) -> Bool {
        for index in 0..<state.waiters.count where state.waiters[index] === waiter {
            _ = state.waiters.remove(at: index)
            return true
        }
        return false
    }
}

/// A thread that waits for operations to become possible.
final class SemaphoreWaiter: Sendable {
    let operations: UniqueArray<SemaphoreOperation>
    let processID: Int32
    /// Woken when it is over.
    let finished = WaitQueue()
    /// −1 while it waits, then 0 or an error's number.
    private let result = Atomic<Int>(-1)
    /// The operation that could not be carried out.
    private let block = Atomic<Int>(0)

    init(_ operations: consuming UniqueArray<SemaphoreOperation>, _ processID: Int32) {
        self.operations = operations
        self.processID = processID
    }

    var isPending: Bool { result.load(ordering: .acquiring) < 0 }
    var failure: Errno? {
        let code = result.load(ordering: .acquiring)
        return code > 0 ? Errno(rawValue: UInt16(code)) : nil
    }
    /// Whether it changes a value when it is carried out.
    var changes: Bool {
        for index in 0..<operations.count where operations[index].delta != 0 { return true }
        return false
    }

    func noteBlock(at index: Int) { block.store(index, ordering: .relaxed) }
    /// What it waits for: see `noteBlock`.
    var blocking: SemaphoreOperation { operations[block.load(ordering: .relaxed)] }

    func finish(_ error: Errno?) {
        result.store(Int(error?.rawValue ?? 0), ordering: .releasing)
        finished.wakeAll()
    }
}
