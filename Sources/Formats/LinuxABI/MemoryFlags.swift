// SPDX-License-Identifier: Apache-2.0
//
// The flags of the memory calls: mmap(2), mprotect(2), mremap(2), madvise(2), msync(2).

/// What a mapping allows
///
/// - Source: mmap(2).
public struct ProtectionFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `PROT_READ`.
    public static var read: ProtectionFlags { ProtectionFlags(rawValue: 1) }
    /// `PROT_WRITE`.
    public static var write: ProtectionFlags { ProtectionFlags(rawValue: 2) }
    /// `PROT_EXEC`.
    public static var execute: ProtectionFlags { ProtectionFlags(rawValue: 4) }
    /// `PROT_GROWSDOWN`.
    public static var growsDown: ProtectionFlags { ProtectionFlags(rawValue: 0x0100_0000) }
    /// `PROT_GROWSUP`.
    public static var growsUp: ProtectionFlags { ProtectionFlags(rawValue: 0x0200_0000) }
}

/// How mmap(2) maps
///
/// - Source: mmap(2).
public struct MapFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MAP_SHARED`.
    public static var shared: MapFlags { MapFlags(rawValue: 1) }
    /// `MAP_PRIVATE`.
    public static var privateCopy: MapFlags { MapFlags(rawValue: 2) }
    /// `MAP_SHARED_VALIDATE`.
    public static var sharedValidate: MapFlags { MapFlags(rawValue: 3) }
    /// `MAP_TYPE`.
    public static var typeMask: MapFlags { MapFlags(rawValue: 0xf) }
    /// `MAP_FIXED`.
    public static var fixed: MapFlags { MapFlags(rawValue: 0x10) }
    /// `MAP_ANONYMOUS`.
    public static var anonymous: MapFlags { MapFlags(rawValue: 0x20) }
    /// x86-64 only (`MAP_32BIT`).
    public static var low32Bits: MapFlags { MapFlags(rawValue: 0x40) }
    /// `MAP_GROWSDOWN`.
    public static var growsDown: MapFlags { MapFlags(rawValue: 0x100) }
    /// Ignored by Linux (`MAP_DENYWRITE`).
    public static var denyWrite: MapFlags { MapFlags(rawValue: 0x800) }
    /// Ignored by Linux (`MAP_EXECUTABLE`).
    public static var executable: MapFlags { MapFlags(rawValue: 0x1000) }
    /// `MAP_LOCKED`.
    public static var locked: MapFlags { MapFlags(rawValue: 0x2000) }
    /// `MAP_NORESERVE`.
    public static var noReserve: MapFlags { MapFlags(rawValue: 0x4000) }
    /// `MAP_POPULATE`.
    public static var populate: MapFlags { MapFlags(rawValue: 0x8000) }
    /// `MAP_NONBLOCK`.
    public static var nonBlocking: MapFlags { MapFlags(rawValue: 0x1_0000) }
    /// `MAP_STACK`.
    public static var stack: MapFlags { MapFlags(rawValue: 0x2_0000) }
    /// `MAP_HUGETLB`.
    public static var hugePages: MapFlags { MapFlags(rawValue: 0x4_0000) }
    /// `MAP_SYNC`.
    public static var synchronous: MapFlags { MapFlags(rawValue: 0x8_0000) }
    /// `MAP_FIXED_NOREPLACE`.
    public static var fixedNoReplace: MapFlags { MapFlags(rawValue: 0x10_0000) }
}

/// How mremap(2) may move
///
/// - Source: mremap(2).
public struct RemapFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MREMAP_MAYMOVE`.
    public static var mayMove: RemapFlags { RemapFlags(rawValue: 1) }
    /// `MREMAP_FIXED`.
    public static var fixed: RemapFlags { RemapFlags(rawValue: 2) }
    /// `MREMAP_DONTUNMAP`.
    public static var doNotUnmap: RemapFlags { RemapFlags(rawValue: 4) }
}

