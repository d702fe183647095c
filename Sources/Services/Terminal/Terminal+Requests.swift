// SPDX-License-Identifier: Apache-2.0
//
// ioctl_tty(2): the requests by number, with arguments as the kernel's ABI has them. `argument(of:)` says what a request
// reads or writes, so that the caller can move it between program and buffer without knowing the request.

import Events
public import LinuxABI
import Sync

extension Terminal {
    /// What a request does with its argument.
    public enum Argument: Equatable, Sendable {
        /// The argument is a number, or nothing.
        case number
        /// It points to this many bytes that are read.
        case input(byteCount: Int)
        /// It points to this many bytes that are written.
        case output(byteCount: Int)
    }

    /// What `request` does with its argument; nil if terminals do not know the request.
    public static func argument(of request: ControlRequest) -> Argument? {
        switch request {
        case .getAttributes: .output(byteCount: 36)
        case .setAttributes, .setAttributesDraining, .setAttributesFlushing: .input(byteCount: 36)
        case .getWindowSize: .output(byteCount: 8)
        case .setWindowSize: .input(byteCount: 8)
        case .getForegroundGroup, .getSession, .inputPending, .outputPending: .output(byteCount: 4)
        case .setForegroundGroup: .input(byteCount: 4)
        case .setControllingTerminal, .giveUpTerminal, .flush, .flowControl, .sendBreak: .number
        default: nil
        }
    }

    /// Performs a request.
    ///
    /// - Parameters:
    ///   - number: the argument as it was passed.
    ///   - buffer: what an `.input` request has read, or where an `.output` request puts its answer.
    /// - Throws: `.inappropriateIOCTLForDevice` for a request that terminals do not know, `.ioError` after a hang-up; what
    ///   the request throws.
    /// - Context: thread; requests that drain block.
    public func control(
        _ request: ControlRequest, number: Int, buffer: inout LayoutBuffer<5>
    ) throws(Errno) {
        if state.withLock({ $0.hasHungUp }), Self.argument(of: request) != nil {
            throw request == .setForegroundGroup ? .inappropriateIOCTLForDevice : .ioError
        }
        switch request {
        case .getAttributes: buffer = attributes.encoded
        case .setAttributes: try setAttributes(TerminalAttributes(decoding: buffer), .now)
        case .setAttributesDraining: try setAttributes(TerminalAttributes(decoding: buffer), .afterOutput)
        case .setAttributesFlushing: try setAttributes(TerminalAttributes(decoding: buffer), .afterOutputWithoutInput)
        case .getWindowSize: buffer.store64(windowSize.encoded.load64(0), at: 0)
        case .setWindowSize:
            var size = LayoutBuffer<1>()
            size.store64(buffer.load64(0), at: 0)
            setWindowSize(WindowSize(decoding: size))
        case .getForegroundGroup: buffer.store32(UInt32(bitPattern: try foregroundGroup()), at: 0)
        case .setForegroundGroup: try setForegroundGroup(Int32(bitPattern: buffer.load32(0)))
        case .getSession:
            _ = try foregroundGroup()
            buffer.store32(UInt32(bitPattern: session), at: 0)
        case .inputPending: buffer.store32(UInt32(state.withLock { $0.discipline.readableCount }), at: 0)
        case .outputPending: buffer.store32(UInt32(state.withLock { $0.discipline.outputCount }), at: 0)
        case .setControllingTerminal: _ = try becomeControllingTerminal()
        case .giveUpTerminal:
            guard session != 0, jobs.caller.session == session else { throw .inappropriateIOCTLForDevice }
            if jobs.caller.isSessionLeader { releaseControllingTerminal() }
        case .flush: try flush(number)
        case .flowControl: try setFlow(number)
        // A break on a wire that is none is no break; any other number drains (tcdrain(3) as Linux makes it).
        case .sendBreak: if number != 0 { try drain() }
        default: throw .inappropriateIOCTLForDevice
        }
    }

    /// The modes and control characters.
    public var attributes: TerminalAttributes { state.withLock { $0.discipline.attributes } }

    /// When new modes take effect (tcsetattr(3)).
    public enum AttributeChange: Sendable {
        /// TCSANOW.
        case now
        /// TCSADRAIN.
        case afterOutput
        /// TCSAFLUSH.
        case afterOutputWithoutInput
    }

    /// Changes the modes and control characters.
    ///
    /// - Throws: `.interrupted`, also when a background process was stopped by the attempt.
    public func setAttributes(_ new: TerminalAttributes, _ change: AttributeChange) throws(Errno) {
        try checkForeground(.terminalOutput)
        if change != .now { try drain() }
        let changes = state.withLock { (state: inout State) -> TerminalChanges in
            var changes: TerminalChanges = []
            if change == .afterOutputWithoutInput {
                state.discipline.flushInput()
                changes.insert(.inputFlushed)
            }
            let hadFlow = state.discipline.attributes.hasUsualFlowControl
            let wasStopped = state.discipline.isOutputStopped
            state.discipline.setAttributes(new)
            changes.note(stopped: wasStopped, state.discipline.isOutputStopped)
            if hadFlow != new.hasUsualFlowControl { changes.insert(hadFlow ? .flowControlOff : .flowControlOn) }
            return changes
        }
        tell(changes)
        // Readers wait for something else now, stopped output may run, and another queue rule may let bytes in.
        readers.wakeAll()
        pushOutput()
        pullInput()
    }

    /// tcflush(3): 0 input, 1 output, 2 both.
    private func flush(_ which: Int) throws(Errno) {
        guard which >= 0 && which <= 2 else { throw .invalidArgument }
        try checkForeground(.terminalOutput)
        state.withLock { state in
            if which != 1 { state.discipline.flushInput() }
            if which != 0 {
                state.discipline.flushOutput()
                state.outputFlushes &+= 1
            }
        }
        tell(which == 0 ? .inputFlushed : which == 1 ? .outputFlushed : [.inputFlushed, .outputFlushed])
        writers.wakeAll()
        pullInput()
    }

    /// Drops what was typed and not read, for the other end.
    public func dropInput() {
        state.withLock { $0.discipline.flushInput() }
        pullInput()
    }

    /// tcflow(3): 0 stops output, 1 starts it, 2 and 3 send the stop and the start character.
    private func setFlow(_ action: Int) throws(Errno) {
        guard action >= 0 && action <= 3 else { throw .invalidArgument }
        try checkForeground(.terminalOutput)
        let changes = state.withLock { (state: inout State) -> TerminalChanges in
            var changes: TerminalChanges = []
            let wasStopped = state.discipline.isOutputStopped
            switch action {
            case 0: state.discipline.setOutputStopped(.stopped)
            case 1: state.discipline.setOutputStopped(.running)
            default: state.discipline.sendControl(action == 2 ? .stop : .start)
            }
            changes.note(stopped: wasStopped, state.discipline.isOutputStopped)
            return changes
        }
        tell(changes)
        pushOutput()
    }
}
