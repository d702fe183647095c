// SPDX-License-Identifier: Apache-2.0
//
// The command line's `apus.*` words and virtio-mmio slots. A wrong word is reported by name, and the machine goes on
// without it: it is an override, not a wish.

internal import BootProtocols
internal import Containers
public import Log
internal import Memory
internal import Platform

/// What the loader's command line says.
public struct BootOverrides: Sendable {
    /// What the log shows.
    public private(set) var logLevel = Log.level
    /// Whether system calls are traced.
    public private(set) var tracesSystemCalls = false
    /// The number of virtio-mmio slots.
    public private(set) var slotCount = 0

    // Out of line: its large values would live in the caller's frame, and a kernel stack has 16 KiB.
    /// Reads the command line.
    @inline(never)
    public static func read() -> BootOverrides {
        Platform.withCommandLine { bytes in
            var overrides = BootOverrides()
            var reader = KernelWordReader(bytes)
            while true {
                do throws(KernelWordError) {
                    guard let word = try reader.next() else { return overrides }
                    overrides.take(word)
                } catch {
                    report(bytes.extracting(error.word))
                }
            }
        }
    }

    @inline(never)
    private static func report(_ word: RawSpan) {
        var line = LineBuffer()
        line.append("apus: this word of the command line is not understood: ")
        line.append(word)
        line.append(0x0a)
        Log.raw(line.span)
    }

    @inline(never)
    private mutating func take(_ word: KernelWord) {
        switch word {
        case .trace: tracesSystemCalls = true
        case .log(let level):
            switch level {
            case .error, .warning: logLevel = .warning
            case .info: logLevel = .information
            case .debug: logLevel = .debug
            case .trace: logLevel = .trace
            }
        case .failAllocation(let count): Frames.injectFailure(after: Int(clamping: count))
        case .virtioMMIO: slotCount += 1
        case .slide, .seed, .selftest: break  // taken by the boot code, or meant for test images
        }
    }

    /// Visits the virtio-mmio slots: the command line is read again, which costs less than a list of them.
    public func forEachSlot(_ body: (UInt64, UInt64, UInt32) -> Void) {
        Platform.withCommandLine { bytes in
            var reader = KernelWordReader(bytes)
            var rest = slotCount
            while rest > 0 {
                // Words that are wrong were reported by `read`.
                guard case .virtioMMIO(let base, let size, let interrupt)? = try? reader.next() else { continue }
                body(base, size, interrupt)
                rest -= 1
            }
        }
    }
}
