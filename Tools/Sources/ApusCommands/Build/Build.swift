// SPDX-License-Identifier: Apache-2.0

// apus build: makes the image of a Swift package, or the kernel image for Linux programs.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Builds the image of a Swift package that imports Apus.",
        discussion: "Prints the image's path and size. The image holds what the package imports and nothing else.")

    @Flag(help: "Builds the kernel image for Linux programs instead.")
    var linux = false

    @Flag(help: "With --linux: an image for tests that checks the order of its locks and what happens to freed memory.")
    var checks = false

    @Option(help: "Which executable of the package.")
    var product: String?

    @Argument(help: "The package's folder.")
    var directory = "."

    func run() throws {
        let builder = KernelImageBuilder(try SourceTree.find()) { Terminal.printError("apus: \($0)") }
        let image: KernelImage
        if linux {
            image = try builder.linuxImage(.build, checks ? .checked : .ordinary)
        } else {
            let here = try HostFile.currentDirectory()
            let package = try ApplicationPackage(
                here.appending(FilePath(argument: directory)).lexicallyNormalized, product: product)
            image = try builder.applicationImage(package, .build)
        }
        let size = try HostFile.status(image.path).size
        print("\(image.path): \(size) bytes")
    }
}
