// SPDX-License-Identifier: Apache-2.0

// apus doctor: what is missing on this host, and the command that installs it.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder
internal import Machines

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says what is missing on this host, and how to get it.")

    func run() throws {
        let findings = Finding.all()
        for finding in findings { print(finding.line) }
        let packages = findings.compactMap(\.package)
        if !packages.isEmpty {
            print(
                "\nto install what is missing:\n  sudo apt-get install --no-install-recommends \(packages.joined(separator: " "))"
            )
        }
        if findings.contains(where: { $0.state == .missing }) {
            throw ExitCode(ToolError.Status.unavailable.rawValue)
        }
        print("\neverything that is needed is here")
    }
}

/// One thing looked at.
struct Finding {
    enum State: String {
        case present = "ok"
        case limited = "note"
        case missing = "MISSING"
    }

    let state: State
    let subject: String
    let detail: String
    /// The Debian package that would help.
    var package: String?

    var line: String {
        let mark = state.rawValue + String(repeating: " ", count: 8 - state.rawValue.count)
        return "\(mark) \(subject)\(String(repeating: " ", count: max(1, 20 - subject.count)))\(detail)"
    }

    static func all() -> [Finding] {
        [swift(), objcopy(), sources(), cache()] + virtualization() + [archiver(), make()]
    }

    private static func swift() -> Finding {
        guard let toolchain = try? Toolchain(), let output = try? ChildProcess.run(toolchain.swift, ["--version"]),
            let line = output.text.split(separator: "\n").first(where: { $0.contains("Swift version") })
        else {
            return Finding(
                state: .missing, subject: "swift", detail: "install Swift 6.3 from https://www.swift.org/install/linux")
        }
        let version = line.split(separator: " ").drop { $0 != "version" }.dropFirst().first.map(String.init) ?? ""
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        let isNew = numbers.count >= 2 && (numbers[0], numbers[1]) >= (6, 3)
        return Finding(
            state: isNew ? .present : .missing, subject: "swift",
            detail: "\(version) at \(toolchain.swift)" + (isNew ? "" : ", 6.3 is needed"))
    }

    private static func objcopy() -> Finding {
        guard let path = try? Toolchain().tool("llvm-objcopy") else {
            return Finding(state: .missing, subject: "llvm-objcopy", detail: "strips kernel images", package: "llvm")
        }
        return Finding(state: .present, subject: "llvm-objcopy", detail: path.description)
    }

    private static func sources() -> Finding {
        guard let tree = try? SourceTree.find() else {
            return Finding(state: .missing, subject: "kernel sources", detail: "run the launcher ./apus of a checkout")
        }
        return Finding(state: .present, subject: "kernel sources", detail: tree.root.description)
    }

    private static func cache() -> Finding {
        do throws(ToolError) {
            return Finding(state: .present, subject: "cache", detail: try Environment.cacheDirectory().description)
        } catch {
            return Finding(state: .missing, subject: "cache", detail: "\(error.what): \(error.why)")
        }
    }

    private static func virtualization() -> [Finding] {
        guard let cache = try? Environment.cacheDirectory() else { return [] }
        do throws(ToolError) {
            let qemu = try QEMUInstallation(cache: cache)
            let version = Finding(
                state: .present, subject: "qemu", detail: "\(qemu.major).\(qemu.minor) at \(qemu.path)")
            let choice = try AcceleratorChoice(.auto, qemu, cache: cache)
            let accelerator = Finding(
                state: choice.accelerator == .kvm ? .present : .limited, subject: "accelerator",
                detail: "\(choice.accelerator.rawValue): \(choice.reason)")
            return [version, accelerator]
        } catch {
            return [Finding(state: .missing, subject: "qemu", detail: error.why, package: QEMUInstallation.package)]
        }
    }

    private static func archiver() -> Finding {
        guard let path = Environment.executable(named: "cpio") else {
            return Finding(
                state: .limited, subject: "cpio", detail: "only the tests and your own archives need it",
                package: "cpio")
        }
        return Finding(state: .present, subject: "cpio", detail: path.description)
    }

    private static func make() -> Finding {
        guard let path = Environment.executable(named: "make") else {
            return Finding(state: .missing, subject: "make", detail: "runs the tests", package: "make")
        }
        return Finding(state: .present, subject: "make", detail: path.description)
    }
}
