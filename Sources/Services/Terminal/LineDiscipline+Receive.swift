// SPDX-License-Identifier: Apache-2.0
//
// A typed byte: flow control, signals, translation, line editing, or just a byte (termios(3), "Canonical and
// noncanonical mode"; the order of the tests is Linux's). One call, one byte.

public import LinuxABI

/// What a typed byte asks of the terminal.
public struct ReceiveEffects: Equatable, Sendable {
    /// A signal for the foreground process group.
    public var signal: SignalNumber?
    /// There is something new to read.
    public var hasInput = false
    /// Output that waited for the device was dropped.
    public var hasFlushedOutput = false
    /// Output may go on after having been stopped.
    public var restartsOutput = false

    /// No effects.
    public init() {}
}

extension LineDiscipline {
    /// Takes a typed byte.
    public mutating func receive(_ typed: UInt8) -> ReceiveEffects {
        var effects = ReceiveEffects()
        var byte = typed
        if attributes.input.contains(.stripEighthBit) { byte &= 0x7f }
        if attributes.input.contains(.lowercase), attributes.local.contains(.extended), Letters.isUpper(byte) {
            byte += 0x20
        }
        if takesNextLiterally {
            takesNextLiterally = false
            take(byte, .asTyped, &effects)
            return effects
        }
        if receiveFlowControl(byte, &effects) { return effects }
        if receiveSignal(byte, &effects) { return effects }
        if isOutputStopped, attributes.input.contains([.startStopOutput, .anyRestarts]) {
            isOutputStopped = false
            effects.restartsOutput = true
        }
        var origin = Origin.asTyped
        if byte == 0x0d {
            if attributes.input.contains(.ignoreReturn) { return effects }
            if attributes.input.contains(.returnToNewline) {
                byte = 0x0a
                origin = .translated
            }
        } else if byte == 0x0a, attributes.input.contains(.newlineToReturn) {
            byte = 0x0d
            origin = .translated
        }
        if isCanonical && receiveEditing(byte, &effects) { return effects }
        take(byte, origin, &effects)
        return effects
    }

    private mutating func receiveFlowControl(_ byte: UInt8, _ effects: inout ReceiveEffects) -> Bool {
        guard attributes.input.contains(.startStopOutput) else { return false }
        // A terminal whose start and stop are the same character toggles.
        if isControl(byte, .start) && (isOutputStopped || !isControl(byte, .stop)) {
            effects.restartsOutput = isOutputStopped
            isOutputStopped = false
            return true
        }
        if isControl(byte, .stop) {
            isOutputStopped = true
            return true
        }
        return false
    }

    private mutating func receiveSignal(_ byte: UInt8, _ effects: inout ReceiveEffects) -> Bool {
        guard attributes.local.contains(.signals) else { return false }
        let signal: SignalNumber
        if isControl(byte, .interrupt) {
            signal = .interrupt
        } else if isControl(byte, .quit) {
            signal = .quit
        } else if isControl(byte, .suspend) {
            signal = .terminalStop
        } else {
            return false
        }
        effects.signal = signal
        if !attributes.local.contains(.noFlush) {
            flushInput()
            flushOutput()
            effects.hasFlushedOutput = true
        }
        if isOutputStopped {
            isOutputStopped = false
            effects.restartsOutput = true
        }
        if attributes.local.contains(.echo) { echo(byte) }
        return true
    }

    /// Canonical mode's own characters; false if `byte` is none of them.
    private mutating func receiveEditing(_ byte: UInt8, _ effects: inout ReceiveEffects) -> Bool {
        let extended = attributes.local.contains(.extended)
        if isControl(byte, .erase) {
            erase(.character)
        } else if isControl(byte, .kill) {
            erase(.line)
        } else if extended && isControl(byte, .wordErase) {
            erase(.word)
        } else if extended && isControl(byte, .literalNext) {
            takesNextLiterally = true
            if attributes.local.contains(.echo) {
                finishShowingErased()
                if attributes.local.contains(.echoControl) {
                    // The caret is overwritten by what comes next.
                    echoRaw(0x5e)
                    echoRaw(0x08)
                }
            }
        } else if extended && attributes.local.contains(.echo) && isControl(byte, .reprint) {
            reprint(byte)
        } else if byte == 0x0a {
            if !attributes.local.isDisjoint(with: [.echo, .echoNewline]) { echoRaw(0x0a) }
            endLine(byte, .lineEnd, &effects)
        } else if isControl(byte, .endOfFile) {
            endLine(0, .endOfFile, &effects)
        } else if isControl(byte, .endOfLine) || (extended && isControl(byte, .endOfLine2)) {
            if attributes.local.contains(.echo) {
                beginLineIfEmpty()
                echo(byte)
            }
            endLine(byte, .lineEnd, &effects)
        } else {
            return false
        }
        return true
    }

    /// Completes the line; one that finds no room at all is lost, as on Linux.
    private mutating func endLine(_ byte: UInt8, _ mark: InputQueue.Mark, _ effects: inout ReceiveEffects) {
        guard input.room > 0 else { return ringBell() }
        input.append(byte, ending: mark)
        effects.hasInput = true
    }

    /// Whether a byte is what was typed or what translation made of it.
    private enum Origin {
        case asTyped
        case translated
    }

    /// An ordinary byte. A newline among these shows as ^J, unless it stands for a return.
    private mutating func take(_ byte: UInt8, _ origin: Origin, _ effects: inout ReceiveEffects) {
        // PARMRK without ISTRIP: a true 0xff is doubled, so that it is not taken for an error mark.
        let doubles =
            byte == 0xff && attributes.input.contains(.markParityErrors)
            && !attributes.input.contains(.stripEighthBit)
        // In canonical mode the last slot is kept for the line's end.
        guard input.room >= (doubles ? 2 : 1) + (isCanonical ? 1 : 0) else { return ringBell() }
        if attributes.local.contains(.echo) {
            finishShowingErased()
            beginLineIfEmpty()
            if byte == 0x0a && origin == .translated { echoRaw(byte) } else { echo(byte) }
        }
        if doubles { input.append(byte) }
        input.append(byte)
        if !isCanonical { effects.hasInput = true }
    }

    private mutating func ringBell() {
        if attributes.input.contains(.bellWhenFull) { emit(0x07) }
    }

    /// Remembers the column at which the first byte of a line is echoed, for erasing tabs.
    private mutating func beginLineIfEmpty() {
        if isCanonical && input.editedCount == 0 { lineStartColumn = column }
    }

    /// How many bytes the device may hand over now without one of them being lost. In canonical mode a line that is too
    /// long loses bytes anyway, so that its end is still seen.
    public var receiveRoom: Int {
        if isCanonical && input.lineCount == 0 { return max(input.room, 1) }
        return max(input.room - 1, 0)
    }
}
