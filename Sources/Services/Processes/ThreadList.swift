// SPDX-License-Identifier: Apache-2.0
//
// The threads of a process in the order in which they came, each under a serial number that is never used again. Whoever
// visits all of them goes from serial to serial, because threads come and go meanwhile.

internal import Containers

/// A process's threads, guarded by its lock.
struct ThreadList: ~Copyable {
    // Not private: the compiler loses the metadata of a private element type (Docs/Decisions/0005).
    struct Entry {
        var serial: UInt64
        var task: Task
    }
    private var entries = UniqueArray<Entry>()
    private var lastSerial: UInt64 = 0

    init() {}

    var count: Int { entries.count }
    var first: Task? { entries.isEmpty ? nil : entries[0].task }

    /// Storage for a list that has become too small, made outside of the lock because making it allocates.
    struct Room: ~Copyable {
        var entries: UniqueArray<Entry>

        /// No room.
        init() { entries = UniqueArray() }

        /// Makes room for a list that has become too small. - Returns: false when there is no memory.
        mutating func grow(for count: Int) -> Bool {
            do throws(OutOfMemory) {
                entries = try UniqueArray(capacity: max(4, count * 2))
                return true
            } catch { return false }
        }
    }

    var isFull: Bool { entries.count == entries.capacity }

    /// Moves into storage that is larger, and leaves the old one to be freed outside of the lock.
    mutating func move(to room: inout Room) {
        guard room.entries.capacity > entries.capacity else { return }
        for i in 0..<entries.count { room.entries.appendReserved(entries[i]) }
        swap(&entries, &room.entries)
    }

    /// Adds a thread. - Precondition: not full. - Returns: its serial.
    mutating func append(_ task: Task) -> UInt64 {
        lastSerial += 1
        entries.appendReserved(Entry(serial: lastSerial, task: task))
        return lastSerial
    }

    /// Takes a thread out. - Returns: it, so that the last release happens outside of the lock.
    mutating func remove(_ serial: UInt64) -> Task? {
        guard let index = position(from: serial), entries[index].serial == serial else { return nil }
        return entries.remove(at: index).task
    }

    /// The first thread after a serial, and its own.
    func next(after serial: UInt64) -> (serial: UInt64, task: Task)? {
        guard let index = position(from: serial + 1) else { return nil }
        return (entries[index].serial, entries[index].task)
    }

    /// The index of the first entry with at least this serial: serials ascend.
    private func position(from serial: UInt64) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].serial < serial { low = middle + 1 } else { high = middle }
        }
        return low < entries.count ? low : nil
    }
}
