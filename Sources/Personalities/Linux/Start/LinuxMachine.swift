// SPDX-License-Identifier: Apache-2.0
//
// From a running CPU to a running program, and from its end to the machine's. In order:
//
//      log, overrides, clocks, scheduler, interrupts          (boot stack)
//      devices, host channel, boot archive, first process     (start thread)
//      …the program…
//      outputs back to the host, exit message, devices quiet, power off
//
// The image passes its drivers; everything else is the same for each machine.

internal import BootProtocols
internal import Containers
public import ControlChannel
internal import DevFS
public import DeviceModel
internal import Discovery
internal import Events
internal import FileSystem
internal import Interrupts
internal import LinuxABI
internal import Log
internal import Machine
internal import Memory
internal import Platform
public import Processes
internal import Processor
internal import Processors
internal import RamFS
internal import Random
public import Scheduler
public import Startup
internal import Sync
internal import Terminal
internal import Time

/// A machine with the Linux personality.
public final class LinuxMachine: SystemOwner, ThreadBody, HostRequests {
    private let drivers: [Driver]
    private let overrides: BootOverrides
    private let random: RandomGenerator
    private let registry: DeviceRegistry
    private let channel = SetOnce<HostChannel>()
    private let process = SetOnce<Process>()
    private let system = SetOnce<System>()
    private let terminal = SetOnce<HostTerminal>()
    private let jobs = TerminalJobs()
    private let finished = WaitQueue()
    private let end = Spinlock<ProcessEnd?>(nil)
    /// Free memory in bytes when the program was about to begin.
    private let freeBefore = Spinlock<UInt64>(0)

    private init(drivers: [Driver], overrides: BootOverrides, random: RandomGenerator) {
        self.drivers = drivers
        self.overrides = overrides
        self.random = random
        registry = DeviceRegistry(context: DriverContext(interrupts: MachineInterruptRouter()))
    }

    /// Starts the machine; called on the boot stack with nothing but memory and the CPU running.
    ///
    /// - Parameters:
    ///   - boot: the boot code's facts.
    ///   - drivers: tried in this order for each device.
    public static func start(_ boot: BootFacts, drivers: [Driver]) -> Never {
        let overrides = BootOverrides.read()
        Log.level = overrides.logLevel
        Clock.setOrigin(boot.counterAtEntry)
        let hypervisor = HostClock.askHypervisor()
        Clock.start(stated: hypervisor?.frequency ?? 0)
        if let hypervisor { Clock.setWallTime(hypervisor.wallTime) }
        let random = RandomGenerator()
        random.stir(boot.seed)
        let timers = TimerQueue()
        do throws(OutOfMemory) {
            let scheduler = try Scheduler(timers: timers)
            CurrentThread.deferredWork = { Interrupts.runDeferred() }
            Kernel.connectTraps()
            Interrupts.start(timers: timers)
            let machine = LinuxMachine(drivers: drivers, overrides: overrides, random: random)
            try scheduler.spawn(machine)
            scheduler.idle()
        } catch {
            Log.write(.fatal, "apus", "not enough memory to start; give the machine more")
            CPU.powerOff()
        }
    }

    /// The start thread: sets everything up, waits for the program's end, ends the machine.
    public func run(on thread: Thread) {
        findDevices()
        connectHost()
        var configuration = BootConfiguration()
        do throws(StartFailure) {
            try startProgram(&configuration)
        } catch {
            // Said once: to the host if it listens, else on the log.
            if let channel = channel.value {
                channel.send(.refusal(reason: error.bytes))
            } else {
                Log.write(.fatal, "apus", error.text, .text(error.detail))
            }
            powerOff()
        }
        do throws(WaitEnd) { try finished.wait(unless: { self.end.withLock { $0 != nil } }) } catch {
            // The start thread is nobody's to interrupt.
        }
        finish(configuration)
    }

    // MARK: Starting

    private func findDevices() {
        let discovery = DeviceDiscovery(registry, drivers: drivers)
        overrides.forEachSlot { discovery.offerSlot(base: $0, byteCount: $1, interrupt: $2) }
        if overrides.slotCount == 0 { discovery.offerPCI() }
    }

