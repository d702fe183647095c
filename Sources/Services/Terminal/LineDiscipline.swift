// SPDX-License-Identifier: Apache-2.0
//
// The terminal's line discipline as a state machine over bytes: what is typed goes in, and out come echoed bytes,
// signals, and lines for programs; what programs write goes through output processing. It knows no device, no process
// and no lock; Terminal owns one and does what it says. Behaviour is that of termios(3) as Linux has it.
//
//   typed byte ─► +Receive ─► InputQueue ─► +Read ─► program
//                    │  └──── +Edit (erase, kill)
//                    ▼
//                 +Echo ──► output ring ◄── +Output ◄── program
//                               ▼
//                            device

public import Containers
public import LinuxABI

/// A terminal's line discipline.
public struct LineDiscipline: ~Copyable {
    /// The modes and control characters.
    public private(set) var attributes = TerminalAttributes()
    var input: InputQueue
    /// Bytes for the device, processed.
    var output: RingBuffer
    /// Where the cursor is, as far as we can know.
    var column = 0
    /// Where the cursor was when the line that is being edited began.
    var lineStartColumn = 0
    /// Whether the next byte is taken as it is (VLNEXT).
    var takesNextLiterally = false
    /// Whether erased bytes are being shown between bars (ECHOPRT).
    var isShowingErased = false
    /// Whether output is held back by VSTOP or tcflow(3).
    public internal(set) var isOutputStopped = false

    /// The bytes of the output ring that programs may not fill, so that typing is echoed while a program writes.
    static let echoReserve = 256
    /// The bytes of the output ring.
    static let outputCapacity = 4096

    /// Makes a discipline with Linux's default modes.
    ///
    /// - Throws: `OutOfMemory`.
    public init() throws(OutOfMemory) {
        // Both before either field is set: a half-made value that cannot be copied could not be undone.
        let queue = try InputQueue()
        let ring = try RingBuffer(capacity: Self.outputCapacity)
        input = queue
        output = ring
    }

    /// Changes the modes and control characters.
    ///
    /// What has been received stays: on the way out of canonical mode a half-typed line can be read at once, and on the
    /// way in it counts as a line.
    public mutating func setAttributes(_ new: TerminalAttributes) {
        let wasCanonical = attributes.local.contains(.canonical)
        attributes = new
        let isCanonical = new.local.contains(.canonical)
        if isCanonical && !wasCanonical { input.completePending() }
        if isCanonical != wasCanonical {
            takesNextLiterally = false
            isShowingErased = false
        }
        // A stopped terminal whose stop character is switched off could never be started again.
        if !new.input.contains(.startStopOutput) { isOutputStopped = false }
    }

    var isCanonical: Bool { attributes.local.contains(.canonical) }

    /// Whether `byte` is the control character `character`; those set to zero are switched off.
    func isControl(_ byte: UInt8, _ character: ControlCharacter) -> Bool {
        let value = attributes[character]
        return value != 0 && value == byte
    }

    /// Drops what was received and not read.
    public mutating func flushInput() {
        input.removeAll()
        takesNextLiterally = false
        isShowingErased = false
    }

    /// Drops what waits for the device.
    public mutating func flushOutput() { output.discard(output.count) }

    /// Holds output back or lets it go on: tcflow(3).
    public mutating func setOutputStopped(_ stop: OutputFlow) { isOutputStopped = stop == .stopped }

    /// Whether bytes go to the device.
    public enum OutputFlow: Sendable {
        /// Held back.
        case stopped
        /// Let go.
        case running
    }
}
