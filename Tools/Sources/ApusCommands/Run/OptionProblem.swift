// SPDX-License-Identifier: Apache-2.0

// Why an option's value is refused. The parser puts the option and the value before it and the option's help behind it.

/// What is wrong with a value, and what to write instead.
struct OptionProblem: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
