// SPDX-License-Identifier: Apache-2.0
//
// The user's terminal as the program's: a Terminal between the host's ports, /dev/console as its name.
// Input is the user's only together with output (the tool sees to that, because echo has to go where the user looks).
// With output alone the user's own terminal processes what is written, so this one does not.

internal import BootProtocols
internal import Containers
internal import ControlChannel
internal import DevFS
internal import DeviceModel
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Startup
internal import Sync
internal import Terminal
internal import TerminalFiles

/// The terminal on the host's streams.
final class HostTerminal: Sendable {
    /// The terminal.
    let terminal: Terminal
    private let device: TerminalDevice
    private let port: any WindowedByteStreamPort

    /// Whether a stream is a terminal.
    static func isWanted(_ configuration: BootConfiguration) -> Bool {
        configuration.input == .terminal || configuration.output == .terminal || configuration.error == .terminal
    }

    /// Opens the streams that are a terminal as one.
    static func open(
        _ channel: HostChannel, _ configuration: BootConfiguration, _ jobs: TerminalJobs
    ) throws(DeviceError) -> HostTerminal {
        let terminal: HostTerminal
        do throws(OutOfMemory) { terminal = try HostTerminal(channel, configuration, jobs) } catch {
            throw .outOfMemory
        }
        jobs.console.set(terminal.device)
        try terminal.terminal.start()
        return terminal
    }

    private init(
        _ channel: HostChannel, _ configuration: BootConfiguration, _ jobs: TerminalJobs
    ) throws(OutOfMemory) {
        // Output goes where the user looks: standard output, or standard error if the other is redirected.
        port = configuration.output == .terminal ? channel.outputPort : channel.errorPort
        let hasInput = configuration.input == .terminal
        let input: any ByteStreamPort = hasInput ? channel.inputPort : SilentPort()
        let (rows, columns) = configuration.windowSize
        terminal = try Terminal(
            input: input, output: port, size: WindowSize(rows: rows, columns: columns), jobs: jobs)
        device = TerminalDevice(terminal)
        if !hasInput {
            var attributes = terminal.attributes
            attributes.output.remove(.process)
            // Nobody is in the background yet, so this cannot be refused.
            try? terminal.setAttributes(attributes, .now)
        }
    }

    /// Adds the terminal's name to /dev.
    func addDevices(to devices: borrowing DevFS) throws(Errno) {
        try devices.add("console", ConsoleDevice(device), ConsoleDevice.number)
    }

    /// Waits until everything that was written is on its way.
    ///
    /// - Context: thread; blocks as long as the host does not read.
    func drain() {
        do throws(Errno) { try terminal.drain() } catch { return }
        do throws(WaitEnd) {
            try terminal.writers.wait(unless: { self.port.isSendIdle() || !self.port.isConnected })
        } catch {
            // The start thread is nobody's to interrupt.
        }
    }
}
