// SPDX-License-Identifier: Apache-2.0
//
// The POSIX message queues of a system, by name. A queue lives until its name is removed and nobody has it open
// (mq_overview(7)). Names are of one directory that everybody may write, with the sticky bit.

internal import Containers
internal import Events
public import FileSystem
public import LinuxABI
internal import Sync

/// How large a queue shall be.
public struct MessageQueueSize: Sendable {
    /// Messages that there may be.
    public var limit: Int64
    /// Bytes that a message may have.
    public var messageLimit: Int64

    /// What a queue gets that is made without a wish.
    public static var usual: MessageQueueSize { MessageQueueSize(limit: 10, messageLimit: 8192) }

    /// Creates a size.
    public init(limit: Int64, messageLimit: Int64) {
        self.limit = limit
        self.messageLimit = messageLimit
    }
}

/// All message queues with names.
///
/// Lock order: `state`, then a queue's lock.
public final class MessageQueues: Sendable {
    struct State: ~Copyable {
        var queues = HashTable<ByteString, MessageQueue>()
        var users = HashTable<UInt64, MessageUser>()
    }
    private let state = BlockingMutex(State(), .objectTable)
    private let volume = UnnamedVolume(device: .anonymous(9), typeName: "mqueue", magic: 0x1980_0202)
    private let currentProcess: @Sendable () -> Int32

    /// Messages and bytes that a queue may have without CAP_SYS_RESOURCE (/proc/sys/fs/mqueue).
    public static var usualLimit: MessageQueueSize { MessageQueueSize(limit: 10, messageLimit: 8192) }
    /// The same with it (`HARD_MSGMAX`, `HARD_MSGSIZEMAX`).
    public static var hardLimit: MessageQueueSize { MessageQueueSize(limit: 65536, messageLimit: 16 << 20) }
    /// Queues that there may be without CAP_SYS_RESOURCE.
    public static var countLimit: Int { 256 }
    /// Priorities are below it (`MQ_PRIO_MAX`).
    public static var priorityLimit: UInt32 { 32768 }

    /// Creates a system without queues.
    ///
    /// - Parameter currentProcess: the number of the process that calls.
    public init(currentProcess: @escaping @Sendable () -> Int32) { self.currentProcess = currentProcess }

    /// mq_open(2).
    ///
    /// - Parameters:
    ///   - name: without the slash.
    ///   - size: for a new queue.
    ///   - byteLimit: RLIMIT_MSGQUEUE.
    /// - Throws: `.noEntry`, `.fileExists`, `.permissionDenied`, `.invalidArgument`, `.noSpace`, `.tooManyOpenFiles`,
    ///   `.noMemory`, `.fileNameTooLong`.
    public func open(
        _ name: Span<UInt8>, _ flags: OpenFlags, _ permissions: Permissions, _ size: MessageQueueSize,
        byteLimit: UInt64,
        _ credentials: Credentials
    ) throws(Errno) -> MessageQueueFile {
        try Self.check(name)
        let queue = try state.withLock { (state) throws(Errno) -> MessageQueue in
            if let position = state.queues.find(name) {
                if flags.isSuperset(of: [.create, .exclusive]) { throw .fileExists }
                let queue = state.queues[position]
                var access: AccessMode = []
                if flags.allowsReading { access.insert(.read) }
                if flags.allowsWriting { access.insert(.write) }
                try queue.check(access, by: credentials)
                return queue
            }
            guard flags.contains(.create) else { throw .noEntry }
            guard state.queues.count < Self.countLimit || credentials.has(.resources) else { throw .noSpace }
            let queue = try make(permissions, size, byteLimit, credentials, &state)
            do throws(OutOfMemory) { try state.queues.insert(name, queue) } catch { throw .noMemory }
            return queue
        }
        return MessageQueueFile(
            queue, flags.intersection([.accessModeMask, .nonBlocking]), currentProcess: currentProcess)
    }

    private static func check(_ name: Span<UInt8>) throws(Errno) {
        guard !name.isEmpty else { throw .noEntry }
        guard name.count <= 255 else { throw .fileNameTooLong }
        for index in name.indices where name[index] == UInt8(ascii: "/") { throw .permissionDenied }
        if name[0] == UInt8(ascii: "."), name.count == 1 || (name.count == 2 && name[1] == UInt8(ascii: ".")) {
            throw .permissionDenied
        }
    }

    private func make(
        _ permissions: Permissions, _ size: MessageQueueSize, _ byteLimit: UInt64, _ credentials: Credentials,
        _ state: inout State
    ) throws(Errno) -> MessageQueue {
        let greatest = credentials.has(.resources) ? Self.hardLimit : Self.usualLimit
        guard size.limit > 0, size.messageLimit > 0, size.limit <= greatest.limit,
            size.messageLimit <= greatest.messageLimit
        else { throw .invalidArgument }
        // A message costs a header and a node of the tree of priorities (getrlimit(2), RLIMIT_MSGQUEUE).
        let overhead = UInt64(size.limit) * 48 + UInt64(min(size.limit, Int64(Self.priorityLimit))) * 48
        let byteCount = overhead + UInt64(size.limit) * UInt64(size.messageLimit)
        let user = try user(credentials.user.effective, &state)
        guard user.take(byteCount, limit: byteLimit) else { throw .tooManyOpenFiles }
        let account = MessageAccount(user: user, byteCount: byteCount)
        let description = NewInode(
            mode: FileMode(.regular, permissions), userID: credentials.user.file, groupID: credentials.group.file)
        do throws(Errno) {
            return try MessageQueue(
                volume, limit: Int(size.limit), messageLimit: Int(size.messageLimit), account, description)
        } catch {
            account.giveBack()
            throw error
        }
    }

    private func user(_ id: UInt32, _ state: inout State) throws(Errno) -> MessageUser {
        if let position = state.users.find(UInt64(id)) { return state.users[position] }
        let user = MessageUser()
        do throws(OutOfMemory) { try state.users.insert(UInt64(id), user) } catch { throw .noMemory }
        return user
    }

    /// mq_unlink(2): the name goes; the queue stays as long as somebody has it open.
    ///
    /// - Throws: `.noEntry`, `.notPermitted`, `.fileNameTooLong`, `.permissionDenied`.
    public func unlink(_ name: Span<UInt8>, _ credentials: Credentials) throws(Errno) {
        try Self.check(name)
        let removed = try state.withLock { (state) throws(Errno) -> MessageQueue? in
            guard let position = state.queues.find(name) else { throw .noEntry }
            guard state.queues[position].isOwned(by: credentials) else { throw .notPermitted }
            return state.queues.remove(name)
        }
        _ = removed  // its last release, if this is one, happens outside of the lock
    }
}
