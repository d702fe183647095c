// SPDX-License-Identifier: Apache-2.0
//
// The input of a terminal that has none: output goes to somebody's terminal, but input comes from a file or a pipe.

public import DeviceModel

/// A port on which nobody ever says anything, and that takes everything.
public final class SilentPort: ByteStreamPort {
    /// Creates a port.
    public init() {}

    /// See `ByteStreamPort`.
    public func open(_ client: any ByteStreamClient, _ directions: StreamDirections) throws(DeviceError) {}
    /// See `ByteStreamPort`.
    public func receive(into bytes: inout MutableRawSpan) -> Int { 0 }
    /// See `ByteStreamPort`.
    public func send(_ bytes: RawSpan) throws(DeviceError) -> Int { bytes.byteCount }
    /// See `ByteStreamPort`.
    public func sendPolling(_ bytes: RawSpan) {}
    /// See `ByteStreamPort`.
    public var isConnected: Bool { true }
    /// See `ByteStreamPort`.
    public func isSendIdle() -> Bool { true }
}
