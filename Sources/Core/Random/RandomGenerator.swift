// SPDX-License-Identifier: Apache-2.0
//
// The kernel's generator of random bytes: ChaCha20 with fast key erasure (the first half of every block becomes the
// next key, so that a captured state says nothing about the past). It is seeded from all there is at boot — the boot
// record's seed, the CPU's generators, counters at entry — and stirred again by timer jitter and after every 1 MiB.

internal import ByteCodec
internal import Machine
internal import Sync

/// A seeded, reseeding generator.
public final class RandomGenerator: Sendable {
    private struct State: ~Copyable {
        var key = InlineArray<8, UInt32>(repeating: 0)
        var counter: UInt64 = 0
        var bytesSinceStirring = 0
        var block = InlineArray<16, UInt32>(repeating: 0)
        /// Bytes of `block` that were given out; the key half is never given out.
        var used = 64
        /// Whether the key has bits that no block was made from yet. They are mixed before more come in: words that
        /// only met by exclusive or could cancel each other.
        var hasFreshKey = false
    }

    private let state = Spinlock(State())

    /// Creates a generator that knows nothing but the CPU's counter and generators.
    @inline(never)
    public init() { stir(CPU.counter) }

    /// Mixes 64 bits in, and whatever the CPU's own generator offers. Never weakens the state.
    public func stir(_ word: UInt64) {
        let hardware = CPU.hardwareRandom() ?? 0
        let counter = CPU.counter
        state.withLock { state in
            if state.hasFreshKey { RandomGenerator.refill(&state) }
            state.key[0] ^= UInt32(truncatingIfNeeded: word)
            state.key[1] ^= UInt32(truncatingIfNeeded: word >> 32)
            state.key[2] ^= UInt32(truncatingIfNeeded: hardware)
            state.key[3] ^= UInt32(truncatingIfNeeded: hardware >> 32)
            state.key[4] ^= UInt32(truncatingIfNeeded: counter)
            state.key[5] ^= UInt32(truncatingIfNeeded: counter >> 32)
            state.hasFreshKey = true
            state.bytesSinceStirring = 0
        }
    }

    /// Mixes bytes in, 32 at a time: a seed costs one block, not one for each of its words.
    public func stir(_ seed: RawSpan) {
        state.withLock { state in
            var offset = 0
            while offset < seed.byteCount {
                if state.hasFreshKey { RandomGenerator.refill(&state) }
                for i in 0..<min(32, seed.byteCount - offset) {
                    state.key[i / 4] ^= UInt32(seed.byte(at: offset + i) ?? 0) << UInt32(8 * (i % 4))
                }
                state.hasFreshKey = true
                offset += 32
            }
        }
    }

    /// Fills bytes.
    ///
    /// - Context: any.
    public func fill(_ bytes: inout MutableRawSpan) {
        var offset = 0
        while offset < bytes.byteCount {
            let word = next()
            for i in 0..<min(8, bytes.byteCount - offset) {
                bytes.storeBytes(
                    of: UInt8(truncatingIfNeeded: word >> UInt64(8 * i)), toByteOffset: offset + i, as: UInt8.self)
            }
            offset += 8
        }
    }

    /// The next 64 bits.
    public func next() -> UInt64 {
        let (word, isStale) = state.withLock { state -> (UInt64, Bool) in
            if state.used >= 64 || state.hasFreshKey { RandomGenerator.refill(&state) }
            let index = state.used / 4
            let word = UInt64(state.block[index]) | UInt64(state.block[index + 1]) << 32
            state.block[index] = 0
            state.block[index + 1] = 0
            state.used += 8
            state.bytesSinceStirring += 8
            return (word, state.bytesSinceStirring >= 1 << 20)
        }
        if isStale { stir(0) }
        return word
    }

    /// Makes the next block and replaces the key by its first half.
    // Out of line: a block and its key are 200 bytes, and every caller would have them in its frame.
    @inline(never)
    private static func refill(_ state: inout State) {
        let nonce: InlineArray<3, UInt32> = [
            UInt32(truncatingIfNeeded: state.counter), UInt32(truncatingIfNeeded: state.counter >> 32), 0,
        ]
        state.block = ChaCha20.block(key: state.key, counter: 0, nonce: nonce)
        for i in 0..<8 {
            state.key[i] = state.block[i]
            state.block[i] = 0
        }
        state.counter &+= 1
        state.used = 32
        state.hasFreshKey = false
    }
}
