// SPDX-License-Identifier: Apache-2.0

// Each image check against an image with a planted violation, made by the C compiler and linker.

import HostSystem
import Testing

@testable import DeveloperCommands

@Suite("ImageCheck")
struct ImageCheckTests {
    let tree: PlantedTree

    init() throws { tree = try PlantedTree() }

    /// Links an image from a few lines of assembly.
    func image(_ assembly: String, _ options: [String] = []) throws -> InspectedImage {
        try tree.write(
            "image.S",
            ".globl _start\n_start: subq $1024, %rsp\n fxsave64 (%rsp)\n hlt\n.data\n.balign 8\n.quad _start\n.text\n"
                + assembly
                + "\n")
        let gcc = try #require(Environment.executable(named: "gcc"))
        let result = try ChildProcess.run(
            gcc,
            [
                "-nostdlib", "-static-pie", "-Wl,--no-warn-rwx-segments,-z,pack-relative-relocs", "-o", "image",
                "image.S",
            ] + options,
            directory: tree.root)
        try #require(result.isSuccess, "\(result.text)")
        return try InspectedImage(name: "planted", path: tree.root.appending("image"))
    }

    @Test("An image without a violation passes every check")
    func cleanImage() throws {
        let image = try image("table: .quad 0xf00\n.type table, @object\n.size table, 8")
        for check in ImageCheck.all { #expect(check.findings(image) == [], "\(check.name)") }
        #expect(image.layout?.relocations == [:])
    }

    @Test(
        "Lazy initialisation is found",
        arguments: ["swift_once", "$e4Main5tableSaySiGvp_Wz", "$e4Main5tableSaySiGvp_WZ"])
    func lazyGlobals(symbol: String) throws {
        let found = ImageCheck.lazyGlobals.findings(try image("\"\(symbol)\": ret"))
        #expect(found.map(\.what) == ["contains \(symbol)"])
    }

    @Test("Hashed collections are found")
    func hashing() throws {
        #expect(ImageCheck.hashing.findings(try image("\"$es6HasherV5_seedABSi_tcfC\": ret")).count == 1)
    }

    @Test(
        "Floating-point and vector instructions are found",
        arguments: ["movaps %xmm0, %xmm1", "vaddpd %ymm0, %ymm1, %ymm2", "fldpi", "movq %mm0, %rax", "emms"])
    func vectors(instruction: String) throws {
        let found = ImageCheck.vectors.findings(try image("planted: \(instruction)\n ret"))
        #expect(found.count == 1 && found.first?.what.hasPrefix("planted contains ") == true)
    }

    @Test("A frame above 1 KiB is found with its size", arguments: ["subq $1032, %rsp", "leaq -0x408(%rsp), %rsp"])
    func frames(instruction: String) throws {
        let found = ImageCheck.frames.findings(try image("planted: \(instruction)\n ret"))
        #expect(found.map(\.what) == ["planted takes 1032 bytes of stack"])
    }

    @Test("A relocation by symbol is found")
    func relocations() throws {
        let found = ImageCheck.relocations.findings(
            try image(
                ".globl there\nthere: ret\n.data\n.quad elsewhere\n",
                ["-shared", "-Wl,--unresolved-symbols=ignore-all"]))
        #expect(found.map(\.what) == ["has 2 relocations of type 1"])  // of `elsewhere` and, in a library, of `_start`
    }

    @Test("A relative relocation that is not packed is found")
    func unpackedRelocation() throws {
        let found = ImageCheck.relocations.findings(try image("", ["-Wl,-z,nopack-relative-relocs"]))
        #expect(found.map(\.what) == ["has 1 relocations of type 8"])
    }

    @Test("A segment that is writable and executable is found")
    func segments() throws {
        let found = ImageCheck.segments.findings(try image(".section .wild, \"awx\"\nnop"))
        #expect(found.count == 1)
    }

    @Test("A file that is no ELF is no image")
    func notAnImage() throws {
        #expect(ImageLayout(Array("#!/bin/sh".utf8)) == nil)
        #expect(throws: ToolError.self) { try InspectedImage(name: "x", path: tree.root.appending("Docs/Map.md")) }
    }
}
