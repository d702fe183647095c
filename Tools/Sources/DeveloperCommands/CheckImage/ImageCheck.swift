// SPDX-License-Identifier: Apache-2.0

// The checks of a built image, and their table.

/// One rule over an image.
struct ImageCheck: Sendable {
    /// How it is called on the command line.
    let name: String
    /// What it holds an image to.
    let summary: String
    /// Looks at an image.
    let findings: @Sendable (InspectedImage) -> [Finding]
    /// Exceptions that it allows.
    var exceptions: [Exception] = []

    static let all: [ImageCheck] = [lazyGlobals, hashing, vectors, frames, relocations, segments]
}
