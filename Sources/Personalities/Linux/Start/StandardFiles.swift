// SPDX-License-Identifier: Apache-2.0
//
// Descriptors 0, 1 and 2 of the first process: the host's streams. A stream that is closed at the host's end is closed
// here, too. Without a host (a machine started by hand) standard input is empty and output goes to the log.

internal import BootProtocols
internal import ControlChannel
internal import FileSystem
internal import LinuxABI
internal import Startup

enum StandardFiles {
    /// Opens the descriptors.
    static func open(_ channel: HostChannel?, _ configuration: BootConfiguration, _ files: FileDescriptorTable) {
        let volume = StreamVolume()
        open(0, configuration.input, files) {
            StreamInode(volume: volume, number: 1, input: channel?.input, output: nil)
        }
        open(1, configuration.output, files) {
            StreamInode(volume: volume, number: 2, input: nil, output: channel?.output)
        }
        open(2, configuration.error, files) {
            StreamInode(volume: volume, number: 3, input: nil, output: channel?.error)
        }
    }

    private static func open(
        _ descriptor: Int32, _ stream: BootRecord.Stream, _ files: FileDescriptorTable, _ make: () -> Inode
    ) {
        if stream == .closed { return }
        let file = OpenFile(make(), nil, descriptor == 0 ? [] : .writeOnly)
        do throws(Errno) {
            let number = try files.take(from: Int(descriptor), limit: 3, .kept)
            files.set(number, to: file)
        } catch {
            // Three descriptors fit into every table; without memory there is no program either.
        }
    }
}

/// Where the streams' inodes live: a volume that is mounted nowhere.
final class StreamVolume: Volume, @unchecked Sendable {
    init() { super.init(device: DeviceNumber.anonymous(2), typeName: "apusfs") }
}
