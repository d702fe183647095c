// SPDX-License-Identifier: Apache-2.0

// The kernel's modules with their layers and descriptions, as Package.swift states them, and bytes per module by symbol.
// Package.swift is read as text: its one-line comments are the descriptions, and SwiftPM does not hand them out.

/// What a kernel image is made of.
public struct ComponentInventory {
    struct Component {
        let name: String
        let layer: String
        let description: String
        var code = 0
        var data = 0
    }

    private(set) var components: [Component] = []
    private var swiftLibrary = Component(name: "(Swift library)", layer: "", description: "generic code and runtime")
    private var native = Component(
        name: "(C, assembly)", layer: "", description: "entry code and primitives without module")

    /// Reads the targets of a manifest: calls of its helpers, over as many lines as the formatter gave them. The
    /// description is the comment in the call or behind it, or else the line before it.
    public init(manifest: String) {
        var layer = ""
        var previousComment: Substring?
        var call: [Substring] = []
        var depth = 0
        for line in manifest.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.drop { $0 == " " }
            let comment = text.range("// ")
            if depth == 0 {
                if text.hasPrefix("// ") {
                    if text.hasPrefix("// L"), let colon = text.firstIndex(of: ":") {
                        layer = String(text[..<colon].dropFirst(3))
                    } else {
                        previousComment = comment
                    }
                    continue
                }
                guard Self.beginnings.contains(where: text.hasPrefix) else {
                    previousComment = nil
                    continue
                }
                call = []
            }
            call.append(text)
            let code = comment == nil ? text : text.before("// ")
            for character in code { depth += character == "(" ? 1 : character == ")" ? -1 : 0 }
            guard depth == 0 else { continue }
            let words = call.map { $0.before("// ") }.joined(separator: " ")
            let description = call.lazy.compactMap { $0.range("// ") }.first ?? previousComment
            previousComment = nil
            guard let name = Self.targetName(words[...]), let description else { continue }
            components.append(Component(name: name, layer: layer, description: String(description)))
        }
    }

    private static let beginnings = ["library(", "machine(", ".target(", ".executableTarget("]

    /// Counts the output of `nm --print-size`.
    public mutating func add(symbols: String) {
        for line in symbols.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 3)
            guard fields.count == 4, let size = Int(fields[1], radix: 16), let kind = fields[2].first else { continue }
            let isCode = "tTwW".contains(kind)
            add(size, isCode, to: String(fields[3]))
        }
    }

    private mutating func add(_ size: Int, _ isCode: Bool, to symbol: String) {
        func count(_ component: inout Component) {
            if isCode { component.code += size } else { component.data += size }
        }
        guard symbol.hasPrefix("$e") || symbol.hasPrefix("$s") else {
            if symbol.hasPrefix("swift_") { count(&swiftLibrary) } else { count(&native) }
            return
        }
        if let index = module(of: symbol) { count(&components[index]) } else { count(&swiftLibrary) }
    }

    /// The first module that a mangled name mentions: its length in digits, then its name.
    private func module(of symbol: String) -> Int? {
        let bytes = Array(symbol.utf8)
        var position = 2
        while position < bytes.count {
            guard (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[position]) else {
                position += 1
                continue
            }
            var length = 0
            while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]),
                length < 1000
            {
                length = length * 10 + Int(bytes[position] - UInt8(ascii: "0"))
                position += 1
            }
            guard position + length <= bytes.count else { continue }
            let name = bytes[position..<(position + length)]
            if let index = components.firstIndex(where: { name.elementsEqual($0.name.utf8) }) { return index }
            position += length
        }
        return nil
    }

    /// The rows with something to show: those in the image.
    private var rows: [Component] { (components + [swiftLibrary, native]).filter { $0.code + $0.data > 0 } }

    /// The names of the micro-libraries with code or data in the image.
    public var presentComponents: [String] { components.filter { $0.code + $0.data > 0 }.map(\.name) }

    /// A table for people.
    public func table(imageSize: UInt64) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        func number(_ value: Int) -> String { String(repeating: " ", count: max(0, 9 - "\(value)".count)) + "\(value)" }
        var lines = ["layer          component                code     data  what it is"]
        for row in rows {
            lines.append(
                "\(padded(row.layer, 14)) \(padded(row.name, 18))\(number(row.code))\(number(row.data))  \(row.description)"
            )
        }
        let code = rows.reduce(0) { $0 + $1.code }
        let data = rows.reduce(0) { $0 + $1.data }
        lines.append("\(padded("", 14)) \(padded("together", 18))\(number(code))\(number(data))")
        lines.append("the image, stripped: \(imageSize) bytes")
        return lines.joined(separator: "\n")
    }

    /// The same for programs.
    public func json(imageSize: UInt64) -> String {
        let items = rows.map { row in
            "  {\"name\": \(quoted(row.name)), \"layer\": \(quoted(row.layer)), \"code\": \(row.code), "
                + "\"data\": \(row.data), \"description\": \(quoted(row.description))}"
        }
        return "{\"image\": \(imageSize), \"components\": [\n\(items.joined(separator: ",\n"))\n]}"
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    /// The name of the target that a line declares: the first helper with a layer, or `name:`.
    private static func targetName(_ line: Substring) -> String? {
        let strings = line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        if line.hasPrefix("library(") { return strings.count > 1 ? strings[1] : nil }
        if line.hasPrefix("machine(") {
            return line.split(separator: ",").dropFirst().first.map { $0.contains("name:") } == true
                ? strings[1] : strings.first
        }
        if line.hasPrefix(".target(") || line.hasPrefix(".executableTarget(") { return strings.first }
        return nil
    }
}

extension Substring {
    /// What stands before the first occurrence of a mark; everything if there is none.
    fileprivate func before(_ mark: String) -> Substring {
        var rest = self
        while !rest.isEmpty, !rest.hasPrefix(mark) { rest = rest.dropFirst() }
        return self[..<rest.startIndex]
    }

    /// What follows the first occurrence of a mark.
    fileprivate func range(_ mark: String) -> Substring? {
        var rest = self
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
