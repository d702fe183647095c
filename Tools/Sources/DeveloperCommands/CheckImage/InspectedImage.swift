// SPDX-License-Identifier: Apache-2.0

// A linked image as the checks see it: its symbols, its disassembly by function, and the file itself.

internal import HostSystem
internal import ImageBuilder

/// A linked image.
struct InspectedImage {
    /// A function's instructions.
    struct Function {
        /// Its symbol, demangled.
        let name: String
        /// Mnemonic and operands, in AT&T syntax.
        let instructions: [Substring]
    }

    /// What it is called.
    let name: String
    /// Its file, with symbols.
    let path: FilePath
    /// The symbols that it defines, mangled.
    let symbols: [String]
    /// The code.
    let functions: [Function]
    /// Sections and segments; nil if the file is not one of ours.
    let layout: ImageLayout?

    /// Reads an image with the tools of the toolchain.
    init(name: String, path: FilePath) throws {
        let toolchain = try Toolchain()
        self.name = name
        self.path = path
        let listing = try ChildProcess.run(
            try toolchain.tool("llvm-nm"), ["--defined-only", "--format=just-symbols", path.description])
        symbols = listing.text.split(separator: "\n").map(String.init)
        let code = try ChildProcess.run(
            try toolchain.tool("llvm-objdump"),
            ["--disassemble", "--no-show-raw-insn", "--no-leading-addr", path.description])
        functions = Self.functions(of: code.text)
        guard listing.isSuccess, code.isSuccess, !functions.isEmpty else {
            throw ToolError(
                .software, "cannot inspect \(path)", why: "llvm-nm or llvm-objdump found nothing in it",
                remedy: "build it again")
        }
        layout = ImageLayout(try HostFile.contents(path))
    }

    /// Builds what there is to build: the Linux personality, and the examples that are Swift packages.
    static func builtImages(of checkout: SourceTree) throws -> [InspectedImage] {
        let builder = KernelImageBuilder(checkout) { Terminal.printError("dev: \($0)") }
        var images = [try InspectedImage(name: "linux", path: try builder.linuxImage(.build).debugPath)]
        let examples = checkout.root.appending("Examples")
        for name in (try? HostFile.names(in: examples)) ?? [] {
            let folder = examples.appending(FilePath(bytes: name))
            guard HostFile.exists(folder.appending("Package.swift")) else { continue }
            let image = try builder.applicationImage(try ApplicationPackage(folder), .build)
            images.append(try InspectedImage(name: String(decoding: name, as: UTF8.self), path: image.debugPath))
        }
        return images
    }

    /// Cuts a disassembly at the lines "<symbol>:".
    static func functions(of disassembly: String) -> [Function] {
        var functions: [Function] = []
        var name: Substring?
        var instructions: [Substring] = []
        func finish() {
            if let name { functions.append(Function(name: String(name), instructions: instructions)) }
            instructions = []
        }
        for line in disassembly.split(separator: "\n") {
            if line.hasSuffix(">:"), let start = line.firstIndex(of: "<") {
                finish()
                name = line[line.index(after: start)...].dropLast(2)
            } else if line.hasPrefix(" ") || line.hasPrefix("\t") {
                // Data between code is shown as "f00: 6a 00 …".
                if line.trimmed.prefix(while: { $0 != " " && $0 != "\t" }).hasSuffix(":") { continue }
                instructions.append(line.before("#").trimmed)  // without "# imm = 0x408"
            }
        }
        finish()
        return functions
    }

    /// A finding about this image.
    func finding(_ what: String, why: String, remedy: String) -> Finding {
        Finding(path: "image \(name)", what: what, why: why, remedy: remedy)
    }
}
