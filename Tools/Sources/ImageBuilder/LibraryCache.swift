// SPDX-License-Identifier: Apache-2.0

// /etc/ld.so.cache: which libraries ldconfig(8) has found, and where.
// Layout, as glibc 2.2 and later write it (all numbers in the machine's order): "glibc-ld.so.cache" "1.1", count of
// entries at 20, size of the strings at 24, 20 more bytes; then per library 24 bytes: flags, name, path (offsets from the
// file's start), an unused word, the hardware capabilities. A file of any other form is taken for empty, as ld.so does.

internal import ByteCodec
internal import HostSystem

/// The libraries that the dynamic linker finds without searching.
struct LibraryCache {
    private var paths: [[UInt8]: [FilePath]] = [:]

    /// FLAG_ELF_LIBC6 and FLAG_X8664_LIB64.
    private static let flags: UInt32 = 0x0303

    /// An empty cache.
    init() {}

    /// Reads a cache.
    init(_ bytes: [UInt8]) {
        let magic = Array("glibc-ld.so.cache1.1".utf8)
        guard bytes.starts(with: magic) else { return }
        do throws(OutOfBounds) {
            let count = Int(try bytes.rawBytes.littleEndian(UInt32.self, at: magic.count))
            for index in 0..<min(count, bytes.count / 24) {
                let entry = 48 + index * 24
                guard try bytes.rawBytes.littleEndian(UInt32.self, at: entry) == Self.flags else { continue }
                let name = Self.string(bytes, Int(try bytes.rawBytes.littleEndian(UInt32.self, at: entry + 4)))
                let path = Self.string(bytes, Int(try bytes.rawBytes.littleEndian(UInt32.self, at: entry + 8)))
                if !name.isEmpty, path.first == UInt8(ascii: "/") {
                    paths[name, default: []].append(FilePath(bytes: path))
                }
            }
        } catch {
            // Cut off: what was whole counts.
        }
    }

    private static func string(_ bytes: [UInt8], _ offset: Int) -> [UInt8] {
        guard offset < bytes.count else { return [] }
        return Array(bytes[offset...].prefix { $0 != 0 })
    }

    /// Where a library is: several places if there are builds for newer processors.
    func places(of name: [UInt8]) -> [FilePath] { paths[name] ?? [] }
}
