// SPDX-License-Identifier: Apache-2.0
//
// Starting a program in a process: the shared part of execve(2) and of booting the first one. Everything that can fail
// because of the file is done before the old program is given up.

internal import AddressSpace
internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Random
internal import Scheduler
internal import Sync

enum Exec {
    /// Interpreters of scripts may be scripts, up to this depth.
    private static var scriptDepth: Int { 5 }

    /// A program that was found, before anything but its permissions has been looked at.
    struct Found {
        /// Where it is.
        var place: Place
        /// How its caller named it, or how a descriptor does (execveat(2), NOTES).
        var path: [UInt8]
        /// Whether a script's interpreter would find it by that path: not if its descriptor is closed meanwhile.
        var isReachable = true
    }

    /// Finds a program.
    ///
    /// - Parameter flags: `.noFollow`, and `.emptyPath` for the base itself.
    /// - Throws: what looking it up says, `.permissionDenied` if it is none that the caller may run.
    static func find(
        _ path: [UInt8], from base: Place? = nil, _ flags: AtFlags = [], by operations: FileOperations
    ) throws(Errno) -> Found {
        let place = try operations.place(of: path.span, from: base, flags)
        if place.inode.kind == .symbolicLink { throw .tooManySymbolicLinkLevels }
        guard place.inode.kind == .regular else { throw .permissionDenied }
        if place.mount.flags.contains(.noExecution) { throw .permissionDenied }
        try place.inode.check(.execute, by: operations.credentials)
        return Found(place: place, path: path)
    }

    /// Replaces the running thread's program.
    ///
    /// - Parameter words: arguments and environment.
    /// - Throws: what execve(2) lists. After the point of no return a failure ends the process instead (SIGKILL), as
    ///   on Linux.
    static func run(_ program: Found, _ words: consuming ProgramWords, _ task: Task) throws(Errno) {
        let operations = task.process.fileOperations
        var words = words
        var program = program
        for depth in 0... {
            let head = try ProgramFile.read(program.place.inode, at: 0, count: ProgramFile.headByteCount)
            guard let line = try ProgramFile.scriptLine(head) else { break }
            guard depth < scriptDepth else { throw .tooManySymbolicLinkLevels }
            guard program.isReachable else { throw .noEntry }
            words = try scriptWords(line.interpreter, line.argument, program.path, words)
            program = try find(line.interpreter, by: operations)
        }
        let space: AddressSpace
        do throws(OutOfMemory) { space = try AddressSpace(zeroFrame: task.process.system.zeroFrame) } catch {
            throw .noMemory
        }
        try load(program.place, program.path, words, space, task)
    }

    /// The words of a script's interpreter: itself, its argument, the script's path, the script's arguments.
    private static func scriptWords(
        _ interpreter: [UInt8], _ argument: [UInt8]?, _ script: [UInt8], _ words: borrowing ProgramWords
    ) throws(Errno) -> ProgramWords {
        var new = ProgramWords()
        try new.addArgument(interpreter.span)
        if let argument { try new.addArgument(argument.span) }
        try new.addArgument(script.span)
        var index = 0
        for i in 0..<(words.argumentCount + words.environmentCount) {
            let start = index
            while words.bytes[index] != 0 { index += 1 }
            let text = words.bytes.span.extracting(start..<index)
            index += 1
            if i == 0 { continue }
            if i < words.argumentCount { try new.addArgument(text) } else { try new.addEnvironment(text) }
        }
        return new
    }

    /// Kept out of line: both halves of exec hold large values, and a kernel stack has 16 KiB.
    @inline(never)
    private static func load(
        _ place: Place, _ path: [UInt8], _ words: borrowing ProgramWords, _ space: AddressSpace, _ task: Task
    ) throws(Errno) {
        let process = task.process
        let chooser = PlaceChooser(process)
        let operations = process.fileOperations
        let stackTop = UInt64(ProgramHalf.end) - chooser.chance(0x3fff) << 12
        let stackLimit = process[limit: .stackSize].soft
        let gap = min(max(stackLimit, 128 << 20), 0x1000_0000_0000) + chooser.chance(0x3fff) << 12
        space.place(heap: 0, mapTop: (stackTop - gap) & ~4095, stackLimit: stackLimit)

        // The segments' tails are cleared through the new tables, so they are loaded first; a failure goes back.
        let old = task.own.with { $0.space }
        let context = CurrentThread.thread
        context.context.enterAddressSpace(space.root)
        task.own.with { $0.space = space }
        let loaded: LoadedProgram
        do throws(Errno) {
            let loader = ProgramLoader(space: space, operations: operations, chooser: chooser)
            loaded = try loader.load(place.inode, ExecutableFile(place, operations))
            try mapStack(space, top: stackTop, loaded.stackProtection)
            let heap = loaded.heapStart + chooser.chance(0x1fff) << 12
            space.place(heap: heap, mapTop: (stackTop - gap) & ~4095, stackLimit: stackLimit)
            var image = try writeStack(loaded, words, path, top: stackTop - chooser.chance(0xff) << 4, space, process)
            image.code = loaded.code
            try process.endOthers(than: task)
            process.image = image
            enter(loaded.entry, image.stackStart, task)
        } catch {
            context.context.enterAddressSpace(old.root)
            task.own.with { $0.space = old }
            space.removeAll()
            throw error
        }
        replace(space, path, place, task, context)
    }

