// SPDX-License-Identifier: Apache-2.0

// The runner for Swift packages that import Apus: the package becomes an image of its own.

internal import BootProtocols
internal import HostSystem
internal import ImageBuilder

extension Run {
    /// Prepares a Swift package.
    func nativeApplication(_ directory: FilePath, _ arguments: [[UInt8]]) throws -> RunRequest {
        if rootfs != nil {
            throw ToolError(.usage, "cannot use --rootfs", why: "a native application has no Linux files; use -v")
        }
        let here = try HostFile.currentDirectory()
        let package = try ApplicationPackage(here.appending(directory).lexicallyNormalized, product: product)
        var tree = FileTree()
        try addVolumes(to: &tree, over: nil, from: here)
        note("\(package.directory) is a Swift package; its application is \(package.product)")
        let name = FilePath("/" + package.product)
        return RunRequest(
            command: self, cache: try Environment.cacheDirectory(), name: package.product,
            record: record(name, [Array(package.product.utf8)] + arguments, environmentVariables()),
            foreignArchive: nil,
            tree: tree, isNative: true, image: { builder, action in try builder.applicationImage(package, action) },
            outputs: volumes.filter { $0.direction == .intoAndBack }.map {
                ($0.guestPath(from: here), here.appending($0.source))
            })
    }
}
