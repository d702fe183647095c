// SPDX-License-Identifier: Apache-2.0

// Bytes on their way from one descriptor to another, never more than a fixed number: who writes too fast has to wait.

internal import Glibc

/// A bounded queue between two descriptors.
struct ByteQueue {
    /// What a transfer came to.
    enum Transfer: Equatable {
        /// So many bytes moved.
        case moved(Int)
        /// None, for now.
        case nothing
        /// The other side has ended.
        case ended
        /// It failed with this errno.
        case failed(Int32)
    }

    static let capacity = 1 << 16

    private var bytes: [UInt8] = []
    private var head = 0

    var count: Int { bytes.count - head }
    var isEmpty: Bool { count == 0 }
    var hasRoom: Bool { count < Self.capacity }

    /// Appends bytes that the caller made itself; they may exceed the capacity.
    mutating func append(_ more: some Sequence<UInt8>) {
        compact()
        bytes.append(contentsOf: more)
    }

    /// Reads what fits.
    mutating func fill(from descriptor: Int32) -> Transfer {
        compact()
        let room = Self.capacity - count
        guard room > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: room)
        let got = read(descriptor, &buffer, room)
        if got > 0 {
            bytes += buffer[..<got]
            return .moved(got)
        }
        return got == 0 ? .ended : failure()
    }

    /// Writes up to `limit` bytes.
    mutating func drain(to descriptor: Int32, limit: Int) -> Transfer {
        let length = min(count, limit)
        guard length > 0 else { return .nothing }
        let wrote = bytes.withUnsafeBytes { all in
            write(descriptor, UnsafeRawBufferPointer(rebasing: all[head..<(head + length)]).baseAddress, length)
        }
        guard wrote >= 0 else { return failure() }
        head += wrote
        return .moved(wrote)
    }

    /// Takes the oldest bytes out.
    mutating func removeFirst(atMost limit: Int) -> [UInt8] {
        let end = head + min(limit, count)
        defer { head = end }
        return Array(bytes[head..<end])
    }

    /// Takes everything out.
    mutating func removeAll() -> [UInt8] {
        defer {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        }
        return Array(bytes[head...])
    }

    private mutating func compact() {
        if head == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= Self.capacity / 2 {
            bytes.removeFirst(head)
            head = 0
        }
    }

    private func failure() -> Transfer {
        errno == EAGAIN || errno == EINTR ? .nothing : .failed(errno)
    }
}
