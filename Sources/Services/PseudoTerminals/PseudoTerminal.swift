// SPDX-License-Identifier: Apache-2.0
//
// The line between the two ends of a pseudo terminal: to the slave's Terminal it is the device, a port with two rings of
// bytes; the master (PseudoTerminalMaster) reads and writes them. What the discipline has not taken yet waits in `typed`,
// what it has sent and nobody has read in `shown`. Source: pty(7).

import Containers
public import DeviceModel
import Events
import LinuxABI
import Sync
public import Terminal

/// The line of a pseudo terminal.
public final class PseudoTerminal: ByteStreamPort, TerminalFarEnd {
    /// Bytes that wait in each direction.
    private static var capacity: Int { 4096 }

    /// What changes.
    struct State: ~Copyable {
        /// From the master to the slave.
        var typed: RingBuffer
        /// From the slave to the master.
        var shown: RingBuffer
        /// The slave's terminal; nil once the master has gone.
        var client: (any ByteStreamClient)?
        /// Open files of the slave.
        var slaveCount = 0
        /// The last of them has gone, and no other came.
        var hasLostSlaves = false
        /// The slave cannot be opened (unlockpt(3)).
        var isLocked = true
        var isPacketMode = false
        /// News for packet mode that nobody has read.
        var news: TerminalChanges = []
    }

    /// The pair's number: the N of /dev/pts/N.
    let number: UInt32
    let state: Spinlock<State>
    /// Who waits at the master.
    let changed = WaitQueue()
    /// Held by whoever moves bytes at the master's end; a page fault may sleep in it.
    let reader = BlockingMutex<Void>((), .stream)
    let writer = BlockingMutex<Void>((), .stream)

    init(number: UInt32) throws(OutOfMemory) {
        let typed = try RingBuffer(capacity: Self.capacity)
        let shown = try RingBuffer(capacity: Self.capacity)
        self.number = number
        state = Spinlock(State(typed: typed, shown: shown))
    }

    /// The terminal's side, to be told of bytes and room.
    var client: (any ByteStreamClient)? { state.withLock { $0.client } }

    // MARK: The slave's life

    /// Counts an open file of the slave.
    ///
    /// - Throws: `.ioError` while the slave is locked or once the master has gone.
    func openSlave(_ lock: SlaveLock) throws(Errno) {
        let isOpen = state.withLock { state in
            guard state.client != nil, !state.isLocked || lock == .ignored else { return false }
            state.slaveCount += 1
            state.hasLostSlaves = false
            return true
        }
        if !isOpen { throw .ioError }
    }

    /// Whether the lock counts.
    enum SlaveLock {
        /// For whoever opens the slave by its name.
        case respected
        /// For /dev/tty: its session has the terminal already.
        case ignored
    }

    func slaveHasClosed() {
        let wasLast = state.withLock { state in
            state.slaveCount -= 1
            state.hasLostSlaves = state.slaveCount == 0
            return state.hasLostSlaves
        }
        if wasLast { changed.wakeAll() }
    }

    // MARK: ByteStreamPort

    /// See `ByteStreamPort`.
    public func open(_ client: any ByteStreamClient, _ directions: StreamDirections) throws(DeviceError) {
        state.withLock { $0.client = client }
    }

    /// See `ByteStreamPort`.
    public func receive(into bytes: inout MutableRawSpan) -> Int {
        let count = state.withLock { $0.typed.read(into: &bytes) }
        if count > 0 { changed.wakeAll() }
        return count
    }

    /// See `ByteStreamPort`.
    public func send(_ bytes: RawSpan) throws(DeviceError) -> Int {
        let count = state.withLock { $0.shown.write(bytes) }
        if count > 0 { changed.wakeAll() }
        return count
    }

    /// See `ByteStreamPort`.
    public func sendPolling(_ bytes: RawSpan) {}

    /// See `ByteStreamPort`.
    public var isConnected: Bool { state.withLock { $0.client != nil } }

    /// See `ByteStreamPort`.
    public func isSendIdle() -> Bool { true }

    // MARK: TerminalFarEnd

    /// See `TerminalFarEnd`.
    public func terminalChanged(_ changes: TerminalChanges) {
        let isNews = state.withLock { state in
            if state.isPacketMode { state.news.add(changes) }
            return state.isPacketMode
        }
        if isNews { changed.wakeAll() }
    }
}
