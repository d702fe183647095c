// SPDX-License-Identifier: Apache-2.0

// What message queues promise beyond what one program sees (Tests/Guest/MessageQueues.c): what they cost is given back,
// names belong to their makers, and under every schedule each message is received once.

import Containers
import FileSystem
import LinuxABI
import TestSupport
import Testing

@testable import MessageQueues

@Suite("MessageQueues", .serialized)
struct MessageQueuesTests {
    private let queues = MessageQueues { 1 }
    private let root = Credentials(user: 0, group: 0)
    private let somebody = Credentials(user: 12, group: 12)

    init() { TestMachine.start() }

    private func open(
        _ name: String, _ credentials: Credentials, _ flags: OpenFlags = [.readWrite, .create], limit: Int64 = 4,
        byteLimit: UInt64 = 819_200
    ) throws -> MessageQueueFile {
        try queues.open(
            name.utf8Span.span, flags, Permissions(rawValue: 0o600), MessageQueueSize(limit: limit, messageLimit: 16),
            byteLimit: byteLimit, credentials)
    }

    private func text(_ byte: UInt8) throws -> UniqueArray<UInt8> {
        var bytes = UniqueArray<UInt8>()
        try bytes.append(byte)
        return bytes
    }

    @Test("A queue's bytes are its maker's until nobody has it any more")
    func accounts() throws {
        // 4 messages of 16 bytes, and 96 for each message.
        var file: MessageQueueFile? = try open("a", somebody, byteLimit: 500)
        #expect(throws: Errno.tooManyOpenFiles) { _ = try open("b", somebody, byteLimit: 500) }
        _ = try open("c", root, byteLimit: 500)
        try queues.unlink("a".utf8Span.span, somebody)
        #expect(throws: Errno.tooManyOpenFiles) { _ = try open("b", somebody, byteLimit: 500) }
        #expect(file?.queue.count == 0)
        file = nil
        _ = try open("b", somebody, byteLimit: 500)
    }

    @Test("Names and messages belong to their makers")
    func owners() throws {
        _ = try open("mine", root)
        #expect(throws: Errno.permissionDenied) { _ = try open("mine", somebody, []) }
        #expect(throws: Errno.notPermitted) { try queues.unlink("mine".utf8Span.span, somebody) }
        #expect(throws: Errno.invalidArgument) { _ = try open("large", somebody, limit: 11) }
        _ = try open("large", root, limit: 11)
    }

    /// What threads note; one runs at a time.
    private final class Notes: @unchecked Sendable { var list: [UInt8] = [] }

    @Test("Each message is received once, whatever the schedule", arguments: 1...20)
    func schedules(_ seed: Int) throws {
        let file = try open("busy", root, limit: 2)
        let notes = Notes()
        let senders = (0..<2).map { sender -> @Sendable () -> Void in
            { [self] in
                for number in 0..<10 {
                    do {
                        try file.send(
                            text(UInt8(sender * 10 + number)), priority: 0, until: nil,
                            sender: (processID: 1, userID: 0))
                    } catch { Issue.record("\(error)") }
                }
            }
        }
        let receiver: @Sendable () -> Void = {
            for _ in 0..<10 {
                do { notes.list.append(try file.receive(until: nil).text[0]) } catch { Issue.record("\(error)") }
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), senders + [receiver, receiver]) == .ended)
        #expect(notes.list.sorted() == Array(0..<20) && file.queue.count == 0)
    }
}
