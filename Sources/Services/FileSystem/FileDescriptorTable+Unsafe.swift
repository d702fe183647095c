// SPDX-License-Identifier: Apache-2.0
//
// The way of reads and writes to their open file. While one thread alone uses a table, nobody can close a descriptor
// under it, so the file is borrowed: no lock, no reference count (Linux's fdget does the same). Every thread says when it
// begins and ends to use the table; a table whose threads nobody has counted takes the way of a shared one.

public import LinuxABI
import Sync
import Synchronization

extension FileDescriptorTable {
    /// A thread begins to use the table. - Context: before the thread runs.
    public func addUser() { userCount.wrappingAdd(1, ordering: .relaxed) }

    /// A thread uses the table no longer.
    public func removeUser() { userCount.wrappingSubtract(1, ordering: .relaxed) }

    /// Runs code with the open file of a descriptor, which stays open meanwhile.
    ///
    /// - Precondition: the caller is one of the table's threads, and `body` closes no descriptor of it.
    /// - Throws: `.badFileDescriptor`, and what `body` throws.
    @inline(__always)
    public func withFile(_ descriptor: Int32, _ body: (OpenFile) throws(Errno) -> Int) throws(Errno) -> Int {
        let isBorrowed = userCount.load(ordering: .relaxed) == 1
        let found: Unmanaged<OpenFile>?
        if isBorrowed {
            // SAFETY: 1. only the caller uses the table  2. it closes nothing until `body` has returned, so the table's
            // reference keeps the file alive.
            unsafe found = files.borrowed(Int(UInt32(bitPattern: descriptor)))  // a negative one is beyond every place
        } else {
            unsafe found = Unmanaged.passRetained(try file(descriptor))
        }
        guard let file = unsafe found else { throw .badFileDescriptor }
        defer { if !isBorrowed { unsafe file.release() } }
        let result = unsafe file._withUnsafeGuaranteedRef { file -> Result<Int, Errno> in
            do throws(Errno) { return .success(try body(file)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
