// SPDX-License-Identifier: Apache-2.0

// Rows of Tests/Guest/programs.csv: real commands that must behave in the machine as on the host.
//
//   name,stdin,compare,environment,command
//   stdin        a file of Tests/Guest/Inputs, or nothing for an empty input
//   compare      how outputs are made comparable, see `Comparison`; nothing for byte by byte; "memory=1G" gives the machine
//                as much, "package=NAME" takes a package along that the program's own does not lead to
//   environment  variables, "A=1 B=2"
//   command      words; 'single' and "double" quotes keep spaces; %name is a program of Tests/Guest/Programs or Languages

/// One command to compare.
struct ProgramRow: Equatable {
    /// How differences that do not matter are taken out.
    enum Comparison: String, CaseIterable {
        /// Runs of digits are all the same: process numbers, times, sizes of folders.
        case numbers
        /// Lines in any order.
        case sorted
        /// The words of a line, however many spaces are between them.
        case spaces
        /// Standard error may say anything.
        case anyErrors = "any-errors"
        /// Any output: only errors and status count.
        case anyOutput = "any-output"
        /// The working folder is compared, too: what was made, changed and removed there.
        case files
        /// The program is meant not to be found: status 127 is no mistake of the row.
        case absent
    }

    let name: String
    let input: String?
    let comparisons: [Comparison]
    /// The machine's memory, as `-M` takes it; nil for what fits.
    let memory: String?
    /// Packages that come along by name.
    let packages: [String]
    let environment: [String]
    let command: [String]

    /// Reads the table; nil for a line that is malformed, with its number.
    static func parse(_ text: String) -> (rows: [ProgramRow], badLines: [Int]) {
        var rows: [ProgramRow] = []
        var badLines: [Int] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") || line == "name,stdin,compare,environment,command" { continue }
            if let row = ProgramRow(line) { rows.append(row) } else { badLines.append(index + 1) }
        }
        return (rows, badLines)
    }

    init?(_ line: Substring) {
        let fields = line.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 5, let words = Self.words(fields[4]), !words.isEmpty, !fields[0].isEmpty else {
            return nil
        }
        let options = fields[2].split(separator: " ")
        let comparisons = options.filter { !$0.hasPrefix("memory=") && !$0.hasPrefix("package=") }
            .map { Comparison(rawValue: String($0)) }
        packages = options.filter { $0.hasPrefix("package=") }.map { String($0.dropFirst(8)) }
        memory = options.last { $0.hasPrefix("memory=") }.map { String($0.dropFirst(7)) }
        guard !comparisons.contains(nil) else { return nil }
        name = fields[0]
        input = fields[1].isEmpty ? nil : fields[1]
        self.comparisons = comparisons.compactMap { $0 }
        environment = fields[3].split(separator: " ").map(String.init)
        command = words
    }

    /// Splits at spaces outside quotes; nil if a quote is not closed.
    static func words(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if character == quote {
                quote = nil
            } else if quote != nil {
                word?.append(character)
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let last = word { words.append(last) }
        return quote == nil ? words : nil
    }

    /// An output as it is compared.
    func normalized(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        if comparisons.contains(.numbers) {
            bytes = bytes.enumerated().compactMap { index, byte in
                guard isDigit(byte) else { return byte }
                return index > 0 && isDigit(bytes[index - 1]) ? nil : UInt8(ascii: "#")
            }
        }
        if comparisons.contains(.spaces) {
            bytes = bytes.enumerated().compactMap { index, byte in
                byte == 0x20 && index > 0 && bytes[index - 1] == 0x20 ? nil : byte
            }
        }
        if comparisons.contains(.sorted) {
            let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
            bytes = Array(lines.sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [0x0a]))
        }
        return bytes
    }
}
