// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// A native image for `dev test`: threads of an application and what they share, on one CPU and on several.

import PackageDescription

let package = Package(
    name: "threads",
    dependencies: [.package(name: "apus", path: "../..", traits: ["SMP"])],
    targets: [
        .executableTarget(
            name: "Threads",
            dependencies: [
                .product(name: "Apus", package: "apus"), .product(name: "ApusThreads", package: "apus"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
