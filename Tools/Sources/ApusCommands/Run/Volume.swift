// SPDX-License-Identifier: Apache-2.0

// The PATH[:DEST[:out]] of -v. A path may have colons: "\:" is one that separates nothing.

internal import HostSystem

/// A file or folder that goes into the machine, and perhaps comes back.
struct Volume: Equatable {
    /// What happens to it at the end.
    enum Direction: Equatable {
        /// Nothing.
        case into
        /// It is copied back.
        case intoAndBack
    }

    let source: FilePath
    /// Nil for the same absolute path.
    let destination: FilePath?
    let direction: Direction

    /// Reads the option's value.
    init(argument: String) throws(OptionProblem) {
        let parts = Self.parts(ByteText.bytes(argument))
        guard let first = parts.first, !first.isEmpty else { throw OptionProblem("it names no file; write PATH:DEST") }
        source = FilePath(bytes: first)
        switch parts.count {
        case 1:
            destination = nil
            direction = .into
        case 2, 3:
            let isOut = parts.count == 3
            if isOut, !parts[2].elementsEqual("out".utf8) {
                throw OptionProblem("only \"out\" may follow the second colon" + Self.colonRule)
            }
            if parts[1].isEmpty {
                guard isOut else { throw OptionProblem("nothing follows the colon; leave it out") }
                destination = nil
            } else {
                let path = FilePath(bytes: parts[1])
                guard path.isAbsolute else {
                    throw OptionProblem(
                        "the place in the machine, \"\(path)\", must begin with a slash" + Self.colonRule)
                }
                destination = path.lexicallyNormalized
            }
            direction = isOut ? .intoAndBack : .into
        default: throw OptionProblem("it has more than PATH:DEST:out" + Self.colonRule)
        }
    }

    private static let colonRule = "; a colon in a path is written \\:"

    /// Splits at colons that have no backslash before them.
    private static func parts(_ bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        for byte in bytes {
            if byte != UInt8(ascii: ":") {
                parts[parts.count - 1].append(byte)
            } else if parts[parts.count - 1].last == UInt8(ascii: "\\") {
                parts[parts.count - 1].removeLast()
                parts[parts.count - 1].append(byte)
            } else {
                parts.append([])
            }
        }
        return parts
    }

    /// Where it is in the machine.
    func guestPath(from directory: FilePath) -> FilePath {
        destination ?? directory.appending(source).lexicallyNormalized
    }
}
