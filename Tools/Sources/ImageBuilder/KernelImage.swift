// SPDX-License-Identifier: Apache-2.0

// Kernel images: built by SwiftPM with a toolset, stripped, and kept under a name that is a digest of the sources.
// What SwiftPM misses is taken care of here: a changed header becomes a changed flag, a changed linker script removes the
// linked file, manifest caching is off because it hides changed linker flags.

internal import Glibc
public import HostSystem

/// A kernel image on disk.
public struct KernelImage: Sendable, Equatable {
    /// The stripped ELF file that a machine boots.
    public let path: FilePath
    /// The same with symbols and line tables.
    public let debugPath: FilePath

    /// An image that the user names; its symbols are beside it, or in it.
    public init(_ path: FilePath) {
        self.path = path
        let text = path.description
        let beside = FilePath((text.hasSuffix(".elf") ? String(text.dropLast(4)) : text) + ".debug")
        debugPath = HostFile.exists(beside) ? beside : path
    }

    init(path: FilePath, debugPath: FilePath) {
        self.path = path
        self.debugPath = debugPath
    }
}

/// Builds kernel images.
public struct KernelImageBuilder: Sendable {
    /// The kernel's sources.
    public let sources: SourceTree
    /// What is said while something takes long.
    public let report: @Sendable (String) -> Void

    /// Creates a builder.
    public init(_ sources: SourceTree, report: @escaping @Sendable (String) -> Void) {
        self.sources = sources
        self.report = report
    }

    /// What to do about an image that is not there yet.
    public enum Action: Sendable {
        /// Say where it will be.
        case locate
        /// Build it.
        case build
    }

    /// What the image of the Linux personality is for.
    public enum Variant: Sendable {
        /// Running programs.
        case ordinary
        /// Running tests: with what the trait Checks turns on.
        case checked

        var name: String { self == .ordinary ? "linux" : "checked" }
        var flags: [String] { ["--traits", self == .ordinary ? "SMP" : "SMP,Checks"] }
    }

    /// The image of the Linux personality, for the sources as they are now.
    public func linuxImage(_ action: Action, _ variant: Variant = .ordinary) throws -> KernelImage {
        let digests = try fingerprint(kernel: "linux")
        let directory = sources.imageDirectory
        switch action {
        case .locate: return image(named: variant.name, digests, in: directory)
        case .build:
            return try build(
                product: "linux", name: variant.name, package: sources.root, output: directory, digests,
                flags: variant.flags)
        }
    }

    /// The image of a Swift package that imports Apus, for its and the kernel's sources as they are now.
    public func applicationImage(_ package: ApplicationPackage, _ action: Action) throws -> KernelImage {
        let output = package.directory.appending(".build-images")
        try makeDirectory(output)
        let kernel = try fingerprint(kernel: "native")
        let own = try SourceFingerprint(
            root: package.directory, paths: package.sourcePaths, note: output.appending("fingerprint"))
        var both = SHA256()
        both.update(Array((kernel.contents + own.contents).utf8))
        var unnoticed = SHA256()
        unnoticed.update(Array((kernel.unnoticed + own.unnoticed).utf8))
        let digests = SourceDigests(contents: both.hexadecimal(), unnoticed: unnoticed.hexadecimal())
        switch action {
        case .locate: return image(named: package.product, digests, in: output)
        case .build:
            return try build(
                product: package.product, name: package.product, package: package.directory, output: output, digests,
                flags: Self.smallFlags)
        }
    }

    private func fingerprint(kernel name: String) throws -> SourceDigests {
        try makeDirectory(sources.imageDirectory)
        let found = try SourceFingerprint(
            root: sources.root, paths: ["Package.swift", "Sources", "Toolsets"],
            note: sources.imageDirectory.appending(FilePath("fingerprint-\(name)")))
        return SourceDigests(contents: found.contents, unnoticed: found.unnoticed)
    }

    private func image(named name: String, _ digests: SourceDigests, in directory: FilePath) -> KernelImage {
        let base = "\(name)-\(digests.contents.prefix(16))"
        return KernelImage(
            path: directory.appending(FilePath(base + ".elf")),
            debugPath: directory.appending(FilePath(base + ".debug")))
    }

    /// An application's image is small before it is fast: what -Osize still inlines (above all the counting of
    /// references, 40 bytes at each place) stays a call, and passes that copy code, or add some before a loop, so that
    /// what is left is faster do not run.
    private static let smallFlags =
        [
            "-inline-threshold=0", "-sil-disable-pass=closure-specialize", "-sil-disable-pass=function-signature-opts",
            "-sil-disable-pass=loop-unroll",
        ].flatMap { ["-Xswiftc", "-Xllvm", "-Xswiftc", $0] }
        + [
            "-inline-threshold=0", "-disable-machine-licm", "-disable-lsr",
        ].flatMap { ["-Xlinker", "-mllvm", "-Xlinker", $0] }

