// SPDX-License-Identifier: Apache-2.0
//
// What the tests of this module share: a small seeded generator and elements that count their lives.

import CAllocator
import Containers

/// A seeded xorshift generator; the seed is part of every failure message through `seed`.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed | 1
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_f491_4f6c_dd1d
    }
}

/// Counts the elements alive.
final class Census {
    var alive = 0
}

/// An owned element that is counted by a census.
struct Counted: ~Copyable {
    let value: Int
    let census: Census

    init(_ value: Int, _ census: Census) {
        self.value = value
        self.census = census
        census.alive += 1
    }

    deinit { census.alive -= 1 }
}

/// Runs `body` with its first, second, … allocation failing until it succeeds; `check` runs after each failure.
func withEveryAllocationFailing(_ body: () throws(OutOfMemory) -> Void, afterFailure check: () -> Void) -> Int {
    var failures = 0
    while true {
        apus_test_fail_allocation(UInt64(failures + 1))
        do throws(OutOfMemory) {
            try body()
            apus_test_fail_allocation(0)
            return failures
        } catch {
            failures += 1
            check()
        }
    }
}

extension Array where Element == UInt8 {
    init(_ text: StaticString) {
        self = []
        let bytes = text.utf8Bytes
        for index in bytes.indices { append(bytes[index]) }
    }

    func equals(_ other: [UInt8]) -> Bool {
        span.hasSameBytes(as: other.span)
    }
}
