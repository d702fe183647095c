// SPDX-License-Identifier: Apache-2.0
//
// Reading references without a lock. To load a reference from a shared place and to retain it are two steps, and the last
// owner may release the object between them. So both happen in a section, and who takes a reference out of such a place
// waits for the sections that may have loaded it before it lets go. Sections are a few instructions long: waiting for
// them costs less than it would to keep lists of what is to be released later, and what the last release does (a pipe's
// end closes) happens when it is expected.

internal import Machine

/// Sections in which references may be loaded that others are taking away.
public enum Epoch {
    /// Runs code in a section.
    ///
    /// - Context: any but a section. `body` does not wait, allocate, or release anything for the last time.
    @inline(__always) public static func section<R>(_ body: () -> R) -> R {
        let state = CPU.saveInterrupts()
        CPU.beginSection()
        defer {
            CPU.endSection()
            CPU.restoreInterrupts(state)
        }
        return body()
    }

    /// Waits until every section has ended that may have loaded what the caller has replaced.
    ///
    /// - Context: any but a section, also with interrupts off and locks held: sections take none.
    public static func wait() { CPUs.waitForSections() }
}
