// SPDX-License-Identifier: Apache-2.0

// A Swift package whose executable is to be an image: found by its Package.swift, checked for `import Apus`.

public import HostSystem

/// A Swift package that is an application.
public struct ApplicationPackage: Sendable {
    /// The package's folder.
    public let directory: FilePath
    /// The executable product.
    public let product: String
    /// What the image depends on, below the folder.
    public let sourcePaths: [FilePath]

    /// Looks at a folder.
    ///
    /// - Parameter product: which executable, if the package has several.
    /// - Throws: if it is no package, or has no executable that imports Apus.
    public init(_ directory: FilePath, product: String? = nil) throws(ToolError) {
        let manifest = directory.appending("Package.swift")
        guard HostFile.exists(manifest) else {
            throw ToolError(
                .noInput, "cannot build \(directory)", why: "there is no Package.swift in it",
                remedy: "go to a Swift package, or run a Linux program with: apus run -- PROGRAM")
        }
        self.directory = directory
        sourcePaths = ["Package.swift", "Sources"]
        let names = (try? HostFile.names(in: directory.appending("Sources"))) ?? []
        let targets = names.filter { Self.importsApus(directory.appending("Sources").appending(FilePath(bytes: $0))) }
            .map { String(decoding: $0, as: UTF8.self) }
        guard !targets.isEmpty else {
            throw ToolError(
                .badData, "cannot build \(directory)", why: "no target in Sources has a file that imports Apus",
                remedy: "see Examples/hello for a package that does")
        }
        if let product {
            guard targets.contains(product) else {
                throw ToolError(
                    .usage, "cannot build \(product)",
                    why: "the package's applications are \(targets.joined(separator: ", "))")
            }
            self.product = product
        } else {
            guard targets.count == 1 else {
                throw ToolError(
                    .usage, "cannot choose an application",
                    why: "there are several: \(targets.joined(separator: ", "))",
                    remedy: "name one with --product")
            }
            self.product = targets[0]
        }
    }

    private static func importsApus(_ directory: FilePath) -> Bool {
        guard let names = try? HostFile.names(in: directory) else { return false }
        return names.contains { name in
            guard name.suffix(6) == Array(".swift".utf8)[...],
                let text = try? HostFile.contents(directory.appending(FilePath(bytes: name)))
            else { return false }
            return text.split(separator: UInt8(ascii: "\n")).contains { line in
                let words = line.split(separator: UInt8(ascii: " "))
                return words.contains(Array("import".utf8)[...]) && words.last == Array("Apus".utf8)[...]
            }
        }
    }
}
