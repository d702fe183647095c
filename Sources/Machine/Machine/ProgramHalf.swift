// SPDX-License-Identifier: Apache-2.0
//
// Which addresses a program may have at all, mapped or not. Everything that comes from a program is held against this
// before anything else is done with it.

#if os(none)
internal import X86_64

/// The addresses of programs.
public enum ProgramHalf {
    /// One past the highest address.
    public static var end: UInt { KernelLayout.programEnd }
    /// The kernel's hole in between.
    public static var hole: Range<UInt> { KernelLayout.start..<KernelLayout.end }

    /// Whether a range of bytes lies where programs may be; an empty range does.
    @inline(__always) public static func contains(_ start: UInt, count: UInt) -> Bool {
        let (stop, overflow) = start.addingReportingOverflow(count)
        if overflow { return false }
        if start >= hole.upperBound { return stop <= end }
        return stop <= hole.lowerBound || count == 0
    }
}
#else
/// The addresses of programs: in a unit test all of them, because a test's own memory plays the program's.
public enum ProgramHalf {
    /// One past the highest address.
    public static var end: UInt { 0x7fff_ffff_f000 }
    /// The kernel's hole in between: none.
    public static var hole: Range<UInt> { end..<end }

    /// Whether a range of bytes lies where programs may be.
    public static func contains(_ start: UInt, count: UInt) -> Bool {
        let (stop, overflow) = start.addingReportingOverflow(count)
        return !overflow && stop <= end
    }
}
#endif
