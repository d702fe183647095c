// SPDX-License-Identifier: Apache-2.0
//
// The pairs that there are, by number, and the file system that shows their slaves: devpts. There is one, however often
// it is mounted.

import Containers
import DeviceModel
import Events
public import FileSystem
public import LinuxABI
public import Terminal
import TerminalFiles

/// The pairs, and the file system of slaves.
///
/// Lock order: the table is a leaf.
public final class PseudoTerminalVolume: Volume, @unchecked Sendable {
    /// How many pairs there may be (/proc/sys/kernel/pty/max).
    public static var limit: Int { 4096 }

    private let jobs: any TerminalJobControl
    private let table = BlockingMutex(UniqueArray<PseudoTerminalInode?>())

    /// Creates an instance without pairs.
    public init(device: DeviceNumber, jobs: any TerminalJobControl) {
        self.jobs = jobs
        super.init(device: device, typeName: "devpts")
        setRoot(PseudoTerminalFolder(self))
    }

    public override func status() -> FileSystemStatus {
        // DEVPTS_SUPER_MAGIC, statfs(2).
        FileSystemStatus(magic: 0x1cd1)
    }

    /// How many pairs there are.
    public var count: Int {
        table.withLock { table in
            var count = 0
            for index in 0..<table.count where table[index] != nil { count += 1 }
            return count
        }
    }

    /// Makes a pair with the least free number.
    ///
    /// - Throws: `.noSpace`, `.noMemory`.
    func make(userID: UInt32) throws(Errno) -> PseudoTerminalInode {
        // Two who make one at once may look for the same number: the one who comes second looks again.
        while true {
            let number = table.withLock { table in
                var number = 0
                while number < table.count, table[number] != nil { number += 1 }
                return number
            }
            guard number < Self.limit else { throw .noSpace }
            let inode = try makeInode(UInt32(number), userID)
            let isMine = try table.withLock { (table) throws(Errno) -> Bool in
                if number < table.count {
                    if table[number] != nil { return false }
                    table[number] = inode
                    return true
                }
                if number > table.count { return false }
                try allocating { () throws(OutOfMemory) in try table.append(inode) }
                return true
            }
            guard isMine else { continue }
            do throws(DeviceError) { try inode.terminal.start() } catch { throw .ioError }
            return inode
        }
    }

    private func makeInode(_ number: UInt32, _ userID: UInt32) throws(Errno) -> PseudoTerminalInode {
        try allocating { () throws(OutOfMemory) in
            let line = try PseudoTerminal(number: number)
            let terminal = try Terminal(
                input: line, output: line, size: WindowSize(rows: 0, columns: 0), jobs: jobs, farEnd: line)
            var attributes = terminal.attributes
            // Its last close hangs nothing up.
            attributes.control.remove(.hangUpOnClose)
            // A new terminal belongs to no session, so that nobody is in its background.
            try? terminal.setAttributes(attributes, .now)
            return PseudoTerminalInode(self, line, terminal, userID: userID)
        }
    }

    /// Forgets a pair, whose master has gone.
    func remove(_ number: UInt32) {
        let inode = table.withLock { table -> PseudoTerminalInode? in
            let inode = table[Int(number)]
            table[Int(number)] = nil
            return inode
        }
        _ = inode
    }

    /// The slave of a number.
    subscript(number: UInt32) -> PseudoTerminalInode? {
        table.withLock { Int(number) < $0.count ? $0[Int(number)] : nil }
    }

    /// The least number at or above a number.
    func next(from number: UInt32) -> UInt32? {
        table.withLock { table in
            var index = Int(number)
            while index < table.count {
                if table[index] != nil { return UInt32(index) }
                index += 1
            }
            return nil
        }
    }

    // MARK: Controlling terminals

    /// The slave that is a session's controlling terminal, and its number.
    public func terminal(ofSession session: Int32) -> (terminal: Terminal, number: DeviceNumber)? {
        guard let inode = inode(ofSession: session) else { return nil }
        return (inode.terminal, inode.specialDevice)
    }

    /// Opens it, for /dev/tty.
    public func openTerminal(ofSession session: Int32) -> PseudoTerminalSlave? {
        guard let inode = inode(ofSession: session) else { return nil }
        do throws(Errno) { try inode.line.openSlave(.ignored) } catch { return nil }
        return PseudoTerminalSlave(inode.line, inode.terminal)
    }

    private func inode(ofSession session: Int32) -> PseudoTerminalInode? {
        var number: UInt32 = 0
        while let found = next(from: number) {
            if let inode = self[found], inode.terminal.session == session { return inode }
            number = found + 1
        }
        return nil
    }
}
