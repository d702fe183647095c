// SPDX-License-Identifier: Apache-2.0
//
// Echoing what is typed. Control characters show as ^X where ECHOCTL says so; everything else goes through output
// processing like a program's bytes. An echo that finds the output ring full is dropped: typing must never block.

import Containers
import LinuxABI

extension LineDiscipline {
    /// Echoes a byte, a control character as two visible ones if ECHOCTL is on. Tabs move the cursor.
    mutating func echo(_ byte: UInt8) {
        if attributes.local.contains(.echoControl), isControlByte(byte), byte != 0x09 {
            emit(0x5e)
            emit(byte ^ 0x40)
            column += 2
        } else {
            echoRaw(byte)
        }
    }

    /// Echoes a byte as output processing makes it.
    mutating func echoRaw(_ byte: UInt8) {
        guard output.room >= Self.greatestExpansion else { return }
        process(byte)
    }

    /// Puts a byte into the output ring as it is.
    mutating func emit(_ byte: UInt8) { _ = output.write(byte: byte) }
}