    private func build(
        product: String, name: String, package: FilePath, output: FilePath, _ digests: SourceDigests, flags: [String]
    ) throws -> KernelImage {
        let image = image(named: name, digests, in: output)
        if HostFile.exists(image.path), HostFile.exists(image.debugPath) { return image }
        let toolchain = try Toolchain()
        let strip = try toolchain.tool("llvm-objcopy")
        let lock = try FileLock(output.appending("lock"))
        defer { withExtendedLifetime(lock) {} }
        if HostFile.exists(image.path), HostFile.exists(image.debugPath) { return image }
        report("building the kernel image \(name) (a minute the first time)")
        let scratch = output.appending(FilePath(name))
        let linked = scratch.appending(FilePath("x86_64-unknown-none-elf/release/\(product)"))
        HostFile.remove(linked)
        let words =
            [
                "build", "--disable-build-manifest-caching", "--package-path", package.description, "--scratch-path",
                scratch.description, "--triple", "x86_64-unknown-none-elf", "--toolset",
                sources.root.appending("Toolsets/x86_64.json").description, "-c", "release", "--product", product,
                "-Xswiftc", "-Osize", "--experimental-lto-mode", "full",
                "-Xswiftc", "-DHDR_\(digests.unnoticed.prefix(16))",
                // The toolset names its linker script relative to the kernel's sources; lld looks below -L as well.
                "-Xlinker", "-L\(sources.root)",
            ] + flags
        let result = try ChildProcess.run(toolchain.swift, words, directory: sources.root)
        guard result.isSuccess, HostFile.exists(linked) else {
            throw ToolError(
                .software, "cannot build the kernel image \(name)", why: "swift build failed:\n\(result.text)")
        }
        try HostFile.writeAtomically(image.debugPath) { file in
            _ = try file.append(contentsOf: try Descriptor(opening: linked, .read))
        }
        let stripped = FilePath(bytes: image.path.bytes + Array(".new".utf8))
        let stripping = try ChildProcess.run(
            strip, ["--strip-all", "--strip-sections", linked.description, stripped.description])
        guard stripping.isSuccess else {
            HostFile.remove(stripped)
            throw ToolError(
                .software, "cannot strip the kernel image \(name)", why: "llvm-objcopy failed:\n\(stripping.text)")
        }
        do { try completeNote(of: stripped, symbols: linked, toolchain, digests) } catch {
            HostFile.remove(stripped)
            throw error
        }
        try HostFile.rename(stripped, to: image.path)
        removeOldImages(named: name, in: output, keeping: image)
        return image
    }

    /// Puts the build id and the components into the image's note.
    private func completeNote(
        of image: FilePath, symbols: FilePath, _ toolchain: Toolchain, _ digests: SourceDigests
    ) throws {
        let manifest = try HostFile.contents(sources.root.appending("Package.swift"))
        var inventory = ComponentInventory(manifest: String(decoding: manifest, as: UTF8.self))
        let listing = try ChildProcess.run(
            try toolchain.tool("llvm-nm"), ["--print-size", "--defined-only", symbols.description])
        inventory.add(symbols: listing.text)
        var file = try KernelImageFile(try HostFile.contents(image), image)
        try file.complete(buildID: digests.contents, components: inventory.presentComponents)
        let bytes = file.bytes
        try HostFile.writeAtomically(image) { try $0.write(bytes) }
    }

    /// Keeps the newest few images: going back and forth between branches should not build each time.
    private func removeOldImages(named name: String, in directory: FilePath, keeping image: KernelImage) {
        guard let names = try? HostFile.names(in: directory) else { return }
        let candidates = names.map { directory.appending(FilePath(bytes: $0)) }.filter { path in
            let text = String(decoding: path.lastComponent, as: UTF8.self)
            return text.hasPrefix(name + "-") && text.hasSuffix(".elf") && path != image.path
        }
        let byAge = candidates.compactMap { path in
            (try? HostFile.status(path)).map { (path: path, time: $0.modified.seconds) }
        }.sorted { $0.time > $1.time }
        for old in byAge.dropFirst(3) {
            HostFile.remove(old.path)
            HostFile.remove(FilePath(bytes: old.path.bytes.dropLast(4) + Array(".debug".utf8)))
        }
    }

    private func makeDirectory(_ path: FilePath) throws(ToolError) {
        do throws(SystemCallError) { try HostFile.createDirectories(path) } catch { throw error.writing(path) }
    }
}

/// What an image is made from, as digests.
struct SourceDigests {
    /// Everything.
    let contents: String
    /// What SwiftPM does not look at.
    let unnoticed: String
}
