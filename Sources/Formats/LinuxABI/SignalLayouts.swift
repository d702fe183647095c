// SPDX-License-Identifier: Apache-2.0
//
// The structures of the signal calls: sigaction, stack_t, siginfo. The signal frame itself (ucontext) belongs to the
// architecture and is made in Machine.

/// What a process wants done with a signal: the kernel's `struct sigaction`.
///
/// - Layout: u64 handler, u64 flags, u64 restorer, u64 mask; 32 bytes on x86-64.
/// - Source: sigaction(2), "C library/kernel differences".
public struct SignalAction: Hashable, Sendable {
    /// The handler's address, or 0 for the default and 1 to ignore.
    public var handler: UInt64
    /// How it is called.
    public var flags: SignalActionFlags
    /// Where the handler returns to.
    public var restorer: UInt64
    /// What is blocked while it runs.
    public var mask: SignalSet

    /// Creates an action.
    public init(handler: UInt64, flags: SignalActionFlags, restorer: UInt64, mask: SignalSet) {
        self.handler = handler
        self.flags = flags
        self.restorer = restorer
        self.mask = mask
    }

    /// `SIG_DFL`.
    public static var byDefault: SignalAction { SignalAction(handler: 0, flags: [], restorer: 0, mask: []) }

    /// Whether the handler is `SIG_DFL`.
    public var isDefault: Bool { handler == 0 }
    /// Whether the handler is `SIG_IGN`.
    public var isIgnored: Bool { handler == 1 }

    /// Reads the structure.
    public init(decoding buffer: borrowing LayoutBuffer<4>) {
        self.init(
            handler: buffer.load64(0), flags: SignalActionFlags(rawValue: buffer.load64(8)),
            restorer: buffer.load64(16),
            mask: SignalSet(rawValue: buffer.load64(24)))
    }

    /// The structure.
    public var encoded: LayoutBuffer<4> {
        var buffer = LayoutBuffer<4>()
        buffer.store64(handler, at: 0)
        buffer.store64(flags.rawValue, at: 8)
        buffer.store64(restorer, at: 16)
        buffer.store64(mask.rawValue, at: 24)
        return buffer
    }
}

/// An alternate signal stack: `stack_t`.
///
/// - Layout: u64 address, u32 flags, padding, u64 size; 24 bytes.
/// - Source: sigaltstack(2).
public struct AlternateStack: Hashable, Sendable {
    /// The lowest address.
    public var base: UInt64
    /// Its state.
    public var flags: AlternateStackFlags
    /// How many bytes it has.
    public var size: UInt64

    /// Creates a description of a stack.
    public init(base: UInt64, flags: AlternateStackFlags, size: UInt64) {
        self.base = base
        self.flags = flags
        self.size = size
    }

    /// No alternate stack.
    public static var disabled: AlternateStack { AlternateStack(base: 0, flags: .disable, size: 0) }

    /// The least size that is accepted (`MINSIGSTKSZ`); the real need is AT_MINSIGSTKSZ.
    public static var minimumSize: UInt64 { 2048 }

    /// Reads the structure.
    public init(decoding buffer: borrowing LayoutBuffer<3>) {
        self.init(
            base: buffer.load64(0), flags: AlternateStackFlags(rawValue: buffer.load32(8)), size: buffer.load64(16))
    }

    /// The structure.
    public var encoded: LayoutBuffer<3> {
        var buffer = LayoutBuffer<3>()
        buffer.store64(base, at: 0)
        buffer.store32(flags.rawValue, at: 8)
        buffer.store64(size, at: 16)
        return buffer
    }
}

/// Why a signal came: `siginfo_t`.
///
/// - Layout: s32 signal, s32 errno, s32 code, padding, then a union from offset 16; 128 bytes.
/// - Source: sigaction(2), "The siginfo_t argument".
public struct SignalInformation: Hashable, Sendable {
    /// The part that depends on the signal.
    public enum Detail: Hashable, Sendable {
        /// Nothing more.
        case none
        /// Sent by a process (`kill`, `tgkill`).
        case sender(processID: UInt32, userID: UInt32)
        /// Sent with a value (`sigqueue`).
        case queued(processID: UInt32, userID: UInt32, value: UInt64)
        /// A timer's.
        case timer(id: UInt32, overruns: UInt32, value: UInt64)
        /// A child changed its state; times in clock ticks.
        case child(processID: UInt32, userID: UInt32, status: UInt32, userTicks: UInt64, systemTicks: UInt64)
        /// A fault at an address.
        case fault(address: UInt64)
        /// Input or output became possible.
        case event(band: UInt64, descriptor: UInt32)
        /// A system call was refused.
        case systemCall(address: UInt64, number: UInt32, architecture: UInt32)
    }

    /// Which signal.
    public var signal: SignalNumber
    /// Why.
    public var code: SignalCode
    /// What belongs to it.
    public var detail: Detail

    /// Creates the information.
    public init(signal: SignalNumber, code: SignalCode, detail: Detail) {
        self.signal = signal
        self.code = code
        self.detail = detail
    }

    /// The `siginfo_t`.
    public var encoded: LayoutBuffer<16> {
        var buffer = LayoutBuffer<16>()
        buffer.store32(UInt32(signal.rawValue), at: 0)
        buffer.store32(UInt32(bitPattern: code.rawValue), at: 8)
        switch detail {
        case .none: break
        case .sender(let processID, let userID):
            buffer.store32(processID, at: 16)
            buffer.store32(userID, at: 20)
        case .queued(let processID, let userID, let value):
            buffer.store32(processID, at: 16)
            buffer.store32(userID, at: 20)
            buffer.store64(value, at: 24)
        case .timer(let id, let overruns, let value):
            buffer.store32(id, at: 16)
            buffer.store32(overruns, at: 20)
            buffer.store64(value, at: 24)
        case .child(let processID, let userID, let status, let userTicks, let systemTicks):
            buffer.store32(processID, at: 16)
            buffer.store32(userID, at: 20)
            buffer.store32(status, at: 24)
            buffer.store64(userTicks, at: 32)
            buffer.store64(systemTicks, at: 40)
        case .fault(let address):
            buffer.store64(address, at: 16)
        case .event(let band, let descriptor):
            buffer.store64(band, at: 16)
            buffer.store32(descriptor, at: 24)
        case .systemCall(let address, let number, let architecture):
            buffer.store64(address, at: 16)
            buffer.store32(number, at: 24)
            buffer.store32(architecture, at: 28)
        }
        return buffer
    }
}
