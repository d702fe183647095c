// SPDX-License-Identifier: Apache-2.0

// How much memory the host has left, as free(1) says it.
//
// Source: proc(5), /proc/meminfo.

/// The host's memory.
public enum HostMemory {
    /// What could be had without swapping; nil if the host does not say.
    public static var availableBytes: UInt64? {
        guard let bytes = try? HostFile.contents("/proc/meminfo") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 << 10 }
    }
}
