// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// A native image that measures the kernel's allocator from inside, between the marks that Benchmarks/insmark.c counts.

import PackageDescription

let package = Package(
    name: "allocator",
    dependencies: [.package(name: "apus", path: "../..")],
    targets: [
        .target(name: "CMark"),
        .executableTarget(name: "Allocator", dependencies: ["CMark", .product(name: "Apus", package: "apus")]),
    ],
    swiftLanguageModes: [.v6]
)
