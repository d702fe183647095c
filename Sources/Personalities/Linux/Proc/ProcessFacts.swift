// SPDX-License-Identifier: Apache-2.0
//
// What /proc/PID shows, from the process itself. Made for one question. A process's words are in its own memory, so
// they can be shown while it asks about itself; about others there is none to show yet.

internal import AddressSpace
internal import Containers
internal import FileSystem
internal import LinuxABI
internal import ProcFS
internal import Processes
internal import Scheduler
internal import Sync
internal import Terminal
internal import TextFiles
internal import Time
internal import UserMemory

/// The facts about one process, or about one of its threads.
final class ProcessFacts: ProcessProvider {
    private let process: Process
    /// The one that is asked about; nil for the process as a whole.
    private let thread: Task?
    /// Which thread the name, the state and the signals are of; nil once all have gone.
    private let task: Task?
    private let caller: Task?
    private let system: SystemFacts

    /// - Parameters:
    ///   - thread: the one that is asked about; nil for the process as a whole.
    ///   - system: the machine that it runs on.
    ///   - caller: who asks, if it is a program.
    init(_ process: Process, _ thread: Task?, _ system: SystemFacts, caller: Task?) {
        self.system = system
        self.process = process
        self.thread = thread
        task = thread ?? process.firstTask
        self.caller = caller
    }

    private var isCaller: Bool { caller?.process === process }

    // MARK: Numbers

    var figures: ProcessFigures {
        var figures = ProcessFigures()
        figures.processID = process.id
        if let task {
            figures.name = task.name
            figures.state = UInt8(ascii: task.isWaiting ? "S" : "R")
        } else {
            figures.state = UInt8(ascii: "Z")
        }
        figures.parentID = process.parentID
        figures.groupID = process.groupID
        figures.sessionID = process.sessionID
        if let (terminal, number) = system.jobs.terminal(ofSession: process.sessionID) {
            figures.terminal = UInt64(number.encoded)
            figures.terminalGroupID = terminal.shownForegroundGroup
        }
        figures.nice = Int64(task?.nice ?? 0)
        figures.threadCount = UInt64(process.threadCount)
        // clock ticks, 100 a second
        figures.startTicks = process.startTime.nanoseconds / 10_000_000
        figures.userTicks = (thread?.runTime ?? process.runTime) / 10_000_000
        figures.minorFaults = thread?.faultCount ?? process.faultCount
        figures.hasNoNewPrivileges = process.hasNoNewPrivileges
        let memory = process.space.figures
        figures.virtualBytes = memory.mapped * 4096
        figures.residentPages = memory.resident
        figures.peakResidentPages = memory.mostResident
        let image = process.image
        figures.textPages = (image.code.upperBound - image.code.lowerBound) / 4096
        figures.stackStart = image.stackStart
        figures.code = image.code
        figures.arguments = image.arguments
        figures.environment = image.environment
        addRegions(to: &figures)
        addSignals(to: &figures)
        return figures
    }

    private func addRegions(to figures: inout ProcessFigures) {
        var data: UInt64 = 0, stack: UInt64 = 0, libraries: UInt64 = 0
        let code = process.image.code
        process.space.forEachRegion { start, region in
            let pages = (region.end - start) / 4096
            if region.purpose == .stack { stack += pages }
            if region.protection.contains(.write), region.sharing == .privateCopy {
                data += pages
            } else if region.protection.contains(.execute), region.file != nil, !code.contains(start) {
                libraries += pages
            }
        }
        figures.dataPages = data
        figures.stackPages = stack
        figures.libraryPages = libraries
    }

    private func addSignals(to figures: inout ProcessFigures) {
        if let task {
            figures.blocked = task.mask
            let both = task.pendingSignals
            figures.pending = process.pendingSignals
            figures.pendingForThread = both.subtracting(figures.pending)
            figures.pendingCount = UInt64(both.rawValue.nonzeroBitCount)
        }
        for number in 1...SignalNumber.last {
            let signal = SignalNumber(rawValue: number)
            let action = process.action(for: signal)
            if action.isIgnored {
                figures.ignored.insert(signal)
            } else if !action.isDefault {
                figures.caught.insert(signal)
            }
        }
    }

    // MARK: Things

    var credentials: Credentials { process.credentials }
    var descriptors: FileDescriptorTable? { process.files }
    var context: FileContext? { process.fileContext }
    var executable: Place? { process.executable }

