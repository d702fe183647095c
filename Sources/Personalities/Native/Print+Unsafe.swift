// SPDX-License-Identifier: Apache-2.0
//
// `print` for texts: it takes the place of the library's function of the same signature where Apus is imported, and
// hands the text's own bytes on instead of copying it and calling putchar(3) for each. What else can be printed goes the
// library's way, and through putchar into the same line.

extension NativeMachine {
    /// Takes bytes of the application's output; lines are sent whole.
    static func put(text: String) {
        // SAFETY: the buffer is read while it is lent. Every string here has contiguous storage: others come with
        // Objective-C.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { buffer in
            for index in 0..<buffer.count { unsafe put(buffer[index]) }
        }
    }
}

/// Writes a text to standard output.
///
/// - Parameter terminator: what follows it.
/// - Context: thread; blocks while the host has no room.
public func print(_ string: String, terminator: StaticString = "\n") {
    NativeMachine.put(text: string)
    for index in 0..<terminator.utf8CodeUnitCount {
        // SAFETY: a literal has a pointer representation and this many bytes.
        NativeMachine.put(unsafe terminator.utf8Start[index])
    }
}
