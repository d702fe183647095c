// SPDX-License-Identifier: Apache-2.0
//
// A table of names and texts in one string; ConstantTexts.swift says how it is written.

import Containers
import LinuxABI
import TextFiles

/// Names and texts in one string.
struct ConstantTable {
    private let rows: StaticString

    init(_ rows: StaticString) { self.rows = rows }

    /// Hands the name and the text of a row to `body`; answers whether there is such a row.
    ///
    /// - Complexity: O(bytes before it).
    func withRow<R>(_ index: Int, _ body: (_ name: Span<UInt8>, _ text: Span<UInt8>) throws(Errno) -> R) throws(Errno)
        -> R?
    {
        let bytes = rows.utf8Bytes
        var start = 0
        var row = 0
        while start < bytes.count {
            var end = start
            var space = -1
            while bytes[end] != UInt8(ascii: "\n") {
                if space < 0, bytes[end] == UInt8(ascii: " ") { space = end }
                end += 1
            }
            if row == index { return try body(bytes.extracting(start..<space), bytes.extracting(space + 1..<end)) }
            row += 1
            start = end + 1
        }
        return nil
    }

    /// The row of a name.
    func find(_ name: Span<UInt8>) -> Int? {
        var index = 0
        while true {
            let isIt: Bool?
            do throws(Errno) {
                isIt = try withRow(index) { (row, _) throws(Errno) in row.hasSameBytes(as: name) }
            } catch { return nil }
            guard let isIt else { return nil }
            if isIt { return index }
            index += 1
        }
    }

    /// Appends the text of a row.
    func add(_ index: Int, to text: inout TextBuilder) throws(Errno) {
        _ = try withRow(index) { (_, bytes) throws(Errno) -> Bool in
            for position in bytes.indices {
                let byte = bytes[position]
                try text.add(byte: byte == UInt8(ascii: "~") ? UInt8(ascii: "\n") : byte)
            }
            return true
        }
    }
}

extension ProcNode {
    /// The texts of this folder that never change.
    var constants: ConstantTable? {
        switch self {
        case .process, .thread: .process
        default: ConstantFolder(self)?.table
        }
    }

    /// The node of a row of those.
    func constant(_ row: Int) -> ProcNode? {
        switch self {
        case .process(let id), .thread(_, let id): .processConstant(id, UInt8(clamping: row))
        default: ConstantFolder(self).map { .constant($0, UInt8(clamping: row)) }
        }
    }
}
