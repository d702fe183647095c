// SPDX-License-Identifier: Apache-2.0
//
// shmget(2), shmat(2), shmdt(2), shmctl(2).

internal import AddressSpace
internal import LinuxABI
internal import Memory
internal import PageCache
internal import Processes
internal import Processor
internal import Sync
internal import SystemVIPC

extension SystemCalls {
    @Sendable static func shmget(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = word(r.argument2)
        if SharedMemoryFlags(rawValue: flags).contains(.hugePages) { throw .noMemory }
        return Int(
            try task.process.system.systemV.memory.get(
                key: Int32(truncatingIfNeeded: r.argument0), byteCount: UInt64(r.argument1), IPCFlags(rawValue: flags),
                ipcCaller(task)))
    }

    @Sendable static func shmat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = SharedMemoryFlags(rawValue: word(r.argument2))
        var address = UInt64(r.argument1)
        if address & 4095 != 0 {
            guard flags.contains(.round) else { throw .invalidArgument }
            address &= ~4095
        }
        if address == 0, flags.contains(.replace) { throw .invalidArgument }
        var protection: ProtectionFlags = .read
        var wanted: UInt16 = 0o444
        if !flags.contains(.readOnly) {
            protection.insert(.write)
            wanted |= 0o222
        }
        if flags.contains(.execute) {
            protection.insert(.execute)
            wanted |= 0o111
        }
        let attachment = try task.process.system.systemV.memory.attach(
            Int32(truncatingIfNeeded: r.argument0), wanted, ipcCaller(task))
        let segment = attachment.segment
        var ceiling: ProtectionFlags = [.read, .write, .execute]
        if flags.contains(.readOnly) { ceiling.remove(.write) }
        let region = Region(
            end: 0, protection: protection, sharing: .shared, pages: segment.pages, ceiling: ceiling, file: attachment)
        let placement: Placement =
            address == 0
            ? .anywhere(hint: 0) : flags.contains(.replace) ? .fixed(address) : .fixedIfFree(address)
        do throws(Errno) {
            let space = task.own.with { $0.space }
            return Int(try space.map(region, byteCount: segment.byteCount, at: placement))
        } catch {
            throw error == .fileExists ? .invalidArgument : error
        }
    }

    @Sendable static func shmdt(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let space = task.own.with { $0.space }
        let isDetached = try space.unmapFile(mappedAt: UInt64(r.argument0)) { file in
            // An Optional's `is` is what Embedded Swift can ask of a class.
            file as? SharedAttachment != nil
        }
        guard isDetached else { throw .invalidArgument }
        return 0
    }

    @Sendable static func shmctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let memory = task.process.system.systemV.memory
        let id = Int32(truncatingIfNeeded: r.argument0)
        let caller = ipcCaller(task)
        guard id >= 0 else { throw .invalidArgument }
        switch IPCCommand(rawValue: word(r.argument1)) {
        case .remove: try memory.remove(id, caller)
        case .set:
            var buffer = LayoutBuffer<14>()
            try read(&buffer, at: r.argument2)
            try memory.segment(id).set(ipcOwnership(buffer), caller)
        case .status:
            let segment = try memory.segment(id)
            try segment.check(0o444, caller)
            try store(status(of: segment), r.argument2)
        case .memoryStatus, .anyMemoryStatus:
            guard let segment = memory.segment(inSlot: Int(id)) else { throw .invalidArgument }
            if word(r.argument1) == IPCCommand.memoryStatus.rawValue { try segment.check(0o444, caller) }
            try store(status(of: segment), r.argument2)
            return Int(segment.id)
        case .lockMemory: try memory.setLocked(true, id, caller)
        case .unlockMemory: try memory.setLocked(false, id, caller)
        case .limits:
            var buffer = LayoutBuffer<9>()
            buffer.store64(SharedMemory.byteLimit, at: 0)
            buffer.store64(1, at: 8)
            buffer.store64(UInt64(SharedMemory.countLimit), at: 16)
            buffer.store64(UInt64(SharedMemory.countLimit), at: 24)
            buffer.store64(SharedMemory.pageLimit, at: 32)
            try store(buffer, r.argument2)
            return memory.figures.highestSlot
        case .memoryUse:
            let figures = memory.figures
            var buffer = LayoutBuffer<6>()
            buffer.store32(UInt32(figures.count), at: 0)
            buffer.store64(figures.pages, at: 8)
            buffer.store64(residentPages(memory), at: 16)
            try store(buffer, r.argument2)
            return figures.highestSlot
        default: throw .invalidArgument
        }
        return 0
    }

    private static func residentPages(_ memory: SharedMemory) -> UInt64 {
        var pages: UInt64 = 0
        for slot in 0...memory.figures.highestSlot { pages += memory.segment(inSlot: slot)?.pages.pageCount ?? 0 }
        return pages
    }

    /// struct shmid_ds.
    private static func status(of segment: SharedSegment) -> LayoutBuffer<14> {
        let use = segment.use
        var bits: SharedMemoryFlags = []
        if use.isDoomed { bits.insert(.doomed) }
        if use.isLocked { bits.insert(.locked) }
        var buffer = LayoutBuffer<14>()
        ipcOwner(of: segment, bits: bits.rawValue).store(in: &buffer)
        buffer.store64(segment.byteCount, at: 48)
        buffer.store64(UInt64(bitPattern: use.attached), at: 56)
        buffer.store64(UInt64(bitPattern: use.detached), at: 64)
        buffer.store64(UInt64(bitPattern: segment.changed), at: 72)
        buffer.store32(UInt32(bitPattern: segment.creator), at: 80)
        buffer.store32(UInt32(bitPattern: use.lastProcess), at: 84)
        buffer.store64(use.count, at: 88)
        return buffer
    }
}
