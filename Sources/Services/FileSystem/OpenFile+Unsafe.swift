// SPDX-License-Identifier: Apache-2.0
//
// The position of an open file for those who only show it. They may be reading a file themselves, even this one (/proc/PID/fdinfo),
// and would wait for themselves.

internal import Events

extension OpenFile {
    /// Where the file is, or was a moment ago: without waiting for who moves it.
    public final var shownPosition: UInt64 {
        // SAFETY: an aligned word, which is loaded whole; whoever changes it stores it whole.
        unsafe position.withoutLock { $0 }
    }
}
