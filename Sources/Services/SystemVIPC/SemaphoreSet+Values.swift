// SPDX-License-Identifier: Apache-2.0
//
// Values that are asked for and set (semctl(2)), what is taken back at the end of a process, and the end of a set.

public import Containers
internal import Events
public import LinuxABI

extension SemaphoreSet {
    /// Whom somebody waits for, as GETNCNT and GETZCNT count.
    public enum Awaited: Sendable {
        /// A greater value.
        case increase
        /// Zero.
        case zero
    }

    /// A value, and who changed it last.
    ///
    /// - Throws: `.invalidArgument`, `.identifierRemoved`.
    public func value(_ index: Int) throws(Errno) -> (value: Int, processID: Int32) {
        try withState { (state) throws(Errno) in
            guard index >= 0, index < count else { throw .invalidArgument }
            return (state.semaphores[index].value, state.semaphores[index].processID)
        }
    }

    /// Seconds since 1970 of the last semop(2); 0 for never.
    public var operated: Int64 { state.withLock { $0.operated } }

    /// How many threads wait for something of a semaphore.
    ///
    /// - Throws: `.invalidArgument`, `.identifierRemoved`.
    public func waiterCount(_ index: Int, for awaited: Awaited) throws(Errno) -> Int {
        try withState { (state) throws(Errno) in
            guard index >= 0, index < count else { throw .invalidArgument }
            var found = 0
            for waiter in 0..<state.waiters.count {
                let operation = state.waiters[waiter].blocking
                if Int(operation.index) == index, (operation.delta == 0) == (awaited == .zero) { found += 1 }
            }
            return found
        }
    }

    /// Sets a value (SETVAL); nobody takes anything back from it any more.
    ///
    /// - Throws: `.invalidArgument`, `.outOfRange`, `.identifierRemoved`.
    public func setValue(_ index: Int, to value: Int, _ caller: IPCCaller) throws(Errno) {
        try withState { (state) throws(Errno) in
            guard index >= 0, index < count else { throw .invalidArgument }
            guard value >= 0, value <= Self.valueLimit else { throw .outOfRange }
            Self.store(value, at: index, &state, caller)
            Self.serveWaiters(&state)
        }
        noteChange()
    }

    /// Sets all values (SETALL).
    ///
    /// - Precondition: `values` has as many as there are semaphores.
    /// - Throws: `.outOfRange`, `.identifierRemoved`.
    public func setValues(_ values: borrowing UniqueArray<UInt16>, _ caller: IPCCaller) throws(Errno) {
        for index in 0..<count where Int(values[index]) > Self.valueLimit { throw .outOfRange }
        try withState { (state) throws(Errno) in
            for index in 0..<count { Self.store(Int(values[index]), at: index, &state, caller) }
            Self.serveWaiters(&state)
        }
        noteChange()
    }

    private static func store(_ value: Int, at index: Int, _ state: inout State, _ caller: IPCCaller) {
        state.semaphores[index].value = value
        state.semaphores[index].processID = caller.processID
        for undo in 0..<state.undos.count { state.undos[undo].deltas[index] = 0 }
    }

    private func withState<R>(_ body: (inout State) throws(Errno) -> R) throws(Errno) -> R {
        try state.withLock { (state) throws(Errno) in
            if state.isRemoved { throw .identifierRemoved }
            return try body(&state)
        }
    }

    // MARK: Ends

    /// The set goes: everybody who waits is told.
    func end() {
        state.withLock { state in
            state.isRemoved = true
            while state.waiters.count > 0 { state.waiters.removeLast().finish(.identifierRemoved) }
        }
    }

    /// A process has ended: what it did with SEM_UNDO is taken back, as far as values allow.
    func undo(_ processID: Int32) {
        state.withLock { state in
            guard let place = Self.undoIndex(state, processID) else { return }
            let undo = state.undos.swapRemove(at: place)
            for index in 0..<count where undo.deltas[index] != 0 {
                let sum = state.semaphores[index].value + undo.deltas[index]
                state.semaphores[index].value = min(max(sum, 0), Self.valueLimit)
                state.semaphores[index].processID = processID
            }
            Self.serveWaiters(&state)
        }
    }

    /// Makes room for what a process may take back.
    static func prepareUndo(_ state: inout State, _ waiter: SemaphoreWaiter) throws(OutOfMemory) {
        var isUndone = false
        for index in 0..<waiter.operations.count where waiter.operations[index].isUndone { isUndone = true }
        guard isUndone, undoIndex(state, waiter.processID) == nil else { return }
        var deltas = UniqueArray<Int>()
        try deltas.extend(toCount: state.semaphores.count, with: 0)
        try state.undos.append(Undo(processID: waiter.processID, deltas: deltas))
    }

    static func undoIndex(_ state: borrowing State, _ processID: Int32) -> Int? {
        for index in 0..<state.undos.count where state.undos[index].processID == processID { return index }
        return nil
    }
}
