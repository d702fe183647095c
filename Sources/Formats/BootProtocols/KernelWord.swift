// SPDX-License-Identifier: Apache-2.0

// The words of the VMM's command line that are meant for the kernel: overrides, for developers and tests.
// What a program needs is in the boot record; nothing here is needed to run one.
//
//     apus.trace                            trace system calls
//     apus.slide=fixed|random|<hexadecimal> where the kernel puts itself
//     apus.seed=<64 hexadecimal digits>     replaces the boot record's seed
//     apus.log=error|warning|info|debug|trace
//     apus.selftest=<name>                  run a test instead of a program
//     apus.failalloc=<k>                    let the k-th allocation fail
//     virtio_mmio.device=<size>@<base>:<irq>[:<id>]   written by VMMs, as Linux understands it
//
// Neighbours: KernelWordReader.swift reads them.

/// How much the kernel's log shows.
public enum LogLevel: UInt8, Sendable {
    case error = 0
    case warning = 1
    case info = 2
    case debug = 3
    case trace = 4
}

/// One word for the kernel.
public enum KernelWord: Equatable, Sendable {
    /// Where the kernel puts itself.
    public enum Slide: Equatable, Sendable {
        /// Every slide is zero: addresses are those of the image, the same in every boot.
        case fixed
        /// Chosen at boot.
        case random
        /// This one.
        case value(UInt64)
    }

    /// Trace system calls in the syntax of strace(1).
    case trace
    /// Where the kernel puts itself.
    case slide(Slide)
    /// The 64 digits of a seed, checked; read them with `KernelWordReader.seedByte`.
    case seed(digits: Range<Int>)
    /// How much the log shows.
    case log(LogLevel)
    /// The test to run.
    case selftest(name: Range<Int>)
    /// The number of the allocation that is to fail, counted from 1.
    case failAllocation(UInt64)
    /// A virtio device in memory.
    case virtioMMIO(base: UInt64, size: UInt64, interrupt: UInt32)
}

/// A word that begins as ours do and cannot be understood.
public struct KernelWordError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Reason: Equatable, Sendable {
        /// No such word.
        case unknown
        /// It takes a value and has none.
        case missingValue
        /// It takes no value and has one.
        case unexpectedValue
        /// The value cannot be understood.
        case badValue
    }

    /// Where the word is in the command line.
    public let word: Range<Int>
    /// What is wrong with it.
    public let reason: Reason
}
