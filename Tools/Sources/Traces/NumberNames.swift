// SPDX-License-Identifier: Apache-2.0

// Numbers that have names: one of several values, flags that add up, or both in one word (open(2): an access mode and flags).

/// The names of an argument's values.
struct NumberNames: Sendable {
    private typealias Pair = (value: UInt64, name: String)

    private let values: [Pair]
    /// The bits that hold one of the values; all of them where there are no flags.
    private let valueBits: UInt64
    private let flags: [Pair]

    /// - Parameters:
    ///   - values: "NAME number, NAME number": the argument is one of them.
    ///   - bits: which bits they are in.
    ///   - flags: likewise: those that may be added. A flag of several bits comes before those that it holds.
    init(_ values: String = "", in bits: UInt64? = nil, flags: String = "") {
        self.values = Self.pairs(values)
        self.flags = Self.pairs(flags)
        valueBits = bits ?? (flags.isEmpty ? .max : 0)
    }

    /// The number as strace(1) writes it: what has no name is a number. The arguments with names have 32 bits.
    func text(_ number: Int64) -> String {
        let bits = UInt64(UInt32(truncatingIfNeeded: number))
        var parts: [String] = []
        var rest = bits
        if let value = values.first(where: { $0.value == bits & valueBits }) {
            parts.append(value.name)
            rest &= ~valueBits
        } else if flags.isEmpty {
            return String(number)
        }
        for flag in flags where flag.value & rest == flag.value && flag.value != 0 {
            parts.append(flag.name)
            rest &= ~flag.value
        }
        if rest != 0 || parts.isEmpty { parts.append(rest == 0 ? "0" : "0x" + String(rest, radix: 16)) }
        return parts.joined(separator: "|")
    }

    private static func pairs(_ text: String) -> [Pair] {
        text.split(separator: ",").map { entry in
            let words = entry.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let value = number(words[1]) else {
                preconditionFailure("a table of names has \(entry)")
            }
            return (value, String(words[0]))
        }
    }

    private static func number(_ word: Substring) -> UInt64? {
        word.hasPrefix("0x")
            ? UInt64(word.dropFirst(2), radix: 16) : Int64(word).map { UInt64(bitPattern: $0) & 0xffff_ffff }
    }
}
