// SPDX-License-Identifier: Apache-2.0

// Child processes that end when the tool ends, with exactly the descriptors they are given.

internal import CHost
internal import Glibc

/// A running child.
public struct ChildProcess: Sendable {
    /// How a child ended.
    public enum End: Equatable, Sendable {
        /// With this status.
        case exited(Int32)
        /// By this signal.
        case signaled(Int32)
    }

    /// The process's number.
    public let identifier: Int32

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the executable; PATH is not searched.
    ///   - arguments: without the name, which is the executable's; `ByteText` where they are not UTF-8.
    ///   - environment: "NAME=value"; nil for ours.
    ///   - directory: where it runs; nil for where we are.
    ///   - descriptors: element i becomes the child's descriptor i; nil leaves it inherited (0, 1, 2) or closed.
    public init(
        _ path: FilePath, _ arguments: [String], environment: [[UInt8]]? = nil, directory: FilePath? = nil,
        descriptors: [Descriptor?] = []
    ) throws(SystemCallError) {
        let words = [path.bytes] + arguments.map(ByteText.bytes)
        var argv: [UnsafeMutablePointer<CChar>?] = words.map(copyCString)
        var envp: [UnsafeMutablePointer<CChar>?] = (environment ?? Environment.all).map(copyCString)
        argv.append(nil)
        envp.append(nil)
        defer { for pointer in argv + envp { free(pointer) } }
        let numbers = descriptors.map { $0?.number ?? -1 }
        var pid: pid_t = 0
        // The directory must stay a C string during the call.
        let error: Int32 = path.withCString { cPath in
            guard let directory else {
                return chost_spawn(cPath, argv, envp, nil, numbers, Int32(numbers.count), &pid)
            }
            return directory.withCString { cDirectory in
                chost_spawn(cPath, argv, envp, cDirectory, numbers, Int32(numbers.count), &pid)
            }
        }
        withExtendedLifetime(descriptors) {}
        guard error == 0 else { throw SystemCallError("exec", number: error) }
        identifier = pid
    }

    /// A descriptor that becomes readable when the child ends.
    public func endDescriptor() throws(SystemCallError) -> Descriptor {
        let number = chost_process_descriptor(identifier)
        guard number >= 0 else { throw SystemCallError("pidfd_open", number: errno) }
        return Descriptor(owning: number)
    }

    /// How the child ended, or nil while it runs.
    public func poll() -> End? { wait(options: WNOHANG) }

    /// Waits for the end.
    public func wait() -> End { wait(options: 0) ?? .exited(0) }

    /// Sends a signal.
    public func send(signal: Int32) { kill(identifier, signal) }

    private func wait(options: Int32) -> End? {
        var status: Int32 = 0
        while true {
            let result = waitpid(identifier, &status, options)
            if result < 0 && errno == EINTR { continue }
            guard result == identifier else { return result == 0 ? nil : .exited(0) }
            return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signaled(status & 0x7f)
        }
    }

    /// What a program wrote, and how it ended.
    public struct Output: Sendable {
        /// How it ended.
        public let end: End
        /// Standard output.
        public let output: [UInt8]
        /// Whether it ended with status 0.
        public var isSuccess: Bool { end == .exited(0) }
        /// Standard output as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Where a program's standard error goes while its output is collected.
    public enum ErrorOutput: Sendable {
        /// To ours.
        case inherited
        /// Into the collected output.
        case collected
    }

    /// Runs a program to its end and collects its standard output.
    public static func run(
        _ path: FilePath, _ arguments: [String], directory: FilePath? = nil, errors: ErrorOutput = .collected
    ) throws(SystemCallError) -> Output {
        let null = try Descriptor(opening: "/dev/null", .read)
        var pipe: (reading: Descriptor, writing: Descriptor?) = try Descriptor.pipe()
        let child = try ChildProcess(
            path, arguments, directory: directory,
            descriptors: [null, pipe.writing, errors == .collected ? pipe.writing : nil])
        pipe.writing = nil  // ours: the end of the child's is the end of the output
        var output: [UInt8] = []
        while true {
            let piece = try pipe.reading.read(count: 4096)
            output += piece
            if piece.count < 4096 { break }
        }
        return Output(end: child.wait(), output: output)
    }
}

private func copyCString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    let copy = malloc(bytes.count + 1)?.assumingMemoryBound(to: CChar.self)
    for (index, byte) in bytes.enumerated() { copy?[index] = CChar(bitPattern: byte) }
    copy?[bytes.count] = 0
    return copy
}
