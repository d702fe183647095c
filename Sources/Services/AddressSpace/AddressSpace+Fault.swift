// SPDX-License-Identifier: Apache-2.0
//
// Page faults: what a page gets when it is touched.
//
//      region          load or fetch                     store
//      anonymous       the frame of zeros, read-only     a cleared frame
//      private file    the file's frame, read-only       a copy of the file's frame
//      shared          the file's frame                  the file's frame
//      present, read-only, private                       made writable if nobody else has it, else copied

internal import Containers
internal import Events
public import LinuxABI
internal import Machine
internal import Memory
internal import PageCache
public import Processor

/// What became of a page fault.
public enum FaultResult: Sendable {
    /// The access can be tried again.
    case served
    /// Nothing is mapped there (SEGV_MAPERR).
    case notMapped
    /// The region does not permit the access (SEGV_ACCERR).
    case notPermitted
    /// The file ends before this page (SIGBUS, BUS_ADRERR).
    case beyondEnd
    /// There is no memory for the page.
    case outOfMemory
}

extension AddressSpace {
    /// Serves a fault.
    ///
    /// - Context: thread; may block; takes the space's lock.
    public func fault(at address: UInt, _ access: FaultAccess) -> FaultResult {
        state.withLock { state in
            let page = UInt64(address) & ~4095
            guard let position = AddressSpace.find(state, page) ?? self.growStack(&state, page) else {
                return .notMapped
            }
            let start = state.regions.key(at: position)
            let region = state.regions[position]
            let needed: ProtectionFlags = access.contains(.write) ? .write : access.contains(.execute) ? .execute : []
            guard needed.isEmpty ? !region.protection.isEmpty : region.protection.contains(needed) else {
                return .notPermitted
            }
            do throws(FaultFailure) {
                try self.serve(&state, region, start, page, isWrite: access.contains(.write))
                return .served
            } catch {
                switch error {
                case .memory: return .outOfMemory
                case .end: return .beyondEnd
                }
            }
        }
    }

    private enum FaultFailure: Error { case memory, end }

    private func serve(
        _ state: inout State, _ region: Region, _ start: UInt64, _ page: UInt64, isWrite: Bool
    ) throws(FaultFailure) {
        let slot: ProgramTables.Slot
        do throws(OutOfMemory) { slot = try state.tables.makeSlot(UInt(page)) } catch { throw .memory }
        let entry = slot.entry
        if entry != NativePageFormat.empty { return try serveMapped(region, page, slot, entry, isWrite) }

        let permissions = region.permissions
        let readOnly = permissions.subtracting(.write)
        let frame: FrameNumber
        var allowed = permissions
        if let pages = region.pages {
            let index = region.firstPage + (page - start) / 4096
            guard let cached = try AddressSpace.cached(pages, index) else { throw .end }
            if region.sharing == .shared {
                frame = cached
            } else if isWrite {
                defer { Frames.release(cached) }
                do throws(OutOfMemory) { frame = try Frames.allocateUncleared() } catch { throw .memory }
                Frames.copyPage(from: cached, to: frame)
            } else {
                frame = cached
                allowed = readOnly
            }
        } else if isWrite {
            do throws(OutOfMemory) { frame = try Frames.allocate() } catch { throw .memory }
        } else {
            frame = zeroFrame
            Frames.share(frame)
            allowed = readOnly
        }
        slot.entry = NativePageFormat.leaf(frame, allowed)
        state.residentPages += 1
        if state.residentPages > state.mostResidentPages { state.mostResidentPages = state.residentPages }
        if region.pages != nil, region.sharing == .shared || !isWrite {
            mapNeighbours(&state, region, start, page, allowed)
        }
    }

    /// A frame of a file with a reference for the mapping; nil beyond its end.
    private static func cached(_ pages: PageCache, _ index: UInt64) throws(FaultFailure) -> FrameNumber? {
        do throws(PageCacheError) { return try pages.frame(forMappingPage: index) } catch {
            // A hole of a file whose file system is full: SIGBUS, as tmpfs answers.
            throw error == .noSpace ? .end : .memory
        }
    }

    /// The page has a frame: it is a store to a read-only copy, or the permissions have changed, or another thread was
    /// faster.
    private func serveMapped(
        _ region: Region, _ page: UInt64, _ slot: ProgramTables.Slot, _ entry: UInt64, _ isWrite: Bool
    ) throws(FaultFailure) {
        let permissions = region.permissions
        let frame = NativePageFormat.frame(entry)
        if !isWrite || region.sharing == .shared || Frames.referenceCount(frame) == 1 {
            let isOwn = region.sharing == .shared || Frames.referenceCount(frame) == 1
            slot.entry = NativePageFormat.changing(entry, to: isOwn ? permissions : permissions.subtracting(.write))
            flush(page, page + 4096, changed: 1)
        } else {
            let copy: FrameNumber
            do throws(OutOfMemory) {
                if frame == zeroFrame {
                    copy = try Frames.allocate()
                } else {
                    copy = try Frames.allocateUncleared()
                    Frames.copyPage(from: frame, to: copy)
                }
            } catch { throw .memory }
            slot.entry = NativePageFormat.leaf(copy, permissions)
            // In this order: another CPU may be reading the old frame.
            flush(page, page + 4096, changed: 1)
            Frames.release(frame)
        }
    }

    /// Maps pages of the file around a faulting one that are in memory already: programs go on reading nearby, and each
    /// fault that does not happen saves some two thousand instructions.
    private func mapNeighbours(
        _ state: inout State, _ region: Region, _ start: UInt64, _ page: UInt64, _ permissions: PagePermissions
    ) {
        guard let pages = region.pages else { return }
        let window: UInt64 = 16 * 4096
        var neighbour = max(start, page & ~(window - 1))
        let stop = min(region.end, (page & ~(window - 1)) + window)
        while neighbour < stop {
            defer { neighbour += 4096 }
            guard let slot = state.tables.slot(UInt(neighbour)), slot.entry == NativePageFormat.empty,
                let frame = pages.lookup(region.firstPage + (neighbour - start) / 4096)
            else { continue }
            slot.entry = NativePageFormat.leaf(frame, permissions)
            state.residentPages += 1
        }
    }

    /// Extends a stack downwards to a page below it, as far as its limit and its neighbour allow (a gap of 1 MiB stays).
    private func growStack(_ state: inout State, _ page: UInt64) -> OrderedTree<Region>.Position? {
        guard let position = state.regions.ceiling(page), state.regions[position].growsDown else { return nil }
        let start = state.regions.key(at: position)
        guard state.regions[position].end - page <= state.stackLimit else { return nil }
        if let below = state.regions.previous(position), page < state.regions[below].end + (1 << 20) { return nil }
        state.mappedPages += (start - page) / 4096
        state.regions.setKey(at: position, to: page)
        return state.regions.find(page)
    }
}