    /// The point of no return has passed: what the old program left is given up.
    @inline(never)
    private static func replace(_ space: AddressSpace, _ path: [UInt8], _ place: Place, _ task: Task, _ thread: Thread)
    {
        let process = task.process
        let previous = process.replaceSpace(space)
        if previous !== space { previous.removeAll() }
        process.executable = place
        task.name = shortName(path)
        process.changeControls { controls in
            controls.isDumpable = true
            controls.secureBits.remove(.keepsPermitted)
        }
        process.resetActions()
        process.deleteTimers()
        process.files.closeForExec()
        task.own.with { own in
            own.alternateStack = .disabled
            own.clearChildID = 0
            own.robustList = (0, 0)
            own.restartableSequence = (0, 0, 0)
            own.restart = nil
        }
        thread.watchesSwitches = false
        thread.context.dropFloatingPoint()
        thread.context.threadPointer = 0
        thread.context.secondThreadPointer = 0
    }

    /// Maps the first 132 KiB of the stack; it grows when it is touched below.
    @inline(never)
    private static func mapStack(
        _ space: AddressSpace, top: UInt64, _ protection: ProtectionFlags
    ) throws(Errno) {
        let stack = Region(end: 0, protection: protection, purpose: .stack, growsDown: true)
        _ = try space.map(stack, byteCount: 132 << 10, at: .fixed(top - 132 << 10))
    }

    /// Lays out and writes the first stack. Out of line, because the vector and the layout are large values.
    @inline(never)
    private static func writeStack(
        _ loaded: LoadedProgram, _ words: borrowing ProgramWords, _ path: [UInt8], top: UInt64, _ space: AddressSpace,
        _ process: Process
    ) throws(Errno) -> ProgramImage {
        let random = process.system.random
        var initial = InitialStack(top: top)
        let vdso = try VDSO.map(into: space, of: process.system)
        var vector = AuxiliaryVector()
        fill(&vector, loaded, process.credentials, vdso)
        try initial.build(words, path: path.span, random: (random.next(), random.next()), &vector)
        try initial.write()
        return initial.image
    }

    private static func enter(_ entry: UInt64, _ stack: UInt64, _ task: Task) {
        ProgramRegisters.current.reset(entry: UInt(entry), stack: UInt(stack))
    }

    @inline(never)
    private static func fill(
        _ vector: inout AuxiliaryVector, _ loaded: LoadedProgram, _ credentials: Credentials, _ vdso: UInt64
    ) {
        if vdso != 0 { vector.add(.vdso, vdso) }
        vector.add(.minimumSignalStack, UInt64(SignalFrame.minimumStack))
        vector.add(.hardwareCapabilities, CPU.hardwareCapabilities.0)
        vector.add(.pageSize, 4096)
        vector.add(.clockTicks, 100)
        vector.add(.programHeaders, loaded.programHeaders)
        vector.add(.programHeaderSize, 56)
        vector.add(.programHeaderCount, UInt64(loaded.programHeaderCount))
        vector.add(.interpreterBase, loaded.interpreterBase)
        vector.add(.flags, 0)
        vector.add(.entry, loaded.programEntry)
        vector.add(.userID, UInt64(credentials.user.real))
        vector.add(.effectiveUserID, UInt64(credentials.user.effective))
        vector.add(.groupID, UInt64(credentials.group.real))
        vector.add(.effectiveGroupID, UInt64(credentials.group.effective))
        vector.add(.isSecure, 0)
        vector.add(.hardwareCapabilities2, CPU.hardwareCapabilities.1)
        vector.add(.sequenceFeatureSize, 28)
        vector.add(.sequenceAlignment, 32)
    }

    /// The last component of a path, cut to 15 bytes (task_struct's comm).
    private static func shortName(_ path: [UInt8]) -> InlineArray<16, UInt8> {
        var start = 0
        for i in path.indices where path[i] == 0x2f { start = i + 1 }
        var name = InlineArray<16, UInt8>(repeating: 0)
        var used = 0
        while used < 15, start + used < path.count {
            name[used] = path[start + used]
            used += 1
        }
        return name
    }
}
