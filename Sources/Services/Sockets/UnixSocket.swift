// SPDX-License-Identifier: Apache-2.0
//
// A socket of AF_UNIX. What was sent to it lies in its own queue; a sender puts messages there and counts them against
// its own buffer until they are received:
//
//      sender ── message ──▶ receiver's queue ── receive ──▶ program
//        ▲                                          │
//        └───────────── bytes are free again ───────┘
//
// Connected sockets hold each other until one is closed. What waiters look at is atomic, so that conditions and poll(2)
// need no lock.

import Containers
public import Events
public import FileSystem
public import LinuxABI
import Sync
import Synchronization
public import UserMemory

/// A socket within the machine.
///
/// Lock order: sockets' locks are never held together; the family's names come after.
public final class UnixSocket: Socket, @unchecked Sendable {
    struct State: ~Copyable {
        var first: UnixMessage?
        var last: UnixMessage?
        var peer: UnixSocket?
        var name: SocketAddress?
        var peerName: SocketAddress?
        var peerCredentials: SocketCredentials?
        /// Who listens: what those who connect see as their peer's credentials.
        var ownCredentials: SocketCredentials?
        /// What the family knows it by.
        var key: SocketAddress?
        /// The inode of its path, kept so that no other gets its number.
        var place: Inode?
        /// Who has connected and was not accepted yet.
        var backlog = UniqueArray<UnixSocket>()
    }

    /// What became of it, as bits.
    struct Status: OptionSet {
        let rawValue: UInt32
        /// Nothing comes any more: shut down, or the peer is closed.
        static let receivingEnded = Status(rawValue: 1)
        /// Nothing can be sent any more.
        static let sendingEnded = Status(rawValue: 2)
        static let connected = Status(rawValue: 4)
        static let listening = Status(rawValue: 8)
        static let closed = Status(rawValue: 16)
        static let peerClosed = Status(rawValue: 32)
    }

    let family: UnixFamily
    let kind: SocketKind
    let state = BlockingMutex(State(), .stream)
    private let statusBits = Atomic<UInt32>(0)
    /// Messages in the queue, or connections in the backlog.
    let pending = Atomic<Int>(0)
    /// Bytes in the queue.
    let queued = Atomic<Int>(0)
    /// What was sent and not received yet.
    let outstanding = Atomic<Int>(0)
    /// The pending error's number.
    private let error = Atomic<UInt16>(0)
    /// How many may wait in the backlog, and one.
    let backlogLimit = Atomic<Int>(0)
    /// Those who want to connect to a full backlog.
    let backlogRoom = WaitQueue()

    init(_ family: UnixFamily, _ type: SocketType, _ kind: SocketKind) {
        self.family = family
        self.kind = kind
        super.init(family.volume, .unix, type, protocol: 0)
    }

    var status: Status { Status(rawValue: statusBits.load(ordering: .acquiring)) }

    func add(_ status: Status) { _ = statusBits.bitwiseOr(status.rawValue, ordering: .acquiringAndReleasing) }

    /// The one that can be taken back: a datagram socket's destination.
    func removeConnected() {
        _ = statusBits.bitwiseAnd(~Status.connected.rawValue, ordering: .acquiringAndReleasing)
    }

    func setError(_ errno: Errno) { error.store(errno.rawValue, ordering: .releasing) }

    var hasError: Bool { error.load(ordering: .acquiring) != 0 }

    public override func takeError() -> Errno? {
        if error.load(ordering: .relaxed) == 0 { return nil }
        let number = error.exchange(0, ordering: .acquiringAndReleasing)
        return number == 0 ? nil : Errno(rawValue: number)
    }

    /// Connects two new sockets to each other.
    static func join(_ first: UnixSocket, _ second: UnixSocket, _ credentials: SocketCredentials) {
        for (own, other) in [(first, second), (second, first)] {
            own.state.withLock { state in
                state.peer = other
                state.peerCredentials = credentials
            }
            own.add(.connected)
        }
    }

    // MARK: What all sockets have

