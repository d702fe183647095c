// SPDX-License-Identifier: Apache-2.0
//
// The objects of one kind, by number and by key. A number is a slot and how often slots were used again, so that the
// number of a removed object does not soon mean another one:
//
//      30 ─────────────── 15 14 ─────────────── 0
//      │     sequence      │        slot        │
//
// Source: svipc(7); shmget(2), semget(2), msgget(2) for what `get` answers.

internal import Containers
public import LinuxABI

/// The flags of `…get`: a mode, and whether to make what is not there.
public struct IPCFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Make what is not there (`IPC_CREAT`).
    public static var create: IPCFlags { IPCFlags(rawValue: 0o1000) }
    /// Refuse what is there (`IPC_EXCL`).
    public static var exclusive: IPCFlags { IPCFlags(rawValue: 0o2000) }
    /// Do not wait (`IPC_NOWAIT`), for operations.
    public static var noWait: IPCFlags { IPCFlags(rawValue: 0o4000) }

    /// The permission bits.
    public var mode: UInt16 { UInt16(truncatingIfNeeded: rawValue & 0o777) }
}

/// A table of objects of one kind; its owner's lock guards it.
struct IPCTable<Object: IPCObject>: ~Copyable {
    /// Objects that there may be (`SHMMNI`, `SEMMNI`, `MSGMNI` at most).
    static var slotLimit: Int { 32768 }

    private var slots = UniqueArray<Object?>()
    private var slotOfKey = HashTable<UInt64, Int>()
    private var sequence: Int32 = 0
    private var lastSlot = -1
    /// How many objects there are.
    private(set) var count = 0

    /// The greatest slot in use, or 0: what `IPC_INFO` answers.
    var highestSlot: Int {
        var slot = slots.count - 1
        while slot > 0, slots[slot] == nil { slot -= 1 }
        return max(slot, 0)
    }

    /// The object in a slot.
    func object(inSlot slot: Int) -> Object? { slot >= 0 && slot < slots.count ? slots[slot] : nil }

    /// The object of a number.
    ///
    /// - Throws: `.invalidArgument`.
    func object(_ id: Int32) throws(Errno) -> Object {
        guard id >= 0, let found = object(inSlot: Int(id & 0x7fff)), found.id == id else { throw .invalidArgument }
        return found
    }

    /// Finds the object of a key or makes one, as the flags say.
    ///
    /// - Parameters:
    ///   - limit: how many there may be.
    ///   - check: refuses an object that is there but is not what was asked for.
    /// - Throws: `.fileExists`, `.noEntry`, `.noSpace`, `.permissionDenied`, `.noMemory`, and what the closures throw.
    mutating func get(
        key: Int32, _ flags: IPCFlags, _ caller: IPCCaller, limit: Int, check: (Object) throws(Errno) -> Void,
        make: (IPCPermissions) throws(Errno) -> Object
    ) throws(Errno) -> Object {
        if key != 0, let position = slotOfKey.find(UInt64(UInt32(bitPattern: key))),
            let found = object(inSlot: slotOfKey[position])
        {
            if flags.isSuperset(of: [.create, .exclusive]) { throw .fileExists }
            try check(found)
            try found.check(flags.mode, caller)
            return found
        }
        if key != 0, !flags.contains(.create) { throw .noEntry }
        guard count < limit else { throw .noSpace }
        let object = try make(IPCPermissions(key: key, mode: flags.mode, caller.credentials))
        do throws(OutOfMemory) { try insert(object, key: key) } catch { throw .noMemory }
        return object
    }

    private mutating func insert(_ object: Object, key: Int32) throws(OutOfMemory) {
        var slot = 0
        while slot < slots.count, slots[slot] != nil { slot += 1 }
        if slot == slots.count { try slots.append(nil) }
        if key != 0 { try slotOfKey.insert(UInt64(UInt32(bitPattern: key)), slot) }
        if slot <= lastSlot { sequence = sequence == 0x7fff ? 0 : sequence + 1 }
        lastSlot = slot
        object.setID(sequence << 15 | Int32(slot))
        slots[slot] = object
        count += 1
    }

    /// Takes an object out; the caller releases it without the lock.
    mutating func remove(_ object: Object) {
        let slot = Int(object.id & 0x7fff)
        guard self.object(inSlot: slot) === object else { return }
        forgetKey(of: object)
        slots[slot] = nil
        count -= 1
    }

    /// Nobody finds the object by its key any more.
    mutating func forgetKey(of object: Object) {
        let key = object.permissions.key
        if key != 0 { _ = slotOfKey.remove(UInt64(UInt32(bitPattern: key))) }
        object.forgetKey()
    }
}
