// SPDX-License-Identifier: Apache-2.0
//
// Between the discipline and the device. Whoever has bytes to move becomes the pump if there is none and otherwise
// leaves it a note, so the order of bytes is kept without a lock that is held across the device.

import Containers
public import DeviceModel
import Events
import LinuxABI
import Sync

extension Terminal: ByteStreamClient {
    /// Bytes may be waiting.
    public func portHasBytes() { pullInput() }

    /// There may be room for more bytes.
    public func portHasRoom() {
        pushOutput()
        writers.wakeAll()
    }

    /// The other end came or went.
    public func portConnectionChanged() {
        guard !inputPort.isConnected else { return }
        hangUp()
    }

    /// Feeds the discipline as long as the device has bytes and the discipline has room. What finds no room stays with
    /// the device until somebody reads.
    func pullInput() {
        guard state.withLock({ $0.receiving.begin() }) else { return }
        var chunk = InlineArray<64, UInt8>(repeating: 0)
        repeat {
            while true {
                let room = min(state.withLock { $0.discipline.receiveRoom }, 64)
                if room == 0 { break }
                var span = chunk.mutableSpan
                var bytes = span.rawBytes
                var part = bytes._mutatingExtracting(0..<room)
                let count = inputPort.receive(into: &part)
                if count == 0 { break }
                receive(chunk.span.extracting(0..<count))
            }
        } while state.withLock { $0.receiving.mustRepeat() }
    }

    /// Feeds bytes as if they had been typed.
    func receive(_ bytes: Span<UInt8>) {
        var hasInput = false
        var changes: TerminalChanges = []
        var position = 0
        while position < bytes.count {
            // A signal ends the section: it is sent without the lock, and before what was typed after it is looked at.
            let (signal, group) = state.withLock { (state: inout State) -> (SignalNumber?, Int32) in
                while position < bytes.count {
                    let wasStopped = state.discipline.isOutputStopped
                    let effects = state.discipline.receive(bytes[position])
                    position += 1
                    changes.note(stopped: wasStopped, state.discipline.isOutputStopped)
                    if effects.hasInput { hasInput = true }
                    if effects.hasFlushedOutput {
                        state.outputFlushes &+= 1
                        changes.formUnion([.inputFlushed, .outputFlushed])
                    }
                    if let signal = effects.signal { return (signal, state.foregroundGroup) }
                }
                return (nil, 0)
            }
            if let signal, group != 0 { jobs.signal(signal, toGroup: group) }
        }
        if hasInput { readers.wakeAll() }
        tell(changes)
        pushOutput()
    }

    /// Tells the program at the other end, if there is one, what has happened.
    func tell(_ changes: TerminalChanges) {
        if !changes.isEmpty { farEnd?.terminalChanged(changes) }
    }

    /// Gives the device what waits for it, as much as it takes.
    func pushOutput() {
        guard state.withLock({ $0.sending.begin() }) else { return }
        var chunk = InlineArray<128, UInt8>(repeating: 0)
        var hasSent = false
        repeat {
            while true {
                let (count, flushes) = state.withLock { (state: inout State) -> (Int, UInt32) in
                    var span = chunk.mutableSpan
                    var bytes = span.rawBytes
                    return (state.discipline.peekOutput(into: &bytes), state.outputFlushes)
                }
                if count == 0 { break }
                let sent = send(chunk.span.rawBytes.extracting(0..<count))
                state.withLock { state in
                    if state.outputFlushes == flushes { state.discipline.discardOutput(sent) }
                }
                if sent > 0 { hasSent = true }
                if sent < count { break }
            }
        } while state.withLock { $0.sending.mustRepeat() }
        if hasSent { writers.wakeAll() }
    }

    /// Sends what the device takes; to one that has ended everything goes, since nothing will ever be taken.
    private func send(_ bytes: RawSpan) -> Int {
        do throws(DeviceError) {
            return try outputPort.send(bytes)
        } catch {
            return bytes.byteCount
        }
    }

    /// The other end is gone: reads end, writes fail, and the session, which loses its terminal, is told (termios(3),
    /// "modem disconnect").
    ///
    /// - Parameter input: what becomes of input that nobody has read yet.
    public func hangUp(_ input: UnreadInput = .kept) {
        let group = state.withLock { state in
            state.hasHungUp = true
            if input == .dropped { state.discipline.flushInput() }
            defer {
                state.session = 0
                state.foregroundGroup = 0
            }
            return state.foregroundGroup
        }
        if group != 0 {
            jobs.signal(.hangUp, toGroup: group)
            jobs.signal(.continue, toGroup: group)
        }
        readers.wakeAll()
        writers.wakeAll()
    }

    /// What a hang-up makes of input that nobody has read.
    public enum UnreadInput: Sendable {
        /// It can still be read: what came over a wire before it was cut.
        case kept
        /// It is gone: a pseudo terminal's, when its other end closes.
        case dropped
    }
}
