// SPDX-License-Identifier: Apache-2.0
//
// A machine whose application is in the image. Nothing is started that nobody asked for: `main` runs as soon as memory
// works, on a thread of its own; the host's channel comes with the first byte that is printed.

internal import BootProtocols
internal import Containers
public import DeviceModel
internal import Interrupts
internal import Log
internal import Machine
internal import Memory
internal import Platform
public import Scheduler
public import SerialChannel
public import Startup
internal import Sync
internal import Time

/// The machine of a native application.
public final class NativeMachine: ThreadBody, SerialChannelClient {
    /// Opens the line to the host.
    public typealias HostPort = @Sendable () throws(DeviceError) -> any ByteStreamPort

    private let openHostPort: HostPort
    private let channel = SetOnce<SerialChannel>()
    private let line = Spinlock(OutputLine())
    private let attempted = Once()

    private init(_ openHostPort: @escaping HostPort) { self.openHostPort = openHostPort }

    /// Starts the machine on the boot stack.
    ///
    /// - Parameters:
    ///   - facts: the boot code's.
    ///   - hostPort: opens the serial line to the host when the application says something for the first time.
    public static func start(_ facts: BootFacts, hostPort: @escaping HostPort) -> Never {
        Clock.setOrigin(facts.counterAtEntry)
        do throws(OutOfMemory) {
            let scheduler = try Scheduler(timers: TimerQueue())
            CurrentThread.deferredWork = { Interrupts.runDeferred() }
            connectTraps()
            let machine = NativeMachine(hostPort)
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
    package static func startThreads() {
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

    /// The conversation with the host, begun when it is first wanted; nil if there is no line to it.
    var host: SerialChannel? {
        if attempted.begin() { connectHost() }
        return channel.value
    }

    private func connectHost() {
        NativeMachine.startThreads()
        do throws(DeviceError) {
            let channel = try SerialChannel.connect(over: openHostPort(), for: self)
            self.channel.set(channel)
            let facts: InlineArray<5, UInt64> = [
                Clock.scale.counterAtBase.littleEndian, counterAtMain.value.littleEndian, Clock.frequency.littleEndian,
                Frames.totalBytes.littleEndian, (Frames.totalBytes - Frames.freeBytes).littleEndian,
            ]
            channel.send(.ready, facts.span.wordBytes)
        } catch {
            Log.write(.warning, "apus", "there is no line to the host; output goes to the log")
        }
    }

    // MARK: Output

    /// Takes one byte of the application's output; lines are sent whole.
    static func put(_ byte: UInt8) {
        guard let machine = shared.value else { return }
        let full = machine.line.withLock { $0.append(byte) }
        if full { machine.flush() }
    }

    /// Sends what there is of a line.
    func flush() {
        var line = OutputLine()
        self.line.withLock { swap(&$0, &line) }
        if !line.bytes.isEmpty { send(line.bytes, to: .output) }
    }

    /// Sends bytes to the host, or to the log where there is none.
    func send(_ bytes: RawSpan, to stream: OutgoingStream) {
        if let host { host.write(bytes, to: stream) } else { Log.raw(bytes) }
    }

    // MARK: The end

    /// Sends what is left, the status, and turns the machine off.
    static func finish(_ status: UInt8) -> Never {
        if let machine = shared.value {
            machine.flush()
            machine.host?.end(status)
        }
        CPU.powerOff()
    }

    /// The host wants the machine to end.
    public func hostAsksToStop() { channel.value?.endSoon(143) }
    /// The host passes a signal on.
    public func hostSends(signal number: UInt8) {
        // An application without a handler ends by the signals that ask it to.
        if number == 2 || number == 13 || number == 15 { channel.value?.endSoon(128 + number) }
    }
    /// Nothing is left to do.
    public func channelHasEnded() { CPU.powerOff() }
}

/// A line of output in the making.
struct OutputLine: ~Copyable {
    private var text = InlineArray<240, UInt8>(repeating: 0)
    private var count = 0

    /// The bytes so far.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get { text.span.rawBytes.extracting(0..<count) }
    }

    /// - Returns: whether the line should be sent now.
    mutating func append(_ byte: UInt8) -> Bool {
        text[count] = byte
        count += 1
        return byte == 0x0a || count == text.count
    }
}
