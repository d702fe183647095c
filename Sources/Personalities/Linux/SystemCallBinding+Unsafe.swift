// SPDX-License-Identifier: Apache-2.0
//
// How the machine's entry code comes to call handlers itself: a call takes the long way once, through SystemCallTable,
// and leaves its handler's address in the entry code's table. Nothing is built at boot. While calls are traced, or
// memory is short, the entry code takes the long way for all of them.

internal import CMachine

extension SystemCallTable {
    /// Lets the entry code bind calls; before the first program.
    static func open() { machine_calls_open(UInt32(rows.count)) }

    /// Makes every call take the long way from now on, to be traced.
    static func holdForTrace() { machine_calls_hold(UInt32(MACHINE_CALLS_TRACED)) }

    /// Leaves a handler's address with the entry code.
    static func bind(_ number: Int) {
        guard !needsAllRegisters(number), machine_calls_held() == 0 else { return }
        let row = rows[number]
        let words = MemoryLayout<SystemCallRow>.size - 2 * MemoryLayout<UInt>.size
        // SAFETY: a row ends with its handler: the function's address, then its context (Swift's function values).
        let (function, context) = unsafe withUnsafeBytes(of: row) { bytes in
            unsafe (
                bytes.loadUnaligned(fromByteOffset: words, as: UInt.self),
                bytes.loadUnaligned(fromByteOffset: words + MemoryLayout<UInt>.size, as: UInt.self)
            )
        }
        // The entry code passes no context; a handler that captured something keeps to the long way.
        guard context == 0 else { return }
        machine_calls_bind(UInt32(truncatingIfNeeded: number), function)
    }

    /// Calls that copy or read the registers that handlers preserve, which the direct way does not put into the frame:
    /// clone, fork, vfork, clone3.
    private static func needsAllRegisters(_ number: Int) -> Bool {
        switch number {
        case 56, 57, 58, 435: true
        default: false
        }
    }
}
