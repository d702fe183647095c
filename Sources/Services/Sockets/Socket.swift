// SPDX-License-Identifier: Apache-2.0
//
// A socket: an open file that has addresses and takes messages. This is the base class of all families' sockets; every
// operation has the answer that Linux gives for a socket that does not have it.

public import Containers
public import Events
public import FileSystem
public import LinuxABI
import Scheduler
public import Sync
import Synchronization
import Time
public import UserMemory

/// What a program reads out of a socket, beside the bytes.
public struct ReceivedMessage: ~Copyable {
    /// How many bytes; with `.truncated` asked for, how many the message had.
    public var count = 0
    /// `.truncated` and the like.
    public var flags: MessageFlags = []
    /// Open files that came along; whoever takes them ends their journey (`endDescriptor`).
    public var files = UniqueArray<OpenFile>()
    /// Who sent it, if that came along.
    public var credentials: SocketCredentials?
    /// From where it came; nil for a connected peer or nowhere.
    public var source: SocketAddress?

    /// Creates an answer of nothing.
    public init() {}
}

/// What goes along with the bytes that a program writes into a socket.
public struct SocketMessage: ~Copyable {
    /// Open files that go along, each counted as a descriptor.
    public var files = UniqueArray<OpenFile>()
    /// Who sends, as the program says.
    public var credentials: SocketCredentials?
    /// How.
    public var flags: MessageFlags

    /// Creates a message without attachments.
    public init(_ flags: MessageFlags = []) { self.flags = flags }

    /// Takes the files out, for the message that travels.
    public mutating func takeFiles() -> UniqueArray<OpenFile> {
        var taken = UniqueArray<OpenFile>()
        swap(&taken, &files)
        return taken
    }

    deinit {
        var index = 0
        while index < files.count {
            files[index].endDescriptor()
            index += 1
        }
    }
}

/// A socket of any family.
open class Socket: OpenFile, @unchecked Sendable {
    /// Its family.
    public let domain: AddressFamily
    /// Its type.
    public let type: SocketType
    /// Its protocol.
    public let protocolNumber: Int32
    /// The options that all sockets have.
    public let options = Spinlock(SocketOptions())
    private let sendBufferSize = Atomic<Int>(SocketOptions.bufferLimit)
    private let credentialsAreWanted = Atomic<Bool>(false)
    /// Where its changes are told.
    public let changed = WaitQueue()

    /// Creates a socket that can be read and written.
    public init(_ volume: UnnamedVolume, _ domain: AddressFamily, _ type: SocketType, protocol number: Int32) {
        self.domain = domain
        self.type = type
        protocolNumber = number
        let mode = FileMode(.socket, Permissions(rawValue: 0o777))
        let inode = Inode(volume: volume, number: volume.makeNumber(), linkCount: 1, NewInode(mode: mode))
        super.init(inode, nil, .readWrite)
    }

    public final override var anonymousName: StaticString { "socket:" }

    public final override var waitQueue: WaitQueue? { changed }

    /// How many bytes may be on their way (`SO_SNDBUF`, as it is shown: twice what was set).
    public final var sendBuffer: Int {
        get { sendBufferSize.load(ordering: .relaxed) }
        set {
            sendBufferSize.store(newValue, ordering: .relaxed)
            changed.wakeAll(for: .writable)
        }
    }

    /// Whether messages come with who sent them (`SO_PASSCRED`).
    public final var passesCredentials: Bool {
        get { credentialsAreWanted.load(ordering: .relaxed) }
        set { credentialsAreWanted.store(newValue, ordering: .relaxed) }
    }

    // MARK: Names and connections

    /// Gives it an address.
    open func bind(_ address: Span<UInt8>, by caller: SocketCaller) throws(Errno) { throw .notSupported }

    /// Lets others connect to it.
    open func listen(backlog: Int, by caller: SocketCaller) throws(Errno) { throw .notSupported }

    /// Connects it to an address.
    open func connect(to address: Span<UInt8>, by caller: SocketCaller) throws(Errno) { throw .notSupported }

    /// Waits for somebody who connects.
    open func accept(_ flags: MessageFlags) throws(Errno) -> Socket { throw .notSupported }

    /// Ends one direction or both.
    open func shutdown(_ directions: SocketDirections) throws(Errno) { throw .notSupported }

    /// Its own address.
    open func localAddress() throws(Errno) -> SocketAddress { throw .notSupported }

    /// The peer's address.
    ///
    /// - Throws: `.socketNotConnected`.
    open func peerAddress() throws(Errno) -> SocketAddress { throw .notSupported }

    /// Whether it listens.
    open var isListening: Bool { false }

    /// Who the peer is (`SO_PEERCRED`).
    open var peerCredentials: SocketCredentials { .nobody }

    /// The error that is pending; it is told once.
    open func takeError() -> Errno? { nil }

    /// Called when it was made but nobody got it.
    open func abandon() { lastDescriptorClosed() }

    // MARK: Messages

    /// Sends.
    ///
    /// - Parameter address: to where; nil to the peer.
    /// - Returns: how many bytes.
    open func send(
        from buffer: inout IOBuffer, to address: Span<UInt8>?, _ message: inout SocketMessage, by caller: SocketCaller?
    ) throws(Errno) -> Int { throw .notSupported }

    /// Receives.
    open func receive(into buffer: inout IOBuffer, _ flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        throw .notSupported
    }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        if buffer.remaining == 0 { return 0 }
        let message = try receive(into: &buffer, [])
        endJourney(of: message.files)
        return message.count
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        var message = SocketMessage()
        return try send(from: &buffer, to: nil, &message, by: nil)
    }

    /// Lets files go that came along and that nobody takes.
    public final func endJourney(of files: borrowing UniqueArray<OpenFile>) {
        for index in 0..<files.count { files[index].endDescriptor() }
    }

    // MARK: Waiting

    /// Waits until a condition holds, with the time that the options allow.
    ///
    /// - Throws: `.wouldBlock` if it must not wait or the time is over, `.interrupted`.
    public final func wait(
        _ flags: MessageFlags, _ side: SocketOptions.Side, on queue: WaitQueue, unless condition: () -> Bool
    ) throws(Errno) {
        if flags.contains(.dontWait) || self.flags.contains(.nonBlocking) {
            if condition() { return }
            throw .wouldBlock
        }
        let timeout = options.withLock { $0.timeout(side) }
        let deadline = timeout == 0 ? nil : Clock.now().advanced(byNanoseconds: timeout)
        do throws(WaitEnd) { try queue.wait(until: deadline, unless: condition) } catch {
            throw error == .timedOut ? .wouldBlock : .interrupted
        }
    }
}

/// The directions of shutdown(2).
public struct SocketDirections: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32
    /// Creates a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Nothing is received any more.
    public static var receiving: SocketDirections { SocketDirections(rawValue: 1) }
    /// Nothing is sent any more.
    public static var sending: SocketDirections { SocketDirections(rawValue: 2) }
}
