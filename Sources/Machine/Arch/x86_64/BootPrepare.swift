// SPDX-License-Identifier: Apache-2.0
//
// The first stage of booting in Swift: runs one to one mapped, on the boot stack, with no heap. Chooses the random
// places, builds the page tables, and says where the image shall go. boot.S does the rest.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Memory

/// Called by boot.S with the physical address of hvm_start_info; answers the image's new base.
@c(boot_prepare)
public func bootPrepare(_ startInfo: UInt) -> UInt {
    patchSupervisorAccess()
    writeTrapStubs()
    let imageStart = machine_image_start()
    let imageEnd = (machine_image_end() + 4095) & ~4095
    var information = BootInformation()
    information.startInfo = PhysicalAddress(UInt64(startInfo))
    information.imagePhysical = PhysicalAddress(UInt64(imageStart))
    information.counterAtEntry = machine_boot_counter()
    information.seed = gatherSeed()

    let overrides = PhysicalStartInfo(startInfo)
    var chooser = SlideChooser(seed: overrides.slideSeed ?? information.seed)
    information.directMapBase = chooser.directMapBase()
    information.imageBase = chooser.imageBase()
    information.areaBase = chooser.areaBase()

    var tables = BootTables(
        root: machine_boot_pml4(), tables: imageEnd, hasHugePages: machine_cpuid(0x8000_0001, 0).edx & 1 << 26 != 0)
    let base = information.imageBase
    let text = machine_image_text_end() - imageStart
    let constants = machine_image_rodata_end() - machine_image_text_end()
    let data = imageEnd - machine_image_rodata_end()
    tables.map(base, to: imageStart, count: text, flags: 0)
    tables.map(base + text, to: imageStart + text, count: constants, flags: X86PageTableFormat.noExecute)
    tables.map(
        base + text + constants, to: imageStart + text + constants, count: data,
        flags: X86PageTableFormat.noExecute | X86PageTableFormat.writable)
    let direct = information.directMapBase
    information.directMapEnd = PhysicalAddress(UInt64(overrides.memoryEnd))
    tables.mapPhysical(at: direct, end: overrides.memoryEnd, image: imageStart..<imageEnd)
    tables.protect(direct + imageStart, count: text + constants)
    tables.reserveSlot(of: information.areaBase)
    tables.reserveSlot(of: information.areaBase + (1 << 39))
    information.bootMemoryEnd = PhysicalAddress(UInt64(tables.end))
    BootInformation.current = information
    return base
}

/// What stage one needs from the loader: how far memory reaches, and `apus.slide=`.
private struct PhysicalStartInfo {
    var memoryEnd: UInt = 0x4000_0000
    var slideSeed: UInt64?

    init(_ address: UInt) {
        // SAFETY: one to one mapped; the loader's structures lie below 4 GiB (PVH), and each is bounded by its count.
        let raw = UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
        guard raw.load(as: UInt32.self) == 0x336e_c578 else { return }
        let version = raw.load(fromByteOffset: 4, as: UInt32.self)
        let command = UInt(raw.load(fromByteOffset: 24, as: UInt64.self))
        if command != 0 { slideSeed = PhysicalStartInfo.slide(UnsafePointer(bitPattern: command).unsafelyUnwrapped) }
        guard version >= 1 else { return }
        let table = UInt(raw.load(fromByteOffset: 40, as: UInt64.self))
        let count = Int(raw.load(fromByteOffset: 48, as: UInt32.self))
        guard table != 0, count > 0, let entries = UnsafeRawPointer(bitPattern: table) else { return }
        var end: UInt = 0
        for i in 0..<min(count, 128) {
            let entry = entries + i * 24
            guard entry.load(fromByteOffset: 16, as: UInt32.self) == 1 else { continue }
            end = max(end, UInt(entry.load(as: UInt64.self) &+ entry.load(fromByteOffset: 8, as: UInt64.self)))
        }
        // 1 TiB is what the direct map leaves room for above its highest base.
        if end != 0 { memoryEnd = min((end + 0x1f_ffff) & ~0x1f_ffff, 1 << 40) }
    }

