// SPDX-License-Identifier: Apache-2.0
//
// The hook that tells the host when the program's first instruction is next.

extension FirstProgram {
    nonisolated(unsafe) private static var storedStarted: (@Sendable () -> Void)?

    /// Called right before the first program is entered; set by the image before it starts one.
    public static var started: (@Sendable () -> Void)? {
        // SAFETY: set once, before the thread that reads it exists.
        get { unsafe storedStarted }
        set { unsafe storedStarted = newValue }
    }
}
