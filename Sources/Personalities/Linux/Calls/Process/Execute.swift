// SPDX-License-Identifier: Apache-2.0
//
// execve(2), execveat(2): the words are copied from the old program before it is given up.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func execve(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try execute(r.argument0, from: nil, r.argument1, r.argument2, task)
    }

    @Sendable static func execveat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument4 == 0 else { throw .invalidArgument }
        return try execute(r.argument1, from: try base(r.argument0, task), r.argument2, r.argument3, task)
    }

    private static func execute(
        _ path: UInt, from base: Place?, _ arguments: UInt, _ environment: UInt, _ task: Task
    ) throws(Errno) -> Int {
        let name = try bytes(UserMemory.string(at: UserAddress(path), limit: 4096))
        guard !name.isEmpty else { throw .noEntry }
        var words = ProgramWords()
        var place = UserAddress(arguments)
        while let text = try nextString(&place) { try words.addArgument(text.span) }
        if words.argumentCount == 0 { try words.addArgument([UInt8]().span) }
        place = UserAddress(environment)
        while let text = try nextString(&place) { try words.addEnvironment(text.span) }
        try Exec.run(name, from: base, words, task)
        return 0
    }

    /// The next string of a NULL-terminated vector; a null vector is empty.
    private static func nextString(_ place: inout UserAddress) throws(Errno) -> [UInt8]? {
        guard !place.isNull else { return nil }
        let pointer = try UserMemory.load(UInt.self, at: place)
        if pointer == 0 { return nil }
        place = place.advanced(by: 8)
        return bytes(
            try UserMemory.string(
                at: UserAddress(pointer), limit: ProgramWords.stringLimit, tooLong: .argListTooLong))
    }

    /// An owned copy as an array, bounded by the caller.
    static func bytes(_ text: consuming UniqueArray<UInt8>) -> [UInt8] {
        var array: [UInt8] = []
        array.reserveCapacity(text.count)
        for i in 0..<text.count { array.append(text[i]) }
        return array
    }

    /// The directory that a descriptor argument of an "at" call names; nil for AT_FDCWD.
    static func base(_ descriptor: UInt, _ task: Task) throws(Errno) -> Place? {
        let number = Int32(truncatingIfNeeded: descriptor)
        if number == -100 { return nil }
        guard let place = try task.process.files.file(number).place else { throw .notDirectory }
        return place
    }
}
