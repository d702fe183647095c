// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// A native image for `dev test`: what an application says and hears by the serial channel, byte for byte.

import PackageDescription

let package = Package(
    name: "streams",
    dependencies: [.package(name: "apus", path: "../..")],
    targets: [
        .executableTarget(name: "Streams", dependencies: [.product(name: "Apus", package: "apus")])
    ],
    swiftLanguageModes: [.v6]
)
