// SPDX-License-Identifier: Apache-2.0
//
// What /proc shows of System V's objects and of the limits of message queues. Source: proc_sysvipc(5).

internal import LinuxABI
internal import MessageQueues
internal import PageCache
internal import ProcFS
internal import Processes
internal import SystemVIPC
internal import TextFiles

extension SystemFacts {
    var ipcLimits: IPCLimits {
        var limits = IPCLimits()
        limits.segmentBytes = SharedMemory.byteLimit
        limits.segmentPages = SharedMemory.pageLimit
        limits.segments = UInt64(SharedMemory.countLimit)
        limits.semaphores = (
            UInt64(SemaphoreSets.sizeLimit), UInt64(SemaphoreSets.totalLimit), UInt64(SemaphoreSets.operationLimit),
            UInt64(SemaphoreSets.countLimit)
        )
        limits.messages = (
            UInt64(MessageChannels.messageLimit), MessageChannels.byteLimit, UInt64(MessageChannels.countLimit)
        )
        let queue = MessageQueues.usualLimit
        limits.queues = (UInt64(MessageQueues.countLimit), UInt64(queue.limit), UInt64(queue.messageLimit))
        return limits
    }

    func addSharedSegments(to text: inout TextBuilder) throws(Errno) {
        let memory = system.systemV.memory
        for slot in 0...memory.figures.highestSlot {
            guard let segment = memory.segment(inSlot: slot) else { continue }
            let use = segment.use
            try addStart(of: segment, doomed: use.isDoomed, &text)
            try add(segment.byteCount, 21, &text)
            try add(UInt64(UInt32(bitPattern: segment.creator)), 5, &text)
            try add(UInt64(UInt32(bitPattern: use.lastProcess)), 5, &text)
            try add(use.count, 6, &text)
            try addOwners(of: segment, &text)
            try add(UInt64(bitPattern: use.attached), 10, &text)
            try add(UInt64(bitPattern: use.detached), 10, &text)
            try add(UInt64(bitPattern: segment.changed), 10, &text)
            try add(segment.pages.pageCount * 4096, 21, &text)
            try add(0, 21, &text)
            try text.add("\n")
        }
    }

    func addSemaphoreSets(to text: inout TextBuilder) throws(Errno) {
        let sets = system.systemV.semaphores
        for slot in 0...sets.figures.highestSlot {
            guard let set = sets.set(inSlot: slot) else { continue }
            try addStart(of: set, &text)
            try add(UInt64(set.count), 10, &text)
            try addOwners(of: set, &text)
            try add(UInt64(bitPattern: set.operated), 10, &text)
            try add(UInt64(bitPattern: set.changed), 10, &text)
            try text.add("\n")
        }
    }

    func addMessageChannels(to text: inout TextBuilder) throws(Errno) {
        let channels = system.systemV.messages
        for slot in 0...channels.figures.highestSlot {
            guard let channel = channels.channel(inSlot: slot) else { continue }
            let figures = channel.figures
            try addStart(of: channel, &text)
            try add(figures.bytes, 11, &text)
            try add(figures.count, 10, &text)
            try add(UInt64(UInt32(bitPattern: figures.sender)), 5, &text)
            try add(UInt64(UInt32(bitPattern: figures.receiver)), 5, &text)
            try addOwners(of: channel, &text)
            try add(UInt64(bitPattern: figures.sent), 10, &text)
            try add(UInt64(bitPattern: figures.received), 10, &text)
            try add(UInt64(bitPattern: channel.changed), 10, &text)
            try text.add("\n")
        }
    }

    /// Key, number and mode: `%10d %10d  %4o`.
    private func addStart(of object: IPCObject, doomed: Bool = false, _ text: inout TextBuilder) throws(Errno) {
        let permissions = object.permissions
        var key = TextBuilder()
        try key.add(signed: Int64(permissions.key))
        for _ in 0..<max(0, 10 - key.count) { try text.add(" ") }
        try text.add(key.span)
        try add(UInt64(UInt32(bitPattern: object.id)), 10, &text)
        var mode = TextBuilder()
        try mode.add(octal: UInt64(permissions.mode) | (doomed ? 0o1000 : 0))
        for _ in 0..<max(0, 6 - mode.count) { try text.add(" ") }
        try text.add(mode.span)
    }

    private func addOwners(of object: IPCObject, _ text: inout TextBuilder) throws(Errno) {
        let permissions = object.permissions
        try add(UInt64(permissions.userID), 5, &text)
        try add(UInt64(permissions.groupID), 5, &text)
        try add(UInt64(permissions.creatorUserID), 5, &text)
        try add(UInt64(permissions.creatorGroupID), 5, &text)
    }

    private func add(_ number: UInt64, _ width: Int, _ text: inout TextBuilder) throws(Errno) {
        try text.add(" ")
        try text.add(number, width: width)
    }
}