/// What madvise(2) says
///
/// - Source: madvise(2).
public struct MemoryAdvice: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MADV_NORMAL`.
    public static var normal: MemoryAdvice { MemoryAdvice(rawValue: 0) }
    /// `MADV_RANDOM`.
    public static var random: MemoryAdvice { MemoryAdvice(rawValue: 1) }
    /// `MADV_SEQUENTIAL`.
    public static var sequential: MemoryAdvice { MemoryAdvice(rawValue: 2) }
    /// `MADV_WILLNEED`.
    public static var willNeed: MemoryAdvice { MemoryAdvice(rawValue: 3) }
    /// `MADV_DONTNEED`.
    public static var doNotNeed: MemoryAdvice { MemoryAdvice(rawValue: 4) }
    /// `MADV_FREE`.
    public static var free: MemoryAdvice { MemoryAdvice(rawValue: 8) }
    /// `MADV_REMOVE`.
    public static var remove: MemoryAdvice { MemoryAdvice(rawValue: 9) }
    /// `MADV_DONTFORK`.
    public static var doNotFork: MemoryAdvice { MemoryAdvice(rawValue: 10) }
    /// `MADV_DOFORK`.
    public static var doFork: MemoryAdvice { MemoryAdvice(rawValue: 11) }
    /// `MADV_MERGEABLE`.
    public static var mergeable: MemoryAdvice { MemoryAdvice(rawValue: 12) }
    /// `MADV_UNMERGEABLE`.
    public static var unmergeable: MemoryAdvice { MemoryAdvice(rawValue: 13) }
    /// `MADV_HUGEPAGE`.
    public static var hugePage: MemoryAdvice { MemoryAdvice(rawValue: 14) }
    /// `MADV_NOHUGEPAGE`.
    public static var noHugePage: MemoryAdvice { MemoryAdvice(rawValue: 15) }
    /// `MADV_DONTDUMP`.
    public static var doNotDump: MemoryAdvice { MemoryAdvice(rawValue: 16) }
    /// `MADV_DODUMP`.
    public static var doDump: MemoryAdvice { MemoryAdvice(rawValue: 17) }
    /// `MADV_WIPEONFORK`.
    public static var wipeOnFork: MemoryAdvice { MemoryAdvice(rawValue: 18) }
    /// `MADV_KEEPONFORK`.
    public static var keepOnFork: MemoryAdvice { MemoryAdvice(rawValue: 19) }
    /// `MADV_COLD`.
    public static var cold: MemoryAdvice { MemoryAdvice(rawValue: 20) }
    /// `MADV_PAGEOUT`.
    public static var pageOut: MemoryAdvice { MemoryAdvice(rawValue: 21) }
    /// `MADV_POPULATE_READ`.
    public static var populateRead: MemoryAdvice { MemoryAdvice(rawValue: 22) }
    /// `MADV_POPULATE_WRITE`.
    public static var populateWrite: MemoryAdvice { MemoryAdvice(rawValue: 23) }
    /// `MADV_DONTNEED_LOCKED`.
    public static var doNotNeedLocked: MemoryAdvice { MemoryAdvice(rawValue: 24) }
    /// `MADV_COLLAPSE`.
    public static var collapse: MemoryAdvice { MemoryAdvice(rawValue: 25) }
}

/// What msync(2) waits for
///
/// - Source: msync(2).
public struct MemorySyncFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MS_ASYNC`.
    public static var asynchronous: MemorySyncFlags { MemorySyncFlags(rawValue: 1) }
    /// `MS_INVALIDATE`.
    public static var invalidate: MemorySyncFlags { MemorySyncFlags(rawValue: 2) }
    /// `MS_SYNC`.
    public static var synchronous: MemorySyncFlags { MemorySyncFlags(rawValue: 4) }
}

/// What mlockall(2) locks
///
/// - Source: mlockall(2).
public struct MemoryLockFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MCL_CURRENT`.
    public static var current: MemoryLockFlags { MemoryLockFlags(rawValue: 1) }
    /// `MCL_FUTURE`.
    public static var future: MemoryLockFlags { MemoryLockFlags(rawValue: 2) }
    /// `MCL_ONFAULT`.
    public static var onFault: MemoryLockFlags { MemoryLockFlags(rawValue: 4) }
}

/// Which changes of a file are refused for ever
///
/// - Source: fcntl(2), F_ADD_SEALS.
public struct FileSeals: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `F_SEAL_SEAL`: further seals.
    public static var seal: FileSeals { FileSeals(rawValue: 1) }
    /// `F_SEAL_SHRINK`: a smaller size.
    public static var shrink: FileSeals { FileSeals(rawValue: 2) }
    /// `F_SEAL_GROW`: a greater size.
    public static var grow: FileSeals { FileSeals(rawValue: 4) }
    /// `F_SEAL_WRITE`: other contents.
    public static var write: FileSeals { FileSeals(rawValue: 8) }
    /// `F_SEAL_FUTURE_WRITE`: other contents, but through mappings that are there.
    public static var futureWrite: FileSeals { FileSeals(rawValue: 16) }
    /// All that there are.
    public static var all: FileSeals { FileSeals(rawValue: 31) }
    /// Those that make contents read-only for whoever comes.
    public static var anyWrite: FileSeals { [.write, .futureWrite] }
}

/// How memfd_create(2) makes its file
///
/// - Source: memfd_create(2).
public struct MemoryFileFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MFD_CLOEXEC`.
    public static var closeOnExec: MemoryFileFlags { MemoryFileFlags(rawValue: 1) }
    /// `MFD_ALLOW_SEALING`.
    public static var allowSealing: MemoryFileFlags { MemoryFileFlags(rawValue: 2) }
    /// `MFD_HUGETLB`.
    public static var hugePages: MemoryFileFlags { MemoryFileFlags(rawValue: 4) }
    /// `MFD_NOEXEC_SEAL`.
    public static var noExecutionSeal: MemoryFileFlags { MemoryFileFlags(rawValue: 8) }
    /// `MFD_EXEC`.
    public static var executable: MemoryFileFlags { MemoryFileFlags(rawValue: 16) }
}
