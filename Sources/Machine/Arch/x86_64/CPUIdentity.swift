// SPDX-License-Identifier: Apache-2.0
//
// Which CPU this is, in the words of CPUID, for /proc/cpuinfo. Source: SDM vol. 2, CPUID; the names of features are
// those that proc_cpuinfo(5) readers look for.

#if arch(x86_64) && os(none)
internal import CMachine
public import Processor

/// What CPUID says about the CPU itself.
public struct CPUIdentity: Sendable {
    /// "GenuineIntel", "AuthenticAMD" and the like.
    private var vendor = InlineArray<12, UInt8>(repeating: 0)
    /// The name for people, with NULs behind it.
    private var brand = InlineArray<48, UInt8>(repeating: 0)
    /// The family, with its extension.
    public private(set) var family: UInt32 = 0
    /// The model, with its extension.
    public private(set) var model: UInt32 = 0
    /// The stepping.
    public private(set) var stepping: UInt32 = 0
    /// Bits of physical addresses.
    public private(set) var physicalBits: UInt32 = 36
    /// Bits of program addresses.
    public private(set) var linearBits: UInt32 = 48
    /// The highest leaf of CPUID.
    private var highestLeaf: UInt32 = 0
    /// KiB of the second-level cache; 0 if the CPU does not say.
    private var cacheSize: UInt32 = 0
    /// Bytes that CLFLUSH flushes.
    private var lineSize: UInt32 = 64
    private var words = InlineArray<5, UInt32>(repeating: 0)

    /// Asks the CPU.
    public static func read() -> CPUIdentity {
        var identity = CPUIdentity()
        let zero = machine_cpuid(0, 0)
        identity.put(zero.ebx, at: 0)
        identity.put(zero.edx, at: 4)
        identity.put(zero.ecx, at: 8)
        identity.highestLeaf = zero.eax
        let one = machine_cpuid(1, 0)
        if one.ebx >> 8 & 255 != 0 { identity.lineSize = (one.ebx >> 8 & 255) * 8 }
        let base = one.eax >> 8 & 15
        identity.family = base == 15 ? base + one.eax >> 20 & 255 : base
        identity.model = one.eax >> 4 & 15
        if base == 6 || base == 15 { identity.model |= one.eax >> 12 & 0xf0 }
        identity.stepping = one.eax & 15
        identity.words[0] = one.edx
        identity.words[1] = one.ecx
        if zero.eax >= 7 { identity.words[2] = machine_cpuid(7, 0).ebx }
        identity.readExtended()
        return identity
    }

    private mutating func readExtended() {
        let maximum = machine_cpuid(0x8000_0000, 0).eax
        guard maximum >= 0x8000_0001, maximum < 0x8001_0000 else { return }
        let one = machine_cpuid(0x8000_0001, 0)
        words[3] = one.edx
        words[4] = one.ecx
        if maximum >= 0x8000_0004 {
            for i in 0..<3 {
                let leaf = machine_cpuid(0x8000_0002 + UInt32(i), 0)
                putBrand(leaf.eax, at: i * 16)
                putBrand(leaf.ebx, at: i * 16 + 4)
                putBrand(leaf.ecx, at: i * 16 + 8)
                putBrand(leaf.edx, at: i * 16 + 12)
            }
        }
        if maximum >= 0x8000_0006 { cacheSize = machine_cpuid(0x8000_0006, 0).ecx >> 16 }
        if maximum >= 0x8000_0008 {
            let sizes = machine_cpuid(0x8000_0008, 0).eax
            physicalBits = sizes & 255
            linearBits = sizes >> 8 & 255
        }
    }

