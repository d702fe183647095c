// SPDX-License-Identifier: Apache-2.0
//
// The floating-point part of a signal frame: the XSAVE image of the thread, with the words by which programs recognise
// it (asm/sigcontext.h, struct _fpx_sw_bytes: magic numbers, sizes and state components).

internal import LinuxABI
internal import UserMemory

enum FloatingPointFrame {
    /// Bytes of the image and its end mark; 0 for a thread that has not used the registers.
    static var byteCount: Int { ProgramFloatingPoint.areaSize + 4 }

    /// Writes the running thread's state at an address that is a multiple of 64.
    ///
    /// - Throws: `.badAddress`.
    static func write(to address: UserAddress) throws(Errno) {
        try ProgramFloatingPoint.save(to: address)
        let size = ProgramFloatingPoint.areaSize
        var head = LayoutBuffer<3>()
        head.store32(0x4650_5853, at: 0)  // FP_XSTATE_MAGIC1
        head.store32(UInt32(truncatingIfNeeded: size + 4), at: 4)
        head.store64(ProgramFloatingPoint.enabledStates, at: 8)
        head.store32(UInt32(truncatingIfNeeded: size), at: 16)
        try UserMemory.write(head.bytes, to: address.advanced(by: 464))
        try UserMemory.store(UInt32(0x4650_5845), at: address.advanced(by: size))  // FP_XSTATE_MAGIC2
    }

    /// Loads state that a handler may have changed. What the CPU would refuse is cleaned first.
    ///
    /// - Throws: `.badAddress`.
    static func read(from address: UserAddress) throws(Errno) {
        try ProgramFloatingPoint.load(from: address)
    }
}
