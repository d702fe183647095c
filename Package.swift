// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// The kernel, as a table of contents: one target per micro-library, one line of what it is, grouped by layer.
// A target imports lower layers or siblings that it lists; `make check` and the compiler hold it to that.
// This package has no dependencies. The `apus` tool is a package of its own, in Tools/.

import PackageDescription

/// Every target outside Sources/Machine: unsafe constructs must be written `unsafe`, and only *+Unsafe.swift may.
let safe: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

/// One micro-library: `Sources/<layer>/<name>`.
func library(_ layer: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)", swiftSettings: safe)
}

/// The unit tests of one micro-library: `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
        swiftSettings: safe)
}

let package = Package(
    name: "apus",
    products: [
        // Shared with the tool: what both sides must read alike.
        .library(name: "ApusFormats", targets: ["ByteCodec", "Containers", "ELF", "CPIO", "BootProtocols", "LinuxABI"]),
    ],
    targets: [
        // L0 Formats: pure, used by the kernel and the tool alike.
        .target(name: "CAllocator", path: "Sources/Formats/CAllocator"),  // the fallible allocation behind Containers
        library("Formats", "ByteCodec"),  // reading and writing integers in byte sequences, checked
        library("Formats", "Containers", ["CAllocator"]),  // containers whose growth throws instead of trapping
        library("Formats", "ELF", ["ByteCodec"]),  // ELF64 headers, segments, notes, symbols
        library("Formats", "CPIO", ["ByteCodec"]),  // the newc archive, with page-aligned contents
        library("Formats", "BootProtocols", ["ByteCodec"]),  // PVH, the boot record, apus.* words, the control channel
        library("Formats", "LinuxABI"),  // errno, flags, structure layouts, system call numbers
        tests("ByteCodec"),
        tests("Containers", ["CAllocator"]),
        tests("ELF"),
        tests("CPIO"),
        tests("BootProtocols"),
        tests("LinuxABI"),
    ],
    swiftLanguageModes: [.v6]
)
