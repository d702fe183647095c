// SPDX-License-Identifier: Apache-2.0
//
// An interrupt router whose interrupts a test raises by hand. Handlers run on the caller, hard half first and deferred
// half right after it, so that a test is one line of cause and effect.

public import DeviceModel
public import Interrupts

/// Connects handlers and raises interrupts on request.
public final class FakeInterruptRouter: InterruptRouter, @unchecked Sendable {
    /// What `connectMessage` does.
    public enum Messages: Sendable {
        /// Hands out messages.
        case supported
        /// Throws `.noInterrupt`, like a machine that has only lines.
        case unsupported
    }

    private var lines: [UInt32: [any InterruptHandler]] = [:]
    private var messages: [any InterruptHandler] = []
    private let support: Messages

    /// Makes a router without connections.
    public init(messages support: Messages = .supported) { self.support = support }

    /// Connects a wired interrupt.
    public func connect(line: UInt32, to handler: any InterruptHandler) throws(DeviceError) {
        lines[line, default: []].append(handler)
    }

    /// Reserves a message for `handler`.
    public func connectMessage(to handler: any InterruptHandler) throws(DeviceError) -> MessageTarget {
        guard support == .supported else { throw .noInterrupt }
        messages.append(handler)
        return MessageTarget(address: 0xfee0_0000, data: UInt32(0x40 + messages.count - 1))
    }

    /// The lines that have handlers.
    public var connectedLines: [UInt32] { lines.keys.sorted() }

    /// How many messages were handed out.
    public var messageCount: Int { messages.count }

    /// Raises a line: every handler on it is asked.
    ///
    /// - Returns: whether one of them said that it was theirs.
    @discardableResult
    public func raise(line: UInt32) -> Bool { (lines[line] ?? []).map(run).contains(true) }

    /// Raises a message by the order it was handed out in.
    @discardableResult
    public func raise(message: Int) -> Bool { run(messages[message]) }

    private func run(_ handler: any InterruptHandler) -> Bool {
        switch handler.acknowledge() {
        case .notMine: return false
        case .handled: return true
        case .deferWork:
            var budget = WorkBudget()
            while handler.runDeferred(budget: &budget) { budget = WorkBudget() }
            return true
        }
    }
}
