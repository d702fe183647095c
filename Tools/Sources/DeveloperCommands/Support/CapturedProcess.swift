// SPDX-License-Identifier: Apache-2.0

// A program whose output, errors and end are all collected. Both streams go to files in memory: no pipe can fill up.

internal import Glibc
internal import HostSystem

/// A running program whose streams are collected.
struct CapturedProcess {
    /// What a program left behind.
    struct Capture: Equatable {
        let end: ChildProcess.End
        let output: [UInt8]
        let errors: [UInt8]

        /// The status as a shell shows it.
        var status: Int32 {
            switch end {
            case .exited(let status): status
            case .signaled(let number): 128 + number
            }
        }
        var outputText: String { String(decoding: output, as: UTF8.self) }
        var errorText: String { String(decoding: errors, as: UTF8.self) }
    }

    private let child: ChildProcess
    private let output: Descriptor
    private let errors: Descriptor

    /// Starts a program; without an input file it reads /dev/null.
    init(
        _ path: FilePath, _ arguments: [String], input: FilePath? = nil, environment: [String]? = nil,
        directory: FilePath? = nil
    ) throws {
        output = try Descriptor.memory(name: "output")
        errors = try Descriptor.memory(name: "errors")
        let from = try Descriptor(opening: input ?? "/dev/null", .read)
        child = try ChildProcess(
            path, arguments, environment: environment?.map(ByteText.bytes), directory: directory,
            descriptors: [from, output, errors])
    }

    /// Sends it a signal.
    func send(signal: Int32) { child.send(signal: signal) }

    /// What it has written to standard output and standard error so far.
    var soFar: (output: String, errors: String) { (Self.text(output), Self.text(errors)) }

    /// Read at a place of its own: the program writes at the descriptor's.
    private static func text(_ file: Descriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        let count = pread(file.number, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Waits for the end.
    func finish() throws -> Capture {
        let end = child.wait()
        return Capture(end: end, output: try Self.contents(output), errors: try Self.contents(errors))
    }

    private static func contents(_ file: Descriptor) throws -> [UInt8] {
        try file.seek(to: 0)
        var bytes: [UInt8] = []
        while true {
            let piece = try file.read(count: 1 << 16)
            bytes += piece
            if piece.count < 1 << 16 { return bytes }
        }
    }
}
