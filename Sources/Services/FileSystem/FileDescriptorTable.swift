// SPDX-License-Identifier: Apache-2.0
//
// The descriptors of a process: small numbers for open files. A number is taken first and gets its file later, so that
// a call that runs out of numbers has not made a file yet. The limit is the caller's (RLIMIT_NOFILE), given each time.

import Containers
import Events
public import LinuxABI
import Sync
import Synchronization

/// The descriptors of a process; threads share one (CLONE_FILES).
///
/// Lock order: a leaf. Files are released outside the lock, and found without it.
public final class FileDescriptorTable: Sendable {
    struct State: ~Copyable {
        var taken = BitSet()
        var closingOnExec = BitSet()
        /// No number below this one is free.
        var firstFree = 0
    }

    /// Who follows a descriptor when exec(2) comes.
    public enum Inheritance: Sendable {
        /// The new program keeps it.
        case kept
        /// It is closed (`FD_CLOEXEC`).
        case closedOnExec

        /// The inheritance that `O_CLOEXEC` in open flags asks for.
        public init(_ flags: OpenFlags) {
            self = flags.contains(.closeOnExec) ? .closedOnExec : .kept
        }
    }

    let state = BlockingMutex(State())
    /// The open files; changed under the lock, read without it.
    let files = SharedSlots<OpenFile>()
    /// Threads that use the table: see `withFile`.
    let userCount = Atomic<Int>(0)

    /// Creates an empty table.
    public init() {}

    deinit { closeAll(in: 0...Int32.max) }

    /// The open file of a descriptor.
    ///
    /// - Throws: `.badFileDescriptor`.
    @inline(never)  // called from nearly every call that takes a descriptor
    public func file(_ descriptor: Int32) throws(Errno) -> OpenFile {
        guard let found = files.value(Int(descriptor)) else { throw .badFileDescriptor }
        return found
    }

    /// Takes the lowest free number at or above `minimum`; it refers to nothing until `set`.
    ///
    /// - Parameter limit: numbers must be below it.
    /// - Throws: `.tooManyOpenFiles`, `.noMemory`.
    public func take(from minimum: Int = 0, limit: UInt64, _ inheritance: Inheritance) throws(Errno) -> Int32 {
        try state.withLock { (state) throws(Errno) in
            let number = state.taken.firstAbsent(from: max(minimum, state.firstFree))
            if UInt64(number) >= limit || number >= Int(Int32.max) { throw .tooManyOpenFiles }
            try grow(&state, toHold: number)
            Self.mark(&state, number, inheritance)
            return Int32(number)
        }
    }

    /// Lets a taken number refer to a file.
    ///
    /// - Precondition: the number came from `take`, and has no file.
    public func set(_ descriptor: Int32, to file: OpenFile) {
        file.descriptorOpened()
        state.withLock { _ in _ = files.exchange(Int(descriptor), file) }
    }

    /// Gives a taken number back that got no file.
    public func giveBack(_ descriptor: Int32) {
        state.withLock { Self.unmark(&$0, Int(descriptor)) }
    }

    /// Takes the lowest free number for a file.
    ///
    /// - Throws: as `take`.
    public func add(
        _ file: OpenFile, from minimum: Int = 0, limit: UInt64, _ inheritance: Inheritance
    ) throws(Errno) -> Int32 {
        let descriptor = try take(from: minimum, limit: limit, inheritance)
        set(descriptor, to: file)
        return descriptor
    }

    /// Closes a descriptor.
    ///
    /// - Throws: `.badFileDescriptor`.
    public func close(_ descriptor: Int32) throws(Errno) {
        let file = state.withLock { state -> OpenFile? in
            let index = Int(descriptor)
            guard index >= 0, index < files.count, let file = files.exchange(index, nil) else { return nil }
            Self.unmark(&state, index)
            return file
        }
        guard let file else { throw .badFileDescriptor }
        finishClosing(file)
    }

    /// What closing any descriptor for a file does: the record locks of the table's processes on it go, even if there are
    /// other descriptors (fcntl(2), "Advisory record locking").
    private func finishClosing(_ file: OpenFile) {
        if let locks = file.inode.lockSlot.existing, !file.flags.contains(.path) {
            locks.clearAll(of: FileLockOwner(self, processID: 0))
        }
        file.endDescriptor()
    }

