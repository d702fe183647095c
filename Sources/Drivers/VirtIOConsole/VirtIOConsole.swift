// SPDX-License-Identifier: Apache-2.0
//
// The virtio console with several ports (virtio 1.3 §5.3), which carries the control channel and the program's
// standard streams. This file brings the device up and routes interrupts and control messages; ConsolePort moves bytes.
//
// Bring-up asks the host for its ports and handles the answers that are there at once; on hosts that answer while the
// notification is written (QEMU without an I/O thread) every port has its name when `attach` returns. On others the
// rest arrives by interrupt and the watcher is told. Nothing waits in a loop.
//
// Not driven: port 0 (the plain console of older guests), the emergency write register, a device without MULTIPORT.

import Containers
public import DeviceModel
public import Interrupts
import Memory
import Sync
public import VirtIO

/// A running virtio console.
public final class VirtIOConsole: MultiportConsole, AttachedDevice, InterruptHandler, ConsoleMessenger {
    private let device: VirtIODevice
    private let control: Spinlock<ConsoleControl>
    private let state: Spinlock<State>

    private struct State {
        /// Ports 1…, in order; empty until bring-up is done.
        var ports: [ConsolePort] = []
        var watcher: (any ConsoleWatcher)?
        var hasEnded = false
    }

    /// The driver, for an image's list.
    public static var driver: Driver {
        Driver.virtIO(name: "virtio-console", type: 3) { (transport, context) throws(DeviceError) in
            try VirtIOConsole(transport, context)
        }
    }

    /// The greatest port number that gets queues: control, stdin, stdout, stderr and some more.
    private static let portLimit = 6

    /// Brings the device up.
    ///
    /// - Throws: `.unsupported` for a legacy or single-port device, `.outOfMemory`, `.noInterrupt`.
    public init(_ transport: any VirtIOTransport, _ context: DriverContext) throws(DeviceError) {
        device = try VirtIODevice.negotiate(transport, required: .multiport, wanted: .eventIndex)
        state = Spinlock(State())
        let hostPorts = transport.readConfiguration32(ConsoleConfiguration.maximumPorts)
        let lastPort = Int(min(max(hostPorts, 2) - 1, UInt32(Self.portLimit)))

        let rings = try SharedDMABuffer(byteCount: ConsoleControl.byteCount + lastPort * ConsolePort.ringByteCount)
        let receiveSize = Virtqueue.size(
            wanted: ConsoleControl.queueSize, limit: transport.queueSizeLimit(ConsoleQueue.controlReceive))
        let sendSize = Virtqueue.size(
            wanted: ConsoleControl.queueSize, limit: transport.queueSizeLimit(ConsoleQueue.controlSend))
        guard receiveSize > 0 && sendSize > 0 else {
            throw .protocolViolation("virtio-console: no control queues")
        }
        control = Spinlock(
            ConsoleControl(
                in: rings, at: 0, receiveSize: receiveSize, sendSize: sendSize, features: device.features))
        try connect(context, rings, lastPort)
        device.start()
        requestPorts()
    }

    // Out of line: its large values would live in the caller's frame, and a kernel stack has 16 KiB.
    @inline(never)
    private func connect(_ context: DriverContext, _ rings: SharedDMABuffer, _ lastPort: Int) throws(DeviceError) {
        let transport = device.transport
        do throws(DeviceError) {
            try transport.connectInterrupts(to: self, through: context.interrupts)
            let (receive, send) = control.withLock { ($0.receiveQueue.layout, $0.sendQueue.layout) }
            try transport.enableQueue(ConsoleQueue.controlReceive, receive)
            try transport.enableQueue(ConsoleQueue.controlSend, send)
            var ports: [ConsolePort] = []
            for number in 1...lastPort {
                ports.append(
                    try ConsolePort(
                        number: number, device: device, messenger: self, rings: rings,
                        at: ConsoleControl.byteCount + (number - 1) * ConsolePort.ringByteCount))
            }
            state.withLock { $0.ports = ports }
        } catch {
            device.fail()
            throw error
        }
    }

