// SPDX-License-Identifier: Apache-2.0

// A running machine and the user's three streams, in one poll loop: bytes go both ways through bounded queues, signals
// become messages, and the end is complete when the VMM has ended and everything it said has been passed on.
// Neighbours: MachineSession+Loop.swift moves the bytes, MachineSession+Control.swift reads and says messages.
//
// Where one serial line carries everything, MachineSession+Serial.swift puts the streams between the messages.
//
//     user's input ──inputQueue──▶ apus.stdin        apus.stdout ──outputQueue──▶ user's output
//     signals, resize ──controlQueue──▶ apus.control ──decoder──▶ outcome         apus.stderr, log ──errorQueue──▶ user's error

internal import BootProtocols
internal import Glibc
public import HostSystem

/// The guest's side of a machine's streams, for the VMM's process; numbers in the child are fixed.
public struct MachineDescriptors: Sendable {
    /// Number of the control channel in the VMM's process.
    public static let control: Int32 = 3
    /// Number of standard input.
    public static let input: Int32 = 4
    /// Number of standard output.
    public static let output: Int32 = 5
    /// Number of standard error.
    public static let error: Int32 = 6
    /// Number of the kernel's log.
    public static let log: Int32 = 7
    /// Number of the boot archive.
    public static let archive: Int32 = 8
}

/// What a session needs to know.
public struct MachineSessionOptions: Sendable {
    /// The user's descriptors, normally 0, 1 and 2.
    public var input: Int32 = 0
    /// Where standard output goes.
    public var output: Int32 = 1
    /// Where standard error and the kernel's log go.
    public var error: Int32 = 2
    /// Whether there is input at all; false if the user's descriptor is closed.
    public var hasInput = true
    /// What the image speaks over.
    public var channel = ChannelKind.ports
    /// Whether output and error are one file: then what comes as error takes its turn behind output. A machine with
    /// ports knows it by itself, and sends no errors.
    public var isOneFile = false
    /// Whether the machine's streams are the user's terminal.
    public var isTerminal = false
    /// Seconds after which the machine is stopped.
    public var timeout: Double?
    /// Seconds that a machine may stay on after its program's end, while nothing comes from it.
    public var lingering: Double = 10
    /// Takes the pieces of the outputs' archive.
    public var receiveOutput: @Sendable ([UInt8]) throws -> Void = { _ in }

    /// Changes a line of the kernel's log, without its end, before the user sees it.
    public var translateLogLine: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    /// Options for the process's own streams.
    public init() {}
}

/// A running machine.
public final class MachineSession {
    let options: MachineSessionOptions
    let child: ChildProcess
    let childEnd: Descriptor
    let signals: SignalReceiver
    var control: Descriptor?
    var input: Descriptor?
    var output: Descriptor?
    var error: Descriptor?
    var log: Descriptor?
    var vmm: Descriptor?

    var inputQueue = ByteQueue()
    var outputQueue = ByteQueue()
    var errorQueue = ByteQueue()
    var controlQueue = ByteQueue()
    var logLine: [UInt8] = []

    /// Whether the guest has said hello.
    var hasHello = false
    /// Where one line carries everything, how much of each stream may still be sent.
    var rooms = SerialRooms()
    var inputByteCount: UInt64 = 0
    var isInputOpen: Bool
    var isOutputOpen = true
    var isErrorOpen = true
    var decoder = ControlFrameDecoder()
    var outcome = MachineOutcome()
    var vmmEnd: ChildProcess.End?
    var interruptions = 0
    /// The tool's own keys, where the terminal is in raw mode.
    var keys: EscapeKeys?
    var failure: (any Error)?
    var killTime: Double?
    var lastActivity = MachineSession.now()

    /// Starts a VMM.
    ///
    /// - Parameters:
    ///   - arguments: its command line, which uses the numbers of `MachineDescriptors`.
    ///   - archive: the boot archive.
    public init(
        _ executable: FilePath, _ arguments: [String], directory: FilePath? = nil, archive: Descriptor?,
        options: MachineSessionOptions
    ) throws {
        self.options = options
        isInputOpen = options.hasInput
        signals = try SignalReceiver([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGPWR])
        signal(SIGPIPE, SIG_IGN)
        let control = try Descriptor.socketPair()
        let hasPorts = options.channel == .ports
        let input = hasPorts ? try Descriptor.socketPair() : nil
        let output = hasPorts ? try Descriptor.socketPair() : nil
        let error = hasPorts ? try Descriptor.socketPair() : nil
        let log = try Descriptor.pipe()
        let vmm = try Descriptor.pipe()
        for descriptor in [control.ours, input?.ours, output?.ours, error?.ours, log.reading, vmm.reading] {
            descriptor?.setNonBlocking()
        }
        let null = try Descriptor(opening: "/dev/null", .read)
        do throws(SystemCallError) {
            child = try ChildProcess(
                executable, arguments, directory: directory,
                descriptors: [
                    null, vmm.writing, vmm.writing, control.theirs, input?.theirs, output?.theirs, error?.theirs,
                    log.writing, archive,
                ])
        } catch {
            throw ToolError(.unavailable, "cannot start \(executable)", why: error.message)
        }
        childEnd = try child.endDescriptor()
        self.control = control.ours
        self.input = input?.ours
        self.output = output?.ours
        self.error = error?.ours
        self.log = log.reading
        self.vmm = vmm.reading
    }

    /// Passes everything on until the machine has ended.
    public func run() throws -> MachineOutcome {
        var terminal = options.isTerminal ? RawTerminal(options.input) : nil
        defer { terminal?.restore() }
        if terminal != nil { keys = EscapeKeys() }
        if !options.hasInput { say(.inputEnd(totalByteCount: 0)) }
        let start = Self.now()
        if let timeout = options.timeout { killTime = start + timeout }
        while !isFinished {
            step()
            intervene()
        }
        if let failure { throw failure }
        outcome.vmmEnd = vmmEnd ?? .exited(0)
        return outcome
    }

    /// The VMM has ended and everything that it said has arrived.
    private var isFinished: Bool {
        vmmEnd != nil && output == nil && error == nil && control == nil && log == nil && vmm == nil
            && (outputQueue.isEmpty || !isOutputOpen) && (errorQueue.isEmpty || !isErrorOpen)
    }

    /// Ends the machine when its time is over, it does not switch itself off, or something failed.
    private func intervene() {
        guard vmmEnd == nil else { return }
        let now = Self.now()
        if let killTime, now >= killTime {
            if outcome.intervention == nil {
                // First politely, so that outputs come back; then by force.
                outcome.intervention = .timeout
                say(.stop)
                self.killTime = now + 1
            } else {
                kill()
            }
        }
        if failure != nil { kill() }
        if outcome.hasEnded, now - lastActivity > options.lingering,
            outputQueue.isEmpty, errorQueue.isEmpty
        {
            if outcome.intervention == nil { outcome.intervention = .lingering }
            kill()
        }
    }

    func kill() { child.send(signal: SIGKILL) }

    /// Milliseconds until something has to be done even if nothing happens.
    var pollTimeout: Int32 {
        guard vmmEnd == nil else { return -1 }
        var next: Double?
        if let killTime { next = killTime }
        if outcome.hasEnded {
            next = min(next ?? .infinity, lastActivity + options.lingering)
        }
        guard let next else { return -1 }
        return Int32(min(max(0, (next - Self.now()) * 1000 + 1), 60_000))
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
