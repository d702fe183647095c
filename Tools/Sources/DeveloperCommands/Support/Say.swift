// SPDX-License-Identifier: Apache-2.0

// Output line by line, also into a pipe: the lines of children and ours must keep their order.

internal import Glibc

/// Puts a line on standard output at once.
func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    var done = 0
    while done < bytes.count {
        let wrote = bytes.withUnsafeBytes { write(1, $0.baseAddress?.advanced(by: done), bytes.count - done) }
        if wrote < 0 && errno != EINTR { return }
        done += max(0, wrote)
    }
}
