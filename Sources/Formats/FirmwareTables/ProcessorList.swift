// SPDX-License-Identifier: Apache-2.0
//
// The processors that a firmware's tables name, in the tables' order: the one that boots comes first by both
// specifications. Fixed room, because it is filled before there is much else.

/// Identifiers of processors, as interrupt messages name them.
public struct ProcessorList: Sendable {
    private var identifiers = InlineArray<64, UInt32>(repeating: 0)
    /// How many there are; what is beyond 64 is left out.
    public private(set) var count = 0

    /// Creates an empty list.
    public init() {}

    /// The identifier of a processor.
    public subscript(index: Int) -> UInt32 { identifiers[index] }

    /// Forgets all.
    public mutating func removeAll() { count = 0 }

    /// Adds a processor unless it is there already: tables may name one in two ways.
    mutating func append(_ identifier: UInt32) {
        for index in 0..<count where identifiers[index] == identifier { return }
        guard count < 64 else { return }
        identifiers[count] = identifier
        count += 1
    }
}
