// SPDX-License-Identifier: Apache-2.0

// Guest tests: every system call that the table says is there occurs in some C source of Tests/Guest, so that a call
// cannot come without a test. What the test makes of it is the reviewer's to judge.

internal import HostSystem

extension SourceCheck {
    static let guestCalls = SourceCheck(
        name: "guest-calls", summary: "every system call that is there occurs in a guest test",
        findings: { tree in
            guard let source = tree.files.first(where: { $0.path == CompatibilityTable.source }) else { return [] }
            var called: Set<String> = []
            for file in tree.files where file.isIn("Tests/Guest") && file.isKind(".c", ".h") {
                called.formUnion(calls(in: file.text))
            }
            return CompatibilityTable(source: source.text).rows.compactMap { row -> Finding? in
                if row.support == "absent" || called.contains(row.name) { return nil }
                if let other = libraryNames[row.name], called.contains(other) { return nil }
                return Finding(
                    path: source.path, what: "\(row.name) occurs in no guest test",
                    why: "every call is tested on Linux first and then in the machine",
                    remedy: "write a case in Tests/Guest that calls it: by syscall(SYS_\(row.name), …), or by its name")
            }
        })

    /// Calls that nobody makes by their name, and what brings them about.
    private static let libraryNames = [
        "rt_sigreturn": "sigaction",  // a handler's return
        "exit_group": "_exit",
    ]

    /// Names with a parenthesis behind them, those that `CALL(` and `ROW(` begin with, and SYS_ and __NR_ numbers.
    private static func calls(in text: String) -> Set<String> {
        var calls: Set<String> = []
        var word: [UInt8] = []
        var isInMacro = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                word.append(byte)
                continue
            default: break
            }
            if !word.isEmpty {
                let name = String(decoding: word, as: UTF8.self)
                for prefix in ["SYS_", "__NR_"] where name.hasPrefix(prefix) {
                    calls.insert(String(name.dropFirst(prefix.count)))
                }
                if byte == UInt8(ascii: "(") || isInMacro { calls.insert(name) }
                isInMacro = byte == UInt8(ascii: "(") && (name == "CALL" || name == "ROW")
            } else if byte != UInt8(ascii: " ") {
                isInMacro = false
            }
            word.removeAll(keepingCapacity: true)
        }
        return calls
    }
}
