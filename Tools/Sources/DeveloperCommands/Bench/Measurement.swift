// SPDX-License-Identifier: Apache-2.0

// Takes the figures: boots, sizes, the least memory, and the costs of operations under the counting plugin.
// Slides are fixed, so that a run repeats exactly.

internal import HostSystem
internal import ImageBuilder

/// Measures this checkout.
struct Measurement {
    let checkout: SourceTree
    let runner: GuestRunner
    let builder: GuestBuilder
    /// Figures by key.
    private(set) var figures: [String: Int] = [:]
    /// Locked instructions, page table writes, invalidations and device accesses per thousand operations, by key.
    private(set) var counters: [String: [Int]] = [:]
    /// What could not be measured, and why.
    private(set) var gaps: [String: String] = [:]

    init(_ checkout: SourceTree) throws {
        self.checkout = checkout
        runner = try GuestRunner(checkout)
        builder = try GuestBuilder(root: checkout.root)
    }

    private static let fixed = ["--kernel-arg", "apus.slide=fixed"]

    /// Takes all figures.
    mutating func run() throws {
        let hello = try builder.build(builder.sources.appending("Programs/hello.c"), .musl)
        try measureSize(runner.kernelImage, "size_linux")
        let linux = { (runner: GuestRunner, options: [String]) in
            try runner.start([hello.description], options: options).finish()
        }
        try measureStart(boot: "boot_linux", memory: "memory_linux", linux)
        try measurePython()
        try measureNative()
        try measureOperations()
        try measureAllocator()
    }

    private mutating func measureSize(_ image: FilePath, _ key: String) throws {
        figures[key] = Int(try HostFile.status(image).size)
    }

    private mutating func measureStart(
        boot: String, memory: String, _ start: (GuestRunner, [String]) throws -> CapturedProcess.Capture
    ) throws {
        let capture = try start(runner, Self.fixed + BootFigures.countingOptions + ["--verbose"])
        guard capture.status == 0, let cost = BootFigures(capture.errorText) else {
            gaps[boot] = "status \(capture.status)"
            gaps[memory] = gaps[boot]
            return
        }
        figures[boot] = cost.ticks
        figures[memory] = try leastMemory { try start($0, Self.fixed + ["-M", "\($1)K"]) }
    }

    /// The least KiB at which the expected output still comes, to 64 KiB.
    private func leastMemory(
        _ start: (GuestRunner, Int) throws -> CapturedProcess.Capture
    ) throws -> Int? {
        let expected = try start(runner, 64 << 10)
        var (bad, good) = (0, 64 << 10)
        while good - bad > 64 {
            let middle = (good + bad) / 2 / 64 * 64
            let capture = middle > 0 ? try start(runner, middle) : nil
            if capture?.status == 0, capture?.output == expected.output { good = middle } else { bad = middle }
        }
        return good
    }

    private mutating func measureNative() throws {
        let folder = checkout.root.appending("Examples/hello")
        guard HostFile.exists(folder.appending("Package.swift")) else {
            for key in ["boot_native", "memory_native", "size_native", "size_native_gzip"] {
                gaps[key] = "no Examples/hello"
            }
            return
        }
        let images = KernelImageBuilder(checkout) { Terminal.printError("dev: \($0)") }
        let image = try images.applicationImage(try ApplicationPackage(folder), .build).path
        try measureSize(image, "size_native")
        let packed = try CapturedProcess("/bin/gzip", ["-9nc", image.description]).finish()
        figures["size_native_gzip"] = packed.output.count
        try measureStart(boot: "boot_native", memory: "memory_native") { runner, options in
            try runner.startPackage(folder, options: options).finish()
        }
    }

    /// What boot, files, faults and calls add to a program with two thousand files.
    private mutating func measurePython() throws {
        let counted = try CountedRun(builder, root: checkout.root)
        let capture = try runner.start(["/usr/bin/python3", "-c", "pass"], options: counted.options).finish()
        let percent = try counted.profile(KernelImage(runner.kernelImage))?.percentOfProgram
        guard capture.status == 0, let percent else {
            gaps["python"] = "status \(capture.status)"
            return
        }
        figures["python"] = percent
    }

    private mutating func measureOperations() throws {
        let program = try builder.build(checkout.root.appending("Benchmarks/microbench.c"), .microbench)
        try count(Figure.operations) { try $0.start([program.description, "0.05"], options: $1) }
    }

    /// The kernel's heap has no system call: an image of its own measures it from inside.
    private mutating func measureAllocator() throws {
        let folder = checkout.root.appending("Benchmarks/Allocator")
        try count(Figure.insideOperations) { try $0.startPackage(folder, options: $1) }
    }

    /// Takes the figures between the marks of a machine.
    private mutating func count(
        _ wanted: [Figure], _ start: (GuestRunner, [String]) throws -> CapturedProcess
    ) throws {
        let plugin = try builder.build(checkout.root.appending("Benchmarks/insmark.c"), .plugin)
        let scratch = try ScratchFolder()
        let counts = scratch.path.appending("counts")
        let capture = try start(
            runner,
            Self.fixed + [
                "--qemu-arg", "-icount", "--qemu-arg", "shift=1,sleep=off", "--qemu-arg", "-plugin", "--qemu-arg",
                "\(plugin),out=\(counts)",
            ]
        ).finish()
        let marks = PluginCounts.marks(String(decoding: (try? HostFile.contents(counts)) ?? [], as: UTF8.self))
        let iterations = OperationCost.iterations(capture.outputText)
        let loop = OperationCost(item: 0, iterations: (iterations["empty_loop"] ?? nil) ?? 0, loopCost: 0, marks)
        for figure in wanted {
            guard let item = figure.item else { continue }
            guard let times = iterations[item.name] else {
                gaps[figure.key] = "not reached; status \(capture.status)"
                continue
            }
            guard let times,
                let cost = OperationCost(
                    item: item.number, iterations: times, loopCost: loop?.instructions ?? 0, marks)
            else {
                gaps[figure.key] = "the kernel does not support it yet"
                continue
            }
            figures[figure.key] = cost.instructions
            counters[figure.key] = [cost.locked, cost.pageTableWrites, cost.invalidations, cost.deviceAccesses]
        }
    }
}

extension GuestLibrary {
    /// The benchmark program, as fast as the peers' was.
    static let microbench = GuestLibrary(
        name: "bench", compiler: "musl-gcc", options: ["-static", "-O2"], warnings: [])
    /// A plugin for QEMU.
    static let plugin = GuestLibrary(
        name: "plugin", compiler: "gcc", options: ["-O2", "-shared", "-fPIC"], warnings: [])
}
