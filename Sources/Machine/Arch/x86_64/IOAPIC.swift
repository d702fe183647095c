// SPDX-License-Identifier: Apache-2.0
//
// The controller that turns interrupt lines into messages to a local APIC (82093AA datasheet §3). The first one, at
// its customary address; machines without it answer all ones.

#if arch(x86_64) && os(none)
internal import Memory

/// The I/O APIC.
public enum IOAPIC {
    static var baseAddress: PhysicalAddress { PhysicalAddress(0xfec0_0000) }
    nonisolated(unsafe) private static var window: MMIOWindow?

    /// The number of lines.
    public static var lineCount: Int { lines }
    nonisolated(unsafe) private static var lines = 0

    static func start(_ window: MMIOWindow) {
        self.window = window
        let version = read(1)
        guard version != .max else { return }
        lines = Int(version >> 16 & 0xff) + 1
        for line in 0..<lines { write(0x10 + 2 * UInt32(line), 1 << 16) }
    }

    private static func read(_ register: UInt32) -> UInt32 {
        guard let window else { return .max }
        window.write32(0, register)
        return window.read32(0x10)
    }

    @inline(never)  // from several places
    private static func write(_ register: UInt32, _ value: UInt32) {
        guard let window else { return }
        window.write32(0, register)
        window.write32(0x10, value)
    }

    /// How a line says that it wants service.
    public enum Trigger: Sendable {
        /// By rising: ISA devices, virtio-mmio.
        case edge
        /// By staying low until served: PCI's INTx.
        case levelLow
    }

    /// Sends a line's interrupts to a CPU. - Returns: false if there is no such line.
    public static func route(line: Int, vector: Int, trigger: Trigger, to cpu: UInt32) -> Bool {
        guard line >= 0, line < lineCount else { return false }
        let bits: UInt32 = trigger == .edge ? 0 : 1 << 15 | 1 << 13
        write(0x11 + 2 * UInt32(line), cpu << 24)
        write(0x10 + 2 * UInt32(line), UInt32(vector) | bits)
        return true
    }
}
#endif
