// SPDX-License-Identifier: Apache-2.0
//
// One image, several applications: the first letter of the first argument chooses. NativeTests runs and judges them.

import Apus

@main
struct Streams {
    static func main() {
        switch letter(1) {
        case "c": copy(to: .output)
        case "e": copy(to: .error)
        case "b": both()
        case "x": Program.exit(UInt8(letter(2)?.value ?? 0))
        case "w":
            print("waiting")
            while true {}
        case "s":
            print("sleeping")
            Program.sleep(nanoseconds: 1 << 62)
        case "p":
            // For ever: whoever reads ends it.
            while true { print("a line of a program that never stops") }
        default: print("no such application")
        }
    }

    private static func letter(_ index: Int) -> Unicode.Scalar? {
        Program.arguments.count > index ? Program.arguments[index].unicodeScalars.first : nil
    }

    /// Sends standard input back.
    private static func copy(to stream: Program.Stream) {
        var buffer = InlineArray<3000, UInt8>(repeating: 0)
        while true {
            var count = 0
            do {
                var span = buffer.mutableSpan
                var raw = span.mutableBytes
                count = Program.read(into: &raw)
            }
            if count == 0 { return }
            Program.write(buffer.span.bytes.extracting(0..<count), to: stream)
        }
    }

    /// More than either stream has room for, a piece to each in turn, after something that was printed without an end.
    private static func both() {
        print("begun", terminator: "")
        let piece = InlineArray<1000, UInt8>(repeating: 0x2e)
        for _ in 0..<50 {
            Program.write(piece.span.bytes)
            Program.write(piece.span.bytes, to: .error)
        }
        print("ended")
    }
}
