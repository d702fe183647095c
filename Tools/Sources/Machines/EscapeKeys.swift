// SPDX-License-Identifier: Apache-2.0

// What the user tells the tool on a terminal that is otherwise the program's: Ctrl-] and a letter, as in telnet and
// `virsh console`. Every other key is the program's, Ctrl-C and Ctrl-\ included: runtimes have dumps of their own there.

/// Finds the tool's own keys among those of the program.
struct EscapeKeys {
    /// What a key asks of the tool.
    enum Wish: Equatable {
        /// A dump of the kernel's threads.
        case showThreads
        /// The machine's end, whatever the program says.
        case end
        /// The list of keys.
        case help
    }

    /// Ctrl-].
    static let prefix: UInt8 = 0x1d

    /// What `help` says.
    static let help =
        "apus: Ctrl-] t shows what every thread does, Ctrl-] q ends the machine, Ctrl-] Ctrl-] is one Ctrl-]"

    private var isOpen = false

    /// Takes what was typed.
    ///
    /// - Returns: the program's part of it, and the wishes in their order.
    mutating func take(_ typed: [UInt8]) -> (bytes: [UInt8], wishes: [Wish]) {
        var bytes: [UInt8] = []
        var wishes: [Wish] = []
        for byte in typed {
            guard isOpen else {
                if byte == Self.prefix { isOpen = true } else { bytes.append(byte) }
                continue
            }
            isOpen = false
            switch byte {
            case Self.prefix: bytes.append(byte)
            case UInt8(ascii: "t"): wishes.append(.showThreads)
            case UInt8(ascii: "q"): wishes.append(.end)
            default: wishes.append(.help)
            }
        }
        return (bytes, wishes)
    }
}
