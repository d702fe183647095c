// SPDX-License-Identifier: Apache-2.0
//
// The state of a terminal that TCGETS and TIOCGWINSZ exchange. The kernel's struct termios has 19 control characters
// and no speeds; the C library's is another structure.

/// A terminal's modes and control characters: the kernel's `struct termios`.
///
/// - Layout: u32 input, output, control, local flags, u8 line, 19 control characters; 36 bytes.
/// - Source: ioctl_tty(2); termios(3).
public struct TerminalAttributes: Sendable {
    /// Input modes.
    public var input: TerminalInputFlags
    /// Output modes.
    public var output: TerminalOutputFlags
    /// Control modes.
    public var control: TerminalControlFlags
    /// Local modes.
    public var local: TerminalLocalFlags
    /// The line discipline's number; 0 is the tty's.
    public var discipline: UInt8 = 0
    /// The control characters; 0 switches one off.
    public var characters: InlineArray<19, UInt8>

    /// Creates the attributes that a new terminal has on Linux.
    public init() {
        input = [.returnToNewline, .startStopOutput]
        output = [.process, .newlineToReturnNewline]
        control = [.speed38400, .size8, .receive, .hangUpOnClose]
        local = [
            .signals, .canonical, .echo, .echoErase, .echoKill, .echoControl, .echoKillErases, .extended,
        ]
        characters = [3, 0x1c, 0x7f, 0x15, 4, 0, 1, 0, 0x11, 0x13, 0x1a, 0, 0x12, 0x0f, 0x17, 0x16, 0, 0, 0]
    }

    /// A control character.
    public subscript(character: ControlCharacter) -> UInt8 {
        get { characters[Int(character.rawValue)] }
        set { characters[Int(character.rawValue)] = newValue }
    }

    /// Reads a `struct termios`.
    public init(decoding buffer: borrowing LayoutBuffer<5>) {
        input = TerminalInputFlags(rawValue: buffer.load32(0))
        output = TerminalOutputFlags(rawValue: buffer.load32(4))
        control = TerminalControlFlags(rawValue: buffer.load32(8))
        local = TerminalLocalFlags(rawValue: buffer.load32(12))
        discipline = buffer.load8(16)
        characters = InlineArray(repeating: 0)
        for index in 0..<19 { characters[index] = buffer.load8(17 + index) }
    }

    /// An empty buffer for a `struct termios` from user memory.
    public static var buffer: LayoutBuffer<5> { LayoutBuffer(byteCount: 36) }

    /// The `struct termios`.
    public var encoded: LayoutBuffer<5> {
        var buffer = Self.buffer
        buffer.store32(input.rawValue, at: 0)
        buffer.store32(output.rawValue, at: 4)
        buffer.store32(control.rawValue, at: 8)
        buffer.store32(local.rawValue, at: 12)
        buffer.store8(discipline, at: 16)
        for index in 0..<19 { buffer.store8(characters[index], at: 17 + index) }
        return buffer
    }
}

/// The size of a terminal's window: `struct winsize`.
///
/// - Layout: u16 rows, columns, horizontal pixels, vertical pixels; 8 bytes.
/// - Source: ioctl_tty(2).
public struct WindowSize: Hashable, Sendable {
    /// Lines of text.
    public var rows: UInt16
    /// Characters in a line.
    public var columns: UInt16
    /// Pixels across, or 0.
    public var horizontalPixels: UInt16 = 0
    /// Pixels down, or 0.
    public var verticalPixels: UInt16 = 0

    /// Creates a size in characters.
    public init(rows: UInt16, columns: UInt16) {
        self.rows = rows
        self.columns = columns
    }

    /// Reads a `struct winsize`.
    public init(decoding buffer: borrowing LayoutBuffer<1>) {
        rows = buffer.load16(0)
        columns = buffer.load16(2)
        horizontalPixels = buffer.load16(4)
        verticalPixels = buffer.load16(6)
    }

    /// The `struct winsize`.
    public var encoded: LayoutBuffer<1> {
        var buffer = LayoutBuffer<1>()
        buffer.store16(rows, at: 0)
        buffer.store16(columns, at: 2)
        buffer.store16(horizontalPixels, at: 4)
        buffer.store16(verticalPixels, at: 6)
        return buffer
    }
}
