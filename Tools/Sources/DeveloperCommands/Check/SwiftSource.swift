// SPDX-License-Identifier: Apache-2.0

// Swift source with comments and the contents of strings blanked out, so that a search finds code only.
// Source: The Swift Programming Language, "Lexical Structure".

/// The code of a Swift file, line by line.
struct SwiftSource {
    /// The lines; comments and strings' contents are spaces.
    let lines: [String]

    /// Blanks a text.
    init(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.run()
        lines = scanner.bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private struct Scanner {
        var bytes: [UInt8]
        var position = 0

        mutating func run() {
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "/") where at("//"): blank { !$0.at("\n") }
                case UInt8(ascii: "/") where at("/*"): blankComment()
                case UInt8(ascii: "#") where hashes > 0: blankString(hashes: hashes)
                case UInt8(ascii: "\""): blankString(hashes: 0)
                default: position += 1
                }
            }
        }

        func at(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

        /// The number of # before a raw string's quote; 0 if there is none.
        var hashes: Int {
            let count = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
            return position + count < bytes.count && bytes[position + count] == UInt8(ascii: "\"") ? count : 0
        }

        mutating func blank(while condition: (Scanner) -> Bool) {
            while position < bytes.count, condition(self) { skip(1) }
        }

        mutating func skip(_ count: Int) {
            for index in position..<min(position + count, bytes.count) where bytes[index] != 0x0a {
                bytes[index] = 0x20
            }
            position += count
        }

        mutating func blankComment() {
            var depth = 0
            repeat {
                if at("/*") {
                    depth += 1
                    skip(2)
                } else if at("*/") {
                    depth -= 1
                    skip(2)
                } else {
                    skip(1)
                }
            } while depth > 0 && position < bytes.count
        }

        mutating func blankString(hashes: Int) {
            position += hashes
            let quote = at("\"\"\"") ? "\"\"\"" : "\""
            let end = quote + String(repeating: "#", count: hashes)
            let escape = "\\" + String(repeating: "#", count: hashes)
            position += quote.utf8.count
            while position < bytes.count, !at(end), quote.utf8.count > 1 || !at("\n") {
                skip(at(escape) ? escape.utf8.count + 1 : 1)
            }
            position = min(position + end.utf8.count, bytes.count)
        }
    }
}
