// SPDX-License-Identifier: Apache-2.0
//
// A machine whose application is in the image. Nothing is started that nobody asked for: `main` runs as soon as memory
// works, on a thread of its own; devices and the host's channel come with the first byte that is printed.

internal import BootProtocols
internal import Containers
public import ControlChannel
public import DeviceModel
internal import Discovery
internal import Events
internal import Interrupts
internal import Log
internal import Machine
internal import Memory
internal import Platform
internal import Processor
public import Scheduler
public import Startup
internal import Sync
internal import Time

/// The machine of a native application.
public final class NativeMachine: ThreadBody, HostRequests {
    private let drivers: [Driver]
    private let registry = DeviceRegistry(context: DriverContext(interrupts: MachineInterruptRouter()))
    private let channel = SetOnce<HostChannel>()
    private let line = Spinlock(OutputLine())

    private init(_ drivers: [Driver]) { self.drivers = drivers }

    /// Starts the machine on the boot stack.
    ///
    /// - Parameters:
    ///   - facts: the boot code's.
    ///   - drivers: tried in this order for each device.
    public static func start(_ facts: BootFacts, drivers: [Driver]) -> Never {
        Clock.setOrigin(facts.counterAtEntry)
        do throws(OutOfMemory) {
            let scheduler = try Scheduler(timers: TimerQueue())
            CurrentThread.deferredWork = { Interrupts.runDeferred() }
            connectTraps()
            let machine = NativeMachine(drivers)
            shared.set(machine)
            try scheduler.spawn(machine, stackByteCount: 65536)
            scheduler.idle()
        } catch {
            Log.write(.fatal, "apus", "not enough memory to start; give the machine more")
            CPU.powerOff()
        }
    }

    /// The application's thread.
    public func run(on thread: Thread) {
        counterAtMain.set(CPU.counter)
        ApplicationMain.run()
        NativeMachine.finish(0)
    }

    // MARK: What comes when it is asked for

    /// Starts interrupts and the clock's rate: needed to wait for anything.
    static func startThreads() {
        guard started.begin() else { return }
        Clock.start(stated: 0)
        Interrupts.start(timers: CurrentThread.scheduler.timers)
    }

    /// What the host asked for, read when it is first wanted.
    static var request: ApplicationRequest {
        if let known = requestBox.value { return known.value }
        let box = RequestBox(Platform.withArchive { ApplicationRequest($0) })
        requestBox.set(box)
        return box.value
    }

    /// Wall time, set from the boot record when it is first wanted.
    static var wallTime: UInt64 {
        startThreads()
        if Clock.wallOffset == 0, request.epoch != 0 { Clock.setWallTime(request.epoch) }
        return Clock.wallTime()
    }

    private func connectHost() {
        NativeMachine.startThreads()
        let overrides = BootOverrides.read()
        Log.level = overrides.logLevel
        let discovery = DeviceDiscovery(registry, drivers: drivers)
        overrides.forEachSlot { discovery.offerSlot(base: $0, byteCount: $1, interrupt: $2) }
        if overrides.slotCount == 0 { discovery.offerPCI() }
        guard let console = registry.firstConsole else { return }
        do throws(HostChannelError) {
            let deadline = Clock.now().advanced(byNanoseconds: 10_000_000_000)
            let channel = try HostChannel.connect(to: console, requests: self, until: deadline)
            self.channel.set(channel)
            channel.send(
                .ready(
                    counterAtEntry: Clock.scale.counterAtBase, counterAtMain: counterAtMain.value,
                    counterFrequency: Clock.frequency, memoryTotal: Frames.totalBytes,
                    memoryUsed: Frames.totalBytes - Frames.freeBytes))
        } catch {
            Log.write(.warning, "apus", "the host's control channel is incomplete; output goes to the log")
        }
    }

    // MARK: Output

    /// Takes one byte of the application's output; lines are sent whole.
    static func put(_ byte: UInt8) {
        guard let machine = shared.value else { return }
        let full = machine.line.withLock { $0.append(byte) }
        if full { machine.flush() }
    }

    private func flush() {
        let bytes = line.withLock { $0.take() }
        guard !bytes.isEmpty else { return }
        if channel.value == nil, attempted.begin() { connectHost() }
        guard let channel = channel.value else { return Log.raw(bytes.span.rawBytes) }
        channel.output.send(bytes.span.rawBytes)
    }

    // MARK: The end

    /// Sends what is left, the status, and turns the machine off.
    static func finish(_ status: UInt8) -> Never {
        if let machine = shared.value {
            machine.flush()
            if machine.channel.value == nil, machine.attempted.begin() { machine.connectHost() }
            if let channel = machine.channel.value {
                channel.drain()
                channel.send(.exit(.exited(status: status)))
                channel.drain()
            }
            machine.registry.quiesceAll()
        }
        CPU.powerOff()
    }

    private let attempted = Once()

    /// The host wants the machine to end.
    public func hostAsksToStop() { NativeMachine.finish(143) }
    /// The host passes a signal on.
    public func hostSends(signal number: UInt8) {
        // An application without a handler ends by the signals that ask it to.
        if number == 2 || number == 15 { NativeMachine.finish(128 + number) }
    }
    /// The user's terminal has another size: nobody asks for it here.
    public func hostResized(rows: UInt16, columns: UInt16) {}
}

/// A line of output in the making.
struct OutputLine: ~Copyable {
    private var bytes = InlineArray<240, UInt8>(repeating: 0)
    private var count = 0

    /// - Returns: whether the line should be sent now.
    mutating func append(_ byte: UInt8) -> Bool {
        bytes[count] = byte
        count += 1
        return byte == 0x0a || count == bytes.count
    }

    mutating func take() -> [UInt8] {
        var copy: [UInt8] = []
        for i in 0..<count { copy.append(bytes[i]) }
        count = 0
        return copy
    }
}
