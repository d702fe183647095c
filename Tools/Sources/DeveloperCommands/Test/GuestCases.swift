// SPDX-License-Identifier: Apache-2.0

// The guest case files: each is one program with many cases, run on Linux first and then in one machine.
// A case passes if both say "ok"; a file that fails on Linux is a wrong test, not a wrong kernel.

internal import HostSystem
internal import ImageBuilder

/// One case file built with one library.
struct GuestCaseFile {
    let name: String
    let library: GuestLibrary
    var cpus = 1
    var variant = KernelImageBuilder.Variant.ordinary
    let program: FilePath

    /// What a run says for each case, in order.
    static func answers(_ output: String) -> [(name: String, failure: String?)] {
        output.split(separator: "\n").compactMap { line in
            if line.hasPrefix("ok ") { return (String(line.dropFirst(3)), nil) }
            guard line.hasPrefix("FAIL ") else { return nil }
            let rest = line.dropFirst(5)
            return (String(rest.before(":")), String((rest.after(": ") ?? "").trimmed))
        }
    }

    /// What each case cost, in ticks of the time stamp counter.
    static func costs(_ output: String) -> [(name: String, cost: UInt64)] {
        output.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count == 3, fields[0] == "cost", let cost = UInt64(fields[2]) else { return nil }
            return (String(fields[1]), cost)
        }
    }

    /// Compares the machine's answers with Linux's; a name for each case, and what is wrong.
    func verdicts(host: CapturedProcess.Capture, guest: CapturedProcess.Capture?) -> [(name: String, failure: String?)]
    {
        let expected = Self.answers(host.outputText)
        let label = "\(name)/"
        let image = variant == .checked ? ", checked" : ""
        let suffix = " (\(library.name)\(cpus > 1 ? ", \(cpus) CPUs" : "")\(image))"
        guard !expected.isEmpty else {
            return [(label + "start" + suffix, "says nothing on Linux, status \(host.status)")]
        }
        guard let guest else {
            return expected.map { (label + $0.name + suffix, $0.failure.map { "on Linux: \($0)" }) }
        }
        let got = Self.answers(guest.outputText)
        var isFirstSilence = true
        return expected.map { name, failure in
            if let failure { return (label + name + suffix, "on Linux: \(failure)") }
            if let answer = got.first(where: { $0.name == name }) { return (label + name + suffix, answer.failure) }
            defer { isFirstSilence = false }
            let errors = guest.errorText.split(separator: "\n").suffix(12).joined(separator: "\n    ")
            let why = isFirstSilence ? ", status \(guest.status)\n    \(errors)" : ""
            return (label + name + suffix, "no answer from the machine" + why)
        }
    }
}
