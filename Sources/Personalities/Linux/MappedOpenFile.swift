// SPDX-License-Identifier: Apache-2.0
//
// What a mapping made by mmap(2) keeps of its file: the inode stays alive after the descriptor is closed.

internal import AddressSpace
internal import FileSystem
internal import LinuxABI

/// An open file that is mapped.
final class MappedOpenFile: MappedFile {
    private let file: OpenFile

    init(_ file: OpenFile) { self.file = file }

    /// The path is made from the place when somebody asks; an unnamed file has none.
    var mappedPath: [UInt8] { [] }

    var mappedIdentity: (inode: UInt64, device: UInt64) {
        (file.inode.number, file.inode.volume.device.encoded)
    }
}