    func pages(from start: UInt64, to end: UInt64) -> (resident: UInt64, dirty: UInt64) {
        process.space.usage(from: start, to: end)
    }

    func limit(_ kind: ResourceKind) -> ResourceLimit { process[limit: kind] }

    var outOfMemoryAdjustment: Int16 { process.outOfMemoryAdjustment }

    func setOutOfMemoryAdjustment(_ value: Int16) throws(Errno) {
        if value < process.outOfMemoryAdjustment, caller?.process.credentials.has(.resources) == false {
            throw .permissionDenied
        }
        process.outOfMemoryAdjustment = value
    }

    func setName(_ name: Span<UInt8>) throws(Errno) {
        guard isCaller else { throw .notPermitted }
        var new = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<min(name.count, 15) { new[index] = name[index] }
        task?.name = new
    }

    func nextThread(from number: Int32) -> Int32? {
        var best: Int32?
        process.forEachTask { if $0.id >= number, $0.id < best ?? .max { best = $0.id } }
        return best
    }

    // MARK: Words

    func addArguments(to text: inout TextBuilder) throws(Errno) { try add(process.image.arguments, to: &text) }

    func addEnvironment(to text: inout TextBuilder) throws(Errno) { try add(process.image.environment, to: &text) }

    func addAuxiliaryVector(to text: inout TextBuilder) throws(Errno) { try add(process.image.auxiliary, to: &text) }

    /// Appends what the program has in its memory; nothing once it has unmapped it.
    private func add(_ range: Range<UInt64>, to text: inout TextBuilder) throws(Errno) {
        guard isCaller else { return }
        var place = range.lowerBound
        while place < range.upperBound {
            var piece = [UInt8](repeating: 0, count: Int(min(range.upperBound - place, 1024)))
            do throws(Errno) { try UserMemory.read(UserAddress(UInt(place)), into: &piece) } catch { return }
            try text.add(piece.span)
            place += UInt64(piece.count)
        }
    }

    // MARK: Mappings

    func forEachRegion(_ body: (RegionDescription) -> Bool) {
        // Copied first: paths are looked up without the lock of the address space.
        let regions = RegionList()
        ProcessFacts.collect(process.space, into: regions)
        for index in 0..<regions.items.count {
            let (start, region) = regions.items[index]
            if !body(describe(start, region)) { return }
        }
    }

    /// Without memory the list ends early, as the text does that is made of it.
    private static func collect(_ space: AddressSpace, into regions: RegionList) {
        space.forEachRegion { start, region in regions.add(start, region) }
    }

    private func describe(_ start: UInt64, _ region: Region) -> RegionDescription {
        var description = RegionDescription(start: start, end: region.end, protection: region.protection)
        description.isShared = region.sharing == .shared
        if let file = region.file {
            description.offset = region.firstPage * 4096
            let (inode, device) = file.mappedIdentity
            description.inode = inode
            description.device = DeviceNumber(encoded: UInt32(truncatingIfNeeded: device))
            description.name = path(of: file)
            return description
        }
        switch region.purpose {
        case .plain: break
        case .heap: description.name = ProcessFacts.bytes("[heap]")
        case .stack: description.name = ProcessFacts.bytes("[stack]")
        case .vdso: description.name = ProcessFacts.bytes("[vdso]")
        case .vvar: description.name = ProcessFacts.bytes("[vvar]")
        }
        return description
    }

    private func path(of file: any MappedFile) -> [UInt8] {
        guard let mapped = file as? MappedOpenFile, let place = mapped.place else { return file.mappedPath }
        do throws(Errno) {
            let path = try process.fileContext.path(of: place)
            var bytes: [UInt8] = []
            for index in 0..<path.count { bytes.append(path[index]) }
            return bytes
        } catch { return [] }
    }

    private static func bytes(_ text: StaticString) -> [UInt8] {
        let span = text.utf8Bytes
        var bytes: [UInt8] = []
        for index in span.indices { bytes.append(span[index]) }
        return bytes
    }
}

/// Regions with their starts, as many as there is memory for.
private final class RegionList {
    private(set) var items = UniqueArray<(UInt64, Region)>()

    func add(_ start: UInt64, _ region: Region) { try? items.append((start, region)) }
}
