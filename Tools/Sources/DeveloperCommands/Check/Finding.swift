// SPDX-License-Identifier: Apache-2.0

// What a check reports: what, where, why, and what to do.

/// One violation of a rule.
struct Finding: Equatable {
    /// The file, from the checkout's root, or the image.
    let path: String
    /// The line, if there is one; from 1.
    var line: Int?
    /// What is wrong there.
    let what: String
    /// The rule and its reason.
    let why: String
    /// What to do.
    let remedy: String

    /// "path:line: what", then why and what to do on a line of their own.
    var description: String {
        "\(path)\(line.map { ":\($0)" } ?? ""): \(what)\n    \(why); \(remedy)"
    }
}

/// One rule over the sources: a row of `SourceCheck.all`.
struct SourceCheck: Sendable {
    /// How it is called on the command line.
    let name: String
    /// What it holds the tree to.
    let summary: String
    /// Looks at a tree.
    let findings: @Sendable (CheckedTree) throws -> [Finding]
    /// Exceptions that it allows, each with its reason; they are printed, so that they shrink.
    var exceptions: [Exception] = []
}

/// A place that a rule spares.
struct Exception: Equatable, Sendable {
    /// The file, folder or pair of modules.
    let place: String
    /// Why.
    let reason: String
}
