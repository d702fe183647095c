// SPDX-License-Identifier: Apache-2.0
//
// A terminal: a line discipline between a device and the programs of one session. Bytes from the device are fed to the
// discipline in deferred work (Terminal+Device.swift); programs read and write through it (Terminal+Input.swift,
// Terminal+Output.swift); Terminal+JobControl.swift decides who may, Terminal+Requests.swift is ioctl_tty(2).
//
// `state` is a spinlock and is never held while the device, a wait queue or another module is called.

public import Containers
public import DeviceModel
public import Events
public import LinuxABI
import Sync

/// A terminal.
public final class Terminal: Sendable {
    /// Whether a call may wait.
    public enum Mode: Sendable {
        /// Waits until something can be done.
        case blocking
        /// Throws `.wouldBlock` instead (O_NONBLOCK).
        case nonBlocking
    }

    /// Readers, and pollers.
    public let readers: WaitQueue
    /// Writers, and those who wait until output is gone: the same queue, because a poller waits for both ends at once.
    public let writers: WaitQueue

    let inputPort: any ByteStreamPort
    let outputPort: any ByteStreamPort
    let jobs: any TerminalJobControl
    /// The program at the other end, if it is not a device.
    let farEnd: (any TerminalFarEnd)?
    let state: Spinlock<State>
    /// Held by whoever moves bytes to a program, respectively from one; a page fault may sleep in it.
    let reader = BlockingMutex<Void>((), .stream)
    let writer = BlockingMutex<Void>((), .stream)

    /// What changes.
    struct State: ~Copyable {
        var discipline: LineDiscipline
        var window: WindowSize
        /// The session whose controlling terminal this is; 0 for none.
        var session: Int32 = 0
        /// The group that may read and gets the keyboard's signals; 0 for none.
        var foregroundGroup: Int32 = 0
        /// The other end is gone: reads end, writes fail.
        var hasHungUp = false
        /// Bytes are being moved to, respectively from, the device; whoever finds it so leaves a note to look again.
        var sending = PumpState()
        var receiving = PumpState()
        /// Counts output flushes, so that bytes on their way when one happens are not discarded twice.
        var outputFlushes: UInt32 = 0
    }

    /// Who moves bytes between device and discipline: one at a time, and nobody's wish is lost.
    struct PumpState {
        private var isRunning = false
        private var isWanted = false

        /// Whether the caller is the one; otherwise the one who is will look again.
        mutating func begin() -> Bool {
            guard !isRunning else {
                isWanted = true
                return false
            }
            isRunning = true
            return true
        }

        /// Whether the caller must go on because somebody wanted it meanwhile.
        mutating func mustRepeat() -> Bool {
            if isWanted {
                isWanted = false
                return true
            }
            isRunning = false
            return false
        }
    }

    /// Makes a terminal between two ports, which may be the same.
    ///
    /// - Parameters:
    ///   - size: the window's size; zeros if it is not known.
    ///   - farEnd: the program behind the ports, if it is not a device.
    /// - Throws: `OutOfMemory`.
    public init(
        input: any ByteStreamPort, output: any ByteStreamPort, size: WindowSize, jobs: any TerminalJobControl,
        farEnd: (any TerminalFarEnd)? = nil
    ) throws(OutOfMemory) {
        readers = WaitQueue()
        writers = readers
        inputPort = input
        outputPort = output
        self.jobs = jobs
        self.farEnd = farEnd
        state = Spinlock(State(discipline: try LineDiscipline(), window: size))
    }

    /// Opens the ports; bytes flow from now on.
    ///
    /// - Throws: what the ports throw.
    public func start() throws(DeviceError) {
        if inputPort === outputPort {
            try inputPort.open(self, [.receiving, .sending])
        } else {
            try inputPort.open(self, .receiving)
            try outputPort.open(self, .sending)
        }
        pullInput()
    }

    /// What the terminal is ready for.
    public func poll() -> PollEvents {
        state.withLock { state in
            if state.hasHungUp { return [.readable, .readableNormal, .writable, .writableNormal, .hangUp, .error] }
            var events: PollEvents = []
            if state.discipline.isPollReadable { events.formUnion([.readable, .readableNormal]) }
            if state.discipline.hasWriteRoom { events.formUnion([.writable, .writableNormal]) }
            return events
        }
    }
}
