// SPDX-License-Identifier: Apache-2.0

// A program header table judged as Linux judges it, and summed up in what a loader needs to know.
// The loader walks the table a second time to map the segments; every segment it meets there has passed these rules.
// Not here: choosing a slide, mapping, the auxiliary vector.
//
// Source: elf(5); execve(2) ENOEXEC, EINVAL; Linux's loader maps with mmap(2), whose rules on offsets apply.

/// What a loader knows about a program after looking at its headers.
public struct ELFProgram: Equatable, Sendable {
    /// What surrounds a program: the limits that its segments are held to.
    public struct Limits: Equatable, Sendable {
        /// Size of the file in bytes.
        public let fileSize: UInt64
        /// First address that no program may use.
        public let addressSpaceEnd: UInt64
        /// Size of a page, a power of two.
        public let pageSize: UInt64

        /// Creates limits; the defaults are those of x86-64 with four-level page tables.
        public init(fileSize: UInt64, addressSpaceEnd: UInt64 = 0x7fff_ffff_f000, pageSize: UInt64 = 4096) {
            self.fileSize = fileSize
            self.addressSpaceEnd = addressSpaceEnd
            self.pageSize = pageSize
        }
    }

    /// What PT_GNU_STACK asks for.
    public enum Stack: Equatable, Sendable {
        /// No such header: Linux's default for the architecture applies (x86-64: not executable for 64-bit programs).
        case unspecified
        /// The stack is data.
        case notExecutable
        /// The stack may hold code; PF_X is set.
        case executable
    }

    /// The file header.
    public let header: ELFHeader
    /// Lowest `p_vaddr` of the loadable segments, rounded down to a page.
    public let lowestAddress: UInt64
    /// Highest `p_vaddr + p_memsz`, not rounded: Linux puts the break behind it.
    public let highestAddress: UInt64
    /// The greatest power-of-two `p_align` of the loadable segments, at least a page.
    public let alignment: UInt64
    /// Address of the program header table in memory (AT_PHDR), without the slide; nil if no segment contains it.
    public let programHeadersAddress: UInt64?
    /// Where the interpreter's name is in the file, without its NUL; nil in static programs.
    public let interpreter: Range<UInt64>?
    /// PT_TLS.
    public let threadLocalStorage: ELFProgramHeader?
    /// PT_GNU_STACK.
    public let stack: Stack
    /// Whether there is a PT_DYNAMIC.
    public let hasDynamicSection: Bool

    /// Whether a dynamic linker has to run first.
    public var needsInterpreter: Bool { interpreter != nil }
    /// Whether it is a position-independent program that relocates itself.
    public var isStaticPIE: Bool { header.type == .positionIndependent && interpreter == nil }
    /// Bytes of address space from the first page to the last.
    public var span: UInt64 { highestAddress - lowestAddress }

    /// Applies Linux's rules to every segment.
    ///
    /// - Parameter headers: the whole table.
    /// - Throws: the first rule broken, with the index of the segment.
    /// - Complexity: O(headers), no allocation.
    public init(_ header: ELFHeader, _ headers: borrowing ELFProgramHeaders, limits: Limits) throws(ELFError) {
        var summary = Summary(pageSize: limits.pageSize)
        for index in 0..<headers.count {
            guard let segment = headers[index] else { continue }
            switch segment.kind {
            case .load:
                try segment.validateLoad(index: index, limits: limits)
                summary.add(segment, tableOffset: header.programHeadersOffset)
            case .interpreter:
                // Only the first counts, as on Linux.
                if summary.interpreter == nil { summary.interpreter = try segment.interpreterRange(limits: limits) }
            case .threadLocalStorage:
                try segment.validateFileRange(index: index, limits: limits)
                summary.threadLocalStorage = segment
            case .stack:
                summary.stack = segment.permissions.contains(.execute) ? .executable : .notExecutable
            case .dynamic:
                summary.hasDynamicSection = true
            case .programHeaders:
                summary.tableAddress = segment.virtualAddress
            default:
                break
            }
        }
        guard summary.lowest < summary.highest else { throw .nothingToLoad }
        self.header = header
        lowestAddress = summary.lowest
        highestAddress = summary.highest
        alignment = summary.alignment
        programHeadersAddress = summary.tableAddress ?? summary.tableInSegment
        interpreter = summary.interpreter
        threadLocalStorage = summary.threadLocalStorage
        stack = summary.stack
        hasDynamicSection = summary.hasDynamicSection
    }
}

/// What is gathered while walking the table.
private struct Summary {
    let pageSize: UInt64
    var lowest = UInt64.max
    var highest: UInt64 = 0
    var alignment: UInt64
    var tableAddress: UInt64?
    var tableInSegment: UInt64?
    var interpreter: Range<UInt64>?
    var threadLocalStorage: ELFProgramHeader?
    var stack = ELFProgram.Stack.unspecified
    var hasDynamicSection = false

    init(pageSize: UInt64) {
        self.pageSize = pageSize
        alignment = pageSize
    }

    mutating func add(_ segment: ELFProgramHeader, tableOffset: UInt64) {
        guard segment.memorySize > 0 else { return }
        lowest = min(lowest, segment.virtualAddress & ~(pageSize - 1))
        highest = max(highest, segment.virtualAddress + segment.memorySize)
        if segment.alignment.nonzeroBitCount == 1 { alignment = max(alignment, segment.alignment) }
        if tableInSegment == nil, tableOffset >= segment.fileOffset,
            tableOffset - segment.fileOffset < segment.fileSize
        {
            tableInSegment = segment.virtualAddress + (tableOffset - segment.fileOffset)
        }
    }
}

extension ELFProgramHeader {
    fileprivate func validateLoad(index: Int, limits: ELFProgram.Limits) throws(ELFError) {
        guard fileSize <= memorySize else { throw .fileSizeExceedsMemorySize(segment: index) }
        try validateFileRange(index: index, limits: limits)
        // Linux: p_vaddr and p_memsz must leave room below TASK_SIZE; both tests together exclude overflow.
        guard memorySize <= limits.addressSpaceEnd, virtualAddress <= limits.addressSpaceEnd - memorySize else {
            throw .segmentOutsideAddressSpace(segment: index)
        }
        // Linux lets mmap(2) refuse it: the offset of the segment's first page would not be a multiple of a page.
        guard fileSize == 0 || (fileOffset ^ virtualAddress) & (limits.pageSize - 1) == 0 else {
            throw .segmentNotCongruent(segment: index)
        }
    }

    /// Linux maps what lies behind the end of the file and delivers SIGBUS on use; a cut file is refused here instead.
    fileprivate func validateFileRange(index: Int, limits: ELFProgram.Limits) throws(ELFError) {
        guard fileSize <= limits.fileSize, fileOffset <= limits.fileSize - fileSize else {
            // A segment without file bytes may carry any offset.
            if fileSize == 0 { return }
            throw .segmentOutsideFile(segment: index)
        }
    }

    fileprivate func interpreterRange(limits: ELFProgram.Limits) throws(ELFError) -> Range<UInt64> {
        // Linux: 2 <= p_filesz <= PATH_MAX, counting the NUL.
        guard fileSize >= 2, fileSize <= 4096, fileSize <= limits.fileSize, fileOffset <= limits.fileSize - fileSize
        else { throw .badInterpreter }
        return fileOffset..<(fileOffset + fileSize - 1)
    }
}
