// SPDX-License-Identifier: Apache-2.0
//
// The x87, SSE and AVX registers of programs. The kernel itself is built without them, so a thread's values stay in the
// CPU until another thread that uses them runs. A thread that never touches them has no save area and pays nothing:
// its first use raises #NM (CR0.TS), and the layer that owns threads (Scheduler) gives it an area.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Memory

/// The CPU's floating-point unit.
public enum FloatingPoint {
    /// Serves a thread's first use.
    nonisolated(unsafe) public static var firstUse: (() -> Void)?
    /// Bytes of a save area.
    nonisolated(unsafe) public private(set) static var areaSize = 512
    nonisolated(unsafe) private static var usesXSAVE = false
    /// State components that are enabled: x87, SSE, AVX, AVX-512; AMX only on request, which is not there yet.
    nonisolated(unsafe) public private(set) static var enabledStates: UInt64 = 3

    static func start(_ features: CPUFeatures) {
        var cr4 = machine_read_cr4() | 1 << 9 | 1 << 10  // OSFXSR, OSXMMEXCPT
        if features.hasXSAVE { cr4 |= 1 << 18 }
        machine_write_cr4(cr4)
        if features.hasXSAVE {
            // A CPU with XSAVE has this leaf (SDM vol. 1 §13.2).
            var states = UInt64(machine_cpuid(0xd, 0).eax) & 0xe7
            if states & 0xe0 != 0xe0 || states & 4 == 0 { states &= 7 }  // AVX-512 comes whole or not at all
            machine_write_xcr0(states)
            enabledStates = states
            usesXSAVE = true
            areaSize = Int(machine_cpuid(0xd, 0).ebx)
        }
        machine_set_task_switched()
    }

    /// Lets the running thread use the registers.
    public static func permit() { machine_clear_task_switched() }

    /// Makes the next use raise #NM.
    public static func forbid() { machine_set_task_switched() }

    /// Saves the registers.
    ///
    /// - Parameter area: `areaSize` bytes, aligned to 64.
    package static func save(_ area: UnsafeMutableRawPointer) {
        if usesXSAVE { machine_xsave(area) } else { machine_fxsave(area) }
    }

    /// Loads the registers.
    package static func restore(_ area: UnsafeRawPointer) {
        if usesXSAVE { machine_xrstor(area) } else { machine_fxrstor(area) }
    }

    /// Clears what XRSTOR would refuse (SDM vol. 1 §13.8.1): unknown components, the compaction bit, reserved header
    /// words and reserved MXCSR bits.
    package static func sanitise(_ area: UnsafeMutableRawPointer) {
        let controls = area.load(fromByteOffset: 24, as: UInt32.self)
        area.storeBytes(of: controls & 0xffff, toByteOffset: 24, as: UInt32.self)
        guard usesXSAVE else { return }
        let states = area.load(fromByteOffset: 512, as: UInt64.self)
        area.storeBytes(of: states & enabledStates, toByteOffset: 512, as: UInt64.self)
        for word in 1..<8 { area.storeBytes(of: 0, toByteOffset: 512 + word * 8, as: UInt64.self) }
    }

    /// Fills an area with the state that a new program finds (ABI supplement §3.4.1: control words 0x37f and 0x1f80).
    package static func reset(_ area: UnsafeMutableRawPointer) {
        memset(area, 0, areaSize)
        area.storeBytes(of: 0x037f, as: UInt16.self)
        area.storeBytes(of: 0x1f80, toByteOffset: 24, as: UInt32.self)
        if usesXSAVE { area.storeBytes(of: 3, toByteOffset: 512, as: UInt64.self) }
    }
}
#endif
