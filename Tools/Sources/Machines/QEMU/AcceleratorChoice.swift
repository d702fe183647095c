// SPDX-License-Identifier: Apache-2.0

// Which accelerator a machine gets. "auto" is KVM only if a 64-bit guest really ran under it on this host, since it was
// booted; else TCG, which runs everywhere.

internal import Glibc
public import HostSystem

/// The user's wish.
public enum AcceleratorWish: String, CaseIterable, Sendable {
    /// KVM where it works, else TCG.
    case auto
    /// KVM or nothing.
    case kvm
    /// TCG.
    case tcg
}

/// The accelerator chosen, with the reason for people.
public struct AcceleratorChoice: Equatable, Sendable {
    /// What is used.
    public let accelerator: Accelerator
    /// Why, in a few words.
    public let reason: String

    /// Chooses.
    ///
    /// - Throws: `.unavailable` if the user insists on KVM and /dev/kvm cannot be opened.
    public init(_ wish: AcceleratorWish, _ qemu: QEMUInstallation, cache: FilePath) throws(ToolError) {
        switch wish {
        case .tcg:
            self.init(.tcg, "as asked")
        case .kvm:
            if let reason = Self.deviceProblem() {
                throw ToolError(
                    .unavailable, "cannot use KVM", why: reason,
                    remedy: "use --accel tcg, or see that you may read and write /dev/kvm (group kvm)")
            }
            self.init(.kvm, "as asked")
        case .auto:
            if let reason = Self.deviceProblem() {
                self.init(.tcg, reason)
            } else if Self.probe(qemu, cache: cache) {
                self.init(.kvm, "a 64-bit guest runs under it")
            } else {
                self.init(.tcg, "/dev/kvm is there, but no 64-bit guest runs under it")
            }
        }
    }

    private init(_ accelerator: Accelerator, _ reason: String) {
        self.accelerator = accelerator
        self.reason = reason
    }

    private static func deviceProblem() -> String? {
        let number = open("/dev/kvm", O_RDWR | O_CLOEXEC)
        guard number >= 0 else { return "/dev/kvm cannot be opened: \(String(cString: strerror(errno)))" }
        close(number)
        return nil
    }

    /// Runs the probe guest under KVM, or remembers what came of it since the host was booted.
    private static func probe(_ qemu: QEMUInstallation, cache: FilePath) -> Bool {
        let boot = (try? HostFile.contents("/proc/sys/kernel/random/boot_id")) ?? []
        let key = String(decoding: boot, as: UTF8.self) + "\(qemu.path) \(qemu.major).\(qemu.minor)\n"
        let note = cache.appending("kvm-probe")
        if let bytes = try? HostFile.contents(note) {
            let text = String(decoding: bytes, as: UTF8.self)
            if text.hasPrefix(key) { return text.hasSuffix("yes\n") }
        }
        let answer = runProbe(qemu, .kvm)
        try? HostFile.writeAtomically(note) { try $0.write(Array((key + (answer ? "yes\n" : "no\n")).utf8)) }
        return answer
    }

    /// Whether the probe guest answers within two seconds.
    static func runProbe(_ qemu: QEMUInstallation, _ accelerator: Accelerator) -> Bool {
        guard let kernel = try? Descriptor.memory(name: "apus-probe"),
            (try? kernel.write(ProbeGuest.file)) != nil,
            let null = try? Descriptor(opening: "/dev/null", .read),
            let discarded = try? Descriptor.memory(name: "apus-probe-output"),
            let child = try? ChildProcess(
                qemu.path,
                [
                    "-M", "microvm,acpi=off,x-option-roms=off", "-accel", accelerator.rawValue, "-cpu", "max", "-m",
                    "8M",
                    "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-kernel", "/dev/fd/3",
                    "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
                ], descriptors: [null, discarded, discarded, kernel])
        else { return false }
        for _ in 0..<200 {
            if let end = child.poll() { return end == .exited(ProbeGuest.exitStatus) }
            usleep(10_000)
        }
        child.send(signal: SIGKILL)
        _ = child.wait()
        return false
    }
}
