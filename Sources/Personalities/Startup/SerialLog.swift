// SPDX-License-Identifier: Apache-2.0
//
// The kernel's log on a serial port, polled: it works before interrupts do, and after everything else has stopped.

public import DeviceModel
public import Log

/// Log lines on a byte stream.
public final class SerialLog: LogSink {
    private let port: any ByteStreamPort

    /// Writes to a port.
    public init(_ port: any ByteStreamPort) { self.port = port }

    /// Writes bytes and returns when the port has taken them.
    public func write(_ bytes: RawSpan) { port.sendPolling(bytes) }
}