    /// Lets `target` refer to the file of `source`, closing what it was.
    ///
    /// - Throws: `.badFileDescriptor`, also for a target at or above the limit; `.resourceBusy` if the target is just
    ///   being opened by another thread; `.noMemory`.
    /// - Source: dup2(2). Equal numbers are the caller's case: dup2 succeeds, dup3 refuses.
    public func duplicate(
        _ source: Int32, to target: Int32, limit: UInt64, _ inheritance: Inheritance
    ) throws(Errno) {
        if target < 0 || UInt64(target) >= limit { throw .badFileDescriptor }
        let old = try state.withLock { (state) throws(Errno) -> OpenFile? in
            guard let file = files.value(Int(source)) else { throw .badFileDescriptor }
            let index = Int(target)
            try grow(&state, toHold: index)
            if files.value(index) == nil && state.taken.contains(index) { throw .resourceBusy }
            file.descriptorOpened()
            let old = files.exchange(index, file)
            Self.mark(&state, index, inheritance)
            return old
        }
        if let old { finishClosing(old) }
    }

    /// Whether exec(2) closes a descriptor.
    ///
    /// - Throws: `.badFileDescriptor`.
    public func inheritance(_ descriptor: Int32) throws(Errno) -> Inheritance {
        _ = try file(descriptor)
        return state.withLock { $0.closingOnExec.contains(Int(descriptor)) } ? .closedOnExec : .kept
    }

    /// Sets whether exec(2) closes a descriptor.
    ///
    /// - Throws: `.badFileDescriptor`.
    public func setInheritance(_ descriptor: Int32, _ inheritance: Inheritance) throws(Errno) {
        try state.withLock { (state) throws(Errno) in
            let index = Int(descriptor)
            guard files.value(index) != nil else { throw .badFileDescriptor }
            Self.mark(&state, index, inheritance)
        }
    }

    /// The least open descriptor at or above `start`, for /proc/PID/fd and close_range(2).
    public func next(from start: Int32) -> Int32? {
        state.withLock { state in
            var index = Int(max(start, 0))
            while let found = state.taken.firstMember(from: index) {
                if files.value(found) != nil { return Int32(found) }
                index = found + 1
            }
            return nil
        }
    }

    /// Closes every descriptor of a range, or marks it for exec(2).
    ///
    /// - Source: close_range(2).
    public func closeAll(in range: ClosedRange<Int32>) {
        var start = range.lowerBound
        while let descriptor = next(from: start), descriptor <= range.upperBound {
            // Another thread may have closed it in between, which is as good.
            try? close(descriptor)
            if descriptor == .max { return }
            start = descriptor + 1
        }
    }

    /// Closes the descriptors that exec(2) closes.
    public func closeForExec() {
        while let descriptor = state.withLock({ state -> Int32? in
            guard let found = state.closingOnExec.firstMember(from: 0) else { return nil }
            state.closingOnExec.remove(found)
            return Int32(found)
        }) {
            try? close(descriptor)
        }
    }

    /// A table of its own with the same files, for fork(2).
    ///
    /// - Throws: `.noMemory`.
    public func copy() throws(Errno) -> FileDescriptorTable {
        let table = FileDescriptorTable()
        try state.withLock { (state) throws(Errno) in
            try table.state.withLock { (copy) throws(Errno) in
                try table.grow(&copy, toHold: files.count - 1)
                var index = 0
                while let found = state.taken.firstMember(from: index) {
                    index = found + 1
                    // A number that is just being opened is free in the copy.
                    guard let file = files.value(found) else { continue }
                    file.descriptorOpened()
                    _ = table.files.exchange(found, file)
                    Self.mark(&copy, found, state.closingOnExec.contains(found) ? .closedOnExec : .kept)
                }
            }
        }
        return table
    }

    private func grow(_ state: inout State, toHold index: Int) throws(Errno) {
        if index < files.count { return }
        let count = max(index + 1, min(files.count * 2, index + 1024), 16)
        try allocating { () throws(OutOfMemory) in
            try state.taken.reserve(capacity: count)
            try state.closingOnExec.reserve(capacity: count)
            try files.grow(to: count)
        }
    }

    private static func mark(_ state: inout State, _ index: Int, _ inheritance: Inheritance) {
        if index == state.firstFree { state.firstFree = index + 1 }
        state.taken.insert(index)
        switch inheritance {
        case .kept: state.closingOnExec.remove(index)
        case .closedOnExec: state.closingOnExec.insert(index)
        }
    }

    private static func unmark(_ state: inout State, _ index: Int) {
        state.taken.remove(index)
        state.closingOnExec.remove(index)
        if index < state.firstFree { state.firstFree = index }
    }
}
