// SPDX-License-Identifier: Apache-2.0
//
// Puts a program into a fresh address space: segments of the executable, its interpreter if it names one, the vDSO, the
// stack. Places as Linux chooses them: ET_EXEC where it says, PIE at two thirds of the program's half plus a random
// part, mappings below the stack, the heap behind the program's data or, for a static PIE, likewise random.

internal import AddressSpace
internal import ByteCodec
internal import Containers
internal import ELF
internal import FileSystem
internal import LinuxABI
internal import PageCache
internal import Processes
internal import UserMemory

/// What a loaded program needs to start.
struct LoadedProgram {
    /// Where the first instruction is: the interpreter's, if there is one.
    var entry: UInt64
    /// The executable's own facts, for the auxiliary vector.
    var programEntry: UInt64
    var programHeaders: UInt64
    var programHeaderCount: Int
    var interpreterBase: UInt64
    /// Code of the executable, for /proc/PID/stat.
    var code: Range<UInt64>
    /// The lowest and highest address of the executable.
    var heapStart: UInt64
    /// Whether the stack may be executed (PT_GNU_STACK).
    var stackProtection: ProtectionFlags
}

/// Loads executables into one address space.
struct ProgramLoader {
    let space: AddressSpace
    let operations: FileOperations
    let chooser: PlaceChooser

    /// Where position-independent programs go (ELF_ET_DYN_BASE: two thirds of the program's half).
    private static var positionIndependentBase: UInt64 { 0x5555_5555_4000 }

    /// Maps an executable and, if it names one, its interpreter.
    ///
    /// - Throws: `.execFormatError`, `.noMemory`, what opening the interpreter says, `.libraryCorrupted` forms of ELF.
    func load(_ inode: Inode, _ file: any MappedFile) throws(Errno) -> LoadedProgram {
        let (program, headers) = try inspect(inode)
        var bias: UInt64 = 0
        if program.header.type == .positionIndependent {
            // Without an interpreter the program is its own loader: Linux puts it where mappings go. The difference
            // cannot be seen by a program; one place serves both.
            bias = ProgramLoader.positionIndependentBase + chooser.chance(0x0fff_ffff) << 12
            bias &= ~(max(program.alignment, 4096) - 1)
        }
        try map(inode, file, program, headers, bias)
        var loaded = LoadedProgram(
            entry: program.header.entry &+ bias, programEntry: program.header.entry &+ bias,
            programHeaders: (program.programHeadersAddress ?? 0) &+ bias,
            programHeaderCount: program.header.programHeaderCount, interpreterBase: 0,
            code: (program.lowestAddress &+ bias)..<(program.highestAddress &+ bias),
            heapStart: (program.highestAddress &+ bias &+ 4095) & ~4095,
            stackProtection: program.stack == .executable ? [.read, .write, .execute] : [.read, .write])
        if let range = program.interpreter { try loadInterpreter(range, of: inode, &loaded) }
        return loaded
    }

    /// Reads and checks the headers.
    private func inspect(_ inode: Inode) throws(Errno) -> (ELFProgram, [UInt8]) {
        let head = try ProgramFile.read(inode, at: 0, count: ELFHeader.byteCount)
        do throws(ELFError) {
            let header = try ELFHeader(parsing: head.span.rawBytes)
            guard header.machine == .x86_64 else { throw ELFError.badMagic }
            let table: [UInt8]
            do throws(Errno) {
                table = try ProgramFile.read(
                    inode, at: header.programHeadersOffset, count: header.programHeadersByteCount)
            } catch { throw ELFError.badMagic }
            let headers = try ELFProgramHeaders(table.span.rawBytes, of: header)
            let program = try ELFProgram(header, headers, limits: ELFProgram.Limits(fileSize: inode.byteCount))
            return (program, table)
        } catch { throw .execFormatError }
    }

    private func loadInterpreter(_ range: Range<UInt64>, of inode: Inode, _ loaded: inout LoadedProgram) throws(Errno) {
        // The range ends before the name's NUL.
        var path = try ProgramFile.read(inode, at: range.lowerBound, count: range.count + 1)
        guard path.last == 0 else { throw .execFormatError }
        path.removeLast()
        let place = try operations.place(of: path.span, following: .follow)
        guard place.inode.kind == .regular else { throw .permissionDenied }
        try place.inode.check(.execute, by: operations.credentials)
        let (program, headers) = try inspect(place.inode)
        guard program.interpreter == nil else { throw .sharedLibraryCorrupted }
        var bias: UInt64 = 0
        if program.header.type == .positionIndependent {
            // Where mappings go: find room for all of it, then place the segments inside.
            let hole = try space.map(
                Region(end: 0, protection: []), byteCount: program.span, at: .anywhere(hint: 0))
            bias = hole &- (program.lowestAddress & ~4095)
        }
        try map(place.inode, ExecutableFile(place, operations), program, headers, bias)
        loaded.entry = program.header.entry &+ bias
        loaded.interpreterBase = bias
    }

    /// Maps all PT_LOAD segments.
    private func map(
        _ inode: Inode, _ file: any MappedFile, _ program: ELFProgram, _ table: [UInt8], _ bias: UInt64
    ) throws(Errno) {
        guard let pages = inode.pageCache else { throw .permissionDenied }
        for index in 0..<program.header.programHeaderCount {
            guard
                let segment = ELFProgramHeader(
                    parsing: table.span.rawBytes, at: index * ELFHeader.programHeaderByteCount),
                segment.kind == .load
            else { continue }
            try map(segment, file, pages, bias)
        }
    }

    private func map(
        _ segment: ELFProgramHeader, _ file: any MappedFile, _ pages: PageCache, _ bias: UInt64
    ) throws(Errno) {
        var protection: ProtectionFlags = []
        if segment.permissions.contains(.read) { protection.insert(.read) }
        if segment.permissions.contains(.write) { protection.insert(.write) }
        if segment.permissions.contains(.execute) { protection.insert(.execute) }
        let start = segment.virtualAddress &+ bias
        let page = start & ~4095
        let fileEnd = start + segment.fileSize
        let memoryEnd = start + segment.memorySize
        var zeroStart = page
        if segment.fileSize > 0 {
            let byteCount = fileEnd - page
            let region = Region(
                end: 0, protection: protection, pages: pages,
                firstPage: (segment.fileOffset & ~4095) / 4096, file: file)
            _ = try space.map(region, byteCount: byteCount, at: .fixed(page))
            zeroStart = (fileEnd + 4095) & ~4095
        }
        if memoryEnd > zeroStart {
            _ = try space.map(
                Region(end: 0, protection: protection), byteCount: memoryEnd - zeroStart, at: .fixed(zeroStart))
        }
        // The rest of the file's last page is zero for the program, to the page's end as on Linux: it holds the start of
        // .bss, and what lies behind is where glibc's dynamic linker allocates first.
        if memoryEnd > fileEnd, segment.fileSize > 0, fileEnd & 4095 != 0, protection.contains(.write) {
            try UserMemory.clear(UserAddress(UInt(fileEnd)), count: Int(4096 - (fileEnd & 4095)))
        }
    }
}
