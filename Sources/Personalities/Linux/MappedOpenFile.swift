// SPDX-License-Identifier: Apache-2.0
//
// What a mapping made by mmap(2) keeps of its file: the inode stays alive after the descriptor is closed.

internal import AddressSpace
internal import FileSystem
internal import LinuxABI

/// An open file that is mapped.
final class MappedOpenFile: MappedFile {
    private let file: OpenFile

    /// What is mapped.
    var inode: Inode { file.inode }

    init(_ file: OpenFile) { self.file = file }

    /// The file's place, from which whoever asks makes the path; nil for a file without one.
    var place: Place? { file.place }

    /// Paths depend on who asks: see `place`.
    var mappedPath: [UInt8] { [] }

    var mappedIdentity: (inode: UInt64, device: UInt64) {
        (file.inode.number, file.inode.volume.device.encoded)
    }
}
