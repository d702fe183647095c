// SPDX-License-Identifier: Apache-2.0
//
// Finding functions: bus 0 and, through bridges, every bus behind it (PCI 3.0 §3.2.2.3.4, PCI-to-PCI Bridge 1.2 §3.2).
// Bridges keep the bus numbers that firmware has given them; a bridge without one is passed over, since a machine that
// needs its numbers assigned has no firmware and, on the platforms Apus boots, no bridges.

/// Walks the functions of a machine.
public enum PCIBus {
    /// Visits every function that answers, bus by bus, a bridge before what is behind it.
    ///
    /// - Complexity: 32 reads a bus, and more for each function found.
    public static func forEachFunction(in space: any PCIConfigurationSpace, _ visit: (PCIFunction) -> Void) {
        // Bus numbers behind a bridge are greater than its own, so one pass in rising order visits all, and a bridge
        // that lies about its numbers cannot make a loop.
        var present = BusSet()
        present.insert(0)
        for bus in UInt8.min...UInt8.max where present.contains(bus) {
            for device in UInt8(0)..<32 {
                guard let first = PCIFunction(at: PCIAddress(bus: bus, device: device, function: 0), in: space) else {
                    continue
                }
                meet(first, &present, visit)
                guard first.read8(0x0e) & 0x80 != 0 else { continue }
                for function in UInt8(1)..<8 {
                    let address = PCIAddress(bus: bus, device: device, function: function)
                    if let other = PCIFunction(at: address, in: space) { meet(other, &present, visit) }
                }
            }
        }
    }

    @inline(never)  // for both kinds of function
    private static func meet(_ function: PCIFunction, _ present: inout BusSet, _ visit: (PCIFunction) -> Void) {
        visit(function)
        guard function.headerType == 1 else { return }
        let secondary = function.read8(0x19)
        if secondary > function.address.bus { present.insert(secondary) }
    }

    /// 256 flags.
    private struct BusSet {
        private var words = InlineArray<4, UInt64>(repeating: 0)

        mutating func insert(_ bus: UInt8) { words[Int(bus >> 6)] |= 1 << UInt64(bus & 63) }
        func contains(_ bus: UInt8) -> Bool { words[Int(bus >> 6)] >> UInt64(bus & 63) & 1 != 0 }
    }
}
