// SPDX-License-Identifier: Apache-2.0
//
// CPUID, read once. A leaf above the reported maximum returns garbage on Intel, so every question asks for the maximum
// first (SDM vol. 2, CPUID).

internal import CMachine

#if arch(x86_64) && os(none)
/// What this CPU can do, as far as the kernel cares.
public struct CPUFeatures: Sendable {
    /// SMEP and SMAP: the kernel cannot run or touch a program's pages by accident.
    public private(set) var hasSMEP = false
    /// See `hasSMEP`.
    public private(set) var hasSMAP = false
    /// User-mode instructions for the FS and GS bases.
    public private(set) var hasFSGSBase = false
    /// No user-mode sgdt, sidt, sldt, smsw, str.
    public private(set) var hasUMIP = false
    /// XSAVE and its user-visible CPUID bit.
    public private(set) var hasXSAVE = false
    /// The local APIC through MSRs.
    public private(set) var hasX2APIC = false
    /// One-shot deadlines in counter units.
    public private(set) var hasDeadlineTimer = false
    /// RDRAND and RDSEED.
    public private(set) var hasRDRAND = false
    /// See `hasRDRAND`.
    public private(set) var hasRDSEED = false
    /// Global pages are always there in long mode; process-context identifiers are not.
    public private(set) var hasPCID = false
    /// State components of XCR0 that exist.
    public private(set) var extendedStates: UInt64 = 0
    /// Counter frequency in Hz that CPUID or the hypervisor states, 0 if none does.
    public private(set) var statedCounterFrequency: UInt64 = 0
    /// Whether the local APIC's timer runs at 1 GHz, as KVM's and QEMU's do.
    public private(set) var hasGigahertzTimer = false
    /// Base of the hypervisor's leaves for KVM's clock, 0 without.
    public private(set) var kvmLeaf: UInt32 = 0

    init() {}

    /// Reads CPUID.
    static func read() -> CPUFeatures {
        var features = CPUFeatures()
        let maximum = machine_cpuid(0, 0).eax
        let one = machine_cpuid(1, 0)
        features.hasXSAVE = one.ecx & 1 << 26 != 0
        features.hasX2APIC = one.ecx & 1 << 21 != 0
        features.hasDeadlineTimer = one.ecx & 1 << 24 != 0
        features.hasRDRAND = one.ecx & 1 << 30 != 0
        features.hasPCID = one.ecx & 1 << 17 != 0
        if maximum >= 7 {
            let seven = machine_cpuid(7, 0)
            features.hasFSGSBase = seven.ebx & 1 << 0 != 0
            features.hasSMEP = seven.ebx & 1 << 7 != 0
            features.hasRDSEED = seven.ebx & 1 << 18 != 0
            features.hasSMAP = seven.ebx & 1 << 20 != 0
            features.hasUMIP = seven.ecx & 1 << 2 != 0
        }
        if maximum >= 0xd, features.hasXSAVE {
            let d = machine_cpuid(0xd, 0)
            features.extendedStates = UInt64(d.edx) << 32 | UInt64(d.eax)
        }
        if maximum >= 0x15 {
            // TSC = crystal × EBX / EAX; all three must be known.
            let leaf = machine_cpuid(0x15, 0)
            if leaf.eax != 0, leaf.ebx != 0, leaf.ecx != 0 {
                features.statedCounterFrequency = UInt64(leaf.ecx) * UInt64(leaf.ebx) / UInt64(leaf.eax)
            }
        }
        if one.ecx & 1 << 31 != 0 { features.readHypervisor() }
        return features
    }

    private mutating func readHypervisor() {
        let signature = machine_cpuid(0x4000_0000, 0)
        let isKVM = signature.ebx == 0x4b4d_564b  // "KVMK"
        let isTCG = signature.ebx == 0x5447_4354  // "TCGT"
        hasGigahertzTimer = isKVM || isTCG
        if isKVM { kvmLeaf = 0x4000_0000 }
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
