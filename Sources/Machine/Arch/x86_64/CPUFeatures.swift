// SPDX-License-Identifier: Apache-2.0
//
// CPUID, read once and kept in its own words. A leaf above the reported maximum returns garbage on Intel, so every question
// asks for the maximum first (SDM vol. 2, CPUID).

internal import CMachine

#if arch(x86_64) && os(none)
/// What this CPU can do, as far as the kernel cares.
public struct CPUFeatures: Sendable {
    /// Leaf 1.
    private var ecx1: UInt32 = 0
    /// Leaf 7, 0 without.
    private var ebx7: UInt32 = 0
    /// Leaf 7, 0 without.
    private var ecx7: UInt32 = 0
    /// Counter frequency in Hz that CPUID or the hypervisor states, 0 if none does.
    public private(set) var statedCounterFrequency: UInt64 = 0
    /// Whether the local APIC's timer runs at 1 GHz, as KVM's and QEMU's do.
    public private(set) var hasGigahertzTimer = false
    /// Whether KVM tells how time follows from the counter (KVM_FEATURE_CLOCKSOURCE2).
    public private(set) var hasKVMClock = false

    init() {}

    /// The kernel cannot run a program's pages by accident.
    public var hasSMEP: Bool { ebx7 & 1 << 7 != 0 }
    /// Nor touch them.
    public var hasSMAP: Bool { ebx7 & 1 << 20 != 0 }
    /// User-mode instructions for the FS and GS bases.
    public var hasFSGSBase: Bool { ebx7 & 1 << 0 != 0 }
    /// No user-mode sgdt, sidt, sldt, smsw, str.
    public var hasUMIP: Bool { ecx7 & 1 << 2 != 0 }
    /// XSAVE and its user-visible CPUID bit.
    public var hasXSAVE: Bool { ecx1 & 1 << 26 != 0 }
    /// The local APIC through MSRs.
    public var hasX2APIC: Bool { ecx1 & 1 << 21 != 0 }
    /// RDRAND.
    public var hasRDRAND: Bool { ecx1 & 1 << 30 != 0 }
    /// RDSEED.
    public var hasRDSEED: Bool { ebx7 & 1 << 18 != 0 }

    /// Reads CPUID.
    static func read() -> CPUFeatures {
        var features = CPUFeatures()
        let maximum = machine_cpuid(0, 0).eax
        features.ecx1 = machine_cpuid(1, 0).ecx
        if maximum >= 7 {
            let seven = machine_cpuid(7, 0)
            features.ebx7 = seven.ebx
            features.ecx7 = seven.ecx
        }
        if maximum >= 0x15 {
            // TSC = crystal × EBX / EAX; all three must be known.
            let leaf = machine_cpuid(0x15, 0)
            if leaf.eax != 0, leaf.ebx != 0, leaf.ecx != 0 {
                features.statedCounterFrequency = UInt64(leaf.ecx) * UInt64(leaf.ebx) / UInt64(leaf.eax)
            }
        }
        if features.ecx1 & 1 << 31 != 0 { features.readHypervisor() }
        return features
    }

    private mutating func readHypervisor() {
        let signature = machine_cpuid(0x4000_0000, 0)
        // "KVMK", "TCGT"
        let isKVM = signature.ebx == 0x4b4d_564b
        hasGigahertzTimer = isKVM || signature.ebx == 0x5447_4354
        // KVM once said 0 where it meant its first leaf.
        if isKVM { hasKVMClock = machine_cpuid(0x4000_0001, 0).eax & 1 << 3 != 0 }
        // VMware's convention, kept by QEMU: counter and bus frequency in kHz.
        if signature.eax >= 0x4000_0010 {
            let leaf = machine_cpuid(0x4000_0010, 0)
            if leaf.eax != 0 { statedCounterFrequency = UInt64(leaf.eax) * 1000 }
        }
    }

    /// What was read at start.
    nonisolated(unsafe) static var current = CPUFeatures()
}
#endif
