// SPDX-License-Identifier: Apache-2.0
//
// struct stat as each architecture lays it out. Source: stat(2); arch/x86 uapi asm/stat.h and asm-generic/stat.h fix
// the offsets.

#if arch(x86_64)
extension FileStatus {
    /// The `struct stat`: 144 bytes on x86-64.
    public var encoded: LayoutBuffer<18> {
        var buffer = LayoutBuffer<18>()
        buffer.store64(device.encoded, at: 0)
        buffer.store64(inode, at: 8)
        buffer.store64(UInt64(linkCount), at: 16)
        buffer.store32(mode.statusWord, at: 24)
        buffer.store32(userID, at: 28)
        buffer.store32(groupID, at: 32)
        buffer.store64(specialDevice.encoded, at: 40)
        buffer.store64(size, at: 48)
        buffer.store64(UInt64(blockSize), at: 56)
        buffer.store64(blockCount, at: 64)
        accessed.encode(into: &buffer, at: 72)
        modified.encode(into: &buffer, at: 88)
        changed.encode(into: &buffer, at: 104)
        return buffer
    }
}
#else
extension FileStatus {
    /// The `struct stat`: 128 bytes on AArch64 and RISC-V.
    public var encoded: LayoutBuffer<16> {
        var buffer = LayoutBuffer<16>()
        buffer.store64(device.encoded, at: 0)
        buffer.store64(inode, at: 8)
        buffer.store32(mode.statusWord, at: 16)
        buffer.store32(linkCount, at: 20)
        buffer.store32(userID, at: 24)
        buffer.store32(groupID, at: 28)
        buffer.store64(specialDevice.encoded, at: 32)
        buffer.store64(size, at: 48)
        buffer.store32(blockSize, at: 56)
        buffer.store64(blockCount, at: 64)
        accessed.encode(into: &buffer, at: 72)
        modified.encode(into: &buffer, at: 88)
        changed.encode(into: &buffer, at: 104)
        return buffer
    }
}
#endif