    // Out of line: its large values would live in the caller's frame, and a kernel stack has 16 KiB.
    @inline(never)
    private func requestPorts() {
        control.withLock { $0.postBuffers() }
        device.transport.notify(ConsoleQueue.controlReceive)
        do throws(DeviceError) {
            // virtio 1.3 §5.3.6.1: port is not looked at, value 1 says that the driver is ready.
            try send(ConsoleMessage(port: 0, event: .deviceReady, value: 1))
        } catch {
            deviceFailed()
        }
        processControl()
    }

    // MARK: Control messages

    /// Handles every control message that is there.
    private func processControl() {
        do throws(DeviceError) {
            repeat {
                while let message = try control.withLock({ (control: inout ConsoleControl) throws(DeviceError) in
                    try control.nextMessage()
                }) {
                    try handle(message)
                }
                let (wantsReceive, wantsSend) = try control.withLock {
                    (control: inout ConsoleControl) throws(DeviceError) in
                    (control.publishBuffers(), try control.sendWaiting())
                }
                if wantsReceive { device.transport.notify(ConsoleQueue.controlReceive) }
                if wantsSend { device.transport.notify(ConsoleQueue.controlSend) }
            } while control.withLock { $0.listen() }
        } catch {
            deviceFailed()
        }
    }

    private func handle(_ received: ReceivedConsoleMessage) throws(DeviceError) {
        let ports = state.withLock { $0.ports }
        let message = received.header
        let index = Int(message.port) - 1
        let port = index >= 0 && index < ports.count ? ports[index] : nil
        switch ConsoleEvent(rawValue: message.event) {
        case .portAdd:
            // value 0 tells the host that this port will not be used.
            try send(ConsoleMessage(port: message.port, event: .portReady, value: port == nil ? 0 : 1))
        case .portName:
            guard let port else { return }
            let name = received.name
            port.link.withLock { $0.name = name }
            state.withLock { $0.watcher }?.consolePortAppeared()
        case .portOpen:
            port?.hostChanged(isOpen: message.value != 0)
        case .portRemove:
            port?.hostChanged(isOpen: false)
        case .resize:
            guard received.payload.count >= 4 else { return }
            // virtio 1.3 §5.3.6.2: columns come first.
            let columns = received.payload16(0)
            let rows = received.payload16(2)
            state.withLock { $0.watcher }?.consoleResized(rows: rows, columns: columns)
        case .consolePort, .deviceReady, .portReady, nil:
            // Nothing to do: every port may be a terminal; the others are the driver's own words.
            return
        }
    }

    func send(_ message: ConsoleMessage) throws(DeviceError) {
        let wantsNotification = try control.withLock { (control: inout ConsoleControl) throws(DeviceError) in
            try control.send(message)
        }
        if wantsNotification { device.transport.notify(ConsoleQueue.controlSend) }
    }

    func deviceFailed() {
        let ports = state.withLock { (state: inout State) -> [ConsolePort] in
            guard !state.hasEnded else { return [] }
            state.hasEnded = true
            return state.ports
        }
        guard !ports.isEmpty else { return }
        device.quiesce()
        for port in ports { port.end() }
    }

    // MARK: MultiportConsole

    /// The port that the host has named so.
    public func port(named name: StaticString) -> (any WindowedByteStreamPort)? {
        for port in state.withLock({ $0.ports }) where port.link.withLock({ $0.name.span.hasSameBytes(as: name) }) {
            return port
        }
        return nil
    }

    /// Makes `watcher` the one that is told of ports and sizes.
    public func watch(_ watcher: any ConsoleWatcher) { state.withLock { $0.watcher = watcher } }

    // MARK: AttachedDevice

    /// What services may do with it.
    public var face: DeviceFace { .console(self) }

    /// Silences the device.
    public func quiesce() { deviceFailed() }

    // MARK: InterruptHandler

    /// Asks the device whether it interrupted.
    public func acknowledge() -> InterruptOutcome {
        device.transport.acknowledgeInterrupt().isEmpty ? .notMine : .deferWork
    }

    /// Does the work that an interrupt has brought.
    public func runDeferred(budget: inout WorkBudget) -> Bool {
        processControl()
        for port in state.withLock({ $0.ports }) { port.serviceQueues() }
        return false
    }
}
