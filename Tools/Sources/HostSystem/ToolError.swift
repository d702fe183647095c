// SPDX-License-Identifier: Apache-2.0

// How the tool fails: what, why, what to do, and an exit status as in sysexits.h(3head).
// A status below 64 belongs to the program that ran; apus's own failures are 64 and above (and 124 for a timeout).

/// An error that ends the tool, worded for its user.
public struct ToolError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Exit statuses of the tool's own failures.
    public enum Status: Int32, Sendable {
        /// EX_USAGE: the command was used wrongly.
        case usage = 64
        /// EX_DATAERR: the input is of the wrong kind.
        case badData = 65
        /// EX_NOINPUT: an input file does not exist or cannot be read.
        case noInput = 66
        /// EX_UNAVAILABLE: something that is needed is not installed.
        case unavailable = 69
        /// EX_SOFTWARE: the machine or the tool broke.
        case software = 70
        /// EX_OSERR: a call of the host's system failed.
        case systemError = 71
        /// EX_CANTCREAT: an output cannot be made.
        case cannotCreate = 73
        /// EX_IOERR: reading or writing failed.
        case inputOutput = 74
        /// EX_TEMPFAIL: try again later.
        case temporary = 75
        /// What timeout(1) ends with.
        case timeout = 124
    }

    /// The exit status.
    public let status: Status
    /// What did not work: usually names a file.
    public let what: String
    /// Why.
    public let why: String
    /// What to do about it, if there is something.
    public let remedy: String?

    /// Creates an error.
    public init(_ status: Status, _ what: String, why: String, remedy: String? = nil) {
        self.status = status
        self.what = what
        self.why = why
        self.remedy = remedy
    }

    /// "apus: what: why", and the remedy on a line of its own.
    public var description: String {
        "apus: \(what): \(why)" + (remedy.map { "\n  \($0)" } ?? "")
    }
}
