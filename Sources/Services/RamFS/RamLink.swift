// SPDX-License-Identifier: Apache-2.0
//
// A symbolic link in memory: its text never changes.

import Containers
import FileSystem
import LinuxABI

/// A symbolic link in memory.
final class RamLink: RamInode, @unchecked Sendable {
    private let text: ByteString

    /// Makes a link that has been taken out of the volume's limit.
    init(volume: RamVolume, _ description: borrowing NewInode, text: consuming ByteString) {
        self.text = text
        super.init(volume: volume, linkCount: 1, description)
    }

    override var byteCount: UInt64 { UInt64(text.count) }

    override func readLink() throws(Errno) -> LinkText {
        return try allocating { () throws(OutOfMemory) in try text.copy() }
    }
}