    /// The seed of `apus.slide=fixed` (0) or `apus.slide=<hexadecimal>`; nil without the word. The whole grammar of
    /// overrides is checked later (KernelWords); this one is needed before there is anything else.
    private static func slide(_ line: UnsafePointer<UInt8>) -> UInt64? {
        let word: StaticString = "apus.slide="
        var start = 0
        while start < 4096, line[start] != 0 {
            let begins = start == 0 || line[start - 1] == 0x20
            if begins, memcmpPrefix(line + start, word) {
                return value(line + start + word.utf8CodeUnitCount)
            }
            start += 1
        }
        return nil
    }

    private static func memcmpPrefix(_ text: UnsafePointer<UInt8>, _ word: StaticString) -> Bool {
        for i in 0..<word.utf8CodeUnitCount where text[i] != word.utf8Start[i] { return false }
        return true
    }

    private static func value(_ text: UnsafePointer<UInt8>) -> UInt64? {
        if memcmpPrefix(text, "fixed") { return 0 }
        if memcmpPrefix(text, "random") { return nil }
        var value: UInt64 = 0
        for i in 0..<16 {
            let digit = text[i]
            switch digit {
            case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(digit - 0x61 + 10)
            default: return value
            }
        }
        return value
    }
}

/// The best 64 bits there are at the first instruction: generators if the CPU has them, and the counter.
private func gatherSeed() -> UInt64 {
    var seed = machine_counter()
    var word: UInt64 = 0
    if machine_cpuid(0, 0).eax >= 7, machine_cpuid(7, 0).ebx & 1 << 18 != 0, machine_rdseed(&word) { seed ^= word }
    if machine_cpuid(1, 0).ecx & 1 << 30 != 0, machine_rdrand(&word) { seed = (seed << 17 | seed >> 47) ^ word }
    return seed
}

/// Writes a stub of eight bytes for each vector: it pushes its number and jumps to what all of its kind share.
private func writeTrapStubs() {
    for vector in 0..<UInt64(MACHINE_TRAP_VECTORS) { writeTrapStub(vector, machine_trap_without_error_entry()) }
    // Those that may interrupt the border itself, and those for which the CPU pushes an error code.
    writeTrapStub(1, machine_trap_anywhere_without_error_entry())
    writeTrapStub(2, machine_trap_anywhere_without_error_entry())
    writeTrapStub(18, machine_trap_anywhere_without_error_entry())
    writeTrapStub(8, machine_trap_anywhere_entry())
    var withError: UInt32 = 0x6022_7c00  // 10–14, 17, 21, 29, 30
    while withError != 0 {
        writeTrapStub(UInt64(withError.trailingZeroBitCount), machine_trap_with_error_entry())
        withError &= withError - 1
    }
}

/// `pushq $vector; jmp entry; nop`: the jump is relative to its own end.
@inline(never)
private func writeTrapStub(_ vector: UInt64, _ entry: UInt) {
    let stub = machine_trap_stub(UInt32(truncatingIfNeeded: vector))
    let distance = UInt64(UInt32(truncatingIfNeeded: entry &- stub &- 7))
    machine_store64(stub, 0x9000_0000_00e9_006a | vector << 8 | distance << 24)
}

/// Overwrites stac and clac by no-ops on a CPU that lacks SMAP, where they do not exist.
private func patchSupervisorAccess() {
    guard machine_cpuid(0, 0).eax < 7 || machine_cpuid(7, 0).ebx & 1 << 20 == 0 else { return }
    var site = machine_smap_sites_start()
    while site < machine_smap_sites_end() {
        // SAFETY: the table holds offsets from its own entries to three-byte instructions; one to one memory is
        // writable in stage one.
        let offset = Int(Int32(bitPattern: machine_load32(site)))
        let place = UInt(bitPattern: Int(bitPattern: site) + offset)
        machine_store8(place, 0x0f)  // nopl (%rax)
        machine_store8(place + 1, 0x1f)
        machine_store8(place + 2, 0x00)
        site += 4
    }
}
#endif
