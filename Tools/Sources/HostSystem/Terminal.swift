// SPDX-License-Identifier: Apache-2.0

// The user's terminal: whether there is one, how large it is, and raw mode that is undone.

internal import CHost
internal import Glibc

/// The user's terminal.
public enum Terminal {
    /// Whether a descriptor is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Whether a descriptor is open at all.
    public static func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) >= 0 }

    /// Whether two descriptors are one open file, as a shell's "2>&1" makes them.
    public static func areOneFile(_ one: Int32, _ other: Int32) -> Bool { chost_same_open_file(one, other) != 0 }

    /// Rows and columns; nil if it is no terminal or does not know.
    public static func size(_ descriptor: Int32) -> (rows: UInt16, columns: UInt16)? {
        var rows: UInt16 = 0
        var columns: UInt16 = 0
        guard chost_terminal_size(descriptor, &rows, &columns) == 0 else { return nil }
        return (rows, columns)
    }

    /// Puts text on standard error, whatever becomes of it; `ByteText` as the bytes that it stands for.
    public static func printError(_ text: String) { printLine(text, 2) }

    /// Puts text on standard output likewise.
    public static func printOutput(_ text: String) { printLine(text, 1) }

    private static func printLine(_ text: String, _ descriptor: Int32) {
        let bytes = ByteText.bytes(text + "\n")
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// A terminal in raw mode: every byte passes, nothing is echoed; `restore` undoes it.
public struct RawTerminal {
    private let descriptor: Int32
    private var saved: termios

    /// Switches to raw mode; nil if the descriptor is no terminal.
    public init?(_ descriptor: Int32) {
        var attributes = termios()
        guard tcgetattr(descriptor, &attributes) == 0 else { return nil }
        self.descriptor = descriptor
        saved = attributes
        cfmakeraw(&attributes)
        guard tcsetattr(descriptor, TCSADRAIN, &attributes) == 0 else { return nil }
    }

    /// Puts the terminal back as it was.
    public mutating func restore() { tcsetattr(descriptor, TCSADRAIN, &saved) }
}
