// SPDX-License-Identifier: Apache-2.0
//
// An open slave: a terminal like any other, whose life is counted, because a master without slaves reads errors.

import DevFS
import FileSystem
import LinuxABI
public import Terminal
public import TerminalFiles

/// An open slave.
public final class PseudoTerminalSlave: TerminalDevice, @unchecked Sendable {
    private let line: PseudoTerminal

    /// - Precondition: `line.openSlave` has counted it.
    init(_ line: PseudoTerminal, _ terminal: Terminal) {
        self.line = line
        super.init(terminal)
    }

    deinit { line.slaveHasClosed() }
}
