// SPDX-License-Identifier: Apache-2.0
//
// What a family of sockets has to offer, and the families of one system. A family is an object that makes sockets; what
// they do is in their classes. System calls find the family by its number and know no more of it.

public import Containers
public import Events
public import FileSystem
public import LinuxABI

/// How a socket carries data, for the families that have it.
public enum SocketKind: Sendable {
    /// Bytes in order, between two.
    case stream
    /// Messages, from anybody.
    case datagram
    /// Messages in order, between two.
    case sequentialPackets
}

/// Who calls: what permissions and names are checked against.
public struct SocketCaller: Sendable {
    /// Who it says it is to a peer.
    public let credentials: SocketCredentials
    /// What it can do with paths.
    public let files: FileOperations

    /// Creates a caller.
    public init(_ credentials: SocketCredentials, _ files: FileOperations) {
        self.credentials = credentials
        self.files = files
    }
}

/// A family of sockets.
public protocol SocketFamily: AnyObject, Sendable {
    /// Its number.
    var number: AddressFamily { get }

    /// Makes a socket.
    ///
    /// - Throws: `.socketTypeNotSupported`, `.protocolNotSupported`, `.noMemory`.
    func makeSocket(_ type: SocketType, protocol: Int32) throws(Errno) -> Socket

    /// Makes two sockets that are connected to each other.
    ///
    /// - Throws: as `makeSocket`; `.notSupported` if the family has no pairs.
    func makePair(
        _ type: SocketType, protocol: Int32, by credentials: SocketCredentials
    ) throws(Errno) -> (Socket, Socket)
}

/// The families of one system.
///
/// Lock order: a leaf.
public final class SocketFamilies: Sendable {
    private let families = BlockingMutex(UniqueArray<any SocketFamily>())

    /// Creates a list of none.
    public init() {}

    /// Adds a family.
    ///
    /// - Throws: `OutOfMemory`.
    public func add(_ family: any SocketFamily) throws(OutOfMemory) {
        try families.withLock { (families) throws(OutOfMemory) in try families.append(family) }
    }

    /// The family of a number.
    ///
    /// - Throws: `.addressFamilyNotSupported`.
    public func family(_ number: UInt32) throws(Errno) -> any SocketFamily {
        let found = families.withLock { families -> (any SocketFamily)? in
            for index in 0..<families.count where UInt32(families[index].number.rawValue) == number {
                return families[index]
            }
            return nil
        }
        guard let found else { throw .addressFamilyNotSupported }
        return found
    }
}
