// SPDX-License-Identifier: Apache-2.0
//
// Descriptors 0, 1 and 2 of the first process: the host's streams. A stream that is closed at the host's end is closed
// here, too, and one that is the user's terminal is the console. Without a host (a machine started by hand) standard
// input is empty and output goes nowhere.

internal import BootProtocols
internal import Containers
internal import ControlChannel
internal import FileSystem
internal import LinuxABI
internal import Startup

enum StandardFiles {
    /// Opens the descriptors.
    ///
    /// - Parameter operations: the first process's, to open the console with.
    static func open(
        _ channel: HostChannel?, _ configuration: BootConfiguration, _ files: FileDescriptorTable,
        _ operations: FileOperations
    ) {
        let console = openConsole(configuration, operations)
        let volume = StreamVolume()
        let input = file(configuration.input, console, []) {
            StreamInode(volume: volume, number: 1, input: channel?.input, output: nil)
        }
        let output = file(configuration.output, console, .writeOnly) {
            StreamInode(volume: volume, number: 2, input: nil, output: channel?.output)
        }
        let error =
            configuration.error == .output
            ? output
            : file(configuration.error, console, .writeOnly) {
                StreamInode(volume: volume, number: 3, input: nil, output: channel?.error)
            }
        set(0, input, files)
        set(1, output, files)
        set(2, error, files)
    }

    /// The terminal's open file, one for all descriptors, as a shell would have it; nil without a terminal.
    private static func openConsole(_ configuration: BootConfiguration, _ operations: FileOperations) -> OpenFile? {
        guard HostTerminal.isWanted(configuration) else { return nil }
        let path: StaticString = "/dev/console"
        do throws(Errno) {
            return try operations.open(path.utf8Bytes, [.readWrite], [])
        } catch {
            return nil
        }
    }

    private static func file(
        _ stream: BootRecord.Stream, _ console: OpenFile?, _ flags: OpenFlags, _ make: () -> Inode
    ) -> OpenFile? {
        switch stream {
        case .closed: nil
        case .terminal: console ?? StreamFile(make(), nil, flags)
        case .bytes, .output: StreamFile(make(), nil, flags)
        }
    }

    private static func set(_ descriptor: Int32, _ file: OpenFile?, _ files: FileDescriptorTable) {
        guard let file else { return }
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
