// SPDX-License-Identifier: Apache-2.0
//
// mq_notify(2): a signal, or nothing, once a message has come into an empty queue. SIGEV_THREAD is the C library's, which
// has the kernel write to a netlink socket of its own; there is no netlink here, and so it is refused.

internal import LinuxABI
internal import MessageQueues
internal import Processes
internal import Processor
internal import UserMemory

/// Sends a process the signal that it asked for.
final class MessageNotice: MessageListener {
    private let process: Process
    private let signal: SignalNumber?
    private let value: UInt64

    init(_ process: Process, _ signal: SignalNumber?, value: UInt64) {
        self.process = process
        self.signal = signal
        self.value = value
    }

    var processID: Int32 { process.id }

    func messageArrived(from processID: Int32, userID: UInt32) {
        guard let signal else { return }
        // A real-time signal that finds no room is lost, as on Linux.
        try? process.send(
            SignalInformation(
                signal: signal, code: .messageQueue,
                detail: .queued(processID: UInt32(bitPattern: processID), userID: userID, value: value)))
    }
}

extension SystemCalls {
    @Sendable static func mq_notify(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var notice: MessageNotice?
        if r.argument1 != 0 {
            var buffer = LayoutBuffer<8>()
            try read(&buffer, at: r.argument1)
            let event = SignalEvent(decoding: buffer)
            switch event.notification {
            case .none: notice = MessageNotice(task.process, nil, value: 0)
            case .signal:
                guard let signal = signal(UInt(UInt32(bitPattern: event.signal))) else { throw .invalidArgument }
                notice = MessageNotice(task.process, signal, value: event.value)
            case .thread: throw .noFunction
            default: throw .invalidArgument
            }
        }
        let file = try messageQueue(r.argument0, task)
        try file.notify(notice)
        return 0
    }
}
