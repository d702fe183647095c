// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// The tool: everything that runs on the developer's machine. The kernel is the package above.
// One external dependency, with its reason in README.md.

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "apus-tools",
    products: [
        .executable(name: "apus", targets: ["apus"]),
        .executable(name: "dev", targets: ["dev"]),
    ],
    dependencies: [
        .package(name: "apus", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        .executableTarget(name: "apus", dependencies: ["ApusCommands"], swiftSettings: settings),  // main, nothing else
        .target(  // one file per command
            name: "ApusCommands",
            dependencies: [
                "HostSystem", "ImageBuilder", "Machines", "Traces",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ApusFormats", package: "apus"),
            ], swiftSettings: settings),
        .executableTarget(name: "dev", dependencies: ["DeveloperCommands"], swiftSettings: settings),  // likewise
        .target(  // the developers' helper: check, test, demo, bench
            name: "DeveloperCommands",
            dependencies: [
                "HostSystem", "ImageBuilder", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ApusFormats", package: "apus"), .product(name: "ApusTesting", package: "apus"),
            ], swiftSettings: settings),
        .target(  // from files to boot archives, from sources to kernel images
            name: "ImageBuilder", dependencies: ["HostSystem", .product(name: "ApusFormats", package: "apus")],
            swiftSettings: settings),
        .target(  // VMMs: their command lines, and a running machine's streams
            name: "Machines", dependencies: ["HostSystem", .product(name: "ApusFormats", package: "apus")],
            swiftSettings: settings),
        .target(  // names for the numbers in a trace of system calls
            name: "Traces", dependencies: [.product(name: "ApusFormats", package: "apus")], swiftSettings: settings),
        .target(name: "HostSystem", dependencies: ["CHost"], swiftSettings: settings),  // files, processes, errors
        .target(name: "CHost"),  // starting a process that dies with us: fork is not callable from Swift
        .testTarget(name: "HostSystemTests", dependencies: ["HostSystem"], swiftSettings: settings),
        .testTarget(
            name: "ImageBuilderTests",
            dependencies: [
                "ImageBuilder", "HostSystem", .product(name: "ApusFormats", package: "apus"),
                .product(name: "ApusTesting", package: "apus"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MachinesTests",
            dependencies: ["Machines", "HostSystem", .product(name: "ApusFormats", package: "apus")],
            swiftSettings: settings),
        .testTarget(name: "TracesTests", dependencies: ["Traces"], swiftSettings: settings),
        .testTarget(
            name: "DeveloperCommandsTests", dependencies: ["DeveloperCommands", "HostSystem", "ImageBuilder"],
            swiftSettings: settings),
        .testTarget(
            name: "ApusCommandsTests",
            dependencies: [
                "ApusCommands", "HostSystem", "ImageBuilder", "Machines",
                .product(name: "ApusFormats", package: "apus"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
