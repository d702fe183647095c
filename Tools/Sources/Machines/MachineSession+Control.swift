// SPDX-License-Identifier: Apache-2.0

// The control channel's two directions, and the signals of this process that become messages.

internal import BootProtocols
internal import ByteCodec
internal import Glibc
internal import HostSystem

extension MachineSession {
    /// Queues a message for the guest.
    func say(_ message: HostMessage) {
        var bytes: [UInt8] = []
        message.frame.encode(to: &bytes)
        controlQueue.append(bytes)
    }

    /// Whether the guest hears us: a serial port loses what comes before the guest has set it up.
    var mayTalk: Bool { hasHello || options.channel == .ports }

    /// Writes what is queued, reads what has come.
    func exchangeControl(_ descriptor: Descriptor) {
        if mayTalk, case .failed = controlQueue.drain(to: descriptor.number, limit: .max) {
            _ = controlQueue.removeAll()
        }
        var queue = ByteQueue()
        switch queue.fill(from: descriptor.number) {
        case .moved: break
        case .nothing: return
        case .ended, .failed:
            control = nil
            return
        }
        lastActivity = Self.now()
        decoder.feed(queue.removeAll().rawBytes)
        do throws(ControlError) {
            while let frame = try decoder.next() { receive(try GuestMessage(frame)) }
        } catch {
            failConversation(error)
        }
    }

    /// Ends a machine whose kernel cannot be understood.
    func failConversation(_ error: ControlError) {
        if outcome.intervention == nil { outcome.intervention = .protocolError(error) }
        control = nil
        kill()
    }

    private func receive(_ message: GuestMessage) {
        switch message {
        case .hello(let version):
            hasHello = true
            if version != ControlChannel.protocolVersion {
                failure = ToolError(
                    .software, "cannot talk to the kernel",
                    why: "it speaks version \(version) of the control channel, this tool version "
                        + "\(ControlChannel.protocolVersion)",
                    remedy: "build tool and kernel from the same sources")
            }
        case .ready(let entry, let main, let frequency, let total, let used):
            outcome.ready = MachineOutcome.Ready(
                counterAtEntry: entry, counterAtMain: main, counterFrequency: frequency, memoryTotal: total,
                memoryUsed: used)
        case .exit(let end):
            outcome.programEnd = end
        case .panic(let report):
            outcome.panicReport = report
        case .refusal(let reason):
            outcome.refusal = reason
        case .metric(let name, let value):
            if outcome.metrics.count < 1024 { outcome.metrics.append((name, value)) }
        case .streamEnd:
            // The rest of the stream may still be on its way; its end is the end of the machine.
            break
        case .output(let piece):
            do { try options.receiveOutput(piece) } catch { failure = error }
        case .standardOutput(let bytes): receiveOutput(bytes)
        case .standardError(let bytes): receiveError(bytes)
        case .inputRoom(let count): receiveInputRoom(count)
        }
    }

    /// Passes signals on to the program; the third request to end is not a request any more.
    func receiveSignals() {
        while let signal = signals.next() {
            switch signal {
            case SIGWINCH:
                if options.isTerminal, let size = Terminal.size(options.output) {
                    say(.resize(rows: size.rows, columns: size.columns))
                }
            // Which signal(7) also calls SIGINFO: by that name other systems ask what a program is doing.
            case SIGPWR: say(.showThreads)
            default:
                interruptions += 1
                say(.signal(number: UInt8(signal)))
                if interruptions >= 3 {
                    if outcome.intervention == nil { outcome.intervention = .interrupted }
                    kill()
                }
            }
        }
    }
}
