// SPDX-License-Identifier: Apache-2.0
//
// Where a new program's parts begin: by chance, unless its process asked for always the same (personality(2),
// ADDR_NO_RANDOMIZE), as debuggers do.

internal import Processes
internal import Random

/// Chooses how far from their usual places a program's parts are.
struct PlaceChooser {
    private let random: RandomGenerator
    private let isRandom: Bool

    /// `ADDR_NO_RANDOMIZE`.
    static var fixedPlaces: UInt32 { 0x0004_0000 }

    init(_ process: Process) {
        random = process.system.random
        isRandom = process.controls.personality & Self.fixedPlaces == 0
    }

    /// A number with no other bits than those of a mask.
    @inline(never)  // its callers' frames are large without the generator's
    func chance(_ mask: UInt64) -> UInt64 { isRandom ? random.next() & mask : 0 }
}
