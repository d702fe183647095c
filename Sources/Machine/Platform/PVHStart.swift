// SPDX-License-Identifier: Apache-2.0
//
// The second stage of booting: the image is in its final place. Reads what a PVH loader left (Xen public header
// arch-x86/hvm/start_info.h), gives free memory to Frames, brings the CPU up and calls the image's `kernel_main`.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Containers
internal import Machine
internal import Memory
internal import X86_64

/// What an image begins with: defined by its personality.
@_extern(c, "kernel_main") func kernelMain()

/// Called by boot.S on the boot stack, everything mapped, nothing else done.
@c(kernel_start)
public func kernelStart() {
    let boot = BootInformation.facts
    let info = PVHStartInfo(boot.startInfo, directMap: boot.directMapBase)
    info.keepCommandLine()
    info.keepModule()
    Platform.memoryEnd = boot.directMapEnd
    Platform.rootPointer = PhysicalAddress(info.firmwareTables)
    guard info.openMemory(boot) else { stop("apus: not enough memory to start\n") }
    KernelSpace.start(boot)
    let cpu = X86CPU.startFirst { physical, count in
        do throws(OutOfMemory) { return try KernelSpace.mapDevice(physical, byteCount: count) } catch { return nil }
    }
    guard let cpu else { stop("apus: not enough memory to start\n") }
    CPUs.addFirst(cpu)
    // The one-to-one mapping of the first stage goes: from here on address 0 faults.
    machine_store64(UInt(machine_boot_pml4()), 0)
    machine_write_cr3(machine_read_cr3())
    kernelMain()
    CPU.powerOff()
}

/// Says on the first serial port why there is no kernel, and ends. For the moments before there is a log.
private func stop(_ text: StaticString) -> Never {
    for i in 0..<text.utf8CodeUnitCount { machine_out8(0x3f8, text.utf8Start[i]) }
    CPU.powerOff()
}

/// The loader's structures, read through the direct map.
private struct PVHStartInfo {
    private let raw: UnsafeRawPointer
    private let directMap: UInt

    init(_ address: PhysicalAddress, directMap: UInt) {
        self.directMap = directMap
        raw = PVHStartInfo.pointer(address.rawValue, directMap)
    }

    private static func pointer(_ physical: UInt64, _ directMap: UInt) -> UnsafeRawPointer {
        // SAFETY: the direct map covers all memory of the loader's map, and the loader's structures lie in memory.
        UnsafeRawPointer(bitPattern: directMap &+ UInt(physical)).unsafelyUnwrapped
    }

    private var commandLine: UInt64 { raw.load(fromByteOffset: 24, as: UInt64.self) }
    private var moduleCount: UInt32 { raw.load(fromByteOffset: 12, as: UInt32.self) }
    /// Where the firmware's ACPI tables begin (RSDP), 0 if the loader does not say.
    var firmwareTables: UInt64 { raw.load(fromByteOffset: 32, as: UInt64.self) }
    private var version: UInt32 { raw.load(fromByteOffset: 4, as: UInt32.self) }

    /// Copies the command line to memory of our own, before the low memory is given away.
    func keepCommandLine() {
        guard commandLine != 0 else { return }
        let text = PVHStartInfo.pointer(commandLine, directMap)
        var length = 0
        while length < Platform.commandLineCapacity, text.load(fromByteOffset: length, as: UInt8.self) != 0 {
            Platform.commandLineBytes[length] = text.load(fromByteOffset: length, as: UInt8.self)
            length += 1
        }
        Platform.commandLineLength = length
    }

    /// Remembers where the boot archive is: the first module.
    func keepModule() {
        guard moduleCount > 0 else { return }
        let list = PVHStartInfo.pointer(raw.load(fromByteOffset: 16, as: UInt64.self), directMap)
        Platform.archiveStart = PhysicalAddress(list.load(as: UInt64.self))
        Platform.archiveByteCount = Int(list.load(fromByteOffset: 8, as: UInt64.self))
    }

    /// Gives all usable memory but the image, the boot tables and the archive to the allocator.
    func openMemory(_ boot: BootInformation) -> Bool {
        var ranges = FreeRanges()
        guard version >= 1 else { return false }
        let map = PVHStartInfo.pointer(raw.load(fromByteOffset: 40, as: UInt64.self), directMap)
        let count = Int(raw.load(fromByteOffset: 48, as: UInt32.self))
        for i in 0..<min(count, 128) where map.load(fromByteOffset: i * 24 + 16, as: UInt32.self) == 1 {
            let start = map.load(fromByteOffset: i * 24, as: UInt64.self)
            let size = map.load(fromByteOffset: i * 24 + 8, as: UInt64.self)
            ranges.add(start: start, end: start &+ size)
        }
        ranges.remove(start: boot.imagePhysical.rawValue, end: boot.bootMemoryEnd.rawValue)
        if Platform.archiveByteCount > 0 {
            let start = Platform.archiveStart.rawValue
            ranges.remove(start: start, end: start + UInt64(Platform.archiveByteCount))
        }
        // Page 0 and the BIOS data stay untouched, and one page below 64 KiB is where other CPUs will start.
        ranges.remove(start: 0, end: 0x1_0000)
        ranges.orderByDescendingStart()
        return ranges.open(directMapBase: boot.directMapBase)
    }
}
#endif
