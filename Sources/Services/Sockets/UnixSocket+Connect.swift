// SPDX-License-Identifier: Apache-2.0
//
// Names and connections: bind(2), listen(2), connect(2), accept(2), shutdown(2) and the end. A connection is made by who
// connects: the other end is a new socket, which waits in the listener's backlog. Source: unix(7).

import Containers
import Events
import FileSystem
import LinuxABI
import Sync
import Synchronization

extension UnixSocket {
    // MARK: Names

    func bindName(_ bytes: Span<UInt8>, _ caller: SocketCaller) throws(Errno) {
        let address = try UnixAddress(bytes)
        if state.withLock({ $0.name != nil }) { throw .invalidArgument }
        switch address {
        case .unnamed: try bindMadeUpName()
        case .abstract:
            try UnixAddress.withKey(abstract: bytes, type) { (key) throws(Errno) in try bind(bytes, key, nil) }
        case .path(let count): try bindPath(bytes.extracting(2..<2 + count), caller)
        }
    }

    private func bindPath(_ path: Span<UInt8>, _ caller: SocketCaller) throws(Errno) {
        do throws(Errno) {
            try caller.files.makeNode(path, FileMode(.socket, Permissions(rawValue: 0o777)), .none)
        } catch {
            throw error == .fileExists ? .addressInUse : error
        }
        let inode = try caller.files.place(of: path, following: .noFollow).inode
        var name = UniqueArray<UInt8>()
        do throws(OutOfMemory) {
            try name.reserve(path.count + 3)
            name.appendReserved(1)
            name.appendReserved(0)
            try name.append(copying: path)
            name.appendReserved(0)
        } catch { throw .noMemory }
        let key = UnixAddress.key(inode)
        try bind(name.span, key.span, inode)
    }

    /// A name of five hexadecimal digits that nobody has.
    private func bindMadeUpName() throws(Errno) {
        var bytes: InlineArray<8, UInt8> = [1, 0, 0, 0, 0, 0, 0, 0]
        for _ in 0..<0x10_0000 {
            let number = family.makeNameNumber()
            for digit in 0..<5 {
                let value = UInt8(truncatingIfNeeded: number >> UInt32(16 - digit * 4)) & 15
                bytes[3 + digit] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
            }
            do throws(Errno) {
                return try UnixAddress.withKey(abstract: bytes.span, type) { (key) throws(Errno) in
                    try bind(bytes.span, key, nil)
                }
            } catch {
                if error != .addressInUse { throw error }
            }
        }
        throw .noSpace
    }

    private func bind(_ bytes: Span<UInt8>, _ key: Span<UInt8>, _ inode: Inode?) throws(Errno) {
        let name: SocketAddress
        let kept: SocketAddress
        do throws(OutOfMemory) {
            name = SocketAddress(try ByteString(copying: bytes))
            kept = SocketAddress(try ByteString(copying: key))
        } catch { throw .noMemory }
        try family.enter(self, key)
        let isOurs = state.withLock { state -> Bool in
            if state.name != nil || status.contains(.closed) { return false }
            state.name = name
            state.place = inode
            state.key = kept
            return true
        }
        if !isOurs {
            // Another thread has bound or closed it meanwhile.
            family.remove(key)
            throw .invalidArgument
        }
    }

    /// The socket that an address means.
    ///
    /// - Throws: `.connectionRefused` if none has it, `.protocolWrongTypeForSocket` for one of another type, and what the
    ///   path says.
    func target(_ bytes: Span<UInt8>, _ caller: SocketCaller) throws(Errno) -> UnixSocket {
        let found: UnixSocket?
        switch try UnixAddress(bytes) {
        case .unnamed: throw .invalidArgument
        case .abstract:
            found = try UnixAddress.withKey(abstract: bytes, type) { (key) throws(Errno) in family.find(key) }
        case .path(let count):
            let inode = try caller.files.place(of: bytes.extracting(2..<2 + count), following: .follow).inode
            try inode.check(.write, by: caller.files.credentials)
            guard inode.kind == .socket else { throw .connectionRefused }
            let key = UnixAddress.key(inode)
            found = family.find(key.span)
        }
        guard let found else { throw .connectionRefused }
        if found.kind != kind { throw .protocolWrongTypeForSocket }
        return found
    }

    // MARK: Listening

    func beginListening(_ backlog: Int, _ caller: SocketCaller) throws(Errno) {
        guard kind != .datagram else { throw .notSupported }
        try state.withLock { (state) throws(Errno) in
            guard state.name != nil, !status.contains(.connected) else { throw .invalidArgument }
            backlogLimit.store(min(max(backlog, 0), 4096), ordering: .releasing)
            state.ownCredentials = caller.credentials
            add(.listening)
        }
        backlogRoom.wakeAll()
    }

    func acceptNext(_ flags: MessageFlags) throws(Errno) -> Socket {
        guard kind != .datagram else { throw .notSupported }
        guard isListening else { throw .invalidArgument }
        while true {
            if status.contains(.receivingEnded) { throw .invalidArgument }
            let next = state.withLock { state -> UnixSocket? in
                if state.backlog.isEmpty { return nil }
                pending.wrappingSubtract(1, ordering: .releasing)
                return state.backlog.remove(at: 0)
            }
            if let next {
                backlogRoom.wakeAll()
                return next
            }
            try wait(flags, .receiving, on: changed) {
                self.pending.load(ordering: .acquiring) > 0 || self.status.contains(.receivingEnded)
            }
        }
    }

    // MARK: Connecting

