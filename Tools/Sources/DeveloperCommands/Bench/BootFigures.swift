// SPDX-License-Identifier: Apache-2.0

// What `apus run --verbose` says about a machine's start, read back.
// With `-icount shift=0` QEMU's time stamp counter advances by one for each instruction, so ticks are instructions.

/// What a start cost.
struct BootFigures: Equatable {
    /// Ticks of the time stamp counter between the kernel's entry and the program.
    let ticks: Int
    /// KiB in use when the program began.
    let usedKibibytes: Int

    /// QEMU's words for a counter that counts instructions.
    static let countingOptions = ["--qemu-arg", "-icount", "--qemu-arg", "shift=0,sleep=off"]

    /// Reads the tool's words; nil if the machine did not say that it is ready.
    init?(_ errors: String) {
        guard let boot = errors.after("apus: boot took "), let ticks = Int(boot.before(" ")) else { return nil }
        self.ticks = ticks
        let memory = errors.split(separator: "\n").first { $0.includes("KiB of memory used at the start") }
        usedKibibytes = memory.flatMap { Int($0.after("apus: ")?.before(" ") ?? "") } ?? 0
    }
}

/// Numbers with commas: 12345678 is 12,345,678.
func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return (number < 0 ? "-" : "") + text
}
