// SPDX-License-Identifier: Apache-2.0

// Damage to what crosses the border between tool, loader and kernel: boot records, command lines, frames of the control
// channel, PVH's structures. All readers are total: places they give lie in the bytes, and they come to an end.

import BootProtocols
import ByteCodec
import DamagedBytes
import TestSupport
import Testing

@Suite("Damaged boot protocols")
struct DamageTests {
    private var record: [UInt8] {
        var writer = BootRecordWriter()
        writer.append(.program, .critical, payload: Array("/usr/bin/busybox".utf8))
        writer.append(.arguments, .critical, strings: [Array("busybox".utf8), Array("echo".utf8), [], [0x68]])
        writer.append(.environment, .critical, strings: [Array("PATH=/bin".utf8)])
        writer.append(.workingDirectory, .critical, payload: Array("/tmp".utf8))
        writer.appendIdentity(userID: 1000, groupID: 100, supplementaryGroups: [4, 24])
        writer.append(.hostname, .optional, payload: Array("apus".utf8))
        writer.appendStreams(input: .bytes, output: .terminal, error: .closed, rows: 24, columns: 80)
        writer.append(.seed, .optional, payload: [UInt8](repeating: 7, count: 32))
        writer.append(.fileModeMask, .critical, number: UInt32(0o022))
        writer.append(.outputs, .critical, strings: [Array("/tmp/out".utf8)])
        return writer.bytes
    }

    @Test("A boot record's items lie in its bytes, in order")
    func bootRecords() throws {
        #expect(try items(record).count == 10)
        var damage = Damage(rounds: 5000)
        var refused = 0
        damage.forEach(record) { bytes in
            do throws(BootRecordError) {
                var reader = try BootRecordReader(bytes.rawBytes)
                var previous = 0
                while let item = try reader.next() {
                    guard let range = place(of: item) else { continue }
                    #expect(range.lowerBound >= previous && range.upperBound <= bytes.count)
                    previous = range.upperBound
                    var walker = NULTerminatedStrings(bytes.rawBytes, in: range)
                    while let string = walker.next() {
                        #expect(string.lowerBound >= range.lowerBound && string.upperBound <= range.upperBound)
                    }
                }
            } catch { refused += 1 }
        }
        #expect(refused > 100)
    }

    private func place(of item: BootRecordItem) -> Range<Int>? {
        switch item {
        case .program(let range), .arguments(let range), .environment(let range), .workingDirectory(let range),
            .hostname(let range), .seed(let range), .outputs(let range), .limits(let range),
            .identity(_, _, let range):
            range
        default: nil
        }
    }

    @Test("Words of a command line are understood or named, each once")
    func commandLines() {
        let line =
            "quiet apus.trace apus.slide=0x1000 apus.log=info apus.failalloc=3 apus.seed="
            + String(repeating: "0f", count: 32) + " virtio_mmio.device=512@0xfeb00000:5:0 apus.selftest=all"
        var damage = Damage(rounds: 5000)
        damage.forEach(Array(line.utf8)) { bytes in
            var reader = KernelWordReader(bytes.rawBytes)
            var words = 0
            var previous = 0
            while words <= bytes.count {
                do throws(KernelWordError) {
                    guard let word = try reader.next() else { return }
                    if case .seed(let digits) = word {
                        #expect(digits.upperBound <= bytes.count)
                        for index in 0..<32 { _ = reader.seedByte(digits, at: index) }
                    }
                } catch {
                    #expect(error.word.lowerBound >= previous && error.word.upperBound <= bytes.count)
                    previous = error.word.upperBound
                }
                words += 1
            }
            Issue.record("the reader does not end")
        }
    }

    @Test("The control channel's frames do not depend on how the stream is cut, damaged or not")
    func frames() {
        var stream: [UInt8] = []
        for message: GuestMessage in [
            .hello(protocolVersion: 1), .exit(.exited(status: 3)), .metric(name: [0x61], value: 1),
            .streamEnd(descriptor: 2), .output(archive: [UInt8](repeating: 0x30, count: 300)),
            .exit(.signaled(number: 9, dumpedCore: false)), .panic(report: Array("why".utf8)),
        ] { message.frame.encode(to: &stream) }
        for message: HostMessage in [
            .stop, .resize(rows: 1, columns: 2), .signal(number: 2), .inputEnd(totalByteCount: 9),
        ] {
            message.frame.encode(to: &stream)
        }
        var damage = Damage(rounds: 1000)
        damage.forEach(stream) { bytes in
            let whole = decode(bytes, pieceSize: max(1, bytes.count))
            #expect(whole == decode(bytes, pieceSize: 13))
            for frame in whole.frames {
                _ = try? GuestMessage(frame)
                if let message = try? HostMessage(frame) { #expect(message.frame == frame) }
            }
        }
    }

    private struct Decoded: Equatable {
        var frames: [ControlFrame] = []
        var error: ControlError?
    }

    private func decode(_ bytes: [UInt8], pieceSize: Int) -> Decoded {
        var decoder = ControlFrameDecoder(maximumPayloadByteCount: 1024)
        var result = Decoded()
        do throws(ControlError) {
            for start in stride(from: 0, to: bytes.count, by: pieceSize) {
                decoder.feed(Array(bytes[start..<min(start + pieceSize, bytes.count)]).rawBytes)
                while let frame = try decoder.next() { result.frames.append(frame) }
                #expect(decoder.pendingByteCount <= 1024 + ControlChannel.headerByteCount)
            }
        } catch { result.error = error }
        return result
    }

    @Test("PVH's structures are read or refused")
    func startInfo() {
        var bytes = PVHTests().startInfo
        bytes.appendZeros(8)
        var damage = Damage()
        var accepted = 0
        damage.forEach(bytes) { bytes in
            if let info = try? PVHStartInfo(parsing: bytes.rawBytes) {
                accepted += 1
                #expect(info.version > 0 || info.memoryMapCount == 0)
            }
            for index in [0, 1, 2, -1, .max] {
                let module = try? PVHModule(parsing: bytes.rawBytes, index: index)
                #expect(module == nil || (index >= 0 && (index + 1) * PVHModule.byteCount <= bytes.count + 8))
                let range = try? PVHMemoryRange(parsing: bytes.rawBytes, index: index)
                #expect(range == nil || (index >= 0 && (index + 1) * PVHMemoryRange.byteCount <= bytes.count + 4))
            }
        }
        #expect(accepted > 0)
    }
}
