// SPDX-License-Identifier: Apache-2.0
//
// An open message queue (mq_open(2)). Messages go through calls of their own; what read(2) shows is the queue's state, as
// in Linux's mqueue file system (mq_overview(7), "Mounting the message queue filesystem").

public import Containers
public import Events
public import FileSystem
public import LinuxABI
public import Time
public import UserMemory

/// An open message queue.
public final class MessageQueueFile: OpenFile, @unchecked Sendable {
    /// What is open.
    public let queue: MessageQueue
    /// Who tells the process that closes descriptors.
    private let currentProcess: @Sendable () -> Int32

    init(_ queue: MessageQueue, _ flags: OpenFlags, currentProcess: @escaping @Sendable () -> Int32) {
        self.queue = queue
        self.currentProcess = currentProcess
        super.init(queue, nil, flags)
    }

    /// Sends a message.
    ///
    /// - Throws: `.badFileDescriptor` if it is not open for writing, `.messageTooLong`, `.wouldBlock`, `.timedOut`,
    ///   `.interrupted`, `.noMemory`.
    public func send(
        _ text: consuming UniqueArray<UInt8>, priority: UInt32, until deadline: Instant?,
        sender: (processID: Int32, userID: UInt32)
    ) throws(Errno) {
        try queue.send(text, priority: priority, waiting, until: deadline, sender: sender)
    }

    /// Takes a message out.
    ///
    /// - Throws: `.wouldBlock`, `.timedOut`, `.interrupted`.
    public func receive(until deadline: Instant?) throws(Errno) -> QueuedMessage {
        try queue.receive(waiting, until: deadline)
    }

    /// Lets somebody be told of the next message, or nobody any more.
    ///
    /// - Throws: `.resourceBusy`.
    public func notify(_ listener: (any MessageListener)?) throws(Errno) {
        if let listener { try queue.listen(listener) } else { queue.stopListening(currentProcess()) }
    }

    private var waiting: TransferOptions { flags.contains(.nonBlocking) ? .nonBlocking : [] }

    public override func descriptorClosed() { queue.stopListening(currentProcess()) }

    public override var anonymousName: StaticString { "anon_inode:[mqueue]" }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        guard flags.allowsReading else { throw .badFileDescriptor }
        throw .invalidArgument
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        throw flags.allowsWriting ? .invalidArgument : .badFileDescriptor
    }

    public override func poll() -> PollEvents { queue.poll() }

    public override var waitQueue: WaitQueue? { queue.waitQueue }
}
