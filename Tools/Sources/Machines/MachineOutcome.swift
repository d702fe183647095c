// SPDX-License-Identifier: Apache-2.0

// What is known when a machine has ended, and the exit status that this means for the user.

public import BootProtocols
public import HostSystem

/// A machine's end.
public struct MachineOutcome: Sendable {
    /// What the kernel said just before the program began.
    public struct Ready: Equatable, Sendable {
        /// Time stamp counter at the kernel's first instruction.
        public let counterAtEntry: UInt64
        /// Time stamp counter when the program began.
        public let counterAtMain: UInt64
        /// Hertz of the counter, 0 if unknown.
        public let counterFrequency: UInt64
        /// Bytes of memory that the kernel manages.
        public let memoryTotal: UInt64
        /// Bytes of it in use when the program began.
        public let memoryUsed: UInt64
    }

    /// Why the tool ended the machine itself.
    public enum Intervention: Equatable, Sendable {
        /// The time limit was over.
        case timeout
        /// The user insisted.
        case interrupted
        /// The guest spoke nonsense on the control channel.
        case protocolError(ControlError)
        /// The machine did not power off after its program had ended.
        case lingering
    }

    /// How the program ended, if the kernel said so.
    public var programEnd: ProgramEnd?
    /// What the kernel said at the start of the program.
    public var ready: Ready?
    /// The kernel's crash report.
    public var panicReport: [UInt8]?
    /// Why the kernel started no program, in its words.
    public var refusal: [UInt8]?
    /// Metrics in the order in which they came.
    public var metrics: [(name: [UInt8], value: UInt64)] = []
    /// How the VMM's process ended.
    public var vmmEnd: ChildProcess.End = .exited(0)
    /// What the VMM said.
    public var vmmOutput: [UInt8] = []
    /// Why the tool ended the machine itself, if it did.
    public var intervention: Intervention?
    /// Which of the program's streams could not be written here, and why; the first one.
    public var lostOutput: String?
    /// Whether the kernel wrote to its log.
    public var hasLog = false

    /// Creates an outcome about which nothing is known yet.
    public init() {}

    /// Whether the kernel has said that nothing will follow but its power-off.
    var hasEnded: Bool { programEnd != nil || panicReport != nil || refusal != nil }

    /// The exit status for the user.
    public var exitStatus: Int32 {
        if intervention == .timeout { return ToolError.Status.timeout.rawValue }
        if refusal != nil { return ToolError.Status.badData.rawValue }
        if panicReport != nil { return ToolError.Status.software.rawValue }
        switch programEnd {
        case .exited(let status): return Int32(status)
        case .signaled(let number, _): return 128 + Int32(number)
        case nil: return intervention == .interrupted ? 130 : ToolError.Status.software.rawValue
        }
    }
}
