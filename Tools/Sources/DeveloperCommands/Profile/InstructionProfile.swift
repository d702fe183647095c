// SPDX-License-Identifier: Apache-2.0

// What Benchmarks/blockcount.c counted, by who executed it: the firmware, the kernel's functions, the program.

/// Instructions by who executed them.
struct InstructionProfile: Equatable {
    /// The firmware, and the boot code before the kernel is at its place.
    private(set) var before = 0
    /// The program, its libraries and the vDSO.
    private(set) var program = 0
    /// The kernel's functions by symbol.
    private(set) var functions: [Substring: Function] = [:]

    /// The kernel's part.
    var kernel: Int { functions.values.reduce(0) { $0 + $1.instructions } }

    /// Kernel and program together, of what the program takes by itself, rounded up; nil if it never ran.
    var percentOfProgram: Int? { program > 0 ? ((kernel + program) * 100 + program - 1) / program : nil }

    /// One function of the kernel.
    struct Function: Equatable {
        /// Instructions of its own, not of what it calls.
        var instructions = 0
        /// How often it was entered.
        var calls = 0
    }

    /// The addresses that are the kernel's, wherever it slid to (DESIGN: the middle of the lower half).
    private static let kernelAddresses: Range<UInt64> = 0x6800_0000_0000..<0x7000_0000_0000

    /// Reads lines "address length times" in the order of first translation. The first block at a kernel's address is where
    /// the boot code arrives there, which tells the slide.
    ///
    /// - Returns: nil if the kernel never ran, or the image is another one.
    init?(_ text: String, _ kernel: KernelFunctions) {
        guard let arrival = kernel.address(of: "boot_arrived") else { return nil }
        var base: UInt64?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let address = UInt64(words[0], radix: 16), let length = Int(words[1]),
                let times = Int(words[2])
            else { return nil }
            if Self.kernelAddresses.contains(address) {
                if base == nil { base = address &- arrival }
                guard let base, base & 0xfff == 0, address >= base,
                    let function = kernel.function(at: address - base)
                else { return nil }
                functions[function.symbol, default: Function()].instructions += length * times
                if address - base == function.address { functions[function.symbol]?.calls += times }
            } else if base == nil {
                before += length * times
            } else {
                program += length * times
            }
        }
        if base == nil { return nil }
    }
}
