// SPDX-License-Identifier: Apache-2.0

// apus components: what the kernel is made of, from Package.swift, and what each part weighs, from an image's symbols.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Components: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    static let configuration = CommandConfiguration(
        abstract: "Lists what the kernel image is made of, and what each part weighs.",
        discussion: """
            Bytes are those of the symbols of the optimised image; code that was inlined counts where it went. Padding, \
            relocations and string literals have no symbols and are listed as the rest.
            """)

    @Option(help: "table or json.")
    var format = Format.table

    @Argument(help: "The folder of a Swift package; the image for Linux programs if none is given.")
    var directory: String?

    func run() throws {
        let sources = try SourceTree.find()
        let builder = KernelImageBuilder(sources) { Terminal.printError("apus: \($0)") }
        let image: KernelImage
        if let directory {
            let here = try HostFile.currentDirectory()
            image = try builder.applicationImage(
                try ApplicationPackage(here.appending(FilePath(argument: directory)).lexicallyNormalized), .build)
        } else {
            image = try builder.linuxImage(.build)
        }
        let manifest = String(
            decoding: try HostFile.contents(sources.root.appending("Package.swift")), as: UTF8.self)
        var inventory = ComponentInventory(manifest: manifest)
        let nm = try Toolchain().tool("llvm-nm")
        let symbols = try ChildProcess.run(nm, ["--print-size", "--defined-only", image.debugPath.description])
        inventory.add(symbols: symbols.text)
        let size = try HostFile.status(image.path).size
        switch format {
        case .table: print(inventory.table(imageSize: size))
        case .json: print(inventory.json(imageSize: size))
        }
    }
}
