// SPDX-License-Identifier: Apache-2.0
//
// The program's standard input, when it is a stream of bytes and not a terminal. Bytes go from the device's buffers to
// the program in one copy. The stream ends after as many bytes as the host has counted: the message that says so comes
// over another port and may overtake the bytes, or be overtaken by them.

import Containers
public import DeviceModel
public import Events
public import LinuxABI
import Sync
public import UserMemory

/// A read-only stream from the host.
public final class StandardInput: Sendable {
    /// Whether a call may wait.
    public enum Mode: Sendable {
        /// Waits until something can be done.
        case blocking
        /// Throws `.wouldBlock` instead (O_NONBLOCK).
        case nonBlocking
    }

    /// Readers, and pollers of `poll`.
    public let waitQueue = WaitQueue()

    private let port: any WindowedByteStreamPort
    /// Held by whoever moves bytes; a page fault may sleep in it, waiting for bytes never does.
    private let reader = BlockingMutex<Void>((), .stream)
    private let progress = Spinlock(Progress())

    private struct Progress {
        var consumed: UInt64 = 0
        /// How many bytes there are altogether, once the host has said so.
        var total: UInt64?
    }

    init(_ port: any WindowedByteStreamPort) { self.port = port }

    func open() throws(DeviceError) { try port.open(self, .receiving) }

    /// The host has sent `total` bytes since the beginning and will send no more.
    func end(after total: UInt64) {
        progress.withLock { $0.total = total }
        waitQueue.wakeAll()
    }

    /// Moves bytes into `buffer`: what is there, at least one unless the stream has ended.
    ///
    /// - Returns: how many; zero at the end of the stream or if the buffer is empty.
    /// - Throws: `.wouldBlock`, `.interrupted`, `.badAddress` if not even one byte could be put.
    /// - Context: thread; may block.
    public func read(into buffer: inout IOBuffer, _ mode: Mode) throws(Errno) -> Int {
        guard buffer.remaining > 0 else { return 0 }
        while true {
            let count = try reader.withLock { (_: inout Void) throws(Errno) in try transfer(into: &buffer) }
            if count > 0 || hasEnded { return count }
            if mode == .nonBlocking { throw .wouldBlock }
            do throws(WaitEnd) {
                try waitQueue.wait(unless: { isReady })
            } catch {
                throw .interrupted
            }
        }
    }

    private func transfer(into buffer: inout IOBuffer) throws(Errno) -> Int {
        let before = buffer.transferred
        while buffer.remaining > 0, let window = port.receivedWindow() {
            let done = buffer.transferred
            do throws(Errno) {
                try buffer.put(from: window.frame, at: window.offset, count: min(window.count, buffer.remaining))
            } catch {
                consume(buffer.transferred - done)
                if buffer.transferred == before { throw error }
                break
            }
            consume(buffer.transferred - done)
        }
        return buffer.transferred - before
    }

    private func consume(_ count: Int) {
        port.consume(count)
        progress.withLock { $0.consumed += UInt64(count) }
    }

    /// Whether everything was read that the host will ever send.
    private var hasEnded: Bool {
        let progress = progress.withLock { $0 }
        if let total = progress.total, progress.consumed >= total { return true }
        return !port.isConnected && port.receivedWindow() == nil
    }

    private var isReady: Bool { port.receivedWindow() != nil || hasEnded }

    /// What the stream is ready for.
    public func poll() -> PollEvents {
        var events: PollEvents = []
        if isReady { events.formUnion([.readable, .readableNormal]) }
        if hasEnded { events.insert(.hangUp) }
        return events
    }

    /// Bytes that can be read without waiting, as far as they are contiguous: FIONREAD.
    public var readableCount: Int { port.receivedWindow()?.count ?? 0 }
}

extension StandardInput: ByteStreamClient {
    /// Bytes may be waiting.
    public func portHasBytes() { waitQueue.wakeAll() }
    /// There may be room for more bytes.
    public func portHasRoom() {}
    /// The other end came or went.
    public func portConnectionChanged() { waitQueue.wakeAll() }
}
