// SPDX-License-Identifier: Apache-2.0

// One round of the poll loop: wait, then move what can be moved.

internal import BootProtocols
internal import Glibc
internal import HostSystem

extension MachineSession {
    /// Waits for something to happen and deals with it.
    func step() {
        var waiting = PollSet()
        waiting.add(signals.descriptor.number, POLLIN)
        if vmmEnd == nil { waiting.add(childEnd.number, POLLIN) }
        let takesInput = input != nil || options.channel == .serial
        if isInputOpen, takesInput, inputQueue.hasRoom { waiting.add(options.input, POLLIN) }
        if let input { waiting.add(input.number, inputQueue.isEmpty ? 0 : POLLOUT) }
        if let output, outputQueue.hasRoom { waiting.add(output.number, POLLIN) }
        if let error, errorQueue.hasRoom { waiting.add(error.number, POLLIN) }
        if let log, errorQueue.hasRoom { waiting.add(log.number, POLLIN) }
        if let vmm { waiting.add(vmm.number, POLLIN) }
        if let control { waiting.add(control.number, POLLIN | (mayTalk && !controlQueue.isEmpty ? POLLOUT : 0)) }
        if isOutputOpen, !outputQueue.isEmpty { waiting.add(options.output, POLLOUT) }
        if isErrorOpen, !errorQueue.isEmpty { waiting.add(options.error, POLLOUT) }
        waiting.wait(pollTimeout)

        if waiting.isReady(signals.descriptor.number) { receiveSignals() }
        if vmmEnd == nil, waiting.isReady(childEnd.number) { vmmEnd = child.poll() }
        if isInputOpen, waiting.isReady(options.input) { readUserInput() }
        if let input, waiting.isReady(input.number) { writeInput(input) }
        if let output, waiting.isReady(output.number) { readOutput(output) }
        if let error, waiting.isReady(error.number) { readError(error) }
        if let log, waiting.isReady(log.number) { readLog(log) }
        if let vmm, waiting.isReady(vmm.number) { readVMM(vmm) }
        if let control, waiting.isReady(control.number) { exchangeControl(control) }
        if isOutputOpen, !outputQueue.isEmpty, waiting.isReady(options.output) { writeUserOutput() }
        if isErrorOpen, !errorQueue.isEmpty, waiting.isReady(options.error) { writeUserError() }
        if options.channel == .serial, control != nil { exchangeStreams() }
    }

    private func readUserInput() {
        var typed = ByteQueue()
        switch typed.fill(from: options.input) {
        case .moved:
            var bytes = typed.removeAll()
            if let (ours, wishes) = keys?.take(bytes) {
                bytes = ours
                for wish in wishes { fulfil(wish) }
            }
            inputQueue.append(bytes)
            inputByteCount += UInt64(bytes.count)
        case .nothing: break
        case .ended, .failed:
            isInputOpen = false
            say(.inputEnd(totalByteCount: inputByteCount))
        }
    }

    private func fulfil(_ wish: EscapeKeys.Wish) {
        switch wish {
        case .showThreads: say(.showThreads)
        case .help: if isErrorOpen { errorQueue.append(Array((EscapeKeys.help + "\r\n").utf8)) }
        case .end:
            if outcome.intervention == nil { outcome.intervention = .interrupted }
            kill()
        }
    }

    private func writeInput(_ descriptor: Descriptor) {
        switch inputQueue.drain(to: descriptor.number, limit: .max) {
        case .moved, .ended: break
        case .nothing:
            // Readable or hung up: the guest says nothing here, so only the end matters.
            var byte: UInt8 = 0
            if read(descriptor.number, &byte, 1) == 0 { input = nil }
        case .failed:
            input = nil
        }
    }

    private func readOutput(_ descriptor: Descriptor) {
        let transfer = outputQueue.fill(from: descriptor.number)
        if isGone(transfer) { output = nil }
        if !isOutputOpen { _ = outputQueue.removeAll() }
    }

    private func readError(_ descriptor: Descriptor) {
        let transfer = errorQueue.fill(from: descriptor.number)
        if isGone(transfer) { error = nil }
        if !isErrorOpen { _ = errorQueue.removeAll() }
    }

    /// The kernel's log goes to standard error a line at a time, so that it does not tear the program's lines apart.
    private func readLog(_ descriptor: Descriptor) {
        var queue = ByteQueue()
        let transfer = queue.fill(from: descriptor.number)
        logLine += queue.removeAll().filter { $0 != UInt8(ascii: "\r") }
        let isEnd = isGone(transfer)
        if isEnd, !logLine.isEmpty, logLine.last != newline { logLine.append(newline) }
        while let end = logLine.firstIndex(of: newline) {
            outcome.hasLog = true
            let line = options.translateLogLine(Array(logLine[..<end]))
            logLine.removeFirst(end + 1)
            if isErrorOpen { errorQueue.append(line + (options.isTerminal ? [13, newline] : [newline])) }
        }
        if isEnd { log = nil }
    }

    private func readVMM(_ descriptor: Descriptor) {
        var queue = ByteQueue()
        if isGone(queue.fill(from: descriptor.number)) { vmm = nil }
        let room = ByteQueue.capacity - outcome.vmmOutput.count
        outcome.vmmOutput += queue.removeAll().prefix(max(0, room))
    }

    private func isGone(_ transfer: ByteQueue.Transfer) -> Bool {
        switch transfer {
        case .moved:
            lastActivity = Self.now()
            return false
        case .nothing: return false
        case .ended, .failed: return true
        }
    }

    private func writeUserOutput() {
        guard case .failed(let number) = outputQueue.drain(to: options.output, limit: writeLimit(options.output)) else {
            return
        }
        noteLoss("standard output", number)
        // The reader is gone. With our end closed, the guest learns that its port is, and the program gets SIGPIPE when it
        // writes on, as on Linux.
        isOutputOpen = false
        _ = outputQueue.removeAll()
        output = nil
    }

    private func writeUserError() {
        guard case .failed(let number) = errorQueue.drain(to: options.error, limit: writeLimit(options.error)) else {
            return
        }
        noteLoss("standard error", number)
        isErrorOpen = false
        _ = errorQueue.removeAll()
        error = nil
    }

    /// A full disk is not a reader that has gone: what the program has written already is lost, and it cannot be told.
    private func noteLoss(_ stream: StaticString, _ number: Int32) {
        if number == EPIPE || outcome.lostOutput != nil { return }
        outcome.lostOutput = "\(stream): \(String(cString: strerror(number)))"
    }

    /// How many bytes may be written without waiting: a pipe that is writable takes PIPE_BUF.
    private func writeLimit(_ descriptor: Int32) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return 4096 }
        return status.st_mode & S_IFMT == S_IFREG ? .max : 4096
    }
}

private let newline = UInt8(ascii: "\n")

/// The descriptors of one poll.
private struct PollSet {
    private var entries: [pollfd] = []

    mutating func add(_ descriptor: Int32, _ events: Int32) {
        entries.append(pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0))
    }

    mutating func wait(_ milliseconds: Int32) {
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
    }

    func isReady(_ descriptor: Int32) -> Bool {
        entries.contains { $0.fd == descriptor && $0.revents != 0 }
    }
}
