// SPDX-License-Identifier: Apache-2.0

// What is wrong with a program, in words.

public import ELF

extension ELFMachine {
    /// The processor's usual name.
    public var name: String {
        switch rawValue {
        case 3: "x86 (32-bit)"
        case 8: "MIPS"
        case 20, 21: "PowerPC"
        case 22: "IBM Z"
        case 40: "Arm (32-bit)"
        case 62: "x86-64"
        case 183: "AArch64"
        case 243: "RISC-V"
        case 258: "LoongArch"
        default: "an unknown processor (number \(rawValue))"
        }
    }
}

extension ELFError {
    /// Why the file is not a program, as the second half of a message.
    public var sentence: String {
        switch self {
        case .headerTooShort(let available): "it is no program: only \(available) bytes long"
        case .badMagic: "it is neither an ELF program nor a script with a #! line"
        case .notSixtyFourBit: "it is a 32-bit program"
        case .notLittleEndian: "it is a big-endian program"
        case .unknownVersion(let version): "its ELF version is \(version)"
        case .notExecutable(let type):
            switch type {
            case 1: "it is an object file, not a program"
            case 4: "it is a core dump, not a program"
            default: "it is an ELF file of type \(type), not a program"
            }
        case .badProgramHeaderSize, .badProgramHeaderCount, .programHeadersOutsideFile, .programHeadersTruncated:
            "its program headers are damaged or cut off"
        case .nothingToLoad: "it has nothing to load"
        case .fileSizeExceedsMemorySize(let segment): "its segment \(segment) is larger in the file than in memory"
        case .segmentOutsideFile(let segment): "its segment \(segment) reaches behind the end of the file"
        case .segmentOutsideAddressSpace(let segment): "its segment \(segment) leaves the address space"
        case .segmentNotCongruent(let segment): "its segment \(segment) is not aligned to pages"
        case .badInterpreter: "the name of its dynamic linker is damaged"
        case .badNote: "one of its notes is damaged"
        }
    }

    /// What to do about it, where there is something.
    public var remedy: String? {
        switch self {
        case .badMagic: "to run a script, begin it with #! and its interpreter"
        case .notSixtyFourBit: "use the x86-64 build of it"
        case .notExecutable(1): "link it first"
        case .programHeadersOutsideFile, .programHeadersTruncated, .segmentOutsideFile: "copy or download it again"
        default: nil
        }
    }
}
