// SPDX-License-Identifier: Apache-2.0
//
// A queue of messages with types, of System V (POSIX's, with priorities and names, are the module MessageQueues).
// Source: msgop(2).

public import Containers
internal import Events
public import LinuxABI
internal import Synchronization

/// A message: a type and bytes.
public struct TypedMessage: ~Copyable {
    /// Positive.
    public let type: Int64
    /// What it says.
    public let text: UniqueArray<UInt8>

    /// Creates a message.
    public init(type: Int64, _ text: consuming UniqueArray<UInt8>) {
        self.type = type
        self.text = text
    }

    func copy() throws(OutOfMemory) -> TypedMessage { TypedMessage(type: type, try UniqueArray(copying: text.span)) }
}

/// Which message a receiver wants.
public enum MessageChoice: Sendable {
    /// The oldest.
    case any
    /// The oldest of a type.
    case type(Int64)
    /// The oldest that is not of a type (`MSG_EXCEPT`).
    case otherThan(Int64)
    /// The oldest of the least type up to this one.
    case upTo(Int64)
    /// A copy of the one at a place (`MSG_COPY`).
    case copy(Int)
}

/// A queue of messages.
///
/// Lock order: `state` is below the table's lock; a program's memory is not touched under it.
public final class MessageChannel: IPCObject, @unchecked Sendable {
    /// What msgctl(2) tells.
    public struct Figures: Sendable {
        /// Bytes in the queue.
        public var bytes: UInt64 = 0
        /// Messages in the queue.
        public var count: UInt64 = 0
        /// Bytes that there may be.
        public var byteLimit: UInt64
        /// Seconds since 1970 of the last msgsnd(2); 0 for never.
        public var sent: Int64 = 0
        /// The same of msgrcv(2).
        public var received: Int64 = 0
        /// Who sent last.
        public var sender: Int32 = 0
        /// Who received last.
        public var receiver: Int32 = 0
    }
    struct State: ~Copyable {
        var messages = UniqueArray<TypedMessage>()
        var figures: Figures
        var isRemoved = false
    }
    private let state: BlockingMutex<State>
    /// How often messages came, went, or the queue changed otherwise: what waiters look at.
    private let changes = Atomic<UInt64>(0)
    private let moved = WaitQueue()

    init(_ permissions: IPCPermissions, byteLimit: UInt64) {
        state = BlockingMutex(State(figures: Figures(byteLimit: byteLimit)), .object)
        super.init(permissions)
    }

    /// What it holds.
    public var figures: Figures { state.withLock { $0.figures } }

    /// Puts a message at the end, waiting until there is room.
    ///
    /// - Parameter flags: `.noWait` counts.
    /// - Throws: `.resourceTemporarilyUnavailable`, `.identifierRemoved`, `.interrupted`, `.noMemory`.
    /// - Context: thread; blocks.
    public func send(_ message: consuming TypedMessage, _ flags: IPCFlags, _ caller: IPCCaller) throws(Errno) {
        var waiting: TypedMessage? = message
        while true {
            let seen = changes.load(ordering: .acquiring)
            let isSent = try state.withLock { (state) throws(Errno) -> Bool in
                if state.isRemoved { throw .identifierRemoved }
                try check(0o222, caller)
                guard let message = waiting.take() else { return true }
                let size = UInt64(message.text.count)
                guard size + state.figures.bytes <= state.figures.byteLimit,
                    state.figures.count < state.figures.byteLimit
                else {
                    waiting = consume message
                    return false
                }
                do throws(OutOfMemory) { try state.messages.append(message) } catch { throw .noMemory }
                state.figures.bytes += size
                state.figures.count += 1
                state.figures.sender = caller.processID
                state.figures.sent = IPCObject.now
                return true
            }
            if isSent { return noteChanges() }
            if flags.contains(.noWait) { throw .resourceTemporarilyUnavailable }
            try wait(after: seen)
        }
    }

    /// Takes a message out, waiting until there is one that is wanted.
    ///
    /// - Parameters:
    ///   - room: bytes that the receiver has room for.
    ///   - cuts: whether a longer message is cut (`MSG_NOERROR`); else it stays.
    ///   - flags: `.noWait` counts.
    /// - Throws: `.noMessage`, `.argListTooLong` (E2BIG), `.identifierRemoved`, `.interrupted`, `.noMemory`.
    /// - Context: thread; blocks.
    public func receive(
        _ choice: MessageChoice, room: Int, cuts: Bool, _ flags: IPCFlags, _ caller: IPCCaller
    ) throws(Errno) -> TypedMessage {
        while true {
            let seen = changes.load(ordering: .acquiring)
            let found = try state.withLock { (state) throws(Errno) -> TypedMessage? in
                if state.isRemoved { throw .identifierRemoved }
                try check(0o444, caller)
                guard let index = Self.find(choice, state) else { return nil }
                if state.messages[index].text.count > room, !cuts { throw .argListTooLong }
                if case .copy = choice {
                    do throws(OutOfMemory) { return try state.messages[index].copy() } catch { throw .noMemory }
                }
                let message = state.messages.remove(at: index)
                state.figures.bytes -= UInt64(message.text.count)
                state.figures.count -= 1
                state.figures.receiver = caller.processID
                state.figures.received = IPCObject.now
                return message
            }
            if let message = consume found {
                if case .copy = choice { return message }
                noteChanges()
                return message
            }
            if flags.contains(.noWait) { throw .noMessage }
            try wait(after: seen)
        }
    }

    /// The place of the message that is wanted.
    private static func find(_ choice: MessageChoice, _ state: borrowing State) -> Int? {
        var best: Int?
        for index in 0..<state.messages.count {
            let type = state.messages[index].type
            switch choice {
            case .any: return index
            case .type(let wanted): if type == wanted { return index }
            case .otherThan(let unwanted): if type != unwanted { return index }
            case .copy(let place): if index == place { return index }
            case .upTo(let greatest):
                guard type <= greatest else { continue }
                if let leader = best, state.messages[leader].type <= type { continue }
                best = index
            }
        }
        return best
    }

    /// Sets how many bytes there may be (`IPC_SET`).
    func setByteLimit(_ limit: UInt64) {
        state.withLock { $0.figures.byteLimit = limit }
        noteChanges()
    }

    /// The queue goes: everybody who waits is told. - Returns: what was in it.
    func end() -> (bytes: UInt64, count: UInt64) {
        let left = state.withLock { state -> (UInt64, UInt64) in
            state.isRemoved = true
            return (state.figures.bytes, state.figures.count)
        }
        noteChanges()
        return left
    }

    private func noteChanges() {
        changes.wrappingAdd(1, ordering: .releasing)
        moved.wakeAll()
    }

    /// msgop(2): these calls are never started again after a handler.
    private func wait(after seen: UInt64) throws(Errno) {
        do throws(WaitEnd) { try moved.wait { self.changes.load(ordering: .acquiring) != seen } } catch {
            throw .interrupted
        }
    }
}
