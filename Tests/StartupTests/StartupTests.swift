// SPDX-License-Identifier: Apache-2.0

// What Startup promises: a boot record becomes the values that it states, and a damaged one becomes an error or values
// that its bytes state.

import BootProtocols
import ByteCodec
import CPIO
import DamagedBytes
import Random
import Startup
import TestSupport
import Testing

@Suite("BootConfiguration")
struct StartupTests {
    private var record: [UInt8] {
        var writer = BootRecordWriter()
        writer.append(.program, .critical, payload: Array("/bin/a".utf8))
        writer.append(.arguments, .critical, strings: [Array("a".utf8), [], Array("-x".utf8)])
        writer.append(.environment, .critical, strings: [Array("A=b".utf8)])
        writer.append(.workingDirectory, .critical, payload: Array("/tmp".utf8))
        writer.appendIdentity(userID: 7, groupID: 8, supplementaryGroups: [9, 10])
        writer.append(.hostname, .optional, payload: Array("host".utf8))
        writer.appendStreams(input: .closed, output: .terminal, error: .bytes, rows: 24, columns: 80)
        writer.append(.fileModeMask, .critical, number: UInt32(0o077))
        writer.append(.epoch, .optional, number: UInt64(1_000_000))
        writer.append(.outputs, .critical, strings: [Array("/out".utf8)])
        return writer.bytes
    }

    @Test("Every item of a record is taken over")
    func values() throws {
        var configuration = BootConfiguration()
        try configuration.read(record.rawBytes, RandomGenerator())
        #expect(configuration.program == Array("/bin/a".utf8))
        #expect(configuration.arguments == [Array("a".utf8), [], Array("-x".utf8)])
        #expect(configuration.environment == [Array("A=b".utf8)])
        #expect(configuration.workingDirectory == Array("/tmp".utf8))
        #expect(configuration.userID == 7 && configuration.groupID == 8 && configuration.groups == [9, 10])
        #expect(configuration.hostName == Array("host".utf8))
        #expect(configuration.input == .closed && configuration.output == .terminal && configuration.error == .bytes)
        #expect(configuration.windowSize == (24, 80) && configuration.fileModeMask == 0o077)
        #expect(configuration.epoch == 1_000_000 && configuration.outputs == [Array("/out".utf8)])
        #expect(!configuration.tracesSystemCalls && configuration.limits.isEmpty)
    }

    @Test("The seed of a record changes the random numbers")
    func seed() throws {
        func first(_ byte: UInt8) throws -> UInt64 {
            var writer = BootRecordWriter()
            writer.append(.seed, .optional, payload: [UInt8](repeating: byte, count: 32))
            let random = RandomGenerator()
            var configuration = BootConfiguration()
            try configuration.read(writer.bytes.rawBytes, random)
            return random.next()
        }
        #expect(try first(1) != first(2))
        #expect(try first(3) == first(3))
    }

    @Test("The first member of an archive is the record, or there is none")
    func archives() throws {
        var writer = CPIOWriter(.compact)
        var archive: [UInt8] = []
        writer.appendHeader(
            CPIOAttributes(mode: 0o100_400, size: UInt32(record.count)), name: Array("apus.boot".utf8).rawBytes,
            to: &archive)
        archive += record
        writer.appendPadding(to: &archive)
        writer.appendTrailer(to: &archive)
        var configuration = BootConfiguration()
        #expect(try configuration.readFirstMember(of: archive.rawBytes, RandomGenerator()))
        #expect(configuration.userID == 7)
        archive[110] ^= 1
        var other = BootConfiguration()
        #expect(try !other.readFirstMember(of: archive.rawBytes, RandomGenerator()))
        #expect(other.program.isEmpty)
    }

    @Test("Damaged records give an error, or values of their own bytes")
    func damage() {
        var damage = Damage()
        let random = RandomGenerator()
        damage.forEach(record) { bytes in
            var configuration = BootConfiguration()
            guard (try? configuration.read(bytes.rawBytes, random)) != nil else { return }
            let words = configuration.arguments + configuration.environment + configuration.outputs
            #expect(words.allSatisfy { $0.count < bytes.count && !$0.contains(0) })
            #expect(configuration.program.isEmpty || configuration.program.first == 0x2f)
            #expect(configuration.fileModeMask <= 0o777)
        }
    }
}
