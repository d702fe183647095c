// SPDX-License-Identifier: Apache-2.0

// A request with everything decided but the machine: image, accelerator, archive and command line are put together here,
// the machine runs, and its end becomes an exit status.

internal import BootProtocols
internal import ByteCodec
internal import Glibc
internal import HostSystem
internal import ImageBuilder
internal import Machines
internal import Traces

/// A machine that is about to be.
struct RunRequest {
    let command: Run
    let cache: FilePath
    /// The program as the user called it.
    let name: String
    let record: BootRecordWriter
    /// The user's own archive, which becomes the root file system.
    let foreignArchive: FilePath?
    let tree: FileTree
    /// Whether the application is part of the image.
    let isNative: Bool
    let image: (KernelImageBuilder, KernelImageBuilder.Action) throws -> KernelImage
    /// What comes back at the end.
    let outputs: [(guest: FilePath, host: FilePath)]

    /// Runs the machine and returns the exit status.
    func run() throws -> Int32 {
        let qemu = try QEMUInstallation(cache: cache)
        let choice = try AcceleratorChoice(command.accel, qemu, cache: cache)
        command.note("\(choice.accelerator.rawValue) executes the guest: \(choice.reason)")
        let kernel = try findKernel()
        var line = QEMUCommandLine(kernel: kernel.path)
        line.model = command.machine
        line.accelerator = choice.accelerator
        line.processorCount = command.cpus
        let memory = try memory()
        line.memoryKibibytes = memory.kibibytes
        line.kernelWords = try kernelWords()
        line.debuggerPort = command.debuggerPort
        line.extraArguments = command.qemuArguments
        // A dry run does not build: what the image would speak over follows from what would be run.
        let file = command.dryRun && !HostFile.exists(kernel.path) ? nil : try kernelFile(kernel.path)
        line.channel = try file?.usesSerialChannel() ?? isNative ? .serial : .ports
        if command.dryRun {
            Terminal.printOutput(([qemu.path.argument] + line.arguments).map(shellQuoted).joined(separator: " "))
            return 0
        }
        guard let file else { return 0 }
        try checkProcessors(file)
        // Before anything is copied: a file with a hole of a terabyte takes no room where it lies.
        try check(memory, file, archive: fileByteCount())
        try checkRoom(line.model)
        try checkOutputs()
        let archives = try (foreignArchive.map { [$0] } ?? []) + filesArchive()
        let boot = try BootArchive(record: finishedRecord(), archives: archives)
        try check(memory, file, archive: boot.byteCount)
        if let port = command.debuggerPort {
            Terminal.printError("apus: waiting for gdb: target remote 127.0.0.1:\(port)")
        }
        return try run(qemu, line, boot, CrashSymbolizer(kernel))
    }

    /// What the user says; otherwise 256 MiB, and room for files that would fill more than a sixteenth of them. Hosts give a
    /// machine its memory when it is touched, so what a program does not use costs nothing.
    private func memory() throws -> MemorySize {
        if let memory = command.memory { return memory }
        let files = try fileByteCount()
        let step: UInt64 = 16 << 20
        let room = files > step ? (files + step - 1) / step * step : 0
        return MemorySize(kibibytes: (256 << 10) + room / 1024)
    }

    /// What could not be written is better known before the program has worked for it.
    private func checkOutputs() throws(ToolError) {
        for output in outputs {
            let place = (try? HostFile.resolved(output.host)) ?? output.host
            let isFolder = (try? HostFile.status(place))?.isDirectory ?? false
            let folder = isFolder ? place : place.parent
            guard !HostFile.isWritable(folder) else { continue }
            throw ToolError(
                .cannotCreate, "cannot copy \(output.guest) back", why: "nothing may be written to \(folder)",
                remedy: "look at its permissions with: ls -ld \(folder)")
        }
    }

    private func fileByteCount() throws -> UInt64 {
        try tree.byteCount + (foreignArchive.map { try HostFile.status($0, links: .followed).size } ?? 0)
    }

    /// The files are in the host's memory twice, as an archive and in the machine, and QEMU puts them below 4 GiB.
    private func checkRoom(_ model: MachineModel) throws {
        let files = try fileByteCount()
        let limit: UInt64 = model == .microvm ? 3 << 30 : 2 << 30
        guard files < limit else {
            throw ToolError(
                .usage, "cannot give the machine files of \(files >> 20)M",
                why: "those that it begins with end at \(limit >> 20)M on \(model.rawValue)",
                remedy: "leave some out: --exclude, or name less with -v")
        }
        guard let available = HostMemory.availableBytes, 2 * files > available else { return }
        throw ToolError(
            .systemError, "cannot give the machine files of \(files >> 20)M",
            why: "that takes twice as much of the host's memory, which has \(available >> 20)M left",
            remedy: "leave some out: --exclude, or name less with -v")
    }

