// SPDX-License-Identifier: Apache-2.0

// What Processes promises about signals: standard ones once, real-time ones each and in order, faults before others,
// ignored ones not at all.

import Containers
import FileSystem
import LinuxABI
import Memory
import RamFS
import Random
import Sync
import TestSupport
import Testing

@testable import Processes

@Suite("SignalQueue")
struct SignalQueueTests {
    private func information(_ signal: SignalNumber, value: UInt64 = 0) -> SignalInformation {
        SignalInformation(signal: signal, code: .user, detail: .queued(processID: 1, userID: 0, value: value))
    }

    private func value(_ information: SignalInformation?) -> UInt64? {
        if case .queued(_, _, let value) = information?.detail { return value }
        return nil
    }

    /// A queue that can stand in an expectation.
    private final class Box {
        private var queue = SignalQueue()
        init(room: Int) throws { if room > 0 { queue.adopt(try UniqueArray(capacity: room)) } }
        var set: SignalSet { queue.set }
        func add(_ information: SignalInformation) -> Bool { queue.add(information) }
        func take(unblocked mask: SignalSet) -> SignalInformation? { queue.take(unblocked: mask) }
        func take(of wanted: SignalSet) -> SignalInformation? { queue.take(of: wanted) }
        func discard(_ signals: SignalSet) { queue.discard(signals) }
    }

    private func makeQueue(room: Int) throws -> Box { try Box(room: room) }

    @Test("A standard signal is pending once, a real-time signal as often as it was sent, in order")
    func kinds() throws {
        let queue = try makeQueue(room: 8)
        let realTime = SignalNumber(rawValue: 40)
        #expect(queue.add(information(.user1, value: 1)) && queue.add(information(.user1, value: 2)))
        for number in 10..<13 { #expect(queue.add(information(realTime, value: UInt64(number)))) }
        #expect(value(queue.take(unblocked: [])) == 1)
        for number in 10..<13 { #expect(value(queue.take(unblocked: [])) == UInt64(number)) }
        #expect(queue.take(unblocked: []) == nil && queue.set.isEmpty)
    }

    @Test("Faults come first, then the lowest number; blocked ones wait")
    func order() throws {
        let queue = try makeQueue(room: 8)
        for signal in [SignalNumber.terminate, .user1, .hangUp, .segmentationFault] {
            #expect(queue.add(information(signal)))
        }
        #expect(queue.take(unblocked: [])?.signal == .segmentationFault)
        #expect(queue.take(unblocked: SignalSet(.hangUp))?.signal == .user1)
        #expect(queue.take(of: SignalSet(.terminate))?.signal == .terminate)
        #expect(queue.take(of: SignalSet(.terminate)) == nil)
        #expect(queue.take(unblocked: [])?.signal == .hangUp)
    }

    @Test("Without room a standard signal still comes, a real-time one is refused")
    func noRoom() throws {
        let queue = try makeQueue(room: 0)
        #expect(queue.add(information(.user1, value: 5)))
        #expect(!queue.add(information(SignalNumber(rawValue: 40))))
        let taken = queue.take(unblocked: [])
        #expect(taken?.signal == .user1 && value(taken) == nil)
    }

    @Test("Signals that become ignored are forgotten")
    func discard() throws {
        let queue = try makeQueue(room: 8)
        for signal in [SignalNumber.user1, .user2] { #expect(queue.add(information(signal))) }
        queue.discard(SignalSet(.user1))
        #expect(queue.take(unblocked: [])?.signal == .user2 && queue.take(unblocked: []) == nil)
    }
}

@Suite("Process", .serialized)
struct ProcessTests {
    private final class Owner: SystemOwner {
        func firstProcessEnded(_ end: ProcessEnd) {}
    }

    private func makeProcess() throws -> Process {
        TestMachine.start()
        let volume = RamVolume(device: .anonymous(77), pageLimit: 100, inodeLimit: 100)
        let namespace = try MountNamespace(root: volume, source: "test")
        let system = try System(namespace: namespace, random: RandomGenerator(), lentPages: nil, owner: Owner())
        return try Process.makeFirst(
            in: system, files: FileDescriptorTable(), fileContext: FileContext(namespace, umask: []),
            credentials: Credentials(user: 0, group: 0))
    }

    private func send(_ signal: SignalNumber, to process: Process) throws {
        try process.send(SignalInformation(signal: signal, code: .user, detail: .none))
    }

    @Test("The first process is number 1, and its system finds it")
    func numbers() throws {
        let process = try makeProcess()
        #expect(process.id == 1 && process.system.process(1) === process && process.system.process(2) == nil)
        #expect(process.system.nextProcess(from: 0) === process && process.system.nextProcess(from: 2) == nil)
        process.system.hostName = Array("name".utf8)
        #expect(process.system.hostName == Array("name".utf8))
    }

    @Test("Actions are set and reset; exec keeps what is ignored")
    func actions() throws {
        let process = try makeProcess()
        let caught = SignalAction(handler: 0x1000, flags: [], restorer: 0, mask: [])
        #expect(process.setAction(caught, for: .user1).isDefault)
        let ignored = SignalAction(handler: 1, flags: [], restorer: 0, mask: [])
        _ = process.setAction(ignored, for: .user2)
        #expect(process.action(for: .user1) == caught)
        process.resetActions()
        #expect(process.action(for: .user1).isDefault && process.action(for: .user2).isIgnored)
    }

    @Test("An ignored signal is not kept; a pending one that becomes ignored is forgotten")
    func ignored() throws {
        let process = try makeProcess()
        func pending() -> SignalSet { process.signals.withLock { $0.pending.set } }
        try send(.child, to: process)
        #expect(pending().isEmpty)
        try send(.user1, to: process)
        #expect(pending() == SignalSet(.user1))
        _ = process.setAction(SignalAction(handler: 1, flags: [], restorer: 0, mask: []), for: .user1)
        #expect(pending().isEmpty)
    }

    @Test("Real-time signals queue up to the limit and are refused beyond it")
    func limit() throws {
        let process = try makeProcess()
        let realTime = SignalNumber(rawValue: 50)
        for _ in 0..<SignalQueue.limit { try send(realTime, to: process) }
        #expect(throws: Errno.resourceTemporarilyUnavailable) { try send(realTime, to: process) }
    }

    @Test("Limits, names and credentials are kept")
    func facts() throws {
        let process = try makeProcess()
        process[limit: .openFiles] = ResourceLimit(soft: 3, hard: 4)
        #expect(process[limit: .openFiles].soft == 3 && process[limit: .openFiles].hard == 4)
        process.credentials = Credentials(user: 5, group: 6)
        #expect(process.credentials.user.real == 5)
        process.groupID = 9
        #expect(process.groupID == 9 && process.sessionID == 1)
    }
}