    public override func bind(_ address: Span<UInt8>, by caller: SocketCaller) throws(Errno) {
        try bindName(address, caller)
    }

    public override func listen(backlog: Int, by caller: SocketCaller) throws(Errno) {
        try beginListening(backlog, caller)
    }

    public override func connect(to address: Span<UInt8>, by caller: SocketCaller) throws(Errno) {
        if kind == .datagram { try setDestination(address, caller) } else { try connectStream(address, caller) }
    }

    public override func accept(_ flags: MessageFlags) throws(Errno) -> Socket { try acceptNext(flags) }

    public override func shutdown(_ directions: SocketDirections) throws(Errno) { shutDown(directions) }

    public override func localAddress() throws(Errno) -> SocketAddress {
        state.withLock { $0.name } ?? family.unnamed
    }

    public override func peerAddress() throws(Errno) -> SocketAddress {
        guard status.contains(.connected) else { throw .socketNotConnected }
        return state.withLock { $0.peerName } ?? family.unnamed
    }

    public override var isListening: Bool { status.contains(.listening) }

    public override var peerCredentials: SocketCredentials {
        state.withLock { $0.peerCredentials ?? $0.ownCredentials } ?? .nobody
    }

    public override func lastDescriptorClosed() { close() }

    public override func send(
        from buffer: inout IOBuffer, to address: Span<UInt8>?, _ message: inout SocketMessage, by caller: SocketCaller?
    ) throws(Errno) -> Int {
        guard message.flags.isDisjoint(with: [.outOfBand]) else { throw .notSupported }
        switch kind {
        case .stream: return try sendStream(&buffer, address != nil, &message)
        case .datagram: return try sendDatagram(&buffer, address, &message, caller)
        // The address is not looked at (unix_seqpacket_sendmsg).
        case .sequentialPackets: return try sendDatagram(&buffer, nil, &message, nil)
        }
    }

    public override func receive(into buffer: inout IOBuffer, _ flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        guard flags.isDisjoint(with: [.outOfBand]) else { throw kind == .stream ? .invalidArgument : .notSupported }
        return kind == .stream ? try receiveStream(&buffer, flags) : try receiveMessage(&buffer, flags)
    }

    // MARK: Readiness

    public override func poll() -> PollEvents {
        let status = status
        var events: PollEvents = []
        if pending.load(ordering: .acquiring) > 0 || status.contains(.receivingEnded) { events.insert(.readable) }
        if status.contains(.receivingEnded) { events.insert(.readHangUp) }
        if status.isSuperset(of: [.receivingEnded, .sendingEnded]) { events.insert(.hangUp) }
        if kind != .datagram, status.isDisjoint(with: [.connected, .listening]) { events.insert(.hangUp) }
        if hasError { events.insert(.error) }
        if isWritable { events.insert(.writable) }
        return events
    }

    /// Three quarters of the buffer are free, as Linux has it.
    private var isWritable: Bool {
        outstanding.load(ordering: .acquiring) * 4 <= sendBuffer
    }

    /// The bytes of a message were received, or it was thrown away.
    func wasReceived(_ cost: Int) {
        let size = sendBuffer
        let (before, after) = outstanding.wrappingSubtract(cost, ordering: .acquiringAndReleasing)
        let isUnblocked = before >= size && after < size
        if isUnblocked || before * 4 > size && after * 4 <= size { changed.wakeAll(for: .writable) }
    }

    public override func control(_ request: ControlRequest, _ argument: UserAddress) throws(Errno) -> Int {
        switch request {
        case .inputPending:
            if isListening { throw .invalidArgument }
            let count =
                kind == .stream ? queued.load(ordering: .acquiring) : state.withLock { $0.first?.count } ?? 0
            try UserMemory.store(Int32(truncatingIfNeeded: count), at: argument)
        case .outputPending:
            try UserMemory.store(Int32(truncatingIfNeeded: outstanding.load(ordering: .acquiring)), at: argument)
        default: throw .inappropriateIOCTLForDevice
        }
        return 0
    }
}
