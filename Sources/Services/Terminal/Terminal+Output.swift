// SPDX-License-Identifier: Apache-2.0
//
// Writing to a terminal: through output processing into the ring, and from there to the device. A device that takes
// nothing blocks writers once the ring is full, never the one who types.

import Containers
import Events
public import LinuxABI
import Sync
public import UserMemory

extension Terminal {
    /// Moves all bytes of `buffer` to the terminal; in non-blocking mode those that there is room for.
    ///
    /// - Returns: how many.
    /// - Throws, if not even one byte was taken: `.wouldBlock`, `.interrupted`, `.badAddress`; `.ioError` after a hang-up.
    /// - Context: thread; may block.
    public func write(from buffer: inout IOBuffer, _ mode: Mode) throws(Errno) -> Int {
        if state.withLock({ $0.discipline.attributes.local.contains(.stopBackgroundOutput) }) {
            try checkForeground(.terminalOutput)
        }
        let before = buffer.transferred
        do throws(Errno) {
            while buffer.remaining > 0 {
                if state.withLock({ $0.hasHungUp }) { throw .ioError }
                try writer.withLock { (_: inout Void) throws(Errno) in try transfer(from: &buffer) }
                if buffer.remaining == 0 { break }
                if mode == .nonBlocking { throw .wouldBlock }
                try waitForRoom()
            }
        } catch {
            guard buffer.transferred > before else { throw error }
        }
        return buffer.transferred - before
    }

    /// Moves bytes as long as there is room for what processing may make of them.
    private func transfer(from buffer: inout IOBuffer) throws(Errno) {
        var chunk = InlineArray<256, UInt8>(repeating: 0)
        while buffer.remaining > 0 {
            let room = min(state.withLock { $0.discipline.sureWriteRoom }, 256, buffer.remaining)
            if room == 0 { return }
            var span = chunk.mutableSpan
            var bytes = span.rawBytes
            var part = bytes._mutatingExtracting(0..<room)
            let count = try buffer.take(into: &part)
            var done = 0
            while done < count {
                // Echo may have used room since we looked; the bytes are ours already, so this wait is for good.
                done += state.withLock { (state: inout State) -> Int in
                    if state.hasHungUp { return count }
                    return state.discipline.write(chunk.span.rawBytes.extracting(done..<count))
                }
                pushOutput()
                if done < count { try waitForRoom() }
            }
        }
    }

    private func waitForRoom() throws(Errno) {
        do throws(WaitEnd) {
            try writers.wait(unless: { state.withLock { $0.discipline.hasWriteRoom || $0.hasHungUp } })
        } catch {
            throw .interrupted
        }
    }

    /// Waits until everything written has gone to the device: tcdrain(3). What a program at the other end has not read yet
    /// counts as gone, as on Linux.
    ///
    /// - Throws: `.interrupted`.
    /// - Context: thread; blocks, for ever if output is stopped.
    public func drain() throws(Errno) {
        pushOutput()
        if farEnd != nil { return }
        do throws(WaitEnd) {
            try writers.wait(unless: { state.withLock { $0.discipline.outputCount == 0 || $0.hasHungUp } })
        } catch {
            throw .interrupted
        }
    }
}
