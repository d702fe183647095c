// SPDX-License-Identifier: Apache-2.0

// Where an image's bytes go: anywhere (only its own base is added), and nothing is both written and executed.

extension ImageCheck {
    static let relocations = ImageCheck(
        name: "relocations", summary: "only packed relative relocations (SHT_RELR)",
        findings: { image in
            guard let layout = image.layout else { return [notELF(image)] }
            return layout.relocations.sorted { $0.key < $1.key }.map { type, count in
                image.finding(
                    "has \(count) relocations of type \(type)",
                    why: "the entry code adds the slide to the places of .relr.dyn and knows nothing else",
                    remedy:
                        "find the symbol with llvm-readelf -r; it is undefined, preemptible, thread-local or not aligned to 8"
                )
            }
        })

    static let segments = ImageCheck(
        name: "segments", summary: "no segment is both writable and executable",
        findings: { image in
            guard let layout = image.layout else { return [notELF(image)] }
            return layout.segments.filter { $0.isWritable && $0.isExecutable }.map { segment in
                image.finding(
                    "the segment at 0x\(String(segment.address, radix: 16)) is writable and executable",
                    why: "what can be written must not run", remedy: "separate its sections in the linker script")
            }
        })

    private static func notELF(_ image: InspectedImage) -> Finding {
        image.finding("is no ELF64 file", why: "only those boot", remedy: "build it again")
    }
}
