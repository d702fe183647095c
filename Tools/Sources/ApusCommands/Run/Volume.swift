// SPDX-License-Identifier: Apache-2.0

// The PATH[:DEST[:out]] of -v.

internal import ArgumentParser
internal import HostSystem

/// A file or folder that goes into the machine, and perhaps comes back.
struct Volume: ExpressibleByArgument, Equatable {
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

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), !parts[0].isEmpty else { return nil }
        source = FilePath(parts[0])
        if parts.count > 1, !parts[1].isEmpty {
            guard parts[1].hasPrefix("/") else { return nil }
            destination = FilePath(parts[1]).lexicallyNormalized
        } else {
            guard parts.count != 2 else { return nil }
            destination = nil
        }
        if parts.count == 3 {
            guard parts[2] == "out" else { return nil }
            direction = .intoAndBack
        } else {
            direction = .into
        }
    }

    /// Where it is in the machine.
    func guestPath(from directory: FilePath) -> FilePath {
        destination ?? directory.appending(source).lexicallyNormalized
    }
}
