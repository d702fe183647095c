// SPDX-License-Identifier: Apache-2.0

// Each source check against a planted violation: it is reported, at its place, and nothing else is.

import HostSystem
import Testing

@testable import DeveloperCommands

@Suite("SourceCheck")
struct SourceCheckTests {
    let tree: PlantedTree

    init() throws { tree = try PlantedTree() }

    /// The places and first words of what a check finds.
    func places(_ check: SourceCheck) throws -> [String] {
        try tree.findings(check).map { "\($0.path):\($0.line ?? 0)" }
    }

    @Test("The tree without a violation passes every check", arguments: SourceCheck.all.map(\.name))
    func cleanTree(name: String) throws {
        let check = try #require(SourceCheck.all.first { $0.name == name })
        #expect(try tree.findings(check) == [])
    }

    @Test("An undeclared import is found")
    func undeclaredImport() throws {
        try tree.plant("import Memory\n", in: "Sources/Services/Files/Files.swift")
        #expect(try places(.imports) == ["Sources/Services/Files/Files.swift:9"])
    }

    @Test("An import of one declaration with attributes and access is found")
    func importForms() throws {
        try tree.plant("@preconcurrency public import struct Memory.Frame\n", in: "Sources/Services/Files/Files.swift")
        #expect(try places(.imports) == ["Sources/Services/Files/Files.swift:9"])
    }

    @Test("An import from outside the package is found, one in a comment or string is not")
    func foreignImport() throws {
        try tree.plant(
            "import Foundation\n// import Memory\nlet a = \"import Memory\"\n", in: "Sources/Formats/Bytes/Bytes.swift")
        #expect(try places(.imports) == ["Sources/Formats/Bytes/Bytes.swift:7"])
    }

    @Test("A declaration that nobody uses is found")
    func unusedDeclaration() throws {
        tree.declare("Bytes", in: "Files")
        #expect(try tree.findings(.imports).map(\.what) == ["Files declares Bytes and never imports it"])
    }

    @Test(
        "Dependencies against the layers are found",
        arguments: [
            ("Bytes", "Memory"), ("Memory", "Model"), ("Serial", "Files"), ("Files", "Serial"), ("Model", "Linux"),
            ("Linux", "Serial"), ("Linux", "X86_64"), ("Files", "X86_64"), ("Linux", "linux"),
        ])
    func layers(from: String, to: String) throws {
        tree.declare(to, in: from)
        let found = try tree.findings(.layers)
        #expect(found.count == 1 && found.first?.what.hasPrefix("\(from) (") == true)
    }

    @Test("C's face of the machine in safe code of a personality is found")
    func machineInPersonality() throws {
        try tree.plant("import CMachine\n", in: "Sources/Personalities/Linux/Linux.swift")
        try tree.write("Sources/Personalities/Linux/Entry+Unsafe.swift", tree.header + "import CMachine\n")
        #expect(try places(.layers) == ["Sources/Personalities/Linux/Linux.swift:10"])
    }

    @Test(
        "Conditions on the platform are found",
        arguments: ["#if arch(x86_64)", "#if os(none)", "#if !os(Linux) && DEBUG", "#if hasFeature(Embedded)"])
    func conditions(line: String) throws {
        try tree.plant("\(line)\n#endif\n", in: "Sources/Services/Files/Files.swift")
        #expect(try places(.conditions) == ["Sources/Services/Files/Files.swift:9"])
    }

    @Test("Conditions in Machine, in number files and on traits are not found")
    func allowedConditions() throws {
        try tree.plant("#if arch(x86_64)\n#endif\n", in: "Sources/Machine/Memory/Memory.swift")
        try tree.plant("#if IPv6\n#endif\n// #if arch(arm64)\n", in: "Sources/Services/Files/Files.swift")
        try tree.write("Sources/Formats/LinuxABI/Numbers+x86_64.swift", tree.header + "#if arch(x86_64)\n#endif\n")
        #expect(try tree.findings(.conditions) == [])
    }

