// SPDX-License-Identifier: Apache-2.0

// What the list of components promises: every target of a manifest, however it is broken into lines, and bytes by module.

import Testing

@testable import ImageBuilder

@Suite("ComponentInventory")
struct ComponentInventoryTests {
    let manifest = """
            // L0 Formats: pure.
            library("Formats", "ELF", ["ByteCodec"]),  // programs
            // L1 Machine: raw.
            machine("Arch/x86_64", name: "X86_64", ["Memory"]),  // answers
            machine("Memory", ["CMachine"]),  // frames
            // L4 Services: what calls are made of.
            library(
                // the tty
                "Services", "Terminal", ["Containers"]),
            // pages of files
            library(
                "Services", "PageCache",
                ["Containers", "Memory"]),
            .target(
                name: "Native", dependencies: ["Log"],
                swiftSettings: safe + [.enableExperimentalFeature("Extern")]),  // functions
        """

    @Test("Targets, layers and descriptions are read, and symbols are counted by module")
    func counting() {
        var inventory = ComponentInventory(manifest: manifest)
        #expect(inventory.components.map(\.name) == ["ELF", "X86_64", "Memory", "Terminal", "PageCache", "Native"])
        #expect(
            inventory.components.map(\.layer).suffix(4) == ["L1 Machine", "L4 Services", "L4 Services", "L4 Services"])
        inventory.add(
            symbols: """
                0000000000001000 0000000000000010 T $e3ELF9ELFHeaderV7parsingACs7RawSpanV_tcfC
                0000000000001010 0000000000000020 t $eSa6MemoryE4growyyF
                0000000000002000 0000000000000008 b $e6X86_645tableSo4GateVvp
                0000000000003000 0000000000000004 T boot_entry
                                 U undefined
                """)
        #expect(inventory.components.map(\.code).prefix(3) == [16, 0, 32])
        #expect(inventory.components.map(\.description).suffix(3) == ["the tty", "pages of files", "functions"])
        #expect(inventory.presentComponents == ["ELF", "X86_64", "Memory"])
        #expect(inventory.components.map(\.data).prefix(3) == [0, 8, 0])
        #expect(inventory.json(imageSize: 99).contains("\"name\": \"(C, assembly)\", \"layer\": \"\", \"code\": 4"))
    }
}
