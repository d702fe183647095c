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
        let name = try programName(r.argument0, [])
        return try execute(try Exec.find(name, by: task.process.fileOperations), r.argument1, r.argument2, task)
    }

    @Sendable static func execveat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument4))
        let name = try programName(r.argument1, flags)
        guard flags.isSubset(of: [.emptyPath, .noFollow]) else { throw .invalidArgument }
        let operations = task.process.fileOperations
        let number = descriptor(r.argument0)
        if number == -100 || name.first == UInt8(ascii: "/") {
            return try execute(try Exec.find(name, from: nil, flags, by: operations), r.argument2, r.argument3, task)
        }
        let file = try file(r.argument0, task)
        guard let base = file.place else { throw name.isEmpty ? .permissionDenied : .notDirectory }
        var program = try Exec.find(name, from: base, flags, by: operations)
        program.path = descriptorPath(number, name)
        program.isReachable = try task.process.files.inheritance(number) == .kept
        return try execute(program, r.argument2, r.argument3, task)
    }

    private static func programName(_ address: UInt, _ flags: AtFlags) throws(Errno) -> [UInt8] {
        let name = try bytes(UserMemory.string(at: UserAddress(address), limit: 4096))
        guard !name.isEmpty || flags.contains(.emptyPath) else { throw .noEntry }
        return name
    }

    /// "/dev/fd/N", with a name behind it if there is one.
    private static func descriptorPath(_ number: Int32, _ name: [UInt8]) -> [UInt8] {
        let folder: StaticString = "/dev/fd/"
        var path: [UInt8] = []
        for index in 0..<folder.utf8CodeUnitCount { path.append(folder.utf8Bytes[index]) }
        var digit: Int32 = 1
        while number / digit >= 10 { digit *= 10 }
        while digit > 0 {
            path.append(UInt8(ascii: "0") + UInt8(number / digit % 10))
            digit /= 10
        }
        if !name.isEmpty {
            path.append(UInt8(ascii: "/"))
            path += name
        }
        return path
    }

    /// The words are read once the program is found, as on Linux.
    private static func execute(
        _ program: Exec.Found, _ arguments: UInt, _ environment: UInt, _ task: Task
    ) throws(Errno) -> Int {
        var words = ProgramWords()
        var place = UserAddress(arguments)
        while let text = try nextString(&place) { try words.addArgument(text.span) }
        if words.argumentCount == 0 { try words.addArgument([UInt8]().span) }
        place = UserAddress(environment)
        while let text = try nextString(&place) { try words.addEnvironment(text.span) }
        try Exec.run(program, words, task)
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
