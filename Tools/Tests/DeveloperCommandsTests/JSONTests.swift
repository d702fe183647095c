// SPDX-License-Identifier: Apache-2.0

// JSON as the helper reads and writes it.

import Testing

@testable import DeveloperCommands

@Suite("JSON")
struct JSONTests {
    @Test("Values of every kind are read")
    func values() throws {
        let value = try #require(
            JSON(Array(#" {"a": [1, -2.5e3, null, true, false], "b": {"c": "x\n\u0041\""}} "#.utf8)))
        #expect(value["a"]?.elements == [.number("1"), .number("-2.5e3"), .null, .bool(true), .bool(false)])
        #expect(value["b"]?["c"]?.text == "x\nA\"")
        #expect(value["a"]?.elements.first?.integer == 1 && value["z"] == nil)
    }

    @Test("What is not JSON is refused", arguments: ["", "{", "[1,]", "{\"a\" 1}", "\"x", "1 2", "nul", "\"\\u00\""])
    func malformed(text: String) {
        #expect(JSON(Array(text.utf8)) == nil)
    }

    @Test("Quoted text is read back")
    func quoting() {
        let text = "a\"b\\c\nd\u{1}é"
        #expect(JSON(Array(JSON.quoted(text).utf8)) == .string(text))
    }
}
