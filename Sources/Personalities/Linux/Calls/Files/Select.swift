// SPDX-License-Identifier: Apache-2.0
//
// select(2), pselect6(2): three sets of descriptors as bits. The descriptors that are in any of them become a PollSet,
// the answers become bits again.

internal import Containers
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Time
internal import UserMemory

/// The three sets, 64 descriptors at a time.
private struct SelectWords {
    var reading: UInt64 = 0
    var writing: UInt64 = 0
    var exceptional: UInt64 = 0
}

extension SystemCalls {
    @Sendable static func select(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var deadline: Instant?
        if r.argument4 != 0 {
            var buffer = LayoutBuffer<2>()
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument4), into: &raw) }
            // Unlike a timespec, more than a second of microseconds is carried over.
            let seconds = Int64(bitPattern: buffer.load64(0)), part = Int64(bitPattern: buffer.load64(8))
            guard seconds >= 0, part >= 0 else { throw .invalidArgument }
            let whole = seconds.addingReportingOverflow(part / 1_000_000)
            let time = Timestamp(
                seconds: whole.overflow ? .max : whole.partialValue, nanoseconds: UInt32(part % 1_000_000) * 1000)
            deadline = try instant(time, isAbsolute: false, onWallClock: false)
        }
        defer {
            if let deadline {
                let left = Timestamp(nanosecondsSinceEpoch: deadline.nanoseconds(since: Clock.now()))
                // The result stands even if the rest of the time cannot be written.
                try? store(left.encodedMicroseconds, r.argument4)
            }
        }
        return try select(r, deadline, task)
    }

    /// The sixth argument points to a mask's address and size.
    @Sendable static func pselect6(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let deadline = try relativeDeadline(r.argument4)
        if r.argument5 != 0 {
            let mask = try UserMemory.load(UInt.self, at: UserAddress(r.argument5))
            let size = try UserMemory.load(UInt.self, at: UserAddress(r.argument5).advanced(by: 8))
            try exchangeMask(mask, size, task)
        }
        defer { restoreMask(task) }
        defer { storeRemainder(deadline, r.argument4) }
        return try select(r, deadline, task)
    }

    private static func select(_ r: ProgramRegisters, _ deadline: Instant?, _ task: Task) throws(Errno) -> Int {
        let limit = descriptor(r.argument0)
        guard limit >= 0 else { throw .invalidArgument }
        // Numbers that cannot be open are not looked at.
        let count = min(Int(limit), Int(clamping: descriptorLimit(task)))
        var words = try allocating { () throws(OutOfMemory) in try UniqueArray<SelectWords>(capacity: (count + 63) / 64)
        }
        var members = 0
        for index in 0..<(count + 63) / 64 {
            let word = SelectWords(
                reading: try load(r.argument1, index, count), writing: try load(r.argument2, index, count),
                exceptional: try load(r.argument3, index, count))
            members += (word.reading | word.writing | word.exceptional).nonzeroBitCount
            words.appendReserved(word)
        }
        var set = try PollSet(capacity: members)
        for index in 0..<words.count { try add(words[index], index, to: &set, task) }
        do throws(WaitEnd) { try set.wait(until: deadline) } catch {
            throw error == .timedOut ? .noMemory : .restartWithoutHandler
        }
        return try answer(words, set, r)
    }

    private static func load(_ address: UInt, _ index: Int, _ count: Int) throws(Errno) -> UInt64 {
        if address == 0 { return 0 }
        let word = try UserMemory.load(UInt64.self, at: UserAddress(address).advanced(by: index * 8))
        let valid = count - index * 64
        return valid >= 64 ? word : word & (1 << UInt64(valid) - 1)
    }

    /// Adds the members of one word, in the order of their numbers.
    private static func add(_ word: SelectWords, _ index: Int, to set: inout PollSet, _ task: Task) throws(Errno) {
        var members = word.reading | word.writing | word.exceptional
        while members != 0 {
            let bit = members & ~(members - 1)
            members ^= bit
            guard let file = openFile(Int32(index * 64 + bit.trailingZeroBitCount), task) else {
                throw .badFileDescriptor
            }
            // An error or a hang-up alone makes no descriptor ready that only waits for exceptions.
            var wanted: PollEvents = []
            if word.reading & bit != 0 { wanted.insert(readingEvents) }
            if word.writing & bit != 0 { wanted.insert(writingEvents) }
            if word.exceptional & bit != 0 { wanted.insert(.priority) }
            set.add(file, wanted)
        }
    }

    private static var readingEvents: PollEvents { [.readable, .readableNormal, .hangUp, .error] }
    private static var writingEvents: PollEvents { [.writable, .writableNormal, .error] }

    /// Writes the three sets. - Returns: how many bits are set in them.
    private static func answer(
        _ words: borrowing UniqueArray<SelectWords>, _ set: borrowing PollSet, _ r: ProgramRegisters
    ) throws(Errno) -> Int {
        var entry = 0
        var total = 0
        for index in 0..<words.count {
            let asked = words[index]
            var found = SelectWords()
            var members = asked.reading | asked.writing | asked.exceptional
            while members != 0 {
                let bit = members & ~(members - 1)
                members ^= bit
                let events = set.entries[entry].found
                entry += 1
                if !events.isDisjoint(with: readingEvents) { found.reading |= asked.reading & bit }
                if !events.isDisjoint(with: writingEvents) { found.writing |= asked.writing & bit }
                if events.contains(.priority) { found.exceptional |= asked.exceptional & bit }
            }
            total += found.reading.nonzeroBitCount + found.writing.nonzeroBitCount + found.exceptional.nonzeroBitCount
            try store(found.reading, r.argument1, index)
            try store(found.writing, r.argument2, index)
            try store(found.exceptional, r.argument3, index)
        }
        return total
    }

    private static func store(_ word: UInt64, _ address: UInt, _ index: Int) throws(Errno) {
        if address != 0 { try UserMemory.store(word, at: UserAddress(address).advanced(by: index * 8)) }
    }
}
