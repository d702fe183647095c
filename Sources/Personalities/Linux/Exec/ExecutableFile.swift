// SPDX-License-Identifier: Apache-2.0
//
// What a mapping of an executable keeps of its file: the place, from which /proc/PID/maps makes the path.

internal import AddressSpace
internal import Containers
internal import FileSystem
internal import LinuxABI

/// A file that was mapped by exec.
final class ExecutableFile: MappedFile {
    private let place: Place
    private let operations: FileOperations

    init(_ place: Place, _ operations: FileOperations) {
        self.place = place
        self.operations = operations
    }

    var mappedPath: [UInt8] {
        do throws(Errno) {
            let path = try operations.path(of: place)
            var bytes: [UInt8] = []
            for i in 0..<path.count { bytes.append(path[i]) }
            return bytes
        } catch { return [] }
    }

    var mappedIdentity: (inode: UInt64, device: UInt64) {
        (place.inode.number, place.inode.volume.device.encoded)
    }
}
