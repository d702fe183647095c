// SPDX-License-Identifier: Apache-2.0
//
// How many CPUs an image can use: decided when it is built, by the trait SMP. With one CPU the compiler removes whatever is
// there for others: locks become disabled interrupts, queues need no search, nobody is told of changed translations.

/// The number of CPUs that an image is built for.
package enum CPULimit {
    #if SMP || !os(none)
    /// The most CPUs that the kernel could have.
    @inline(__always) package static var count: Int { 64 }
    #else
    /// One CPU, whatever the machine has.
    @inline(__always) package static var count: Int { 1 }
    #endif
}

#if SMP || !os(none)
/// A place for each CPU that the kernel could have.
package typealias EachCPU<Place> = InlineArray<64, Place>
#else
/// A place for the CPU.
package typealias EachCPU<Place> = InlineArray<1, Place>
#endif
