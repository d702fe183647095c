// SPDX-License-Identifier: Apache-2.0
//
// AF_UNIX: sockets between programs of one machine, with addresses that are paths or abstract names (unix(7)). The
// family knows which socket an address belongs to; a path leads to an inode first, and the inode to the socket.

public import Containers
import Events
public import FileSystem
public import LinuxABI
import Synchronization

/// The family of sockets within the machine.
///
/// Lock order: a leaf.
public final class UnixFamily: SocketFamily {
    /// Where the sockets' inodes live.
    let volume: UnnamedVolume
    /// The address of a socket that has none: the family alone.
    let unnamed: SocketAddress
    /// Who runs, for sockets that tell it to their peers.
    let identity: @Sendable () -> SocketCredentials
    /// Which socket has an address, by what `UnixAddress.key` gives.
    private let bound = BlockingMutex(HashTable<ByteString, UnixSocket>())
    private let nextName = Atomic<UInt32>(0)

    /// Creates the family.
    ///
    /// - Parameter identity: asked on the calling thread.
    /// - Throws: `OutOfMemory`.
    public init(_ volume: UnnamedVolume, identity: @escaping @Sendable () -> SocketCredentials) throws(OutOfMemory) {
        self.volume = volume
        self.identity = identity
        let family: InlineArray<2, UInt8> = [1, 0]
        unnamed = SocketAddress(try ByteString(copying: family.span))
    }

    /// `AF_UNIX`.
    public var number: AddressFamily { .unix }

    /// Makes a socket.
    public func makeSocket(_ type: SocketType, protocol number: Int32) throws(Errno) -> Socket {
        try make(type, number)
    }

    /// Makes two that are connected.
    public func makePair(
        _ type: SocketType, protocol number: Int32, by credentials: SocketCredentials
    ) throws(Errno) -> (Socket, Socket) {
        let first = try make(type, number)
        let second = try make(type, number)
        UnixSocket.join(first, second, credentials)
        return (first, second)
    }

    private func make(_ type: SocketType, _ number: Int32) throws(Errno) -> UnixSocket {
        guard number == 0 || number == Int32(AddressFamily.unix.rawValue) else { throw .protocolNotSupported }
        switch type {
        case .stream: return UnixSocket(self, type, .stream)
        case .datagram: return UnixSocket(self, type, .datagram)
        // A raw socket is a datagram socket here, for BSD's sake.
        case .raw: return UnixSocket(self, .datagram, .datagram)
        case .sequentialPackets: return UnixSocket(self, type, .sequentialPackets)
        default: throw .socketTypeNotSupported
        }
    }

    // MARK: Names

    /// Enters a socket under a key.
    ///
    /// - Throws: `.addressInUse`, `.noMemory`.
    func enter(_ socket: UnixSocket, _ key: Span<UInt8>) throws(Errno) {
        try bound.withLock { (bound) throws(Errno) in
            if bound.find(key) != nil { throw .addressInUse }
            do throws(OutOfMemory) { try bound.insert(key, socket) } catch { throw .noMemory }
        }
    }

    /// Takes a socket out.
    func remove(_ key: Span<UInt8>) {
        let removed = bound.withLock { $0.remove(key) }
        _ = removed  // its last release, if this is one, happens outside of the lock
    }

    /// The socket of a key.
    func find(_ key: Span<UInt8>) -> UnixSocket? {
        bound.withLock { bound in
            guard let position = bound.find(key) else { return nil }
            return bound[position]
        }
    }

    /// A number for a name that the kernel makes up: five hexadecimal digits (unix(7), "Autobind feature").
    func makeNameNumber() -> UInt32 { nextName.wrappingAdd(1, ordering: .relaxed).oldValue & 0xfffff }
}
