// SPDX-License-Identifier: Apache-2.0

// A machine's QEMU command line, as a pure function of what the machine is to be.
// Descriptors 3 to 8 are handed over by MachineSession, so nothing of a running machine is in the file system.
//
// Source: qemu-system-x86_64(1); PVH boot through -kernel; docs/system/i386/microvm.

public import HostSystem

/// The machine models that are supported on x86-64.
public enum MachineModel: String, CaseIterable, Sendable {
    /// QEMU's minimal model: virtio over MMIO, no PCI, no firmware worth mentioning.
    case microvm
    /// A PC with PCI Express.
    case q35
}

/// What executes the guest's instructions.
public enum Accelerator: String, CaseIterable, Sendable {
    /// The processor, through /dev/kvm.
    case kvm
    /// QEMU's translator.
    case tcg
}

/// What the kernel's control channel runs over.
public enum ChannelKind: Sendable {
    /// Four ports of a virtio console.
    case ports
    /// One serial line: the machine's second port.
    case serial
}

/// What a machine is made of.
public struct QEMUCommandLine: Sendable {
    /// The model.
    public var model = MachineModel.microvm
    /// What executes it.
    public var accelerator = Accelerator.tcg
    /// Memory in KiB.
    public var memoryKibibytes: UInt64 = 64 << 10
    /// Number of processors.
    public var processorCount = 1
    /// The kernel image.
    public var kernel: FilePath
    /// What the image speaks to the host over.
    public var channel = ChannelKind.ports
    /// Words for the kernel.
    public var kernelWords: [String] = []
    /// TCP port of the debugger's server; the machine then waits for the debugger.
    public var debuggerPort: UInt16?
    /// The user's own words, at the end.
    public var extraArguments: [String] = []

    /// A machine with defaults.
    public init(kernel: FilePath) { self.kernel = kernel }

    /// The words, without the executable.
    public var arguments: [String] {
        var words = ["-M", machineWord, "-accel", accelerator.rawValue, "-cpu", "max", "-m", memoryWord]
        words += ["-smp", "\(processorCount)", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
        if model == .microvm { words += ["-global", "virtio-mmio.force-legacy=false"] }
        words += ["-kernel", kernel.argument, "-initrd", "/dev/fd/\(MachineDescriptors.archive)"]
        if !kernelWords.isEmpty { words += ["-append", kernelWords.joined(separator: " ")] }
        // A pipe, not a socket: QEMU drops a serial port's bytes when a socket is full, and single bytes fill one quickly.
        words += ["-chardev", "file,id=log,path=/dev/fd/\(MachineDescriptors.log)", "-serial", "chardev:log"]
        words += channelWords
        if let debuggerPort { words += ["-gdb", "tcp:127.0.0.1:\(debuggerPort)", "-S"] }
        return words + extraArguments
    }

    private var channelWords: [String] {
        switch channel {
        case .ports:
            let device = model == .microvm ? "virtio-serial-device" : "virtio-serial-pci,disable-legacy=on"
            var words = ["-device", device]
            for (index, port) in Self.ports.enumerated() {
                words += ["-chardev", "socket,id=\(port.name),fd=\(port.descriptor)"]
                words += ["-device", "virtserialport,chardev=\(port.name),name=apus.\(port.name),nr=\(index + 1)"]
            }
            return words
        case .serial:
            // COM2: 0x2f8, line 3. A machine without PCI has an ISA bus, too.
            return [
                "-chardev", "socket,id=control,fd=\(MachineDescriptors.control)", "-device",
                "isa-serial,index=1,chardev=control",
            ]
        }
    }

    private static let ports: [(name: String, descriptor: Int32)] = [
        ("control", MachineDescriptors.control), ("stdin", MachineDescriptors.input),
        ("stdout", MachineDescriptors.output), ("stderr", MachineDescriptors.error),
    ]

    private var machineWord: String {
        switch model {
        // ACPI off: with it, QEMU keeps the virtio_mmio.device= words to itself. PIT and RTC: the clock and the date.
        case .microvm:
            "microvm,acpi=off,rtc=on,pit=on,pic=on,isa-serial=on,x-option-roms=off,auto-kernel-cmdline=on"
        case .q35: "q35"
        }
    }

    private var memoryWord: String {
        memoryKibibytes % 1024 == 0 ? "\(memoryKibibytes / 1024)M" : "\(memoryKibibytes)k"
    }
}
