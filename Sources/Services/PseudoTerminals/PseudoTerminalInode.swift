// SPDX-License-Identifier: Apache-2.0
//
// What is in /dev/pts: the folder, and a slave's inode. Names are numbers, and "ptmx".

import Containers
import DevFS
import FileSystem
import LinuxABI
import Terminal
import TerminalFiles

/// A slave's inode, which opens it.
final class PseudoTerminalInode: Inode, @unchecked Sendable {
    let line: PseudoTerminal
    let terminal: Terminal

    init(_ volume: PseudoTerminalVolume, _ line: PseudoTerminal, _ terminal: Terminal, userID: UInt32) {
        self.line = line
        self.terminal = terminal
        // The group "tty" of distributions, whose members may write to everybody's terminal: write(1), wall(1).
        let description = NewInode(
            mode: FileMode(.characterDevice, Permissions(rawValue: 0o620)), userID: userID, groupID: 5,
            device: DeviceNumber(major: 136, minor: line.number))
        super.init(volume: volume, number: UInt64(line.number) + 3, linkCount: 1, description)
    }

    override var parent: Inode? { volume.root }

    override var opensItself: Bool { true }

    override func open(_ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        try line.openSlave(.respected)
        return try PseudoTerminalSlave(line, terminal).open(self, mount, flags)
    }
}

/// The folder of the slaves.
final class PseudoTerminalFolder: Inode, @unchecked Sendable {
    private let table: PseudoTerminalVolume
    private let multiplexer: Inode

    init(_ volume: PseudoTerminalVolume) {
        table = volume
        // Without permissions, as on Linux unless ptmxmode says otherwise: /dev/ptmx is the one to use.
        multiplexer = PseudoTerminalMultiplexerInode(
            volume: volume, number: 2, linkCount: 1,
            NewInode(mode: FileMode(.characterDevice, []), device: PseudoTerminalMultiplexer.number))
        let description = NewInode(mode: FileMode(.directory, Permissions(rawValue: 0o755)))
        super.init(volume: volume, number: 1, linkCount: 2, description)
    }

    private static var multiplexerName: StaticString { "ptmx" }

    override func lookup(_ name: Span<UInt8>) throws(Errno) -> Inode {
        if name.hasSameBytes(as: Self.multiplexerName) { return multiplexer }
        var number: UInt32 = 0
        guard !name.isEmpty, name.count <= 5, name.count == 1 || name[0] != UInt8(ascii: "0") else { throw .noEntry }
        for index in name.indices {
            let digit = UInt32(name[index]) &- 48
            guard digit < 10 else { throw .noEntry }
            number = number * 10 + digit
        }
        guard let inode = table[number] else { throw .noEntry }
        return inode
    }

    override func withName(of child: Inode, _ body: (Span<UInt8>) -> Void) -> Bool {
        if child === multiplexer {
            body(Self.multiplexerName.utf8Bytes)
            return true
        }
        guard child.number >= 3, let inode = table[UInt32(child.number - 3)], inode === child else { return false }
        Self.withDecimal(inode.line.number, body)
        return true
    }

    override func readDirectory(
        from position: UInt64, _ body: (_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool
    ) throws(Errno) {
        if position == 0, !body(Self.multiplexerName.utf8Bytes, 2, .characterDevice, 1) { return }
        var position = max(position, 1)
        while let number = table.next(from: UInt32(clamping: position - 1)) {
            position = UInt64(number) + 2
            var goesOn = false
            Self.withDecimal(number) { goesOn = body($0, UInt64(number) + 3, .characterDevice, position) }
            if !goesOn { return }
        }
    }

    private static func withDecimal(_ number: UInt32, _ body: (Span<UInt8>) -> Void) {
        var digits = InlineArray<10, UInt8>(repeating: 0)
        var start = 10
        var rest = number
        repeat {
            start -= 1
            digits[start] = 48 + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        body(digits.span.extracting(start..<10))
    }
}

/// The folder's "ptmx", which knows the folder.
private final class PseudoTerminalMultiplexerInode: Inode, @unchecked Sendable {
    override var parent: Inode? { volume.root }
}
