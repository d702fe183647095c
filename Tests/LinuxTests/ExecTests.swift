// SPDX-License-Identifier: Apache-2.0

// The parts of exec that are pure: `#!` lines, the words of a program, the first stack; and the table of calls.

import ByteCodec
import Containers
import LinuxABI
import TestSupport
import Testing

@testable import Linux

@Suite("Starting programs")
struct ExecTests {
    private func line(_ text: String) throws(Errno) -> [String]? {
        guard let line = try ProgramFile.scriptLine(Array(text.utf8)) else { return nil }
        return [String(decoding: line.interpreter, as: UTF8.self)]
            + (line.argument.map { [String(decoding: $0, as: UTF8.self)] } ?? [])
    }

    @Test(
        "A #! line is an interpreter and at most one argument, blanks and all",
        arguments: [
            ("#!/bin/sh\necho", ["/bin/sh"]), ("#! /bin/sh -e \n", ["/bin/sh", "-e"]),
            ("#!\t/usr/bin/env  python3 -u", ["/usr/bin/env", "python3 -u"]), ("#!/x\0y", ["/x"]),
        ])
    func scripts(_ text: String, _ expected: [String]) throws {
        #expect(try line(text) == expected)
    }

    @Test("Other beginnings are no scripts, and a line without an interpreter cannot be run")
    func noScripts() throws {
        for text in ["", "#", "#!", "\u{7f}ELF", "# !/bin/sh"] { #expect(try line(text) == nil, "\(text)") }
        for text in ["#! \n", "#!\n/bin/sh", "#!\t \t"] {
            #expect(throws: Errno.execFormatError) { try line(text) }
        }
    }

    @Test("Words are counted, and too many or too long ones are refused")
    func words() throws {
        var words = ProgramWords()
        let (name, empty, variable): ([UInt8], [UInt8], [UInt8]) = (Array("a".utf8), [], Array("B=c".utf8))
        try words.addArgument(name.span)
        try words.addArgument(empty.span)
        try words.addEnvironment(variable.span)
        #expect(words.argumentCount == 2 && words.environmentCount == 1 && words.environmentStart == 3)
        #expect(words.bytes.count == 7)
        let long = [UInt8](repeating: 0x61, count: ProgramWords.stringLimit)
        #expect(throws: Errno.argListTooLong) { try words.addEnvironment(long.span) }
        let most = [UInt8](repeating: 0x61, count: ProgramWords.stringLimit - 1)
        #expect(throws: Errno.argListTooLong) { for _ in 0..<17 { try words.addEnvironment(most.span) } }
    }

    @Test("The first stack is what the ABI says, for any words", arguments: 0..<20)
    func stack(_ seed: Int) throws {
        var random = SeededRandom()
        let arguments = (0..<random.next(below: 6)).map { [UInt8](repeating: 0x61, count: $0 * 3 + seed) }
        let environment = (0..<random.next(below: 6)).map { [UInt8](repeating: 0x62, count: $0 * 5 + 1) }
        var words = ProgramWords()
        for word in arguments { try words.addArgument(word.span) }
        for word in environment { try words.addEnvironment(word.span) }
        // The stack is written to the test's own memory, in the place that it was laid out for.
        let room = UnsafeMutableRawPointer.allocate(byteCount: 65536, alignment: 4096)
        defer { unsafe room.deallocate() }
        let top = UInt64(UInt(bitPattern: room)) + 65536
        var vector = AuxiliaryVector()
        vector.add(.pageSize, 4096)
        var stack = InitialStack(top: top)
        let path = Array("/bin/prog".utf8)
        try stack.build(words, path: path.span, random: (1, 2), &vector)
        try stack.write()
        #expect(stack.stackPointer & 15 == 0)
        var place = UInt(stack.stackPointer)
        func next() -> UInt64 {
            defer { place += 8 }
            return unsafe UnsafePointer<UInt64>(bitPattern: place).unsafelyUnwrapped.pointee
        }
        func text(_ address: UInt64) -> [UInt8] {
            var bytes: [UInt8] = []
            var at = UInt(address)
            while let byte = unsafe UnsafePointer<UInt8>(bitPattern: at)?.pointee, byte != 0 {
                bytes.append(byte)
                at += 1
            }
            return bytes
        }
        #expect(next() == UInt64(arguments.count))
        for word in arguments { #expect(text(next()) == word) }
        #expect(next() == 0)
        for word in environment { #expect(text(next()) == word) }
        #expect(next() == 0)
        var found: [UInt64: UInt64] = [:]
        while true {
            let kind = next()
            let value = next()
            if kind == 0 { break }
            found[kind] = value
        }
        #expect(found[6] == 4096)
        #expect(text(try #require(found[31])) == Array("/bin/prog".utf8))
        #expect(text(try #require(found[15])) == Array("x86_64".utf8))
        let bytes = try #require(found[25])
        #expect(unsafe UnsafePointer<UInt64>(bitPattern: UInt(bytes))?.pointee == 1)
        #expect(place <= top)
    }

    @Test("Options of a file system in memory are read, others refused")
    func options() throws {
        func parse(_ text: String) throws(Errno) -> MemoryVolumeOptions {
            var options = MemoryVolumeOptions(pageLimit: 10, inodeLimit: 20)
            try options.parse(Array(text.utf8), totalPages: 1000)
            return options
        }
        #expect(try parse("size=64k").pageLimit == 16)
        #expect(try parse("size=50%,nr_inodes=7,mode=700").pageLimit == 500)
        #expect(try parse("nr_inodes=7").inodeLimit == 7 && parse("mode=0700").permissions.rawValue == 0o700)
        #expect(try parse(",,size=1").pageLimit == 1 && parse("").pageLimit == 10)
        for text in [
            "size", "size=", "size=x", "huge=always", "mode=9", "size=99999999999999999999", "size=-1", "size=%",
        ] {
            #expect(throws: Errno.invalidArgument, "\(text)") { _ = try parse(text) }
        }
    }

    @Test("Every row of the table of calls has a name of its own and arguments that the trace knows")
    func table() {
        var names: Set<String> = []
        for index in SystemCallTable.rows.indices {
            let row = SystemCallTable.rows[index]
            let name = "\(row.name)"
            #expect(name.isEmpty || names.insert(name).inserted, "\(name)")
            #expect("\(row.arguments)".allSatisfy { "duxoswrvp".contains($0) }, "\(name)")
            #expect(row.arguments.utf8CodeUnitCount <= 6)
            if row.support == .partial { #expect(row.note.utf8CodeUnitCount > 0, "\(name) is partial without a note") }
        }
        #expect(names.isSuperset(of: ["read", "exit_group", "statx", "clone3", "mmap"]))
        #expect("\(SystemCallTable.rows[Int(SystemCallNumber.close.rawValue)].name)" == "close")
    }
}
