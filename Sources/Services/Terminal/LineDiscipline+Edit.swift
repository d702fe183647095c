// SPDX-License-Identifier: Apache-2.0
//
// Erasing a character, a word or the line that is being typed, in the queue and on the screen (termios(3): ECHOE,
// ECHOK, ECHOKE, ECHOPRT, IUTF8). Tabs and control characters take more columns than bytes, so what was echoed for each
// byte is worked out again.

import Containers
import LinuxABI

extension LineDiscipline {
    /// How much an erasing character takes.
    enum EraseExtent {
        case character
        case word
        case line
    }

    mutating func erase(_ extent: EraseExtent) {
        guard input.editedCount > 0 else { return }
        let local = attributes.local
        guard local.contains(.echo) else {
            input.erase(to: eraseStart(extent))
            return
        }
        if extent == .line && !local.isSuperset(of: [.echoErase, .echoKill, .echoKillErases]) {
            input.erase(to: input.lineEnd)
            finishShowingErased()
            echo(attributes[.kill])
            if local.contains(.echoKill) { echoRaw(0x0a) }
            return
        }
        let start = eraseStart(extent)
        while input.tail > start {
            // A continuation byte whose character's beginning is not in this line cannot be erased.
            if isContinuation(input[characterStart(before: input.tail)]) { break }
            eraseOneShowing(extent)
        }
        if input.editedCount == 0 { finishShowingErased() }
    }

    /// Where the bytes that `extent` takes begin.
    private func eraseStart(_ extent: EraseExtent) -> Int {
        switch extent {
        case .line: return input.lineEnd
        case .character:
            let start = characterStart(before: input.tail)
            return isContinuation(input[start]) ? input.tail : start
        case .word:
            var position = input.tail
            var hasSeenWord = false
            while position > input.lineEnd {
                let start = characterStart(before: position)
                if isContinuation(input[start]) { break }
                if Letters.isWord(input[start]) {
                    hasSeenWord = true
                } else if hasSeenWord {
                    break
                }
                position = start
            }
            return position
        }
    }

    /// Where the character that ends before `position` begins: with IUTF8 its continuation bytes belong to it.
    private func characterStart(before position: Int) -> Int {
        var start = position - 1
        while start > input.lineEnd && isContinuation(input[start]) { start -= 1 }
        return start
    }

    /// Takes the last character off the queue and off the screen.
    private mutating func eraseOneShowing(_ extent: EraseExtent) {
        let start = characterStart(before: input.tail)
        let byte = input[start]
        let local = attributes.local
        if local.contains(.echoErasedBetweenBars) {
            if !isShowingErased {
                echoRaw(0x5c)
                isShowingErased = true
            }
            echo(byte)
            for position in start + 1..<input.tail {
                // Linux takes a column back for each continuation byte, although it counted none.
                echoRaw(input[position])
                if column > 0 { column -= 1 }
            }
            input.erase(to: start)
            return
        }
        input.erase(to: start)
        if extent == .character && !local.contains(.echoErase) {
            echo(attributes[.erase])
        } else if byte == 0x09 {
            eraseTab()
        } else if isControlByte(byte) {
            guard local.contains(.echoControl) else { return }
            wipeColumn()
            wipeColumn()
        } else {
            wipeColumn()
        }
    }

    /// Moves back over a tab: as many columns as it had moved forward from the text before it.
    private mutating func eraseTab() {
        var columnsBefore = 0
        var beginsAtTab = false
        var position = input.tail
        while position > input.lineEnd {
            position -= 1
            let byte = input[position]
            if byte == 0x09 {
                beginsAtTab = true
                break
            }
            if isControlByte(byte) {
                if attributes.local.contains(.echoControl) { columnsBefore += 2 }
            } else if !isContinuation(byte) {
                columnsBefore += 1
            }
        }
        if !beginsAtTab { columnsBefore += lineStartColumn }
        for _ in 0..<(8 - columnsBefore & 7) {
            emit(0x08)
            if column > 0 { column -= 1 }
        }
    }

    private mutating func wipeColumn() {
        echoRaw(0x08)
        echoRaw(0x20)
        echoRaw(0x08)
    }

    /// Closes the bar that ECHOPRT has opened. Linux does so before the next thing it echoes, but not at a line's end.
    mutating func finishShowingErased() {
        guard isShowingErased else { return }
        echoRaw(0x2f)
        isShowingErased = false
    }

    /// Shows the line anew after its reprint character.
    mutating func reprint(_ byte: UInt8) {
        finishShowingErased()
        echo(byte)
        echoRaw(0x0a)
        for position in input.lineEnd..<input.tail { echo(input[position]) }
    }

    private func isContinuation(_ byte: UInt8) -> Bool {
        attributes.input.contains(.utf8) && byte & 0xc0 == 0x80
    }

    func isControlByte(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
}
