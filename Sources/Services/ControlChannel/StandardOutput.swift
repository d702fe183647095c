// SPDX-License-Identifier: Apache-2.0
//
// The program's standard output or error, when it is a stream of bytes and not a terminal. Bytes go from the program to
// the device's buffers in one copy. A host that does not read blocks the writing thread and nothing else.

import Containers
public import DeviceModel
public import Events
public import LinuxABI
public import UserMemory

/// A write-only stream to the host.
public final class StandardOutput: Sendable {
    /// Writers, and pollers of `poll`.
    public let waitQueue = WaitQueue()

    private let port: any WindowedByteStreamPort
    /// Held by whoever moves bytes; a page fault may sleep in it, waiting for room never does.
    private let writer = BlockingMutex<Void>((), .stream)

    init(_ port: any WindowedByteStreamPort) { self.port = port }

    func open() throws(DeviceError) { try port.open(self, .sending) }

    /// Moves all bytes of `buffer` to the host; in non-blocking mode those that there is room for.
    ///
    /// - Returns: how many.
    /// - Throws, if not even one byte was taken: `.wouldBlock`, `.interrupted`, `.badAddress`, `.brokenPipe` if the host
    ///   has closed its end.
    /// - Context: thread; may block.
    public func write(from buffer: inout IOBuffer, _ mode: StandardInput.Mode) throws(Errno) -> Int {
        let before = buffer.transferred
        do throws(Errno) {
            while buffer.remaining > 0 {
                guard port.isConnected else { throw .brokenPipe }
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

    /// Sends bytes of the kernel's; waits while the host has no room, and gives up when nobody reads any more.
    ///
    /// - Context: thread; blocks.
    public func send(_ bytes: RawSpan) {
        var sent = 0
        while sent < bytes.byteCount, port.isConnected {
            do throws(DeviceError) {
                sent += try writer.withLock { (_: inout Void) throws(DeviceError) in
                    try port.send(bytes.extracting(sent..<bytes.byteCount))
                }
            } catch {
                return
            }
            guard sent < bytes.byteCount else { return }
            do throws(Errno) { try waitForRoom() } catch { return }
        }
    }

    /// Fills send windows until there is no room or nothing to send.
    private func transfer(from buffer: inout IOBuffer) throws(Errno) {
        while buffer.remaining > 0 {
            let window: TransferWindow
            do throws(DeviceError) {
                guard let next = try port.sendWindow() else { return }
                window = next
            } catch .outOfMemory {
                throw .noMemory
            } catch {
                throw .brokenPipe
            }
            let done = buffer.transferred
            do throws(Errno) {
                try buffer.take(into: window.frame, at: window.offset, count: min(window.count, buffer.remaining))
            } catch {
                port.commit(buffer.transferred - done)
                throw error
            }
            port.commit(buffer.transferred - done)
        }
    }

    private func waitForRoom() throws(Errno) {
        do throws(WaitEnd) {
            try waitQueue.wait(unless: { port.hasSendRoom() || !port.isConnected })
        } catch {
            throw .interrupted
        }
    }

    /// Waits until the host's device has taken everything, or the host has gone.
    public func drain() {
        do throws(WaitEnd) {
            try waitQueue.waitUninterrupted(unless: { port.isSendIdle() || !port.isConnected })
        } catch {
            // A thread that is being killed does not wait; the device keeps what it has.
        }
    }

    /// What the stream is ready for.
    public func poll() -> PollEvents {
        guard port.isConnected else { return [.writable, .writableNormal, .error] }
        return port.hasSendRoom() ? [.writable, .writableNormal] : []
    }
}

extension StandardOutput: ByteStreamClient {
    /// Bytes may be waiting.
    public func portHasBytes() {}
    /// There may be room for more bytes.
    public func portHasRoom() { waitQueue.wakeAll() }
    /// The other end came or went.
    public func portConnectionChanged() { waitQueue.wakeAll() }
}
