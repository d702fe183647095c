// SPDX-License-Identifier: Apache-2.0
//
// The structures of the calls about processes, threads and the system: limits, usage, times, names, memory. Each type
// has the fields in Swift and makes or reads the C layout, which is the same on all 64-bit architectures.

/// A soft and a hard limit: `struct rlimit`.
///
/// - Source: getrlimit(2).
public struct ResourceLimit: Hashable, Sendable {
    /// What is enforced.
    public var soft: UInt64
    /// How far the soft limit may be raised.
    public var hard: UInt64

    /// Creates a pair of limits.
    public init(soft: UInt64, hard: UInt64) {
        self.soft = soft
        self.hard = hard
    }

    /// No limit (`RLIM_INFINITY`).
    public static var infinity: UInt64 { .max }

    /// Reads a `struct rlimit`.
    public init(decoding buffer: borrowing LayoutBuffer<2>) {
        self.init(soft: buffer.load64(0), hard: buffer.load64(8))
    }

    /// The `struct rlimit`.
    public var encoded: LayoutBuffer<2> {
        var buffer = LayoutBuffer<2>()
        buffer.store64(soft, at: 0)
        buffer.store64(hard, at: 8)
        return buffer
    }
}

/// What a process has used: `struct rusage`.
///
/// - Source: getrusage(2).
public struct ResourceUsage: Hashable, Sendable {
    /// Time in the program.
    public var userTime = Timestamp.epoch
    /// Time in the kernel.
    public var systemTime = Timestamp.epoch
    /// The greatest resident size, in KiB.
    public var maximumResidentKibibytes: UInt64 = 0
    /// Faults served without input or output.
    public var minorFaults: UInt64 = 0
    /// Faults that needed input or output.
    public var majorFaults: UInt64 = 0
    /// Times the process gave up the CPU.
    public var voluntarySwitches: UInt64 = 0
    /// Times the CPU was taken away.
    public var involuntarySwitches: UInt64 = 0

    /// Creates an empty usage.
    public init() {}

    /// The `struct rusage`: 144 bytes.
    public var encoded: LayoutBuffer<18> {
        var buffer = LayoutBuffer<18>()
        userTime.encodeMicroseconds(into: &buffer, at: 0)
        systemTime.encodeMicroseconds(into: &buffer, at: 16)
        buffer.store64(maximumResidentKibibytes, at: 32)
        buffer.store64(minorFaults, at: 64)
        buffer.store64(majorFaults, at: 72)
        buffer.store64(voluntarySwitches, at: 128)
        buffer.store64(involuntarySwitches, at: 136)
        return buffer
    }
}

/// Processor times in clock ticks (100 a second): `struct tms`.
///
/// - Source: times(2).
public struct ProcessTimes: Hashable, Sendable {
    /// Time in the program.
    public var user: UInt64 = 0
    /// Time in the kernel.
    public var system: UInt64 = 0
    /// The children's time in their programs, as far as they were waited for.
    public var childrenUser: UInt64 = 0
    /// The children's time in the kernel.
    public var childrenSystem: UInt64 = 0

    /// Creates times of zero.
    public init() {}

    /// The `struct tms`: 32 bytes.
    public var encoded: LayoutBuffer<4> {
        var buffer = LayoutBuffer<4>()
        buffer.store64(user, at: 0)
        buffer.store64(system, at: 8)
        buffer.store64(childrenUser, at: 16)
        buffer.store64(childrenSystem, at: 24)
        return buffer
    }
}

/// What sysinfo(2) tells: `struct sysinfo`.
///
/// - Source: sysinfo(2).
public struct SystemInformation: Hashable, Sendable {
    /// Seconds since boot.
    public var uptime: UInt64 = 0
    /// Load averages over 1, 5 and 15 minutes, scaled by 65,536.
    public var load1: UInt64 = 0
    /// See `load1`.
    public var load5: UInt64 = 0
    /// See `load1`.
    public var load15: UInt64 = 0
    /// All memory, in bytes.
    public var totalMemory: UInt64 = 0
    /// Memory nobody uses, in bytes.
    public var freeMemory: UInt64 = 0
    /// Memory in shared mappings and tmpfs, in bytes.
    public var sharedMemory: UInt64 = 0
    /// Memory in file caches, in bytes.
    public var bufferMemory: UInt64 = 0
    /// How many threads there are.
    public var processes: UInt16 = 0

    /// Creates an empty record.
    public init() {}

    /// The `struct sysinfo`: 112 bytes, `mem_unit` 1.
    public var encoded: LayoutBuffer<14> {
        var buffer = LayoutBuffer<14>()
        buffer.store64(uptime, at: 0)
        buffer.store64(load1, at: 8)
        buffer.store64(load5, at: 16)
        buffer.store64(load15, at: 24)
        buffer.store64(totalMemory, at: 32)
        buffer.store64(freeMemory, at: 40)
        buffer.store64(sharedMemory, at: 48)
        buffer.store64(bufferMemory, at: 56)
        buffer.store16(processes, at: 80)
        buffer.store32(1, at: 104)
        return buffer
    }
}

/// The six names that uname(2) gives: `struct utsname`.
///
/// - Source: uname(2); 65 bytes each.
public enum SystemNames {
    /// The `struct utsname`: 390 bytes. Names longer than 64 bytes are cut.
    public static func encode(
        system: Span<UInt8>, node: Span<UInt8>, release: Span<UInt8>, version: Span<UInt8>, machine: Span<UInt8>,
        domain: Span<UInt8>
    ) -> LayoutBuffer<49> {
        var buffer = LayoutBuffer<49>(byteCount: 390)
        buffer.store(system, at: 0, limit: 65)
        buffer.store(node, at: 65, limit: 65)
        buffer.store(release, at: 130, limit: 65)
        buffer.store(version, at: 195, limit: 65)
        buffer.store(machine, at: 260, limit: 65)
        buffer.store(domain, at: 325, limit: 65)
        return buffer
    }
}
