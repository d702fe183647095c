// SPDX-License-Identifier: Apache-2.0
//
// The queues of typed messages of a system: msgget(2), and the parts of msgctl(2) that are about whole queues.

internal import Events
internal import FileSystem
public import LinuxABI

/// All queues of typed messages.
///
/// Lock order: `table`, then a queue's lock.
public final class MessageChannels: Sendable {
    private let table = BlockingMutex(IPCTable<MessageChannel>(), .objectTable)

    /// Bytes of a message (`MSGMAX`).
    public static var messageLimit: Int { 8192 }
    /// Bytes in a new queue (`MSGMNB`).
    public static var byteLimit: UInt64 { 16384 }
    /// Queues (`MSGMNI`).
    public static var countLimit: Int { 32000 }

    init() {}

    /// msgget(2).
    ///
    /// - Throws: what `IPCTable.get` does.
    public func get(key: Int32, _ flags: IPCFlags, _ caller: IPCCaller) throws(Errno) -> Int32 {
        try table.withLock { (table) throws(Errno) -> Int32 in
            let channel = try table.get(key: key, flags, caller, limit: Self.countLimit) { (_) throws(Errno) in
            } make: { (permissions) throws(Errno) in
                MessageChannel(permissions, byteLimit: Self.byteLimit)
            }
            return channel.id
        }
    }

    /// The queue of a number.
    ///
    /// - Throws: `.invalidArgument`.
    public func channel(_ id: Int32) throws(Errno) -> MessageChannel {
        try table.withLock { (table) throws(Errno) in try table.object(id) }
    }

    /// The queue in a slot (`MSG_STAT`, /proc/sysvipc/msg).
    public func channel(inSlot slot: Int) -> MessageChannel? { table.withLock { $0.object(inSlot: slot) } }

    /// The greatest slot in use, and how many queues there are.
    public var figures: (highestSlot: Int, count: Int) { table.withLock { ($0.highestSlot, $0.count) } }

    /// Sets owner, mode and size (`IPC_SET`).
    ///
    /// - Throws: `.notPermitted`, also for a larger size than new queues have.
    public func set(
        _ channel: MessageChannel, _ ownership: IPCOwnership, byteLimit: UInt64, _ caller: IPCCaller
    ) throws(Errno) {
        try channel.checkOwner(caller)
        if byteLimit > Self.byteLimit, !caller.credentials.has(.resources) { throw .notPermitted }
        try channel.set(ownership, caller)
        channel.setByteLimit(byteLimit)
    }

    /// Removes a queue with all its messages (`IPC_RMID`).
    ///
    /// - Throws: `.invalidArgument`, `.notPermitted`.
    public func remove(_ id: Int32, _ caller: IPCCaller) throws(Errno) {
        let channel = try channel(id)
        try channel.checkOwner(caller)
        table.withLock { $0.remove(channel) }
        _ = channel.end()
    }
}
