// SPDX-License-Identifier: Apache-2.0

// apus version: the version, alone on a line.

internal import ArgumentParser

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints the version.")

    static let text = "0.1.0"

    func run() { print("apus \(Self.text)") }
}