    private mutating func put(_ word: UInt32, at index: Int) {
        for i in 0..<4 { vendor[index + i] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(i))) }
    }

    private mutating func putBrand(_ word: UInt32, at index: Int) {
        for i in 0..<4 { brand[index + i] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(i))) }
    }

    /// Says who the CPU is, in the lines and the order of proc_cpuinfo(5), its number excepted.
    public func describe(_ put: (ProcessorFact) -> Void) {
        put(.text("vendor_id\t: "))
        for index in vendor.indices { put(.byte(vendor[index])) }
        put(.text("\ncpu family\t: "))
        put(.number(UInt64(family)))
        put(.text("\nmodel\t\t: "))
        put(.number(UInt64(model)))
        put(.text("\nmodel name\t: "))
        for index in brand.indices where brand[index] != 0 { put(.byte(brand[index])) }
        put(.text("\nstepping\t: "))
        put(.number(UInt64(stepping)))
        put(.text("\ncpu MHz\t\t: "))
        put(.megahertz)
        if cacheSize != 0 {
            put(.text("\ncache size\t: "))
            put(.number(UInt64(cacheSize)))
            put(.text(" KB"))
        }
        // As in SysFS's topology: one package, and each CPU a core of its own.
        put(.text("\nphysical id\t: 0\nsiblings\t: "))
        put(.cpuCount)
        put(.text("\ncore id\t\t: "))
        put(.cpu)
        put(.text("\ncpu cores\t: "))
        put(.cpuCount)
        put(.text("\napicid\t\t: "))
        put(.cpu)
        put(.text("\ninitial apicid\t: "))
        put(.cpu)
        put(.text("\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: "))
        put(.number(UInt64(highestLeaf)))
        put(.text("\nwp\t\t: yes\nflags\t\t:"))
        forEachFeature { name in
            put(.text(" "))
            put(.text(name))
        }
        put(.text("\nbugs\t\t:\nbogomips\t: "))
        put(.bogomips)
        put(.text("\nclflush size\t: "))
        put(.number(UInt64(lineSize)))
        put(.text("\ncache_alignment\t: "))
        put(.number(UInt64(lineSize)))
        put(.text("\naddress sizes\t: "))
        put(.number(UInt64(physicalBits)))
        put(.text(" bits physical, "))
        put(.number(UInt64(linearBits)))
        put(.text(" bits virtual\npower management:\n"))
    }

    private func forEachFeature(_ body: (StaticString) -> Void) {
        for word in 0..<5 {
            for bit in 0..<32 where words[word] & 1 << UInt32(bit) != 0 {
                if let name = CPUIdentity.featureName(word, bit) { body(name) }
            }
        }
    }

    private static func featureName(_ word: Int, _ bit: Int) -> StaticString? {
        let name: StaticString
        switch word {
        case 0: name = basicNames[bit]
        case 1: name = basicNamesECX[bit]
        case 2: name = structuredNames[bit]
        case 3: name = extendedNames[bit]
        default: name = extendedNamesECX[bit]
        }
        return name.utf8CodeUnitCount == 0 ? nil : name
    }

    /// Leaf 1, EDX.
    private static let basicNames: InlineArray<32, StaticString> = [
        "fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", "", "sep", "mtrr", "pge", "mca", "cmov",
        "pat", "pse36", "pn", "clflush", "", "dts", "acpi", "mmx", "fxsr", "sse", "sse2", "ss", "ht", "tm", "ia64",
        "pbe",
    ]
    /// Leaf 1, ECX.
    private static let basicNamesECX: InlineArray<32, StaticString> = [
        "pni", "pclmulqdq", "dtes64", "monitor", "ds_cpl", "vmx", "smx", "est", "tm2", "ssse3", "cid", "sdbg", "fma",
        "cx16", "xtpr", "pdcm", "", "pcid", "dca", "sse4_1", "sse4_2", "x2apic", "movbe", "popcnt",
        "tsc_deadline_timer", "aes", "xsave", "", "avx", "f16c", "rdrand", "hypervisor",
    ]
    /// Leaf 7, EBX.
    private static let structuredNames: InlineArray<32, StaticString> = [
        "fsgsbase", "tsc_adjust", "", "bmi1", "hle", "avx2", "", "smep", "bmi2", "erms", "invpcid", "rtm", "", "",
        "mpx", "", "avx512f", "avx512dq", "rdseed", "adx", "smap", "avx512ifma", "", "clflushopt", "clwb", "",
        "avx512pf", "avx512er", "avx512cd", "sha_ni", "avx512bw", "avx512vl",
    ]
    /// Leaf 0x80000001, EDX: only what leaf 1 does not repeat.
    private static let extendedNames: InlineArray<32, StaticString> = [
        "", "", "", "", "", "", "", "", "", "", "", "syscall", "", "", "", "", "", "", "", "mp", "nx", "", "mmxext", "",
        "", "fxsr_opt", "pdpe1gb", "rdtscp", "", "lm", "3dnowext", "3dnow",
    ]
    /// Leaf 0x80000001, ECX.
    private static let extendedNamesECX: InlineArray<32, StaticString> = [
        "lahf_lm", "cmp_legacy", "svm", "extapic", "cr8_legacy", "abm", "sse4a", "misalignsse", "3dnowprefetch", "osvw",
        "ibs", "xop", "skinit", "wdt", "", "lwp", "fma4", "tce", "", "", "", "tbm", "topoext", "perfctr_core",
        "perfctr_nb", "", "bpext", "ptsc", "perfctr_llc", "mwaitx", "", "",
    ]
}
#endif