    @Test(
        "Unsafe words outside the fence are found",
        arguments: [
            "let p: UnsafePointer<Int>? = nil", "func f() { unsafe g() }", "let u = Unmanaged.passRetained(x)",
            "let v = unsafeBitCast(1, to: UInt.self)", "nonisolated(unsafe) var x = 1",
            "withUnsafeBytes(of: x) { _ in }",
        ])
    func fence(line: String) throws {
        try tree.plant(line + "\n", in: "Sources/Services/Files/Files.swift")
        #expect(try places(.fence) == ["Sources/Services/Files/Files.swift:9"])
    }

    @Test("Unsafe words in comments, strings, Machine and +Unsafe files are not found")
    func insideTheFence() throws {
        try tree.plant("// unsafe\nlet s = \"unsafe\" /* Unmanaged */\n", in: "Sources/Services/Files/Files.swift")
        try tree.plant("let p: UnsafePointer<Int>? = nil\n", in: "Sources/Machine/Memory/Memory.swift")
        try tree.write(
            "Sources/Services/Files/Raw+Unsafe.swift", tree.header + "// SAFETY: 1. it is a test\nunsafe g()\n")
        #expect(try tree.findings(.fence) == [])
        #expect(try tree.findings(.safetyFacts) == [])
    }

    @Test("A variable in a class that is @unchecked Sendable is found; locked, computed and local ones are not")
    func uncheckedSendable() throws {
        try tree.write(
            "Sources/Services/Files/Node.swift",
            tree.header + """
                final class Good: @unchecked Sendable {
                    let state: Int
                    var size: Int { 1 }
                    func f() {
                        var local = 1
                    }
                }
                final class Bad: @unchecked Sendable {
                    private var count = 0
                }

                """)
        #expect(try places(.fence) == ["Sources/Services/Files/Node.swift:13"])
    }

    @Test("A file of the fence without facts is found")
    func missingFacts() throws {
        try tree.write("Sources/Services/Files/Raw+Unsafe.swift", tree.header + "unsafe g()\n")
        #expect(try places(.safetyFacts) == ["Sources/Services/Files/Raw+Unsafe.swift:0"])
    }

