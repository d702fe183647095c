// SPDX-License-Identifier: Apache-2.0
//
// What the host asks of an application: the three records of the boot record that mean something to it. A program's
// paths, users, limits and streams do not, so they are not even decoded (Startup's BootConfiguration does that for
// Linux programs): the decoder would be a tenth of a small image.

internal import BootProtocols
internal import ByteCodec
internal import CPIO
internal import Containers

/// Arguments, environment and wall time.
struct ApplicationRequest: Sendable {
    /// The words after `--`, the application's name first.
    private(set) var arguments: [String] = []
    /// The environment, as `NAME=value`.
    private(set) var environment: [String] = []
    /// Wall time in nanoseconds since 1970 at the moment of starting; 0 if nobody says.
    private(set) var epoch: UInt64 = 0

    /// Reads the record that the boot archive begins with. A damaged one is the same as none: the application runs
    /// without arguments.
    init(_ archive: RawSpan) {
        guard let member = CPIOReader.first(in: archive),
            archive.extracting(member.name).byteSpan.hasSameBytes(as: BootRecord.memberName.utf8Bytes)
        else { return }
        let bytes = archive.extracting(member.contents)
        guard var reader = try? BootRecordReader(bytes) else { return }
        while let record = try? reader.nextPayload() {
            switch record.kind {
            case .arguments: arguments = ApplicationRequest.strings(bytes, record.payload)
            case .environment: environment = ApplicationRequest.strings(bytes, record.payload)
            case .epoch: epoch = (try? bytes.littleEndian(UInt64.self, at: record.payload.lowerBound)) ?? 0
            default: break
            }
        }
    }

    @inline(never)
    private static func strings(_ bytes: RawSpan, _ range: Range<Int>) -> [String] {
        var list: [String] = []
        var strings = NULTerminatedStrings(bytes, in: range)
        while let string = strings.next() { list.append(String(untrusted: bytes.extracting(string))) }
        return list
    }
}

/// The request, kept once it was read.
final class RequestBox: Sendable {
    let value: ApplicationRequest
    init(_ value: ApplicationRequest) { self.value = value }
}
