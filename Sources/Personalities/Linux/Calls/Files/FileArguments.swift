// SPDX-License-Identifier: Apache-2.0
//
// What the calls on files have in common: descriptors, ranges and vectors of bytes, directory descriptors, and the
// errors of a transfer that a signal or a closed pipe ended.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Sync
internal import UserMemory

extension SystemCalls {
    /// The most bytes that one call transfers (`MAX_RW_COUNT`); more is a short transfer.
    static var transferLimit: Int { 0x7fff_f000 }

    /// A descriptor argument: an `int`.
    @inline(__always) static func descriptor(_ argument: UInt) -> Int32 { Int32(truncatingIfNeeded: argument) }

    /// An argument of flags: an `int`.
    @inline(__always) static func word(_ argument: UInt) -> UInt32 { UInt32(truncatingIfNeeded: argument) }

    /// An argument that is an offset.
    @inline(__always) static func offset(_ argument: UInt) -> Int64 { Int64(Int(bitPattern: argument)) }

    /// The open file of a descriptor argument.
    ///
    /// - Throws: `.badFileDescriptor`.
    @inline(__always) static func file(_ argument: UInt, _ task: Task) throws(Errno) -> OpenFile {
        try task.process.files.file(descriptor(argument))
    }

    /// Runs a transfer with the open file of a descriptor; `body` closes nothing.
    ///
    /// - Throws: `.badFileDescriptor`, and what `body` throws.
    @inline(__always) static func withFile(
        _ argument: UInt, _ task: Task, _ body: (OpenFile) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        try task.withFile(descriptor(argument), body)
    }

    /// The open file of a descriptor that must not be an O_PATH one.
    ///
    /// - Throws: `.badFileDescriptor`.
    static func usableFile(_ argument: UInt, _ task: Task) throws(Errno) -> OpenFile {
        let file = try file(argument, task)
        if file.flags.contains(.path) { throw .badFileDescriptor }
        return file
    }

    /// The directory that a path begins at; nil for the root or the working directory. An absolute path never looks at
    /// the descriptor (openat(2)).
    ///
    /// - Throws: `.badFileDescriptor`, `.notDirectory` for a file without a place.
    @inline(__always)  // nearly every path is absolute or begins at the working directory
    static func base(_ argument: UInt, _ path: Span<UInt8>, _ task: Task) throws(Errno) -> Place? {
        if !path.isEmpty, path[0] == UInt8(ascii: "/") { return nil }
        return try base(argument, task)
    }

    /// RLIMIT_NOFILE.
    static func descriptorLimit(_ task: Task) -> UInt64 { task.process[limit: .openFiles].soft }

    /// A new descriptor for an open file.
    ///
    /// - Throws: `.tooManyOpenFiles`, `.noMemory`.
    static func add(
        _ file: OpenFile, _ inheritance: FileDescriptorTable.Inheritance, _ task: Task
    ) throws(Errno) -> Int {
        Int(try task.process.files.add(file, limit: descriptorLimit(task), inheritance))
    }

    /// A range of the program, cut to what one call transfers.
    ///
    /// - Throws: `.badAddress` when some of it cannot be the program's.
    @inline(__always) static func range(_ address: UInt, _ count: UInt) throws(Errno) -> UserRange {
        let range = try UserRange(UserAddress(address), count: Int(bitPattern: count))
        return range.count <= transferLimit ? range : range.cut(to: transferLimit)
    }

    /// The buffer that an array of struct iovec describes.
    ///
    /// - Throws: `.invalidArgument` for too many or negative counts, `.badAddress`, `.noMemory`.
    /// - Source: readv(2).
    static func vector(_ address: UInt, _ count: UInt) throws(Errno) -> IOBuffer {
        guard count <= UInt(IOVector.limit) else { throw .invalidArgument }
        if count == 1 {
            let one = try element(address, 0)
            return IOBuffer(try range(UInt(one.base), UInt(one.count)))
        }
        var ranges = try allocating { () throws(OutOfMemory) in try UniqueArray<UserRange>(capacity: Int(count)) }
        var room = transferLimit
        for index in 0..<Int(count) {
            let next = try element(address, index)
            let part = try UserRange(UserAddress(UInt(next.base)), count: Int(next.count))
            let cut = part.count <= room ? part : try UserRange(part.start, count: room)
            room -= cut.count
            ranges.appendReserved(cut)
        }
        return IOBuffer(ranges)
    }

    private static func element(_ address: UInt, _ index: Int) throws(Errno) -> IOVector {
        var buffer = LayoutBuffer<2>()
        let place = UserAddress(address).advanced(by: index * IOVector.byteCount)
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(place, into: &raw) }
        let vector = IOVector(decoding: buffer)
        guard vector.count <= UInt64(Int64.max) else { throw .invalidArgument }
        return vector
    }

    /// Writes a structure to the program.
    ///
    /// - Throws: `.badAddress`.
    static func store<let words: Int>(_ structure: borrowing LayoutBuffer<words>, _ address: UInt) throws(Errno) {
        try UserMemory.write(structure.bytes, to: UserAddress(address))
    }

    // MARK: Errors of transfers

    /// The error of a wait in a service, which knows nothing of restarts: signal(7) lists read, write, open, ioctl and
    /// their kind among the calls that SA_RESTART starts again.
    static func restartable(_ error: Errno) -> Errno { error == .interrupted ? .restartIfAsked : error }

    /// The same for a write; a closed pipe or socket also sends SIGPIPE (pipe(7)).
    static func writeError(_ error: Errno, _ task: Task) -> Errno {
        if error == .brokenPipe { signalCaller(.brokenPipe, task) }
        return restartable(error)
    }

    /// Sends the calling thread a signal for what its call did, as if it had sent it itself.
    ///
    /// - Precondition: not a real-time signal, which could be refused for want of room.
    static func signalCaller(_ signal: SignalNumber, _ task: Task) {
        let user = task.process.credentials.user.real
        let sender = SignalInformation.Detail.sender(processID: UInt32(task.process.id), userID: user)
        try? task.send(SignalInformation(signal: signal, code: .user, detail: sender))
    }

    /// What a write of this process does to set-ID bits; only regular files have them.
    @inline(__always) static func writeOptions(_ file: OpenFile, _ task: Task) -> TransferOptions {
        file.inode.kind == .regular ? task.process.fileOperations.transferOptions : []
    }
}