    private func connectHost() {
        guard let console = registry.firstConsole else { return }
        do throws(HostChannelError) {
            let deadline = Clock.now().advanced(byNanoseconds: 10_000_000_000)
            let channel = try HostChannel.connect(to: console, requests: self, until: deadline, opening: [])
            self.channel.set(channel)
            Log.copyCrashes(to: CrashMessage(channel))
        } catch {
            Log.write(.warning, "apus", "the host's control channel is incomplete; going on without it")
        }
    }

    private func startProgram(_ configuration: inout BootConfiguration) throws(StartFailure) {
        // The archive's own frames are added to the memory when its files are made.
        let pages = (Frames.totalBytes + UInt64(Platform.archive.byteCount)) / UInt64(pageSize)
        let volume = RamVolume(
            device: DeviceNumber.anonymous(1), typeName: "tmpfs", pageLimit: pages, inodeLimit: max(1024, pages))
        do throws(BootArchive.Failure) {
            try BootArchive.unpack(into: volume, &configuration, random)
        } catch { throw StartFailure(error) }
        // tmpfs(5): half of the memory, by which we mean of what the program's own files have left.
        volume.limitGrowth(to: Frames.freeBytes / UInt64(pageSize) / 2)
        guard !configuration.program.isEmpty else { throw StartFailure(.noProgram) }
        setWallTime(configuration.epoch)
        if overrides.tracesSystemCalls || configuration.tracesSystemCalls { SystemCallTrace.start() }
        do throws(OutOfMemory) { try startSystem(configuration, volume) } catch { throw StartFailure(.noMemory) }
    }

    /// The hypervisor's word counts most: it is exact and of now. Then the boot record's, of a moment ago; a machine that was
    /// started by hand asks its battery clock.
    private func setWallTime(_ epoch: UInt64) {
        if Clock.wallOffset != 0 { return }
        if let now = epoch != 0 ? epoch : HostClock.askBattery()?.wallTime { Clock.setWallTime(now) }
    }

    @inline(never)  // beside `startProgram` its large values would be in one frame
    private func startSystem(_ configuration: BootConfiguration, _ volume: RamVolume) throws(OutOfMemory) {
        let namespace = try MountNamespace(root: volume, source: "root")
        let system = try System(
            namespace: namespace, random: random, lentPages: try VDSO.make(), owner: self)
        system.hostName = configuration.hostName
        self.system.set(system)
        let terminal = try openStreams(configuration)
        SystemMounts.add(to: system, jobs) { (devices) throws(Errno) in
            if let terminal {
                try terminal.addDevices(to: devices)
            } else {
                try devices.add("console", LogDevice(), ConsoleDevice.number, Permissions(rawValue: 0o600))
            }
        }
        try start(configuration, system)
    }

    /// Opens the host's streams, as streams of bytes or as the terminal.
    private func openStreams(_ configuration: BootConfiguration) throws(OutOfMemory) -> HostTerminal? {
        guard let channel = channel.value else { return nil }
        do throws(DeviceError) {
            var streams: HostStreams = []
            if configuration.input == .bytes { streams.insert(.input) }
            if configuration.output == .bytes { streams.insert(.output) }
            if configuration.error == .bytes { streams.insert(.error) }
            try channel.open(streams)
            guard HostTerminal.isWanted(configuration) else { return nil }
            let terminal = try HostTerminal.open(channel, configuration, jobs)
            self.terminal.set(terminal)
            return terminal
        } catch .outOfMemory {
            throw OutOfMemory()
        } catch {
            Log.write(.warning, "apus", "the host's streams cannot be opened")
            return nil
        }
    }

