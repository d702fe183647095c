// SPDX-License-Identifier: Apache-2.0

// What the user is told about a machine's end, beyond the exit status.

internal import BootProtocols
internal import Glibc
internal import HostSystem
internal import Machines

extension RunRequest {
    /// Says what the exit status does not.
    func explain(_ outcome: MachineOutcome) throws(ToolError) {
        if command.verbose { explainCosts(outcome) }
        switch outcome.intervention {
        case .timeout:
            Terminal.printError("apus: \(name) was stopped after \(command.timeout ?? 0) seconds")
            return
        case .interrupted:
            return
        case .protocolError(let error):
            throw ToolError(.software, "cannot understand the kernel", why: "\(error)", remedy: Self.reportRemedy)
        case .lingering:
            Terminal.printError("apus: the machine did not power off by itself")
        case nil:
            break
        }
        if let reason = outcome.refusal {
            // The kernel's sentence is "what is wrong; what to do".
            let parts = String(decoding: reason, as: UTF8.self).split(separator: ";", maxSplits: 1)
            throw ToolError(
                .badData, "the kernel cannot start \(name)", why: parts.first.map(String.init) ?? "it does not say why",
                remedy: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : nil)
        }
        if let report = outcome.panicReport {
            // The kernel's log has it as well, normally.
            if !outcome.hasLog { Terminal.printError(String(decoding: report, as: UTF8.self)) }
            throw ToolError(
                .software, "the kernel crashed while it ran \(name)", why: "see the report above",
                remedy: Self.reportRemedy)
        }
        if let lost = outcome.lostOutput {
            throw ToolError(
                .inputOutput, "cannot write what \(name) says", why: lost, remedy: "make room there and run it again")
        }
        switch outcome.programEnd {
        case .exited: break
        case .signaled(let number, let dumpedCore):
            // Shells are silent about these two as well: the user, or the user's pipeline, asked for it.
            if Int32(number) == SIGINT || Int32(number) == SIGPIPE { return }
            let description = strsignal(Int32(number)).map { String(cString: $0) } ?? "unknown"
            Terminal.printError(
                "apus: \(name) was killed by signal \(number) (\(description))" + (dumpedCore ? ", core dumped" : ""))
        case nil:
            if let known = vmmRefusal(outcome) { throw known }
            throw ToolError(
                .software, "the machine ended before \(name) did", why: Self.vmmReason(outcome),
                remedy: outcome.vmmOutput.isEmpty ? "see more with --verbose --log debug" : nil)
        }
    }

    private static let reportRemedy = "this is a bug; please report it with the program and the command line"

    /// What QEMU did not want to begin with, where that is the user's to change.
    func vmmRefusal(_ outcome: MachineOutcome) -> ToolError? {
        guard outcome.ready == nil, !outcome.hasLog, outcome.vmmEnd != .exited(0) else { return nil }
        let said = String(decoding: outcome.vmmOutput, as: UTF8.self)
        if said.contains("cannot set up guest memory") || said.contains("cannot allocate memory") {
            let left = HostMemory.availableBytes.map { ", and has \($0 >> 20)M left" } ?? ""
            return ToolError(
                .systemError, "cannot start the machine", why: "the host refuses the memory for it\(left)",
                remedy: "give it less with -M")
        }
        if let port = command.debuggerPort, said.contains("Address already in use") {
            return ToolError(
                .systemError, "cannot wait for gdb", why: "port \(port) is in use", remedy: "take another: --gdb PORT")
        }
        if !command.qemuArguments.isEmpty {
            return ToolError(
                .usage, "cannot start the machine with --qemu-arg", why: Self.vmmReason(outcome),
                remedy: "look at the whole command line with --dry-run")
        }
        if command.accel == .kvm {
            return ToolError(
                .unavailable, "cannot use KVM", why: Self.vmmReason(outcome),
                remedy: "use --accel tcg, or auto, which tries KVM first")
        }
        return nil
    }

    private static func vmmReason(_ outcome: MachineOutcome) -> String {
        let said = String(decoding: outcome.vmmOutput, as: UTF8.self).split(separator: "\n").joined(separator: "\n  ")
        let end =
            switch outcome.vmmEnd {
            case .exited(let status): "QEMU ended with status \(status)"
            case .signaled(let number): "QEMU was killed by signal \(number)"
            }
        return said.isEmpty ? end : "\(end) and said:\n  \(said)"
    }

    private func explainCosts(_ outcome: MachineOutcome) {
        if !outcome.vmmOutput.isEmpty {
            Terminal.printError("apus: QEMU said: \(String(decoding: outcome.vmmOutput, as: UTF8.self))")
        }
        guard let ready = outcome.ready else { return }
        let ticks = ready.counterAtMain &- ready.counterAtEntry
        var text = "apus: boot took \(ticks) ticks of the time stamp counter"
        if ready.counterFrequency > 0 {
            let microseconds = Double(ticks) * 1e6 / Double(ready.counterFrequency)
            text += " (\(Int(microseconds)) µs)"
        }
        Terminal.printError(text)
        Terminal.printError(
            "apus: \(ready.memoryUsed >> 10) of \(ready.memoryTotal >> 10) KiB of memory used at the start")
        for metric in outcome.metrics {
            Terminal.printError("apus: \(String(decoding: metric.name, as: UTF8.self)) = \(metric.value)")
        }
    }
}

extension KernelWordError {
    /// What is wrong with a word.
    var sentence: String {
        switch reason {
        case .unknown: "there is no such word"
        case .missingValue: "it needs a value: WORD=VALUE"
        case .unexpectedValue: "it takes no value"
        case .badValue: "its value cannot be understood"
        }
    }
}

/// A word as a shell would have to be given it.
func shellQuoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_=+,./:@%".contains($0)) }
    if plain && !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
