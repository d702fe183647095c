// SPDX-License-Identifier: Apache-2.0
//
// How many CPUs there are to run on: what /proc, /sys, sched_getaffinity(2) and the like tell programs comes from here.

extension Scheduler {
    /// The CPUs that threads run on.
    public var cpuCount: Int { 1 }

    /// How long a thread runs before others have their turn, in nanoseconds.
    public static var sliceNanoseconds: UInt64 { slice }

    /// The most CPUs that the kernel could have: what a program's masks of CPUs have room for.
    public static var cpuLimit: Int { 64 }
}
