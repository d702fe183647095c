// SPDX-License-Identifier: Apache-2.0
//
// Where a PC's firmware leaves the beginnings of its tables when nobody says where they are.

/// The areas below 1 MiB in which tables begin on 16-byte boundaries.
enum LegacyAreas {
    /// The first place at which a table begins.
    ///
    /// - Parameters:
    ///   - extendedArea: how much of the extended BIOS data area to look at.
    ///   - biosArea: where the BIOS area begins; it ends at 1 MiB.
    static func find(
        in memory: some PhysicalMemory, extendedArea: UInt64, biosArea: UInt64, _ begins: (UInt64) -> Bool
    ) -> UInt64? {
        // The BIOS data area names the extended one by its segment.
        let segment = memory.load(UInt16.self, at: 0x40e) ?? 0
        if segment != 0 {
            let start = UInt64(segment) << 4
            if let found = find(from: start, to: start + extendedArea, begins) { return found }
        }
        return find(from: biosArea, to: 0x10_0000, begins)
    }

    /// The first place in a range at which a table begins.
    static func find(from start: UInt64, to end: UInt64, _ begins: (UInt64) -> Bool) -> UInt64? {
        var address = start
        while address < end {
            if begins(address) { return address }
            address += 16
        }
        return nil
    }
}
