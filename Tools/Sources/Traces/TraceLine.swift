// SPDX-License-Identifier: Apache-2.0

// Lines of the kernel's trace with names for their numbers: the kernel writes numbers, so that an image carries no tables.
//
//     1 openat(-100, "/etc/passwd", 0x80000, 0) = -1 ENOENT
//     1 openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)

internal import Glibc
internal import LinuxABI

/// One line of a trace of system calls.
public struct TraceLine {
    private var head: Substring
    private var call: Substring
    private var arguments: [Substring]
    private var result: Substring

    /// - Returns: nil for a line that is no call.
    init?(_ line: String) {
        guard let opening = line.firstIndex(of: "("), let space = line[..<opening].firstIndex(of: " "),
            let closing = line.range(ofLast: ") = ")
        else { return nil }
        head = line[...space]
        call = line[line.index(after: space)..<opening]
        guard head.dropLast().allSatisfy(\.isNumber), !call.isEmpty, opening < closing.lowerBound,
            call.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "_" })
        else { return nil }
        arguments = Self.split(line[line.index(after: opening)..<closing.lowerBound])
        result = line[closing.upperBound...]
    }

    /// The line with names, if it is one of a trace; else as it is.
    public static func translate(_ bytes: [UInt8]) -> [UInt8] {
        // Texts of the program are ASCII in a trace, the rest escaped.
        guard let first = bytes.first, first >= 0x30, first <= 0x39,
            let line = TraceLine(String(decoding: bytes, as: UTF8.self))
        else { return bytes }
        return Array(line.text.utf8)
    }

    /// The line with names.
    var text: String {
        let signature = TraceSignature.all[String(call)]
        var words = arguments.enumerated().map { place, word in
            signature?.names[place].flatMap { names in Self.number(word).map { names.text($0) } } ?? String(word)
        }
        dropUnused(&words)
        return "\(head)\(call)(\(words.joined(separator: ", "))) = \(resultText(signature?.answersAddress ?? false))"
    }

    /// What the call does not look at is not shown, and what depends on another argument is named by that.
    private func dropUnused(_ words: inout [String]) {
        switch call {
        case "open" where words.count == 3 && !Self.makesFile(words[1]): words.removeLast()
        case "openat" where words.count == 4 && !Self.makesFile(words[2]): words.removeLast()
        case "fcntl" where words.count == 3: nameControl(&words)
        default: break
        }
    }

    private static func makesFile(_ flags: String) -> Bool { flags.contains("O_CREAT") || flags.contains("O_TMPFILE") }

    private func nameControl(_ words: inout [String]) {
        let names: NumberNames? =
            switch words[1] {
            case "F_SETFD": .descriptorFlags
            case "F_SETFL": .openFlags
            case "F_ADD_SEALS": .seals
            default: nil
            }
        if let names, let number = Self.number(arguments[2]) { words[2] = names.text(number) }
        switch words[1] {
        case "F_GETFD", "F_GETFL", "F_GETOWN", "F_GETSIG", "F_GETLEASE", "F_GETPIPE_SZ", "F_GET_SEALS":
            words.removeLast()
        case "F_DUPFD", "F_DUPFD_CLOEXEC", "F_SETPIPE_SZ", "F_SETOWN":
            if let number = Self.number(arguments[2]) { words[2] = String(number) }
        default: break
        }
    }

    private func resultText(_ isAddress: Bool) -> String {
        if result.hasPrefix("-1 E"), let text = Self.errors[String(result.dropFirst(3))] {
            return "\(result) (\(text))"
        }
        if isAddress, let number = Self.number(result), number > 0 { return "0x" + String(number, radix: 16) }
        return String(result)
    }

    /// What errors are called in words, by their names.
    private static let errors: [String: String] = {
        var texts: [String: String] = [:]
        for number in UInt16(1)...133 {
            if let name = Errno(rawValue: number).name, let text = strerror(Int32(number)) {
                texts["\(name)"] = String(cString: text)
            }
        }
        return texts
    }()

    /// A number as the kernel writes it: decimal, hexadecimal or octal.
    private static func number(_ word: Substring) -> Int64? {
        if word.hasPrefix("0x") { return UInt64(word.dropFirst(2), radix: 16).map { Int64(bitPattern: $0) } }
        if word.hasPrefix("0"), word.count > 1 { return Int64(word.dropFirst(), radix: 8) }
        return Int64(word)
    }

    /// Arguments, at commas that are outside of quotes.
    private static func split(_ list: Substring) -> [Substring] {
        var words: [Substring] = []
        var start = list.startIndex
        var isQuoted = false, isEscaped = false
        for place in list.indices {
            let character = list[place]
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                words.append(list[start..<place])
                start = list.index(place, offsetBy: 2, limitedBy: list.endIndex) ?? list.endIndex
            }
        }
        if start < list.endIndex { words.append(list[start...]) }
        return words
    }
}

extension String {
    /// The last place of a text.
    fileprivate func range(ofLast text: String) -> Range<String.Index>? {
        var end = endIndex
        while let start = index(end, offsetBy: -text.count, limitedBy: startIndex) {
            if self[start..<end] == text { return start..<end }
            end = index(before: end)
        }
        return nil
    }
}
