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
        try forEachString(arguments) { (text) throws(Errno) in try words.addArgument(text) }
        if words.argumentCount == 0 { try words.addArgument([UInt8]().span) }
        try forEachString(environment) { (text) throws(Errno) in try words.addEnvironment(text) }
        try Exec.run(name, from: base, words, task)
        return 0
    }

    /// Visits the strings of a NULL-terminated vector; a null vector is empty.
    private static func forEachString(_ vector: UInt, _ body: (Span<UInt8>) throws(Errno) -> Void) throws(Errno) {
        guard vector != 0 else { return }
        var place = UserAddress(vector)
        while true {
            let pointer = try UserMemory.load(UInt.self, at: place)
            if pointer == 0 { return }
            let text = try UserMemory.string(
                at: UserAddress(pointer), limit: ProgramWords.stringLimit, tooLong: .argListTooLong)
            try body(text.span)
            place = place.advanced(by: 8)
        }
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
