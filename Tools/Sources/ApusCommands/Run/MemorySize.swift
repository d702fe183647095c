// SPDX-License-Identifier: Apache-2.0

// The SIZE of -M: as QEMU, docker and kraft write it.

/// An amount of memory: a number with K, M or G (powers of 1024, also Ki, KiB …); without a letter, MiB.
struct MemorySize: Equatable {
    let kibibytes: UInt64

    init(kibibytes: UInt64) { self.kibibytes = kibibytes }

    /// Reads the option's value.
    init(argument: String) throws(OptionProblem) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { throw OptionProblem("it is no number with K, M or G") }
        guard let number = UInt64(digits), number > 0 else { throw OptionProblem("it is no amount of memory") }
        let shift: UInt64
        switch argument.dropFirst(digits.count).lowercased() {
        case "k", "ki", "kib", "kb": shift = 0
        case "", "m", "mi", "mib", "mb": shift = 10
        case "g", "gi", "gib", "gb": shift = 20
        default: throw OptionProblem("what follows the number must be K, M or G, and fractions are not known")
        }
        // Nothing above 1 TiB makes sense, and everything below fits.
        guard number <= (1 << 30) >> shift else { throw OptionProblem("it is more than 1024G") }
        kibibytes = number << shift
    }

    /// The amount for people.
    var description: String {
        kibibytes % (1 << 20) == 0
            ? "\(kibibytes >> 20)G" : kibibytes % 1024 == 0 ? "\(kibibytes >> 10)M" : "\(kibibytes)K"
    }
}
