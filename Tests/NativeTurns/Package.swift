// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// A native image for `dev test`: threads of an application that is built with the cooperative discipline.

import PackageDescription

let package = Package(
    name: "turns",
    dependencies: [.package(name: "apus", path: "../..", traits: ["Cooperative"])],
    targets: [
        .executableTarget(
            name: "Turns",
            dependencies: [
                .product(name: "Apus", package: "apus"), .product(name: "ApusThreads", package: "apus"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
