// SPDX-License-Identifier: Apache-2.0
//
// /proc/locks: a numbered line for each lock on a file; who waits for one stands behind it, with its number and an
// arrow. Source: proc_locks(5).

import FileSystem
import LinuxABI
import TextFiles

extension ProcInode {
    func addLocks(to text: inout TextBuilder) throws(Errno) {
        var failure: Errno?
        var number: UInt64 = 0
        provider.forEachFileLock { lock in
            if failure != nil { return }
            if lock.standing == .held { number += 1 }
            do throws(Errno) { try self.addLock(lock, number, to: &text) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// `1: POSIX  ADVISORY  WRITE 5433 00:05:25 0 EOF`
    private func addLock(
        _ lock: FileLockDescription, _ number: UInt64, to text: inout TextBuilder
    ) throws(Errno) {
        try text.add(number)
        try text.add(lock.standing == .held ? ": " : ": -> ")
        switch (lock.family, lock.ownerKind) {
        case (.flock, _): try text.add("FLOCK  ADVISORY  ")
        case (.record, .process): try text.add("POSIX  ADVISORY  ")
        case (.record, .openFile): try text.add("OFDLCK ADVISORY  ")
        }
        try text.add(lock.mode == .shared ? "READ " : "WRITE ")
        try text.add(signed: Int64(lock.processID))
        try text.add(" ")
        try text.add(hexadecimal: UInt64(lock.device.major), width: 2)
        try text.add(":")
        try text.add(hexadecimal: UInt64(lock.device.minor), width: 2)
        try text.add(":")
        try text.add(lock.inode)
        try text.add(" ")
        try text.add(signed: lock.range.lowerBound)
        try text.add(" ")
        if lock.range.upperBound == .max { try text.add("EOF") } else { try text.add(signed: lock.range.upperBound) }
        try text.add("\n")
    }
}
