// SPDX-License-Identifier: Apache-2.0

// Names for the places in a crash report. The kernel prints "image+0x1234", which is the same in every boot, whatever its
// slides; here a function and a line are put behind it. Thread dumps name the same few places over and over.

internal import HostSystem
internal import Synchronization

/// Puts names behind the addresses of an image.
public struct CrashSymbolizer: Sendable {
    /// What has been asked for already.
    private final class Known: Sendable {
        let names = Mutex<[String: String?]>([:])
    }

    private let image: KernelImage
    private let known = Known()

    /// Uses the symbols of an image.
    public init(_ image: KernelImage) { self.image = image }

    /// The line with " function (file:line)" behind its first "image+0x…", if it has one and the place is known.
    public func translate(_ line: [UInt8]) -> [UInt8] {
        let text = String(decoding: line, as: UTF8.self)
        guard let address = Self.address(in: text), let name = knownName(of: address) else { return line }
        return line + Array(" \(name)".utf8)
    }

    /// The address behind the first "image+".
    static func address(in text: String) -> String? {
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix("image+0x") {
                let digits = rest.dropFirst(8).prefix { $0.isHexDigit }
                return digits.isEmpty || digits.count > 16 ? nil : "0x\(digits)"
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    private func knownName(of address: String) -> String? {
        if let name = known.names.withLock({ $0[address] }) { return name }
        let name = name(of: address)
        known.names.withLock { $0[address] = .some(name) }
        return name
    }

    /// "function (file:line)", with what was inlined there first.
    private func name(of address: String) -> String? {
        guard let toolchain = try? Toolchain(), let tool = try? toolchain.tool("llvm-symbolizer"),
            let result = try? ChildProcess.run(
                tool, ["--functions=linkage", "--output-style=GNU", "--obj=\(image.debugPath)", address]),
            result.isSuccess
        else { return nil }
        let lines = result.text.split(separator: "\n").map(String.init)
        let frames: [String] = stride(from: 0, to: lines.count - 1, by: 2).compactMap { index in
            guard lines[index] != "??" else { return nil }
            let function = Self.demangled(lines[index], toolchain)
            let parts = lines[index + 1].split(separator: ":")
            let file = parts.first?.split(separator: "/").last.map(String.init) ?? "?"
            return parts.count > 1 && parts[1] != "0" ? "\(function) (\(file):\(parts[1]))" : function
        }
        return frames.isEmpty ? nil : frames.joined(separator: " < ")
    }

    private static func demangled(_ name: String, _ toolchain: Toolchain) -> String {
        guard name.hasPrefix("$"),
            let result = try? ChildProcess.run(toolchain.swift, ["demangle", "--compact", "--simplified", name]),
            result.isSuccess, let line = result.text.split(separator: "\n").first
        else { return name }
        return String(line)
    }
}
