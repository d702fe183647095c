// SPDX-License-Identifier: Apache-2.0
//
// A kernel crash as the host hears of it: the log's report as one frame of the control channel. The frame is made in
// room that was set aside, because the heap may be what crashed.

internal import BootProtocols
internal import ByteCodec
internal import ControlChannel
internal import Containers
internal import Log

/// Sends crash reports to the host.
final class CrashMessage: CrashListener, @unchecked Sendable {
    // A crash comes once, with interrupts off: nobody else is here then.
    private let channel: HostChannel
    /// The frame: its header, and the report behind it.
    private var frame: [UInt8] = []
    private var count: Int

    private static var byteCount: Int { 4096 }

    init(_ channel: HostChannel) {
        self.channel = channel
        GuestMessage.panic(report: []).frame.encode(to: &frame)
        count = frame.count
        while frame.count < CrashMessage.byteCount { frame.append(0) }
    }

    /// Adds a line; what finds no room is in the log alone.
    func addToCrashReport(_ line: RawSpan) {
        for index in line.byteOffsets {
            guard count < CrashMessage.byteCount, let byte = line.byte(at: index) else { return }
            frame[count] = byte
            count += 1
        }
    }

    /// Fills the header's length in and sends the frame.
    func crashReportEnded() {
        let length = UInt32(count - ControlChannel.headerByteCount)
        for index in 0..<4 { frame[4 + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
        let bytes = frame
        channel.sendLastWords(encoded: bytes.span.rawBytes.extracting(0..<count))
    }
}
