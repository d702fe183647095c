// SPDX-License-Identifier: Apache-2.0
//
// What the boot protocol told us, in one place and in neutral words: the command line and the boot archive.

public import Memory

/// The machine as the loader described it.
public enum Platform {
    static var commandLineCapacity: Int { 2048 }
    nonisolated(unsafe) static var commandLineBytes = InlineArray<2048, UInt8>(repeating: 0)
    nonisolated(unsafe) static var commandLineLength = 0
    nonisolated(unsafe) static var archiveStart = PhysicalAddress(0)
    nonisolated(unsafe) static var archiveByteCount = 0

    /// One past the highest address that the loader described as memory.
    nonisolated(unsafe) static var memoryEnd = PhysicalAddress(0)

    /// Where the firmware's ACPI tables begin (RSDP); 0 if the loader does not say.
    public static var firmwareTables: PhysicalAddress { rootPointer }
    nonisolated(unsafe) static var rootPointer = PhysicalAddress(0)

    /// The loader's command line, without its end mark.
    public static func withCommandLine<R>(_ body: (RawSpan) -> R) -> R {
        // In place: a copy would take 2 KiB of stack.
        withUnsafeBytes(of: &commandLineBytes) { bytes in
            // SAFETY: written once at boot, before anybody reads; lent for the length of the call.
            body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: bytes[0..<commandLineLength])))
        }
    }

    /// The first frame of the boot archive and its size in bytes; 0 without one. Loaders put it on a page.
    public static var archive: (start: PhysicalAddress, byteCount: Int) { (archiveStart, archiveByteCount) }

    /// Reads the boot archive in place. What files were given to programs are theirs by then, and may change.
    public static func withArchive<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let base = UnsafeRawPointer(bitPattern: KernelMemory.address(archiveStart))
        // SAFETY: the loader put `archiveByteCount` bytes there, and openMemory kept the allocator off them.
        let span = RawSpan(
            _unsafeStart: base.unsafelyUnwrapped, byteCount: archiveByteCount)
        return try body(span)
    }

    /// Runs code with bytes of physical memory that is not the allocator's: the firmware's tables.
    ///
    /// - Returns: nil if they are not all in the memory that the loader described.
    public static func withMemory<R>(at address: PhysicalAddress, count: Int, _ body: (RawSpan) -> R) -> R? {
        let (end, overflow) = address.rawValue.addingReportingOverflow(UInt64(count))
        guard count >= 0, !overflow, end <= memoryEnd.rawValue else { return nil }
        let start = UnsafeRawPointer(bitPattern: KernelMemory.address(address)).unsafelyUnwrapped
        // SAFETY: the direct map covers it; the firmware's tables do not change any more.
        return body(RawSpan(_unsafeStart: start, byteCount: count))
    }
}
