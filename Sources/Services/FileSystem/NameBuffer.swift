// SPDX-License-Identifier: Apache-2.0
//
// One component of a path, copied to the stack: the last one of a path that names something to be made or removed.

import LinuxABI

/// A name of at most 255 bytes (`NAME_MAX`).
struct NameBuffer {
    private var bytes = InlineArray<256, UInt8>(repeating: 0)
    private(set) var count = 0

    init() {}

    /// Takes a copy of the name.
    mutating func set(_ name: Span<UInt8>) {
        precondition(name.count < 256)
        var index = 0
        while index < name.count {
            bytes[index] = name[index]
            index &+= 1
        }
        count = name.count
    }

    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(first: count) }
    }
}