    @Test("A missing README, a missing heading and a long README are found")
    func readmes() throws {
        HostFile.remove(tree.root.appending("Sources/Formats/Bytes/README.md"))
        try tree.write("Sources/Services/Files/README.md", tree.readme.replacing("## Owns\n", with: ""))
        try tree.plant(String(repeating: "more\n", count: 60), in: "Sources/Devices/Model/README.md")
        #expect(
            try tree.findings(.readmes).map(\.what) == ["is missing", "has 69 lines", "has no heading \"## Owns\""])
    }

    @Test(
        "Dead links are found",
        arguments: [
            "[gone](Gone.md)", "[heading](Map.md#nowhere)", "![picture](images/layers.svg)", "[up](../Nothing/)",
            "`Sources/Formats/Gone.swift`",
        ])
    func links(text: String) throws {
        try tree.plant(text + "\n", in: "Docs/Map.md")
        #expect(try places(.links) == ["Docs/Map.md:3"])
    }

    @Test("Live links, addresses and code are not found")
    func liveLinks() throws {
        try tree.plant(
            "[a](#map) [b](Map.md#map) [c](https://example.org/x) [d](../Sources/Formats/) `[e](no.md)`\n```\n[f](no.md)\n```\n",
            in: "Docs/Map.md")
        #expect(try tree.findings(.links) == [])
    }

    @Test("A file without licence and one that does not say what it is are found")
    func headers() throws {
        try tree.write("Sources/Services/Files/A.swift", "// A file that says what it is, but no licence.\n")
        try tree.write("Sources/Services/Files/B.swift", "// SPDX-License-Identifier: Apache-2.0\n\nstruct B {}\n")
        try tree.write("Sources/Machine/Memory/c.S", "nop\n")
        #expect(
            try places(.headers) == [
                "Sources/Machine/Memory/c.S:1", "Sources/Services/Files/A.swift:1", "Sources/Services/Files/B.swift:1",
            ])
    }

    @Test("A fourth file above 400 lines is found; three, tables and tests are not")
    func sizes() throws {
        let long = tree.header + String(repeating: "let x = 1\n", count: 400)
        for name in ["A", "B", "C", "CallTable"] { try tree.write("Sources/Services/Files/\(name).swift", long) }
        try tree.write("Tests/FilesTests/FilesTests.swift", long)
        #expect(try tree.findings(.sizes) == [])
        try tree.write("Sources/Services/Files/D.swift", long)
        #expect(try tree.findings(.sizes).count == 4)
    }

    @Test("What swift-format would change is found, once per file and rule")
    func formatting() throws {
        try tree.plant("  let x = 1;\n  let y = 1;\n", in: "Sources/Services/Files/Files.swift")
        let found = try tree.findings(.formatting)
        #expect(Set(found.map(\.path)) == ["Sources/Services/Files/Files.swift"])
        #expect(found.contains { $0.what.includes("and 1 more") })
    }

    @Test("A system call that no guest test makes is found; absent ones need none")
    func guestCalls() throws {
        let rows = """
            SystemCallRow("read", .full, "dru", "", SystemCalls.read),
            SystemCallRow(absent: "fork"),
            SystemCallRow("mount", .partial, "", "tmpfs", SystemCalls.mount),
            SystemCallRow("getpid", .full, "", "", SystemCalls.getpid),
            SystemCallRow("exit_group", .full, "d", "", SystemCalls.exit_group),

            """
        try tree.write(CompatibilityTable.source, tree.header + rows)
        try tree.write(
            "Tests/Guest/Calls.c",
            tree.header + "int read; ROW(mount, BAD);\nsyscall(__NR_getpid); _exit(0);\n")
        #expect(try tree.findings(.guestCalls).map(\.what) == ["read occurs in no guest test"])
        try tree.write("Tests/Guest/More.c", tree.header + "CHECK_EQUAL(read(0, 0, 0), 0);\n")
        #expect(try tree.findings(.guestCalls) == [])
        try tree.plant(
            "SystemCallRow(\"write\", .full, \"dwu\", \"\", SystemCalls.write),\n", in: CompatibilityTable.source)
        #expect(try tree.findings(.guestCalls).map(\.what) == ["write occurs in no guest test"])
    }

    @Test("A system call table that its document does not follow is found")
    func compatibility() throws {
        let rows = """
            SystemCallRow("read", .full, "dru", "", SystemCalls.read),
            SystemCallRow(absent: "poll"),
            SystemCallRow(
                "madvise", .partial, "pud", "hints have no effect",
                SystemCalls.madvise),

            """
        try tree.write(CompatibilityTable.source, tree.header + rows)
        let table = CompatibilityTable(source: rows)
        #expect(table.rows.map(\.support) == ["full", "absent", "partial"])
        #expect(table.rows.map(\.note) == ["", "", "hints have no effect"])
        try tree.write(CompatibilityTable.document, table.markdown)
        #expect(try tree.findings(.compatibility) == [])
        try tree.plant(
            "SystemCallRow(\"write\", .full, \"dwu\", \"\", SystemCalls.write),\n", in: CompatibilityTable.source)
        #expect(try places(.compatibility) == ["Docs/LinuxCompatibility.md:0"])
    }

    @Test("SwiftPM's description of a package is understood")
    func manifest() throws {
        try tree.write(
            "Package.swift",
            """
            // swift-tools-version: 6.0
            import PackageDescription
            let package = Package(name: "p", targets: [
                .target(name: "A", path: "Sources/Formats/A"), .target(name: "B", dependencies: ["A"]),
            ])
            """)
        let manifest = try Manifest(describing: tree.root)
        #expect(
            manifest.targets == [
                Manifest.Target(name: "A", path: "Sources/Formats/A", dependencies: []),
                Manifest.Target(name: "B", path: "Sources/B", dependencies: ["A"]),
            ])
    }
}

extension String {
    func replacing(_ part: String, with other: String) -> String { String(before(part)) + other + (after(part) ?? "") }
}
