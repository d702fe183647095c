// SPDX-License-Identifier: Apache-2.0
//
// msgget(2), msgsnd(2), msgrcv(2), msgctl(2).

internal import Containers
internal import LinuxABI
internal import Processes
internal import Processor
internal import SystemVIPC
internal import UserMemory

extension SystemCalls {
    /// MSG_NOERROR, MSG_EXCEPT and MSG_COPY.
    private static var cutsMessage: UInt32 { 0o10000 }
    private static var takesOthers: UInt32 { 0o20000 }
    private static var copiesMessage: UInt32 { 0o40000 }

    @Sendable static func msgget(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(
            try task.process.system.systemV.messages.get(
                key: Int32(truncatingIfNeeded: r.argument0), IPCFlags(rawValue: word(r.argument1)), ipcCaller(task)))
    }

    @Sendable static func msgsnd(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let type = try UserMemory.load(Int64.self, at: UserAddress(r.argument1))
        let size = Int(bitPattern: r.argument2)
        guard size >= 0, size <= MessageChannels.messageLimit, Int32(truncatingIfNeeded: r.argument0) >= 0, type >= 1
        else { throw .invalidArgument }
        let channel = try task.process.system.systemV.messages.channel(Int32(truncatingIfNeeded: r.argument0))
        try channel.send(
            TypedMessage(type: type, try readBytes(r.argument1 &+ 8, size)), IPCFlags(rawValue: word(r.argument3)),
            ipcCaller(task))
        return 0
    }

    @Sendable static func msgrcv(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = word(r.argument4)
        let room = Int(bitPattern: r.argument2)
        guard Int32(truncatingIfNeeded: r.argument0) >= 0, room >= 0 else { throw .invalidArgument }
        let choice = try choice(Int64(Int(bitPattern: r.argument3)), flags)
        let channel = try task.process.system.systemV.messages.channel(Int32(truncatingIfNeeded: r.argument0))
        return try deliver(
            try channel.receive(
                choice, room: room, cuts: flags & cutsMessage != 0, IPCFlags(rawValue: flags), ipcCaller(task)),
            to: UserAddress(r.argument1), room)
    }

    /// Gives a message to the program. As on Linux one that the program cannot take is lost.
    private static func deliver(
        _ message: borrowing TypedMessage, to address: UserAddress, _ room: Int
    ) throws(Errno) -> Int {
        let count = min(message.text.count, room)
        try UserMemory.store(message.type, at: address)
        try UserMemory.write(message.text.span.extracting(0..<count).rawBytes, to: address.advanced(by: 8))
        return count
    }

    private static func choice(_ type: Int64, _ flags: UInt32) throws(Errno) -> MessageChoice {
        if flags & copiesMessage != 0 {
            guard flags & takesOthers == 0, IPCFlags(rawValue: flags).contains(.noWait) else { throw .invalidArgument }
            return .copy(Int(max(type, 0)))
        }
        if type == 0 { return .any }
        if type < 0 { return .upTo(type == .min ? .max : -type) }
        return flags & takesOthers != 0 ? .otherThan(type) : .type(type)
    }

    @Sendable static func msgctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let messages = task.process.system.systemV.messages
        let id = Int32(truncatingIfNeeded: r.argument0)
        let caller = ipcCaller(task)
        let command = IPCCommand(rawValue: word(r.argument1))
        guard id >= 0 else { throw .invalidArgument }
        switch command {
        case .remove: try messages.remove(id, caller)
        case .set:
            var buffer = LayoutBuffer<15>()
            try read(&buffer, at: r.argument2)
            try messages.set(try messages.channel(id), ipcOwnership(buffer), byteLimit: buffer.load64(88), caller)
        case .status:
            let channel = try messages.channel(id)
            try channel.check(0o444, caller)
            try store(status(of: channel), r.argument2)
        case .channelStatus, .anyChannelStatus:
            guard let channel = messages.channel(inSlot: Int(id)) else { throw .invalidArgument }
            if command == .channelStatus { try channel.check(0o444, caller) }
            try store(status(of: channel), r.argument2)
            return Int(channel.id)
        case .limits, .channelUse:
            try store(limits(messages, isUse: command == .channelUse), r.argument2)
            return messages.figures.highestSlot
        default: throw .invalidArgument
        }
        return 0
    }

    /// struct msqid_ds.
    private static func status(of channel: MessageChannel) -> LayoutBuffer<15> {
        let figures = channel.figures
        var buffer = LayoutBuffer<15>()
        ipcOwner(of: channel).store(in: &buffer)
        buffer.store64(UInt64(bitPattern: figures.sent), at: 48)
        buffer.store64(UInt64(bitPattern: figures.received), at: 56)
        buffer.store64(UInt64(bitPattern: channel.changed), at: 64)
        buffer.store64(figures.bytes, at: 72)
        buffer.store64(figures.count, at: 80)
        buffer.store64(figures.byteLimit, at: 88)
        buffer.store32(UInt32(bitPattern: figures.sender), at: 96)
        buffer.store32(UInt32(bitPattern: figures.receiver), at: 100)
        return buffer
    }

    /// struct msginfo; MSG_INFO says in three fields what there is.
    private static func limits(_ messages: MessageChannels, isUse: Bool) -> LayoutBuffer<4> {
        var buffer = LayoutBuffer<4>()
        var count: UInt64 = 0, bytes: UInt64 = 0
        if isUse {
            for slot in 0...messages.figures.highestSlot {
                guard let figures = messages.channel(inSlot: slot)?.figures else { continue }
                count += figures.count
                bytes += figures.bytes
            }
        }
        buffer.store32(isUse ? UInt32(messages.figures.count) : 512_000, at: 0)
        buffer.store32(isUse ? UInt32(clamping: count) : 16384, at: 4)
        buffer.store32(UInt32(MessageChannels.messageLimit), at: 8)
        buffer.store32(UInt32(MessageChannels.byteLimit), at: 12)
        buffer.store32(UInt32(MessageChannels.countLimit), at: 16)
        buffer.store32(16, at: 20)
        buffer.store32(isUse ? UInt32(clamping: bytes) : 16384, at: 24)
        buffer.store16(0xffff, at: 28)
        return buffer
    }
}
