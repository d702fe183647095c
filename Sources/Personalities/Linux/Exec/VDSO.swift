// SPDX-License-Identifier: Apache-2.0
//
// The code that the kernel lends to programs (vdso(7)), mapped with the data page it reads in front of it. Without an
// image for it (see CMachine) programs are told nothing and make system calls instead.

internal import AddressSpace
internal import LinuxABI

enum VDSO {
    /// Maps data and code. - Returns: the address of the ELF header for AT_SYSINFO_EHDR, 0 without one.
    static func map(into space: AddressSpace) throws(Errno) -> UInt64 { 0 }
}
