// SPDX-License-Identifier: Apache-2.0

// A guest of 334 bytes that switches to 64-bit code and says so: the only proof that an accelerator runs our kernels.
// /dev/kvm may open, and even make a virtual machine, where no 64-bit guest runs (seen with nested virtualisation).
//
// Source: PVH entry (Xen docs/misc/pvh); Intel SDM vol. 3 §10.8.5 "Initializing IA-32e Mode".

internal import ByteCodec

/// The probe guest.
enum ProbeGuest {
    /// What QEMU exits with when the guest has run: its isa-debug-exit device turns 0x2a into this.
    static let exitStatus: Int32 = 0x2a << 1 | 1

    /// The ELF file: a header, a PT_LOAD of the whole file at 1 MiB, the PVH note, the code.
    static var file: [UInt8] {
        let base: UInt64 = 0x10_0000
        let noteOffset: UInt64 = 64 + 2 * 56
        let codeOffset: UInt64 = noteOffset + 24
        let size = codeOffset + UInt64(code.count)
        var out: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]  // ELF64, little-endian
        out.appendLittleEndian(UInt16(2))  // ET_EXEC
        out.appendLittleEndian(UInt16(62))  // EM_X86_64
        out.appendLittleEndian(UInt32(1))  // version
        out.appendLittleEndian(base + codeOffset)  // entry
        out.appendLittleEndian(UInt64(64))  // program headers
        out.appendLittleEndian(UInt64(0))  // no sections
        out.appendLittleEndian(UInt32(0))  // flags
        for field in [64, 56, 2, 0, 0, 0] as [UInt16] { out.appendLittleEndian(field) }
        appendSegment(&out, type: 1, flags: 7, offset: 0, address: base, size: size, alignment: 4096)
        appendSegment(&out, type: 4, flags: 4, offset: noteOffset, address: base + noteOffset, size: 20, alignment: 4)
        for field in [4, 4, 18] as [UInt32] { out.appendLittleEndian(field) }  // XEN_ELFNOTE_PHYS32_ENTRY
        out += Array("Xen\0".utf8)
        out.appendLittleEndian(UInt32(base + codeOffset))
        out.appendZeros(4)
        return out + code
    }

    private static func appendSegment(
        _ out: inout [UInt8], type: UInt32, flags: UInt32, offset: UInt64, address: UInt64, size: UInt64,
        alignment: UInt64
    ) {
        out.appendLittleEndian(type)
        out.appendLittleEndian(flags)
        for field in [offset, address, address, size, size, alignment] { out.appendLittleEndian(field) }
    }

    /// Entered in 32-bit protected mode without paging, at 0x1000c8; page tables at 0x101000 to 0x103fff.
    private static let code: [UInt8] = [
        0xc7, 0x05, 0x00, 0x10, 0x10, 0x00, 0x03, 0x20, 0x10, 0x00, 0xc7, 0x05, 0x00, 0x20, 0x10,
        // movl $0x102003, 0x101000; $0x103003, 0x102000; $0x83, 0x103000: the first 2 MiB onto themselves
        0x00, 0x03, 0x30, 0x10, 0x00, 0xc7, 0x05, 0x00, 0x30, 0x10, 0x00, 0x83, 0x00, 0x00, 0x00,
        0xb8, 0x00, 0x10, 0x10, 0x00, 0x0f, 0x22, 0xd8,  // mov $0x101000, %eax; mov %eax, %cr3
        0x0f, 0x20, 0xe0, 0x83, 0xc8, 0x20, 0x0f, 0x22, 0xe0,  // set CR4.PAE
        // set EFER.LME (MSR 0xc0000080)
        0xb9, 0x80, 0x00, 0x00, 0xc0, 0x0f, 0x32, 0x0d, 0x00, 0x01, 0x00, 0x00, 0x0f, 0x30,
        0x0f, 0x20, 0xc0, 0x0d, 0x00, 0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0,  // set CR0.PG
        0x0f, 0x01, 0x15, 0x48, 0x01, 0x10, 0x00,  // lgdt 0x100148
        0xea, 0x1e, 0x01, 0x10, 0x00, 0x08, 0x00,  // ljmp $8, $0x10011e
        0x48, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x2a, 0x00, 0x00, 0x00,  // 64-bit: movabs $0x2a00000000, %rax
        0x48, 0xc1, 0xe8, 0x20,  // shr $32, %rax: 0x2a, and 0 if this were not 64-bit code
        0xe6, 0xf4,  // out %al, $0xf4: QEMU exits with 0x2a * 2 + 1
        0xf4, 0xeb, 0xfd,  // hlt; jmp to it
        0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00,  // padding
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // GDT: null
        0x00, 0x00, 0x00, 0x00, 0x00, 0x9b, 0x20, 0x00,  // GDT: 64-bit code
        0x0f, 0x00, 0x38, 0x01, 0x10, 0x00,  // GDT register: limit 15, address 0x100138
    ]
}
