// SPDX-License-Identifier: Apache-2.0
//
// An inode whose contents are a text that is made when somebody reads it: a file of /proc or /sys, or a directory of
// them. Opening a regular one gives a TextFile; what the text says is the subclass's business.

public import FileSystem
public import LinuxABI

/// An inode of a file system of texts.
open class TextInode: Inode, @unchecked Sendable {
    /// Appends the text.
    ///
    /// - Throws: `.invalidArgument` if there is none, and what the subclass's sources throw.
    open func addText(to text: inout TextBuilder) throws(Errno) { throw .invalidArgument }

    /// Takes a value that a program wrote, without the newline at its end.
    ///
    /// - Throws: `.permissionDenied` for a text that nobody can set.
    open func setText(_ value: Span<UInt8>) throws(Errno) { throw .permissionDenied }

    open override func open(_ mount: Mount, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        if kind == .regular { return TextFile(self, mount, flags) }
        return OpenFile(self, mount, flags)
    }

    // A size change of a text is accepted and ignored, for `>` redirections; writing is TextFile's.
    open override func resize(to byteCount: UInt64) throws(Errno) {}
}
