// SPDX-License-Identifier: Apache-2.0
//
// A kernel crash as the host hears of it: the log's report as one frame of the control channel. The frame is made in
// room that was set aside, because the heap may be what crashed.

internal import BootProtocols
internal import ByteCodec
internal import Containers
internal import ControlChannel
internal import Log
internal import Sync

/// Sends crash reports to the host.
final class CrashMessage: CrashListener {
    /// The frame: its header, and the report behind it.
    private struct Frame: ~Copyable {
        var bytes = [UInt8](repeating: 0, count: CrashMessage.byteCount)
        var count = 0
    }

    private let channel: HostChannel
    // A crash comes once, with interrupts off: nobody else is here then.
    private let frame: Confined<Frame>

    private static var byteCount: Int { 4096 }

    init(_ channel: HostChannel) {
        self.channel = channel
        var header: [UInt8] = []
        GuestMessage.panic(report: []).frame.encode(to: &header)
        var frame = Frame()
        for byte in header {
            frame.bytes[frame.count] = byte
            frame.count += 1
        }
        self.frame = Confined(frame)
    }

    /// Adds a line; what finds no room is in the log alone.
    func addToCrashReport(_ line: RawSpan) {
        frame.with { frame in
            for index in line.byteOffsets {
                guard frame.count < CrashMessage.byteCount, let byte = line.byte(at: index) else { return }
                frame.bytes[frame.count] = byte
                frame.count += 1
            }
        }
    }

    /// Fills the header's length in and sends the frame.
    func crashReportEnded() {
        frame.with { frame in
            let length = UInt32(frame.count - ControlChannel.headerByteCount)
            for index in 0..<4 { frame.bytes[4 + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
            let bytes = frame.bytes
            channel.sendLastWords(encoded: bytes.span.rawBytes.extracting(0..<frame.count))
        }
    }
}