    func connectStream(_ bytes: Span<UInt8>, _ caller: SocketCaller) throws(Errno) {
        while true {
            let listener = try target(bytes, caller)
            if isListening { throw .invalidArgument }
            if status.contains(.connected) { throw .socketIsConnected }
            guard listener.isListening, listener.status.isDisjoint(with: [.closed, .receivingEnded]) else {
                throw .connectionRefused
            }
            if try enterBacklog(of: listener, caller) { return }
            try wait([], .sending, on: listener.backlogRoom) {
                !listener.isBacklogFull || listener.status.contains(.closed)
            }
        }
    }

    private var isBacklogFull: Bool { pending.load(ordering: .acquiring) > backlogLimit.load(ordering: .acquiring) }

    /// Makes the other end and puts it into a listener's backlog. - Returns: false if that is full.
    private func enterBacklog(of listener: UnixSocket, _ caller: SocketCaller) throws(Errno) -> Bool {
        let other = UnixSocket(family, type, kind)
        let ownName = state.withLock { $0.name }
        let (listenerName, listenerCredentials) = listener.state.withLock { ($0.name, $0.ownCredentials) }
        other.state.withLock { state in
            state.peer = self
            state.name = listenerName
            state.peerName = ownName
            state.peerCredentials = caller.credentials
        }
        other.add(.connected)
        // This end first: once the other is in the backlog, somebody may use it.
        try state.withLock { (state) throws(Errno) in
            if state.peer != nil { throw .socketIsConnected }
            state.peer = other
            state.peerName = listenerName
            state.peerCredentials = listenerCredentials
        }
        do throws(Errno) {
            let hasEntered = try listener.state.withLock { (state) throws(Errno) -> Bool in
                if listener.status.contains(.closed) { throw .connectionRefused }
                if listener.isBacklogFull { return false }
                do throws(OutOfMemory) { try state.backlog.append(other) } catch { throw .noMemory }
                listener.pending.wrappingAdd(1, ordering: .releasing)
                return true
            }
            if hasEntered {
                add(.connected)
                listener.changed.wakeAll(for: .readable)
                return true
            }
            leave(other)
            return false
        } catch {
            leave(other)
            throw error
        }
    }

    /// Takes a connection back that came to nothing.
    private func leave(_ other: UnixSocket) {
        let old = state.withLock { state -> UnixSocket? in
            state.peerName = nil
            state.peerCredentials = nil
            return state.peer.take()
        }
        let own = other.state.withLock { $0.peer.take() }
        _ = (old, own)
    }

    /// Sets where a datagram socket sends, and from whom it receives.
    func setDestination(_ bytes: Span<UInt8>, _ caller: SocketCaller) throws(Errno) {
        var peer: UnixSocket?
        var name: SocketAddress?
        if bytes.count < 2 { throw .invalidArgument }
        if bytes[0] != 0 || bytes[1] != 0 {
            let target = try target(bytes, caller)
            try checkMaySend(to: target)
            peer = target
            name = target.state.withLock { $0.name }
            add(.connected)
        } else {
            // AF_UNSPEC: no destination any more.
            removeConnected()
        }
        let old = state.withLock { state -> UnixSocket? in
            let old = state.peer
            state.peer = peer
            state.peerName = name
            return old
        }
        _ = old  // its last release, if this is one, happens outside of the lock
    }

    // MARK: The end

    func shutDown(_ directions: SocketDirections) {
        var own: Status = []
        var others: Status = []
        if directions.contains(.receiving) {
            own.insert(.receivingEnded)
            others.insert(.sendingEnded)
        }
        if directions.contains(.sending) {
            own.insert(.sendingEnded)
            others.insert(.receivingEnded)
        }
        add(own)
        changed.wakeAll()
        guard kind != .datagram, let peer = state.withLock({ $0.peer }) else { return }
        peer.add(others)
        peer.changed.wakeAll()
    }

    /// The last descriptor is closed.
    func close() {
        var first: UnixMessage?
        var key: SocketAddress?
        let peer = state.withLock { state -> UnixSocket? in
            add([.closed, .receivingEnded, .sendingEnded])
            first = state.first
            state.first = nil
            state.last = nil
            pending.store(0, ordering: .releasing)
            queued.store(0, ordering: .releasing)
            key = state.key.take()
            return state.peer.take()
        }
        key?.withBytes { family.remove($0) }
        if let peer, kind != .datagram { peer.peerHasClosed(self, first == nil ? nil : .connectionReset) }
        dropAll(first)
        while let waiting = state.withLock({ $0.backlog.isEmpty ? nil : $0.backlog.removeLast() }) {
            waiting.closeUnaccepted()
        }
        changed.wakeAll()
        backlogRoom.wakeAll()
    }

    /// Nobody accepted it before the listener was closed.
    private func closeUnaccepted() {
        let peer = state.withLock { $0.peer }
        peer?.setError(.connectionReset)
        close()
    }

    /// - Parameter error: `.connectionReset` if the peer threw away what this socket had sent.
    private func peerHasClosed(_ peer: UnixSocket, _ error: Errno?) {
        if let error { setError(error) }
        let old = state.withLock { state -> UnixSocket? in
            add([.receivingEnded, .sendingEnded, .peerClosed])
            return state.peer === peer ? state.peer.take() : nil
        }
        _ = old
        changed.wakeAll()
    }

    /// Throws messages away, one after the other.
    func dropAll(_ first: UnixMessage?) {
        var message = first
        while let current = message {
            message = current.next
            current.next = nil
            current.sender.wasReceived(current.cost)
        }
    }
}
