// SPDX-License-Identifier: Apache-2.0
//
// The packed argument of FUTEX_WAKE_OP (futex(2)): what to do to the second word, and which of its old values wake its
// waiters.
//
//      bits 31…28 operation (31: the operand is a shift) · 27…24 comparison · 23…12 operand · 11…0 comparison's operand

/// What FUTEX_WAKE_OP does to the second word.
struct FutexOperation {
    private let operation: UInt32
    private let comparison: UInt32
    private let operand: UInt32
    private let comparand: Int32

    /// - Returns: nil for an operation or a comparison that there is none of.
    init?(_ packed: UInt32) {
        operation = packed >> 28 & 7
        comparison = packed >> 24 & 15
        guard operation <= 4, comparison <= 5 else { return nil }
        let raw = Int32(bitPattern: packed << 8) >> 20
        // A shift is taken modulo 32.
        operand = packed >> 31 != 0 ? 1 << (UInt32(bitPattern: raw) & 31) : UInt32(bitPattern: raw)
        comparand = Int32(bitPattern: packed << 20) >> 20
    }

    /// The new value for an old one.
    func changed(_ old: UInt32) -> UInt32 {
        switch operation {
        case 0: operand
        case 1: old &+ operand
        case 2: old | operand
        case 3: old & ~operand
        default: old ^ operand
        }
    }

    /// Whether the old value wakes the second word's waiters.
    func matches(_ old: UInt32) -> Bool {
        let old = Int32(bitPattern: old)
        switch comparison {
        case 0: return old == comparand
        case 1: return old != comparand
        case 2: return old < comparand
        case 3: return old <= comparand
        case 4: return old > comparand
        default: return old >= comparand
        }
    }
}
