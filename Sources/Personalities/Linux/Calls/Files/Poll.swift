// SPDX-License-Identifier: Apache-2.0
//
// poll(2), ppoll(2).

internal import Containers
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func poll(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let timeout = descriptor(r.argument2)
        let deadline = timeout < 0 ? nil : Clock.now().advanced(byNanoseconds: UInt64(timeout) * 1_000_000)
        return try poll(r.argument0, r.argument1, deadline, task)
    }

    @Sendable static func ppoll(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let deadline = try relativeDeadline(r.argument2)
        try exchangeMask(r.argument3, r.argument4, task)
        defer { restoreMask(task) }
        defer { storeRemainder(deadline, r.argument2) }
        return try poll(r.argument0, r.argument1, deadline, task)
    }

    private static func poll(
        _ address: UInt, _ countArgument: UInt, _ deadline: Instant?, _ task: Task
    ) throws(Errno) -> Int {
        let count = Int(word(countArgument))
        guard UInt64(count) <= descriptorLimit(task) else { throw .invalidArgument }
        var set = try PollSet(capacity: count)
        for index in 0..<count {
            let word = try UserMemory.load(UInt64.self, at: UserAddress(address).advanced(by: index * 8))
            let number = Int32(truncatingIfNeeded: word)
            // A negative descriptor is skipped.
            if number < 0 {
                set.add(nil, [])
            } else if let file = openFile(number, task) {
                let wanted = PollEvents(rawValue: UInt32(UInt16(truncatingIfNeeded: word >> 32)))
                // These two are always told.
                set.add(file, wanted.union([.error, .hangUp]))
            } else {
                set.addInvalid()
            }
        }
        do throws(WaitEnd) { try set.wait(until: deadline) } catch {
            throw error == .timedOut ? .noMemory : .restartWithoutHandler
        }
        for index in 0..<count {
            let found = UInt16(truncatingIfNeeded: set.entries[index].found.rawValue)
            try UserMemory.store(found, at: UserAddress(address).advanced(by: index * 8 + 6))
        }
        return set.readyCount
    }

    /// The open file of a descriptor that poll and select may wait for.
    static func openFile(_ number: Int32, _ task: Task) -> OpenFile? {
        guard let file = try? task.process.files.file(number), !file.flags.contains(.path) else { return nil }
        return file
    }

    // MARK: What ppoll and pselect share

    /// The deadline of a struct timespec; none for a null pointer.
    static func relativeDeadline(_ address: UInt) throws(Errno) -> Instant? {
        if address == 0 { return nil }
        return try instant(try timestamp(at: address), isAbsolute: false, onWallClock: false)
    }

    /// Sets the signal mask for the duration of the call.
    ///
    /// - Throws: `.invalidArgument` for another size than eight bytes, `.badAddress`.
    static func exchangeMask(_ address: UInt, _ size: UInt, _ task: Task) throws(Errno) {
        if address == 0 { return }
        guard size == 8 else { throw .invalidArgument }
        let set = SignalSet(rawValue: try UserMemory.load(UInt64.self, at: UserAddress(address)))
        let old = task.mask
        task.own.with { $0.savedMask = old }
        task.mask = set
        if task.hasDeliverableSignal { task.notice() }
    }

    /// Takes the mask back, unless a signal came through it: then delivery does, after the handler's frame has it.
    static func restoreMask(_ task: Task) {
        if task.hasDeliverableSignal { return }
        let saved = task.own.with { own -> SignalSet? in
            let saved = own.savedMask
            own.savedMask = nil
            return saved
        }
        if let saved {
            task.mask = saved
            if task.hasDeliverableSignal { task.notice() }
        }
    }

    /// Writes what is left of a timeout. The result of the call stands even if that fails (select(2), NOTES).
    static func storeRemainder(_ deadline: Instant?, _ address: UInt) {
        guard let deadline else { return }
        let left = Timestamp(nanosecondsSinceEpoch: deadline.nanoseconds(since: Clock.now()))
        try? store(left.encoded, address)
    }
}
