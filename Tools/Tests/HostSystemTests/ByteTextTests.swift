// SPDX-License-Identifier: Apache-2.0

// Words of a command line come through text unchanged, whatever their bytes are.

import HostSystem
import Testing

@Suite("ByteText")
struct ByteTextTests {
    @Test(
        "Bytes come back as they were",
        arguments: [
            [], [0x41], [0xff], [0x80, 0x41, 0xfe], [0xc3, 0xa4], [0xc3], [0xc3, 0x41], [0xe2, 0x82, 0xac, 0xe2, 0x82],
            [0xf4, 0x8f, 0x9f, 0xbf], [0xf4, 0x8f, 0x9e, 0x80], [0xed, 0xa0, 0x80], [0xc0, 0x80],
            [0xf4, 0x90, 0x80, 0x80],
            [0x3a, 0xcc, 0x81], [0xf0, 0x9f, 0xa6, 0x85, 0x3d, 0x92],
        ] as [[UInt8]])
    func roundTrip(bytes: [UInt8]) {
        #expect(ByteText.bytes(ByteText.text(bytes)) == bytes)
    }

    @Test("What is UTF-8 stays readable, and all single and double bytes come back")
    func readable() {
        #expect(ByteText.text(Array("naïve €".utf8)) == "naïve €")
        for first in UInt8.min...UInt8.max {
            for second in stride(from: UInt8.min, to: UInt8.max, by: 3) {
                #expect(ByteText.bytes(ByteText.text([first, second])) == [first, second])
            }
        }
    }

    @Test("A child gets the bytes, and a path becomes a word and back")
    func child() throws {
        let word: [UInt8] = [0x61, 0xff, 0xc3, 0xa4]
        let output = try ChildProcess.run("/usr/bin/printf", ["%s", ByteText.text(word)])
        #expect(output.output == word)
        #expect(FilePath(argument: FilePath(bytes: word).argument).bytes == word)
    }
}
