// SPDX-License-Identifier: Apache-2.0
//
// Devices that carry bytes both ways: a serial port, one port of a virtio console. The port never blocks and never
// calls back under a lock: it takes what it has room for and tells its client when things have changed. The client
// (a terminal, the control channel) pulls bytes when it wants them, so a reader that does not read holds the device
// back and nothing is lost or queued without bound.

public import Memory

/// The data side of a byte-stream device.
public protocol ByteStreamPort: AnyObject, Sendable {
    /// Makes `client` the one that is told of changes, and lets bytes flow in `directions`.
    ///
    /// - Throws: `.busy` if the port has a client, `.outOfMemory` if its buffers cannot be made, `.ended`.
    func open(_ client: any ByteStreamClient, _ directions: StreamDirections) throws(DeviceError)

    /// Moves received bytes to `bytes` and answers how many; zero if there are none now.
    ///
    /// - Context: task; never blocks. One receiver at a time: the caller serialises.
    func receive(into bytes: inout MutableRawSpan) -> Int

    /// Takes the first bytes of `bytes` that there is room for and answers how many. When that is not all of them, the
    /// client's `portHasRoom` is called once there is room.
    ///
    /// - Throws: `.ended` if the device has failed or is quiesced.
    func send(_ bytes: RawSpan) throws(DeviceError) -> Int

    /// Sends all of `bytes` without interrupts, waiting in a loop of bounded length; what the device does not take in
    /// that time is dropped. For the last words before power-off and for crashes: it waits for no lock, allocates
    /// nothing, and gives up where it would have to.
    func sendPolling(_ bytes: RawSpan)

    /// Whether the other end is there.
    var isConnected: Bool { get }

    /// Whether the device has taken every byte that it was given. After `false` the client's `portHasRoom` is called once
    /// that may have changed.
    func isSendIdle() -> Bool
}

/// Which ways a client uses a port. A way that is not used costs no buffers.
public struct StreamDirections: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// From the device to the kernel.
    public static let receiving = StreamDirections(rawValue: 1)
    /// From the kernel to the device.
    public static let sending = StreamDirections(rawValue: 2)
}

/// The user of a byte-stream device. Called from deferred work, with no lock held; must not block.
public protocol ByteStreamClient: AnyObject, Sendable {
    /// Bytes may be waiting.
    func portHasBytes()
    /// There may be room for more bytes.
    func portHasRoom()
    /// The other end came or went.
    func portConnectionChanged()
}

/// A place in physical memory that a stream's bytes can be moved to or from without another copy.
public struct TransferWindow: Equatable, Sendable {
    /// The frame.
    public let frame: FrameNumber
    /// Where in the frame it begins.
    public let offset: Int
    /// How many bytes it has; it never leaves the frame.
    public let count: Int

    /// Names the place.
    public init(frame: FrameNumber, offset: Int, count: Int) {
        self.frame = frame
        self.offset = offset
        self.count = count
    }
}

/// A byte-stream device whose buffers its client may fill and empty in place: one copy between program and device.
public protocol WindowedByteStreamPort: ByteStreamPort {
    /// The oldest received bytes that are contiguous, or nil. They stay until `consume`.
    func receivedWindow() -> TransferWindow?

    /// Gives back the first `count` bytes of the received window.
    func consume(_ count: Int)

    /// Room for bytes to send, or nil. The window is the caller's until `commit`; one sender at a time.
    ///
    /// - Throws: `.ended` if the device has failed or is quiesced.
    func sendWindow() throws(DeviceError) -> TransferWindow?

    /// Sends the first `count` bytes of the send window; zero gives it back unused.
    func commit(_ count: Int)

    /// Whether `sendWindow` would answer a window. After `false` the client's `portHasRoom` is called once that may have
    /// changed.
    func hasSendRoom() -> Bool
}
