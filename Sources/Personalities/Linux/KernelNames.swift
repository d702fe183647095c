// SPDX-License-Identifier: Apache-2.0
//
// What uname(2) and /proc/version say. Programs look at the release to learn which interfaces there are, so it names
// the Linux whose man pages are implemented; the version says who answers. Bytes, because that is what is copied.

/// The names of the kernel.
enum KernelNames {
    /// "Linux"
    static let system: [UInt8] = [0x4c, 0x69, 0x6e, 0x75, 0x78]
    /// "6.1.0-apus"
    static let release: [UInt8] = [0x36, 0x2e, 0x31, 0x2e, 0x30, 0x2d, 0x61, 0x70, 0x75, 0x73]
    /// "#1 SMP Apus"
    static let version: [UInt8] = [
        0x23, 0x31, 0x20, 0x53, 0x4d, 0x50, 0x20, 0x41, 0x70, 0x75, 0x73,
    ]
    /// "x86_64"
    static let machine: [UInt8] = [0x78, 0x38, 0x36, 0x5f, 0x36, 0x34]
    /// "(none)"
    static let noDomain: [UInt8] = [0x28, 0x6e, 0x6f, 0x6e, 0x65, 0x29]
}
