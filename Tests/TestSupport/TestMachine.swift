// SPDX-License-Identifier: Apache-2.0
//
// What a unit test needs of the machine before code under test may allocate frames: the hosted arena, opened once for
// the whole test process, since suites run beside each other and frames do not move.

import Memory

/// The machine that unit tests run on.
public enum TestMachine {
    /// Opens physical memory. Every suite whose code uses frames calls it first; calls after the first do nothing.
    public static func start() { _ = opened }

    private static let opened: Void = HostedMemory.install()
}
