// SPDX-License-Identifier: Apache-2.0
//
// A POSIX message queue: messages with priorities, the greatest first and among equals the oldest. Its inode is what its
// open files and its name share; readiness and notification follow from what is in it.
// Source: mq_overview(7), mq_send(3), mq_receive(3), mq_notify(3).

public import Containers
public import Events
public import FileSystem
public import LinuxABI
internal import Sync
internal import Synchronization
public import Time

/// Who is told once that a message came into an empty queue (mq_notify(2)).
public protocol MessageListener: AnyObject, Sendable {
    /// The number of the process that asked for it.
    var processID: Int32 { get }
    /// A message came.
    func messageArrived(from processID: Int32, userID: UInt32)
}

/// Bytes and priority of a message.
public struct QueuedMessage: ~Copyable {
    /// Greater ones come first.
    public let priority: UInt32
    /// What it says.
    public let text: UniqueArray<UInt8>
}

/// A queue of messages with priorities.
///
/// Lock order: `state` is a leaf; a program's memory is not touched under it.
public final class MessageQueue: Inode, @unchecked Sendable {
    struct State: ~Copyable {
        /// In the order in which they are received.
        var messages: UniqueArray<QueuedMessage>
        var bytes: UInt64 = 0
        var listener: (any MessageListener)?
        /// Threads that wait for a message.
        var receivers = 0
    }
    private let state: BlockingMutex<State>
    /// How many messages there are; what waiters look at.
    private let fillLevel = Atomic<Int>(0)
    private let moved = WaitQueue()
    private let account: MessageAccount
    /// Messages that there may be.
    public let limit: Int
    /// Bytes that a message may have.
    public let messageLimit: Int

    /// - Throws: `.noMemory`.
    init(
        _ volume: UnnamedVolume, limit: Int, messageLimit: Int, _ account: MessageAccount,
        _ description: borrowing NewInode
    ) throws(Errno) {
        self.limit = limit
        self.messageLimit = messageLimit
        self.account = account
        // Room for all of them: a message that fits is never refused for want of it.
        let messages = try allocating { () throws(OutOfMemory) in try UniqueArray<QueuedMessage>(capacity: limit) }
        state = BlockingMutex(State(messages: messages), .object)
        super.init(volume: volume, number: volume.makeNumber(), linkCount: 1, description)
    }

    deinit { account.giveBack() }

    /// How many messages there are.
    public var count: Int { fillLevel.load(ordering: .acquiring) }

    /// Bytes in all messages, and who is told of the next one.
    public var figures: (bytes: UInt64, listener: (any MessageListener)?) {
        state.withLock { ($0.bytes, $0.listener) }
    }

    /// Puts a message into its place, waiting until there is room.
    ///
    /// - Parameters:
    ///   - deadline: monotonic; nil waits for ever.
    ///   - sender: who is said to have sent it.
    /// - Throws: `.wouldBlock`, `.timedOut`, `.interrupted`, `.noMemory`.
    /// - Context: thread; blocks.
    func send(
        _ text: consuming UniqueArray<UInt8>, priority: UInt32, _ waiting: TransferOptions, until deadline: Instant?,
        sender: (processID: Int32, userID: UInt32)
    ) throws(Errno) {
        var message: QueuedMessage? = QueuedMessage(priority: priority, text: text)
        while true {
            let (isSent, listener) = state.withLock { state -> (Bool, (any MessageListener)?) in
                guard state.messages.count < limit, let taken = message.take() else { return (false, nil) }
                let wasEmpty = state.messages.isEmpty
                state.bytes += UInt64(taken.text.count)
                var place = state.messages.count
                while place > 0, state.messages[place - 1].priority < priority { place -= 1 }
                // The room was made with the queue.
                do throws(OutOfMemory) { try state.messages.insert(taken, at: place) } catch { preconditionFailure() }
                fillLevel.store(state.messages.count, ordering: .releasing)
                // Whoever waits gets it first, and then nobody is told.
                guard wasEmpty, state.receivers == 0 else { return (true, nil) }
                return (true, state.listener.take())
            }
            if isSent {
                moved.wakeAll(for: .readable)
                listener?.messageArrived(from: sender.processID, userID: sender.userID)
                return
            }
            if waiting.contains(.nonBlocking) { throw .wouldBlock }
            try wait(until: deadline) { self.count < self.limit }
        }
    }

    /// Takes the first message out, waiting until there is one.
    ///
    /// - Throws: `.wouldBlock`, `.timedOut`, `.interrupted`.
    /// - Context: thread; blocks.
    func receive(_ waiting: TransferOptions, until deadline: Instant?) throws(Errno) -> QueuedMessage {
        while true {
            let found = state.withLock { state -> QueuedMessage? in
                guard !state.messages.isEmpty else {
                    if !waiting.contains(.nonBlocking) { state.receivers += 1 }
                    return nil
                }
                let message = state.messages.remove(at: 0)
                state.bytes -= UInt64(message.text.count)
                fillLevel.store(state.messages.count, ordering: .releasing)
                return message
            }
            if let message = consume found {
                moved.wakeAll(for: .writable)
                return message
            }
            if waiting.contains(.nonBlocking) { throw .wouldBlock }
            defer { state.withLock { $0.receivers -= 1 } }
            try wait(until: deadline) { self.count > 0 }
        }
    }

    private func wait(until deadline: Instant?, unless condition: () -> Bool) throws(Errno) {
        do throws(WaitEnd) { try moved.wait(until: deadline, unless: condition) } catch {
            throw error == .timedOut ? .timedOut : .interrupted
        }
    }

    // MARK: Notification

    /// Lets somebody be told of the next message that comes into the empty queue.
    ///
    /// - Throws: `.resourceBusy` if somebody is already.
    func listen(_ listener: any MessageListener) throws(Errno) {
        let isNew = state.withLock { state -> Bool in
            guard state.listener == nil else { return false }
            state.listener = listener
            return true
        }
        if !isNew { throw .resourceBusy }
    }

    /// A process wants to be told no more.
    func stopListening(_ processID: Int32) {
        let old = state.withLock { state -> (any MessageListener)? in
            guard let listener = state.listener, listener.processID == processID else { return nil }
            return state.listener.take()
        }
        _ = old  // its last release, if this is one, happens outside of the lock
    }

    // MARK: Files

    override public func poll() -> PollEvents {
        let count = count
        var events: PollEvents = []
        if count > 0 { events.insert(.readable) }
        if count < limit { events.insert(.writable) }
        return events
    }

    override public var waitQueue: WaitQueue? { moved }
}