    @inline(never)  // beside `startProgram` its large values would be in one frame
    private func start(_ configuration: BootConfiguration, _ system: System) throws(OutOfMemory) {
        let umask = Permissions(rawValue: UInt16(truncatingIfNeeded: configuration.fileModeMask))
        let context = FileContext(system.namespace, umask: umask)
        let credentials = Credentials(
            user: configuration.userID, group: configuration.groupID, groups: configuration.groups)
        let files = FileDescriptorTable()
        let process = try Process.makeFirst(in: system, files: files, fileContext: context, credentials: credentials)
        for limit in configuration.limits where limit.resource < 16 {
            process[limit: ResourceKind(rawValue: limit.resource)] = ResourceLimit(soft: limit.soft, hard: limit.hard)
        }
        jobs.use(process)
        StandardFiles.open(channel.value, configuration, files, process.fileOperations)
        enterWorkingDirectory(configuration.workingDirectory, process)
        self.process.set(process)
        CPU.startPrograms {
            do throws(OutOfMemory) { try CurrentThread.thread.context.useFloatingPoint() } catch {
                Task.current.force(SignalInformation(signal: .kill, code: .kernel, detail: .none))
            }
        }
        Processors.startAll(CurrentThread.scheduler) { CPU.joinPrograms() }
        SelfTest.run()
        let channel = channel.value
        FirstProgram.started = {
            channel?.send(Kernel.readyMessage())
        }
        let program = FirstProgram(
            path: configuration.program, arguments: configuration.arguments, environment: configuration.environment)
        freeBefore.withLock { $0 = Frames.freeBytes }
        do throws(Errno) {
            try Task(id: process.id, process: process, program: program).start(CurrentThread.scheduler)
        } catch { throw OutOfMemory() }
    }

    private func enterWorkingDirectory(_ path: [UInt8], _ process: Process) {
        do throws(Errno) {
            let operations = process.fileOperations
            try operations.changeDirectory(to: try operations.place(of: path.span, following: .follow))
        } catch {
            Log.write(.warning, "apus", "the working directory cannot be entered; staying in /")
        }
    }

    // MARK: Ending

    /// Process 1 has ended, on its last thread.
    public func firstProcessEnded(_ end: ProcessEnd) {
        self.end.withLock { $0 = end }
        finished.wakeAll()
    }

    private func finish(_ configuration: BootConfiguration) {
        sayMemory()
        let end = end.withLock { $0 } ?? .exited(status: 0)
        if let channel = channel.value {
            terminal.value?.drain()
            channel.drain()
            channel.send(.exit(Kernel.hostForm(end)))
            sendOutputs(configuration.outputs, channel)
            channel.drain()
        } else {
            switch end {
            case .exited(let status): Log.write(.information, "apus", "exited with status ", .decimal(UInt64(status)))
            case .killed(let signal, _):
                Log.write(.warning, "apus", "killed by signal ", .decimal(UInt64(signal.rawValue)))
            }
        }
        powerOff()
    }

    /// What a program leaves behind, for tests: two programs that differ only in how they end must leave the same.
    private func sayMemory() {
        guard Log.shows(.debug) else { return }
        let before = freeBefore.withLock { $0 }
        Log.write(
            .debug, "memory", "KiB free before the program: ", .decimal(before / 1024), ", after it: ",
            .decimal(Frames.freeBytes / 1024))
    }

    /// Sends back what the host asked for, as far as it is there.
    private func sendOutputs(_ paths: [[UInt8]], _ channel: HostChannel) {
        guard !paths.isEmpty, let system = system.value else { return }
        var sender = OutputSender(channel, system.namespace)
        for path in paths { sender.send(path) }
        sender.finish()
    }

    private func powerOff() -> Never {
        channel.value?.drain()
        registry.quiesceAll()
        CPU.powerOff()
    }

    // MARK: The host's wishes

    /// The host wants the machine to end.
    public func hostAsksToStop() { hostSends(signal: SignalNumber.terminate.rawValue) }

    /// The host passes a signal on.
    public func hostSends(signal number: UInt8) {
        guard let process = process.value, number >= 1, number <= SignalNumber.last else { return }
        // A full queue of real-time signals is the program's to notice; the host cannot.
        try? process.send(
            SignalInformation(
                signal: SignalNumber(rawValue: number), code: .user, detail: .sender(processID: 0, userID: 0)))
    }

    /// The user's terminal has another size.
    public func hostResized(rows: UInt16, columns: UInt16) {
        terminal.value?.terminal.setWindowSize(WindowSize(rows: rows, columns: columns))
    }

    /// The user wants to know what hangs.
    public func hostAsksForThreads() { ThreadDump.write() }
}
