// SPDX-License-Identifier: Apache-2.0
//
// What signalfd(2) reads: the same facts as siginfo_t, each at a place of its own.

extension SignalInformation {
    /// How many bytes a record has.
    public static var fileRecordByteCount: Int { 128 }

    /// The `struct signalfd_siginfo`.
    ///
    /// - Layout: u32 signal, s32 errno, s32 code, u32 pid, u32 uid, s32 fd, u32 timer id, u32 band, u32 overruns,
    ///   u32 trap, s32 status, s32 value, u64 value as a pointer, u64 user time, u64 system time, u64 address, padding.
    /// - Source: signalfd(2).
    public var fileRecord: LayoutBuffer<16> {
        var buffer = LayoutBuffer<16>()
        buffer.store32(UInt32(signal.rawValue), at: 0)
        buffer.store32(UInt32(bitPattern: code.rawValue), at: 8)
        switch detail {
        case .none: break
        case .sender(let processID, let userID):
            buffer.store32(processID, at: 12)
            buffer.store32(userID, at: 16)
        case .queued(let processID, let userID, let value):
            buffer.store32(processID, at: 12)
            buffer.store32(userID, at: 16)
            storeValue(value, &buffer)
        case .timer(let id, let overruns, let value):
            buffer.store32(id, at: 24)
            buffer.store32(overruns, at: 32)
            storeValue(value, &buffer)
        case .child(let processID, let userID, let status, let userTicks, let systemTicks):
            buffer.store32(processID, at: 12)
            buffer.store32(userID, at: 16)
            buffer.store32(status, at: 40)
            buffer.store64(userTicks, at: 56)
            buffer.store64(systemTicks, at: 64)
        case .fault(let address): buffer.store64(address, at: 72)
        case .event(let band, let descriptor):
            buffer.store32(descriptor, at: 20)
            buffer.store32(UInt32(truncatingIfNeeded: band), at: 28)
        case .systemCall(let address, _, _): buffer.store64(address, at: 72)
        }
        return buffer
    }

    private func storeValue(_ value: UInt64, _ buffer: inout LayoutBuffer<16>) {
        buffer.store32(UInt32(truncatingIfNeeded: value), at: 44)
        buffer.store64(value, at: 48)
    }
}
