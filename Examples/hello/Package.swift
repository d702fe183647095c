// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// A Swift program that is its own unikernel. `apus run` in this folder builds the image and boots it.

import PackageDescription

let package = Package(
    name: "hello",
    // It has one thread, which nobody needs to interrupt; a program with more may leave the trait out.
    dependencies: [.package(name: "apus", path: "../..", traits: ["Cooperative"])],
    targets: [
        .executableTarget(name: "hello", dependencies: [.product(name: "Apus", package: "apus")])
    ],
    swiftLanguageModes: [.v6]
)
