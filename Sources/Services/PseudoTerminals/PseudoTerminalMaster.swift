// SPDX-License-Identifier: Apache-2.0
//
// The master's end: what it writes is typed at the slave, what it reads is what the slave shows. Requests about modes and
// the window are the slave's; those about the pair are here. Its end hangs the slave up. Source: pty(7), ioctl_tty(2).

import Containers
public import DevFS
import DeviceModel
public import Events
public import FileSystem
public import LinuxABI
import Sync
import Terminal
import TerminalFiles
public import UserMemory

/// An open master.
public final class PseudoTerminalMaster: CharacterDevice, @unchecked Sendable {
    private let line: PseudoTerminal
    private let slave: PseudoTerminalInode
    private let volume: PseudoTerminalVolume

    init(_ slave: PseudoTerminalInode, _ volume: PseudoTerminalVolume) {
        line = slave.line
        self.slave = slave
        self.volume = volume
        super.init()
    }

    deinit {
        volume.remove(line.number)
        line.state.withLock { $0.client = nil }
        slave.terminal.hangUp(.dropped)
    }

    // MARK: Bytes

    public override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        if buffer.remaining == 0 { return }
        while true {
            let before = buffer.transferred
            try line.reader.withLock { (_: inout Void) throws(Errno) in try transfer(to: &buffer) }
            if buffer.transferred > before {
                line.client?.portHasRoom()
                return
            }
            if line.state.withLock({ $0.hasLostSlaves && $0.shown.isEmpty }) { throw .ioError }
            if options.contains(.nonBlocking) { throw .wouldBlock }
            try wait { $0.hasLostSlaves || $0.isReadable }
        }
    }

    /// Moves what there is and fits: in packet mode behind a byte that says "text", or else one byte of news.
    private func transfer(to buffer: inout IOBuffer) throws(Errno) {
        let (head, isEmpty) = line.state.withLock { (state: inout PseudoTerminal.State) -> (UInt8?, Bool) in
            guard state.isPacketMode else { return (nil, state.shown.isEmpty) }
            let news = state.news
            state.news = []
            if !news.isEmpty { return (news.rawValue, true) }
            return (state.shown.isEmpty ? nil : 0, state.shown.isEmpty)
        }
        var chunk = InlineArray<256, UInt8>(repeating: 0)
        if let head {
            chunk[0] = head
            try buffer.put(chunk.span.rawBytes.extracting(0..<1))
        }
        if isEmpty { return }
        while buffer.remaining > 0 {
            let wanted = min(buffer.remaining, 256)
            let count = line.state.withLock { (state: inout PseudoTerminal.State) -> Int in
                var span = chunk.mutableSpan
                var bytes = span.rawBytes
                var part = bytes._mutatingExtracting(0..<wanted)
                return state.shown.read(into: &part)
            }
            if count == 0 { return }
            try buffer.put(chunk.span.rawBytes.extracting(0..<count))
        }
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        while buffer.remaining > 0 {
            try line.writer.withLock { (_: inout Void) throws(Errno) in try transfer(from: &buffer) }
            if buffer.remaining == 0 { return }
            if options.contains(.nonBlocking) { throw .wouldBlock }
            try wait { $0.typed.room > 0 }
        }
    }

    /// Moves as much as there is room for. Nobody else adds bytes meanwhile: the writer's lock is held.
    private func transfer(from buffer: inout IOBuffer) throws(Errno) {
        var chunk = InlineArray<256, UInt8>(repeating: 0)
        while buffer.remaining > 0 {
            let room = min(line.state.withLock { $0.typed.room }, 256, buffer.remaining)
            if room == 0 { return }
            var span = chunk.mutableSpan
            var bytes = span.rawBytes
            var part = bytes._mutatingExtracting(0..<room)
            let count = try buffer.take(into: &part)
            _ = line.state.withLock { $0.typed.write(chunk.span.rawBytes.extracting(0..<count)) }
            line.client?.portHasBytes()
        }
    }

    private func wait(unless condition: (borrowing PseudoTerminal.State) -> Bool) throws(Errno) {
        do throws(WaitEnd) {
            try line.changed.wait(unless: { line.state.withLock { condition($0) } })
        } catch { throw .interrupted }
    }

    public override func poll() -> PollEvents {
        line.state.withLock { state in
            var events: PollEvents = []
            if state.isReadable { events.formUnion([.readable, .readableNormal]) }
            if state.isPacketMode && !state.news.isEmpty { events.insert(.priority) }
            if state.typed.room > 0 { events.formUnion([.writable, .writableNormal]) }
            if state.hasLostSlaves { events.insert(.hangUp) }
            return events
        }
    }

    public override var waitQueue: WaitQueue? { line.changed }

    // MARK: Requests

    /// Opens the slave without walking to its name (`TIOCGPTPEER`).
    ///
    /// - Throws: `.ioError` while it is locked, `.noEntry` if the file system of slaves is not mounted.
    public func openPeer(_ flags: OpenFlags, in namespace: MountNamespace) throws(Errno) -> OpenFile {
        var found: Mount?
        namespace.forEach { if $0.volume === volume { found = $0 } }
        guard let found else { throw .noEntry }
        return try slave.open(found, flags)
    }

    public override func control(
        _ request: ControlRequest, _ argument: UserAddress, of file: OpenFile
    ) throws(Errno) -> Int {
        let number = Int(bitPattern: argument.rawValue)
        switch request {
        case .getPseudoTerminalNumber: try UserMemory.store(line.number, at: argument)
        case .lockPseudoTerminal:
            let locks = try UserMemory.load(Int32.self, at: argument) != 0
            line.state.withLock { $0.isLocked = locks }
        case .getPseudoTerminalLock: try store(line.state.withLock { $0.isLocked ? 1 : 0 }, argument)
        case .packetMode:
            let isOn = try UserMemory.load(Int32.self, at: argument) != 0
            line.state.withLock { state in
                if isOn != state.isPacketMode { state.news = [] }
                state.isPacketMode = isOn
            }
        case .getPacketMode: try store(line.state.withLock { $0.isPacketMode ? 1 : 0 }, argument)
        case .signalForeground:
            let signal = SignalNumber(rawValue: UInt8(clamping: number))
            guard signal == .interrupt || signal == .quit || signal == .terminalStop else { throw .invalidArgument }
            slave.terminal.signalForeground(signal)
        case .inputPending: try store(Int32(line.state.withLock { $0.shown.count }), argument)
        // What was typed counts as arrived.
        case .outputPending: try store(0, argument)
        case .flush: try flush(number)
        case .getForegroundGroup: try store(slave.terminal.shownForegroundGroup, argument)
        case .getSession:
            let session = slave.terminal.session
            guard session != 0 else { throw .inappropriateIOCTLForDevice }
            try store(session, argument)
        // A master is nobody's controlling terminal.
        case .giveUpTerminal: throw .inappropriateIOCTLForDevice
        // There is no wire that a break could be sent on, nor anything that would stop.
        case .sendBreak, .flowControl: return 0
        default: return try TerminalDevice(slave.terminal).control(request, argument, of: file)
        }
        return 0
    }

    private func store(_ value: Int32, _ argument: UserAddress) throws(Errno) {
        try UserMemory.store(value, at: argument)
    }

    /// tcflush(3): 0 what the slave has shown, 1 what was typed and not read, 2 both.
    private func flush(_ which: Int) throws(Errno) {
        guard which >= 0 && which <= 2 else { throw .invalidArgument }
        line.state.withLock { state in
            if which != 1 { state.shown.discard(state.shown.count) }
            if which != 0 { state.typed.discard(state.typed.count) }
        }
        if which != 0 { slave.terminal.dropInput() }
        line.client?.portHasRoom()
        line.changed.wakeAll()
    }
}

extension PseudoTerminal.State {
    /// Whether a read of the master would give something.
    var isReadable: Bool { shown.count > 0 || (isPacketMode && !news.isEmpty) }
}