    /// Without this the application would run on one processor, and nobody would say so.
    private func checkProcessors(_ file: KernelImageFile) throws {
        guard command.cpus > 1, try !file.startsProcessors() else { return }
        throw ToolError(
            .usage, "cannot give \(name) \(command.cpus) processors",
            why: "its image holds the kernel of one: nothing in it starts others",
            remedy: "leave out -c, or start threads with ApusThreads and ask for the trait SMP in Package.swift")
    }

    private func findKernel() throws -> KernelImage {
        if let path = command.kernel {
            let path = FilePath(argument: path)
            guard HostFile.exists(path) else {
                throw ToolError(.noInput, "cannot read \(path)", why: "there is no such file")
            }
            return KernelImage(path)
        }
        let builder = KernelImageBuilder(try SourceTree.find()) { Terminal.printError("apus: \($0)") }
        return try image(builder, command.dryRun ? .locate : .build)
    }

    private func kernelFile(_ path: FilePath) throws(ToolError) -> KernelImageFile {
        let bytes: [UInt8]
        do throws(SystemCallError) { bytes = try HostFile.contents(path) } catch { throw error.reading(path) }
        let file = try KernelImageFile(bytes, path)
        try file.checkVersions()
        return file
    }

    /// The user's words for the kernel, held to the grammar before a machine is started.
    private func kernelWords() throws(ToolError) -> [String] {
        for word in command.kernelArguments {
            let bytes = Array(word.utf8)
            var reader = KernelWordReader(bytes.rawBytes)
            do throws(KernelWordError) { _ = try reader.next() } catch {
                throw ToolError(.usage, "cannot tell the kernel \(word)", why: error.sentence)
            }
        }
        return (command.log.map { ["apus.log=\($0.rawValue)"] } ?? []) + command.kernelArguments
    }

    private func filesArchive() throws -> [FilePath] {
        if tree.entries.isEmpty { return [] }
        let path = try ArchiveCache(cache: cache).archive(of: tree)
        command.note("the files are in \(path)")
        return [path]
    }

    private func finishedRecord() throws -> [UInt8] {
        var record = record
        if !outputs.isEmpty { record.append(.outputs, .critical, strings: outputs.map(\.guest.bytes)) }
        record.append(.seed, .optional, payload: try Descriptor(opening: "/dev/urandom", .read).read(count: 32))
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        record.append(.epoch, .optional, number: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
        // We do not know how somebody else's archive was made.
        if !isNative, foreignArchive == nil { record.append(.pageAlignedArchive, .optional, payload: []) }
        return record.bytes
    }

    /// Kernel, archive and a little to work with must fit, or the machine would die without a word.
    private func check(_ memory: MemorySize, _ kernel: KernelImageFile, archive: UInt64) throws(ToolError) {
        // The image lies at 1 MiB.
        let needed = (1 << 20) + kernel.span + archive + (128 << 10)
        guard memory.kibibytes << 10 >= needed else {
            let megabytes = (needed + (1 << 20) - 1) >> 20
            throw ToolError(
                .usage, "cannot start a machine with \(memory.description) of memory",
                why: "kernel and files alone take \(megabytes)M", remedy: "give it more: -M \(megabytes * 2)M")
        }
    }

    private func run(
        _ qemu: QEMUInstallation, _ line: QEMUCommandLine, _ boot: BootArchive, _ symbolizer: CrashSymbolizer
    )
        throws -> Int32
    {
        let streams = StreamChoice.current
        let receiver = OutputReceiver(volumes: outputs)
        let isTraced = command.strace
        var options = MachineSessionOptions()
        options.hasInput = streams.input != .closed
        options.isTerminal = streams.isTerminal
        options.channel = line.channel
        options.isOneFile = streams.error == .output
        options.timeout = command.timeout
        options.translateLogLine = { symbolizer.translate(isTraced ? TraceLine.translate($0) : $0) }
        options.receiveOutput = { try receiver.receive($0) }
        command.note(([qemu.path.argument] + line.arguments).map(shellQuoted).joined(separator: " "))
        let session = try MachineSession(qemu.path, line.arguments, archive: boot.descriptor, options: options)
        let outcome = try session.run()
        for problem in receiver.omissions + receiver.problems {
            Terminal.printError("apus: not copied back: \(problem)")
        }
        try explain(outcome)
        if !receiver.problems.isEmpty, outcome.intervention == nil {
            throw ToolError(
                .cannotCreate, "cannot copy all outputs back",
                why: "\(receiver.problems.count) files are missing, see above",
                remedy: "make room or look at the permissions there, and run it again")
        }
        if outcome.programEnd != nil, !outputs.isEmpty, !receiver.isComplete {
            throw ToolError(.software, "cannot copy the outputs back", why: "the machine ended before it had sent them")
        }
        return outcome.exitStatus
    }
}
