// SPDX-License-Identifier: Apache-2.0
//
// What uname(2) and /proc/version say. Programs look at the release to learn which interfaces there are, so it names
// the Linux whose man pages are implemented; the version says who answers.

/// The names of the kernel.
enum KernelNames {
    /// The operating system.
    static var system: StaticString { "Linux" }
    /// The release.
    static var release: StaticString { "6.1.0-apus" }
    /// The version.
    static var version: StaticString { "#1 SMP Apus" }
    /// The hardware.
    static var machine: StaticString { "x86_64" }
    /// A domain name that was never set.
    static var noDomain: StaticString { "(none)" }
}
