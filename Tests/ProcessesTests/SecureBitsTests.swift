// SPDX-License-Identifier: Apache-2.0
//
// Which secure bits may follow which: capabilities(7), "The securebits flags".

import Testing

@testable import Processes

@Suite struct SecureBitsTests {
    @Test(
        "A bit changes unless its lock is set; a lock stays; unknown bits are refused",
        arguments: [
            (0, 0x55, true), (0x55, 0, true), (0x10, 0x30, true), (0x30, 0x10, false), (0x30, 0x20, false),
            (0x30, 0x34, true), (0x20, 0x30, false), (0, 0x100, false), (0xff, 0xff, true),
        ] as [(UInt32, UInt32, Bool)])
    func changes(old: UInt32, new: UInt32, isPermitted: Bool) {
        #expect(SecureBits(rawValue: old).mayBecome(SecureBits(rawValue: new)) == isPermitted)
    }
}
