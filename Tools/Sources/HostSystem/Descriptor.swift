// SPDX-License-Identifier: Apache-2.0

// An open file of this process, closed when its owner goes away.
// All are close-on-exec: a child gets only what it is handed.

internal import CHost
internal import Glibc

/// An open descriptor.
public final class Descriptor: Sendable {
    /// The number.
    public let number: Int32

    /// Takes ownership of a number.
    public init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// How `open` opens a file.
    public enum Access: Sendable {
        /// For reading; the file exists.
        case read
        /// For writing; the file is made, and must not have existed.
        case create(mode: UInt32)
    }

    /// Opens a file.
    public convenience init(opening path: FilePath, _ access: Access) throws(SystemCallError) {
        let number: Int32
        switch access {
        case .read: number = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        case .create(let mode):
            number = path.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode)) }
        }
        guard number >= 0 else { throw SystemCallError("open") }
        self.init(owning: number)
    }

    /// Makes a file that exists in memory only and has no name.
    public static func memory(name: String) throws(SystemCallError) -> Descriptor {
        let number = chost_memory_file(name)
        guard number >= 0 else { throw SystemCallError("memfd_create") }
        return Descriptor(owning: number)
    }

    /// Makes two connected stream sockets.
    public static func socketPair() throws(SystemCallError) -> (ours: Descriptor, theirs: Descriptor) {
        var numbers: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &numbers) == 0 else {
            throw SystemCallError("socketpair")
        }
        return (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    }

    /// Makes a pipe.
    public static func pipe() throws(SystemCallError) -> (reading: Descriptor, writing: Descriptor) {
        var numbers: [Int32] = [-1, -1]
        guard chost_pipe(&numbers) == 0 else { throw SystemCallError("pipe2") }
        return (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    }

    /// Makes reads and writes return at once; only for descriptors that nobody shares with us.
    public func setNonBlocking() {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }

    /// Reads up to `count` bytes, fewer only at the end of the file.
    public func read(count: Int) throws(SystemCallError) -> [UInt8] {
        var failure: SystemCallError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Glibc.read(
                    number, UnsafeMutableBufferPointer(rebasing: buffer[filled...]).baseAddress, count - filled)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = SystemCallError("read") }
                if got <= 0 { break }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all bytes.
    public func write(_ bytes: some Collection<UInt8>) throws(SystemCallError) {
        let array = Array(bytes)
        var done = 0
        while done < array.count {
            let wrote = array.withUnsafeBytes { all in
                Glibc.write(number, UnsafeRawBufferPointer(rebasing: all[done...]).baseAddress, array.count - done)
            }
            if wrote < 0 && errno == EINTR { continue }
            guard wrote > 0 else { throw SystemCallError("write") }
            done += wrote
        }
    }

    /// Appends everything of another file from its beginning; returns the number of bytes.
    public func append(contentsOf source: Descriptor) throws(SystemCallError) -> UInt64 {
        var offset: off_t = 0
        while true {
            let sent = sendfile(number, source.number, &offset, 1 << 30)
            if sent < 0 && errno == EINTR { continue }
            guard sent >= 0 else { throw SystemCallError("sendfile") }
            if sent == 0 { return UInt64(offset) }
        }
    }

    /// Appends zeros.
    public func appendZeros(_ count: Int) throws(SystemCallError) {
        try write([UInt8](repeating: 0, count: count))
    }

    /// Sets the position from which is read.
    public func seek(to position: UInt64) throws(SystemCallError) {
        guard lseek(number, off_t(position), SEEK_SET) >= 0 else { throw SystemCallError("lseek") }
    }

    /// The position at which is read or written next.
    public func position() throws(SystemCallError) -> UInt64 {
        let position = lseek(number, 0, SEEK_CUR)
        guard position >= 0 else { throw SystemCallError("lseek") }
        return UInt64(position)
    }
}
