// SPDX-License-Identifier: Apache-2.0

// Where the kernel's sources are, and the Swift toolchain that builds them.

internal import Glibc
public import HostSystem

/// A checkout of this project.
public struct SourceTree: Sendable {
    /// Its root folder.
    public let root: FilePath

    /// Takes a folder for the root.
    public init(root: FilePath) { self.root = root }

    /// Finds the checkout that this tool was built from: APUS_ROOT, which the launcher sets, or above the executable.
    public static func find() throws(ToolError) -> SourceTree {
        if let root = Environment.text("APUS_ROOT") { return SourceTree(root: FilePath(root)) }
        var folder = (try? HostFile.resolved("/proc/self/exe"))?.parent ?? "/"
        while !folder.components.isEmpty {
            if HostFile.exists(folder.appending("Toolsets")), HostFile.exists(folder.appending("Sources/Images")) {
                return SourceTree(root: folder)
            }
            folder = folder.parent
        }
        throw ToolError(
            .unavailable, "cannot find the kernel's sources", why: "this executable is not inside a checkout",
            remedy: "run the launcher ./apus of the checkout, or set APUS_ROOT to the checkout's folder")
    }

    /// Where images are built and kept.
    public var imageDirectory: FilePath { root.appending(".build-images") }
}

/// The Swift toolchain.
public struct Toolchain: Sendable {
    /// The `swift` executable.
    public let swift: FilePath

    /// Finds it in PATH.
    public init() throws(ToolError) {
        guard let swift = Environment.executable(named: "swift") else {
            throw ToolError(
                .unavailable, "cannot build a kernel image", why: "swift is not in PATH",
                remedy: "install Swift 6.3 from https://www.swift.org/install/linux")
        }
        self.swift = swift
    }

    /// A tool that comes with the toolchain: beside `swift`, else in PATH.
    public func tool(_ name: String) throws(ToolError) -> FilePath {
        if let real = try? HostFile.resolved(swift) {
            let beside = real.parent.appending(FilePath(name))
            if HostFile.isExecutable(beside) { return beside }
        }
        if let found = Environment.executable(named: name) { return found }
        throw ToolError(
            .unavailable, "cannot build a kernel image", why: "\(name) is neither beside \(swift) nor in PATH",
            remedy: "install it: sudo apt-get install --no-install-recommends llvm")
    }
}
