// SPDX-License-Identifier: Apache-2.0
//
// The stack that a program starts with (System V ABI, AMD64 supplement §3.4.1), laid out as Linux does:
//
//      high   8 bytes of 0
//             the path of the executable
//             environment strings, argument strings
//             "x86_64", 16 random bytes
//             (padding to 16)
//             auxiliary vector, ending in AT_NULL
//             NULL, environment pointers;  NULL, argument pointers
//      rsp →  argc                                         aligned to 16
//
// Built in one buffer and written in one copy into the new address space.

internal import ByteCodec
internal import Containers
internal import LinuxABI
internal import Processes
internal import UserMemory

/// Builds the first stack of a program.
struct InitialStack: ~Copyable {
    /// The stack pointer at entry.
    private(set) var stackPointer: UInt64 = 0
    /// Where things are, for /proc.
    private(set) var image = ProgramImage()

    private var bytes = UniqueArray<UInt8>()
    private let top: UInt64

    /// - Parameter top: one past the highest address of the stack, a multiple of 16.
    init(top: UInt64) { self.top = top }

    /// Lays everything out; addresses are final.
    ///
    /// - Parameter random: the bytes for AT_RANDOM.
    /// - Throws: `.noMemory`.
    @inline(never)
    mutating func build(
        _ words: borrowing ProgramWords, path: Span<UInt8>, random: (UInt64, UInt64),
        _ auxiliary: inout AuxiliaryVector
    ) throws(Errno) {
        let platform: InlineArray<7, UInt8> = [0x78, 0x38, 0x36, 0x5f, 0x36, 0x34, 0]
        let pathAddress = top - 8 - UInt64(path.count + 1)
        let wordsAddress = pathAddress - UInt64(words.bytes.count)
        let platformAddress = (wordsAddress - 7) & ~15
        let randomAddress = platformAddress - 16
        auxiliary.add(.random, randomAddress)
        auxiliary.add(.executableName, pathAddress)
        auxiliary.add(.platform, platformAddress)
        let pointerCount = 1 + words.argumentCount + 1 + words.environmentCount + 1
        let tableBytes = UInt64(pointerCount * 8 + (auxiliary.count + 1) * 16)
        stackPointer = (randomAddress - tableBytes) & ~15
        let total = Int(top - stackPointer)
        do throws(OutOfMemory) {
            try bytes.extend(toCount: total, with: 0)
        } catch { throw .noMemory }

        var place = stackPointer
        store(UInt64(words.argumentCount), &place)
        var string = wordsAddress
        var index = 0
        for i in 0..<(words.argumentCount + words.environmentCount) {
            if i == words.argumentCount { store(0, &place) }
            store(string, &place)
            while words.bytes[index] != 0 { index += 1 }
            index += 1
            string = wordsAddress + UInt64(index)
        }
        if words.environmentCount == 0 { store(0, &place) }
        store(0, &place)
        image.auxiliary = place..<(place + UInt64((auxiliary.count + 1) * 16))
        auxiliary.store(in: &bytes, at: Int(place - stackPointer))
        put(words.bytes.span, at: wordsAddress)
        put(path, at: pathAddress)
        put(platform.span, at: platformAddress)
        var randomPlace = randomAddress
        store(random.0, &randomPlace)
        store(random.1, &randomPlace)
        let environment = wordsAddress + UInt64(words.environmentStart)
        image.arguments = wordsAddress..<environment
        image.environment = environment..<pathAddress
        image.stackStart = stackPointer
    }

    private mutating func store(_ value: UInt64, _ place: inout UInt64) {
        let offset = Int(place - stackPointer)
        for i in 0..<8 { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i)) }
        place += 8
    }

    private mutating func put(_ text: Span<UInt8>, at address: UInt64) {
        let offset = Int(address - stackPointer)
        for i in text.indices { bytes[offset + i] = text[i] }
    }

    /// Writes the stack into the loaded address space.
    ///
    /// - Throws: `.badAddress` if the stack's region is not there or memory is out.
    func write() throws(Errno) {
        try UserMemory.write(bytes.span.rawBytes, to: UserAddress(UInt(stackPointer)))
    }
}
