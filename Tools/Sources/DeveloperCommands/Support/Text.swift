// SPDX-License-Identifier: Apache-2.0

// Searching in text without Foundation.

extension StringProtocol {
    /// Whether a text occurs in this one.
    func includes(_ part: String) -> Bool { firstOffset(of: part) != nil }

    /// Where a text first occurs, in UTF-8 units.
    func firstOffset(of part: String) -> Int? {
        let needle = Array(part.utf8)
        guard let first = needle.first else { return 0 }
        return self.utf8.withContiguousStorageIfAvailable { Self.find(needle, first, in: $0) }
            ?? Array(utf8).withUnsafeBufferPointer { Self.find(needle, first, in: $0) }
    }

    private static func find(_ needle: [UInt8], _ first: UInt8, in hay: UnsafeBufferPointer<UInt8>) -> Int? {
        guard hay.count >= needle.count else { return nil }
        for start in 0...(hay.count - needle.count)
        where hay[start] == first && hay[start..<(start + needle.count)].elementsEqual(needle) {
            return start
        }
        return nil
    }

    /// What follows the first occurrence of a mark.
    func after(_ mark: String) -> Substring? {
        guard let offset = firstOffset(of: mark) else { return nil }
        return Substring(self)[utf8.index(startIndex, offsetBy: offset + mark.utf8.count)...]
    }

    /// What stands before the first occurrence of a mark; everything if there is none.
    func before(_ mark: String) -> Substring {
        guard let offset = firstOffset(of: mark) else { return Substring(self) }
        return Substring(self)[..<utf8.index(startIndex, offsetBy: offset)]
    }

    /// The text without spaces and tabs at both ends.
    var trimmed: Substring {
        var rest = Substring(self)
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest.drop { $0 == " " || $0 == "\t" }
    }

    /// The identifiers: runs of letters, digits and underscores.
    var words: [Substring] { Substring(self).split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) } }

    /// The text behind spaces that fill a width.
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }

    /// The text, filled with spaces to a width.
    func padded(to width: Int) -> String { String(self) + String(repeating: " ", count: Swift.max(0, width - count)) }
}
