// SPDX-License-Identifier: Apache-2.0

// A run under Benchmarks/blockcount.c: the options that the tool needs for it, and what was counted.

internal import HostSystem
internal import ImageBuilder

/// A run whose instructions are counted.
struct CountedRun {
    private let scratch: ScratchFolder
    private let counts: FilePath
    /// Options of `apus run`: the plugin, fixed places, and a step of time for each instruction, so that the run repeats.
    let options: [String]

    /// Builds the plugin.
    init(_ builder: GuestBuilder, root: FilePath) throws {
        let plugin = try builder.build(root.appending("Benchmarks/blockcount.c"), .plugin)
        scratch = try ScratchFolder()
        counts = scratch.path.appending("counts")
        options =
            ["--kernel-arg", "apus.slide=fixed"]
            + ["-icount", "shift=1,sleep=off", "-plugin", "\(plugin),out=\(counts)"].flatMap { ["--qemu-arg", $0] }
    }

    /// What was counted, once the run has ended; nil if the kernel never ran.
    func profile(_ image: KernelImage) throws -> InstructionProfile? {
        let text = String(decoding: (try? HostFile.contents(counts)) ?? [], as: UTF8.self)
        return InstructionProfile(text, try KernelFunctions(image))
    }
}
