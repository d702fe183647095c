// SPDX-License-Identifier: Apache-2.0
//
// One message on its way between two sockets of the machine: its bytes, the open files that travel with it, and who
// sent it. A piece of a stream is one, too. Messages of a queue are a chain; it is taken apart link by link, so that a
// long one never ends recursively.

import Containers
import FileSystem
import LinuxABI
import UserMemory

/// A message in a receiver's queue.
final class UnixMessage: @unchecked Sendable {
    private let bytes: UniqueArray<UInt8>
    /// Who sent it: its bytes count against that socket's buffer.
    let sender: UnixSocket
    /// From where, if the sender has an address.
    let source: SocketAddress?
    /// Who the sender is, if that goes along.
    let credentials: SocketCredentials?

    // SAFETY: (all of these) guarded by the lock of the receiver whose queue it is in; before and after, one thread has it.
    nonisolated(unsafe) private var storedFiles: UniqueArray<OpenFile>
    nonisolated(unsafe) private var storedOffset = 0
    nonisolated(unsafe) private var storedNext: UnixMessage?

    init(
        _ bytes: consuming UniqueArray<UInt8>, _ files: consuming UniqueArray<OpenFile>, from sender: UnixSocket,
        _ source: SocketAddress?, _ credentials: SocketCredentials?
    ) {
        self.bytes = bytes
        self.sender = sender
        self.source = source
        self.credentials = credentials
        unsafe storedFiles = files
    }

    deinit { dropFiles() }

    /// How many bytes it has.
    var count: Int { bytes.count }

    /// Puts some of the bytes into a buffer.
    func put(_ range: Range<Int>, into buffer: inout IOBuffer) throws(Errno) {
        try Self.put(bytes, range, into: &buffer)
    }

    private static func put(
        _ bytes: borrowing UniqueArray<UInt8>, _ range: Range<Int>, into buffer: inout IOBuffer
    ) throws(Errno) { try buffer.put(bytes.span.rawBytes.extracting(range)) }

    /// What it counts for: the bytes, and something for the message itself.
    var cost: Int { bytes.count &+ 256 }

    /// The bytes that were taken already.
    var offset: Int {
        get { unsafe storedOffset }
        set { unsafe storedOffset = newValue }
    }

    /// The message behind it.
    var next: UnixMessage? {
        get { unsafe storedNext }
        set { unsafe storedNext = newValue }
    }

    /// Whether open files travel with it.
    var hasFiles: Bool { unsafe !storedFiles.isEmpty }

    /// Takes the files out.
    func takeFiles() -> UniqueArray<OpenFile> {
        var taken = UniqueArray<OpenFile>()
        unsafe swap(&taken, &storedFiles)
        return taken
    }

    /// Copies of the files' references, each counted as a descriptor: for who only peeks.
    func copyFiles() throws(OutOfMemory) -> UniqueArray<OpenFile> {
        var copy = UniqueArray<OpenFile>()
        try copy.reserve(unsafe storedFiles.count)
        let count = unsafe storedFiles.count
        for index in 0..<count {
            let file = unsafe storedFiles[index]
            file.descriptorOpened()
            copy.appendReserved(file)
        }
        return copy
    }

    /// Ends the journey of the files that nobody has taken.
    private func dropFiles() {
        let files = takeFiles()
        var index = 0
        while index < files.count {
            files[index].endDescriptor()
            index += 1
        }
    }
}
