// SPDX-License-Identifier: Apache-2.0

// What dev profile makes of the counts that Benchmarks/blockcount.c writes.

import Testing

@testable import DeveloperCommands

@Suite struct ProfileTests {
    private let kernel = KernelFunctions(
        listing: """
            0000000000000010 t boot_arrived
            0000000000000100 T first
            0000000000000180 d table
            0000000000000200 T second
            """)

    @Test("A place belongs to the last function that begins before it; data is none")
    func functions() {
        #expect(kernel.function(at: 0x0f) == nil)
        #expect(kernel.function(at: 0x100)?.symbol == "first")
        #expect(kernel.function(at: 0x1ff)?.symbol == "first")
        #expect(kernel.function(at: 0x9999)?.symbol == "second")
    }

    @Test("Blocks are told apart: firmware before the kernel is at its place, then the kernel's, then the program's")
    func blocks() throws {
        let text = """
            fff0 5 1
            100260 10 2
            6a0000000010 3 1
            6a0000000100 4 10
            6a0000000108 2 30
            400000 7 100
            6a0000000200 1 1
            """
        let profile = try #require(InstructionProfile(text, kernel))
        #expect(profile.before == 25 && profile.program == 700)
        #expect(profile.functions["first"] == .init(instructions: 100, calls: 10))
        #expect(profile.functions["second"] == .init(instructions: 1, calls: 1))
        #expect(profile.kernel == 104 && profile.percentOfProgram == 115)
    }

    @Test("Counts of a kernel that never ran, or of another image, are refused")
    func refused() {
        #expect(InstructionProfile("", kernel) == nil)
        #expect(InstructionProfile("400000 7 100", kernel) == nil)
        #expect(InstructionProfile("6a0000000123 7 100", kernel) == nil)
        #expect(InstructionProfile("not a line", kernel) == nil)
        #expect(InstructionProfile("6a0000000010 3 1", KernelFunctions(listing: "0100 T other")) == nil)
    }
}
