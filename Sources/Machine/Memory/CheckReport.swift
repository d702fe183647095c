// SPDX-License-Identifier: Apache-2.0
//
// How the checks of a checked image (trait Checks, Docs/Decisions/0010) say what they found before they end the machine: fixed text and numbers to
// whoever shows them, then a trap, whose report has registers and backtrace. Not in other images.

#if Checks
internal import CMachine

/// What a check found.
public enum CheckReport {
    /// Shows one fact; the image's log, once there is one. The last parameter says that the number is a place in the code.
    nonisolated(unsafe) public static var show: ((StaticString, UInt64, Bool) -> Void)?

    /// Adds a number.
    public static func fact(_ text: StaticString, _ number: UInt64) { show?(text, number, false) }

    /// Adds a place in the kernel's code.
    public static func place(_ text: StaticString, _ address: UInt) {
        #if os(none)
        show?(text, UInt64(address - machine_image_start()), true)
        #endif
    }

    /// Ends the machine.
    public static func fail() -> Never { fatalError("a check failed") }
}
#endif
