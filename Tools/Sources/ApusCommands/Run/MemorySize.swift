// SPDX-License-Identifier: Apache-2.0

// The SIZE of -M: as QEMU, docker and kraft write it.

internal import ArgumentParser

/// An amount of memory: a number with K, M or G (powers of 1024, also Ki, KiB …); without a letter, MiB.
struct MemorySize: ExpressibleByArgument, Equatable {
    let kibibytes: UInt64

    init(kibibytes: UInt64) { self.kibibytes = kibibytes }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits), number > 0 else { return nil }
        let shift: UInt64
        switch argument.dropFirst(digits.count).lowercased() {
        case "k", "ki", "kib", "kb": shift = 0
        case "", "m", "mi", "mib", "mb": shift = 10
        case "g", "gi", "gib", "gb": shift = 20
        default: return nil
        }
        // Nothing above 1 TiB makes sense, and everything below fits.
        guard number <= (1 << 30) >> shift else { return nil }
        kibibytes = number << shift
    }

    var defaultValueDescription: String { description }

    /// The amount for people.
    var description: String {
        kibibytes % (1 << 20) == 0
            ? "\(kibibytes >> 20)G" : kibibytes % 1024 == 0 ? "\(kibibytes >> 10)M" : "\(kibibytes)K"
    }
}
