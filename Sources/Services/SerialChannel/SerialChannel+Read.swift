// SPDX-License-Identifier: Apache-2.0
//
// Standard input on a serial line. There is no room for it, and so the host sends none, until the program reads for the
// first time: most native applications never do, and pay nothing.

internal import BootProtocols
public import Containers
internal import Events
internal import Sync

/// Standard input on its way from the line to the program.
struct IncomingStream: ~Copyable {
    /// Bytes that the host may be ahead of the program.
    static var capacity: Int { 4096 }

    /// What the program has not read yet; nil before it reads for the first time.
    var buffer: RingBuffer?
    /// Whether there is a buffer.
    var isOpen = false
    /// How many bytes the host has been told to send.
    var granted: UInt64 = 0
    /// How many have come.
    private var received: UInt64 = 0
    /// How many the program has read.
    private var consumed: UInt64 = 0
    /// How many there are altogether, once the host has said so.
    var total: UInt64?

    /// A byte from the line. A host that sends more than it was told to loses it.
    mutating func put(_ byte: UInt8) {
        if buffer?.write(byte: byte) == true { received += 1 }
    }

    /// Moves what is there to the program.
    mutating func take(into bytes: inout MutableRawSpan) -> Int {
        let count = buffer?.read(into: &bytes) ?? 0
        consumed += UInt64(count)
        return count
    }

    /// How many more bytes the host may be told to send.
    var ungranted: Int { isOpen ? IncomingStream.capacity - Int(granted - consumed) : 0 }

    /// Whether a reader need not wait: there are bytes, or there will never be any.
    var isReady: Bool { received > consumed || total == consumed }
}

extension SerialChannel {
    /// Moves bytes of standard input to `bytes`: what is there, at least one unless the stream has ended.
    ///
    /// - Returns: how many; zero at the end of the stream, or if there is no room in `bytes`.
    /// - Throws: `OutOfMemory` if there is none for the stream's buffer, at the first call.
    /// - Context: thread; blocks.
    public func read(into bytes: inout MutableRawSpan) throws(OutOfMemory) -> Int {
        if bytes.byteCount == 0 { return 0 }
        if !state.withLock({ $0.input.isOpen }) {
            // Made outside of the lock: nothing allocates under a spinlock. Who comes second gives its own back.
            var made: RingBuffer? = try RingBuffer(capacity: IncomingStream.capacity)
            state.withLock { state in
                if !state.input.isOpen { swap(&state.input.buffer, &made) }
                state.input.isOpen = true
            }
        }
        grant()
        wait { state.withLock { $0.input.isReady } }
        return state.withLock { $0.input.take(into: &bytes) }
    }

    /// Tells the host of room, when there is enough to be worth a message.
    private func grant() {
        let count = state.withLock { state in
            let count = state.input.ungranted
            guard count >= IncomingStream.capacity / 2 else { return 0 }
            state.input.granted += UInt64(count)
            return count
        }
        if count > 0 { send(.inputRoom, UInt64(count), byteCount: 4) }
    }
}
