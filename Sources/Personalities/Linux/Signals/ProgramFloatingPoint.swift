// SPDX-License-Identifier: Apache-2.0
//
// The running program thread's floating-point state, moved to and from the program's own memory: for signal frames.
// What comes back from a program may be anything; Machine checks it before the CPU sees it, because a bad image would
// fault in the kernel.

internal import LinuxABI
internal import Machine
internal import Scheduler
internal import UserMemory

enum ProgramFloatingPoint {
    /// Bytes of the state.
    static var areaSize: Int { CPU.floatingPoint.areaSize }
    /// State components that are enabled.
    static var enabledStates: UInt64 { CPU.floatingPoint.states }

    /// Writes the state to the program.
    ///
    /// - Throws: `.badAddress`.
    static func save(to address: UserAddress) throws(Errno) {
        _ = try UserRange(address, count: areaSize)
        guard CurrentThread.with({ $0.context.copyFloatingPoint(to: address.rawValue) }) else { throw .badAddress }
    }

    /// Loads the state from the program.
    ///
    /// - Throws: `.badAddress`.
    static func load(from address: UserAddress) throws(Errno) {
        _ = try UserRange(address, count: areaSize)
        guard CurrentThread.with({ $0.context.loadFloatingPoint(from: address.rawValue) }) else { throw .badAddress }
    }
}
