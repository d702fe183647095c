// SPDX-License-Identifier: Apache-2.0

// Walks a command line and hands out the words that are for the kernel; other words are skipped.
// A word that cannot be understood is thrown with its place, so that the kernel can print it, and reading can go on.
// Neighbours: KernelWord.swift has the grammar.

import ByteCodec

/// The kernel's words of a command line, one after the other.
public struct KernelWordReader: ~Escapable {
    private let bytes: RawSpan
    private var position = 0

    /// Starts at the first word; the line ends at a NUL or at the end of the bytes.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// The next word for the kernel, or nil at the end.
    ///
    /// - Throws: the word that is wrong; the next call goes on behind it.
    @inline(never)  // two passes over the same line call it
    @_lifetime(self: copy self)
    public mutating func next() throws(KernelWordError) -> KernelWord? {
        while let word = nextWord() {
            if starts(word, with: "apus.") {
                return try parse(word)
            }
            if starts(word, with: "virtio_mmio.device=") {
                return try parseDevice(word)
            }
        }
        return nil
    }

    /// The byte at `index` (0 to 31) of a seed that `next` returned.
    public func seedByte(_ digits: Range<Int>, at index: Int) -> UInt8 {
        let first = hexadecimalDigit(digits.lowerBound + index * 2) ?? 0
        let second = hexadecimalDigit(digits.lowerBound + index * 2 + 1) ?? 0
        return first << 4 | second
    }

    @_lifetime(self: copy self)
    private mutating func nextWord() -> Range<Int>? {
        while let byte = bytes.byte(at: position), isSpace(byte) { position += 1 }
        let start = position
        while let byte = bytes.byte(at: position), byte != 0, !isSpace(byte) { position += 1 }
        return start < position ? start..<position : nil
    }

    private func parse(_ word: Range<Int>) throws(KernelWordError) -> KernelWord {
        var equals = word.lowerBound
        while equals < word.upperBound, bytes.byte(at: equals) != 0x3d { equals += 1 }
        let key = word.lowerBound..<equals
        let hasValue = equals < word.upperBound
        let value = hasValue ? (equals + 1)..<word.upperBound : equals..<equals
        func refusal(_ reason: KernelWordError.Reason) -> KernelWordError {
            KernelWordError(word: word, reason: reason)
        }

        if matches(key, "apus.trace") {
            guard !hasValue else { throw refusal(.unexpectedValue) }
            return .trace
        }
        let parsed: KernelWord?
        if matches(key, "apus.slide") {
            parsed = parseSlide(value)
        } else if matches(key, "apus.seed") {
            parsed = isSeed(value) ? .seed(digits: value) : nil
        } else if matches(key, "apus.log") {
            parsed = parseLevel(value)
        } else if matches(key, "apus.selftest") {
            parsed = value.isEmpty ? nil : .selftest(name: value)
        } else if matches(key, "apus.failalloc") {
            parsed = number(value).flatMap { $0 > 0 ? .failAllocation($0) : nil }
        } else {
            throw refusal(.unknown)
        }
        guard hasValue else { throw refusal(.missingValue) }
        guard let parsed else { throw refusal(.badValue) }
        return parsed
    }

    private func parseSlide(_ value: Range<Int>) -> KernelWord? {
        if matches(value, "fixed") { return .slide(.fixed) }
        if matches(value, "random") { return .slide(.random) }
        let digits = starts(value, with: "0x") ? (value.lowerBound + 2)..<value.upperBound : value
        return hexadecimal(digits).map { .slide(.value($0)) }
    }

    private func parseLevel(_ value: Range<Int>) -> KernelWord? {
        if matches(value, "error") { return .log(.error) }
        if matches(value, "warning") { return .log(.warning) }
        if matches(value, "info") { return .log(.info) }
        if matches(value, "debug") { return .log(.debug) }
        if matches(value, "trace") { return .log(.trace) }
        return nil
    }

    /// `<size>@<base>:<irq>[:<id>]`, numbers decimal or with 0x, the size with an optional K, M or G.
    private func parseDevice(_ word: Range<Int>) throws(KernelWordError) -> KernelWord {
        let start = word.lowerBound + 19  // behind "virtio_mmio.device="
        let refusal = KernelWordError(word: word, reason: .badValue)
        guard let at = first(0x40, in: start..<word.upperBound),
            let colon = first(0x3a, in: (at + 1)..<word.upperBound)
        else { throw refusal }
        let end = first(0x3a, in: (colon + 1)..<word.upperBound) ?? word.upperBound
        guard let size = size(start..<at), size > 0, let base = number((at + 1)..<colon),
            let interrupt = number((colon + 1)..<end), interrupt <= UInt64(UInt32.max),
            !base.addingReportingOverflow(size).overflow
        else { throw refusal }
        if end < word.upperBound, number((end + 1)..<word.upperBound) == nil { throw refusal }
        return .virtioMMIO(base: base, size: size, interrupt: UInt32(interrupt))
    }

    private func size(_ range: Range<Int>) -> UInt64? {
        let suffix = range.isEmpty ? 0 : bytes.byte(at: range.upperBound - 1) ?? 0
        let shift: UInt64
        switch suffix | 0x20 {
        case 0x6b: shift = 10  // K
        case 0x6d: shift = 20  // M
        case 0x67: shift = 30  // G
        default: return number(range)
        }
        guard let value = number(range.lowerBound..<(range.upperBound - 1)) else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : product
    }

    private func number(_ range: Range<Int>) -> UInt64? {
        if starts(range, with: "0x") { return hexadecimal((range.lowerBound + 2)..<range.upperBound) }
        guard !range.isEmpty, range.count <= 20 else { return nil }
        var value: UInt64 = 0
        for offset in range {
            guard let digit = bytes.byte(at: offset), (0x30...0x39).contains(digit) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    private func hexadecimal(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty, range.count <= 16 else { return nil }
        var value: UInt64 = 0
        for offset in range {
            guard let digit = hexadecimalDigit(offset) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    private func isSeed(_ range: Range<Int>) -> Bool {
        guard range.count == 64 else { return false }
        for offset in range where hexadecimalDigit(offset) == nil { return false }
        return true
    }

    private func hexadecimalDigit(_ offset: Int) -> UInt8? {
        guard let byte = bytes.byte(at: offset) else { return nil }
        switch byte {
        case 0x30...0x39: return byte - 0x30
        case 0x41...0x46: return byte - 0x41 + 10
        case 0x61...0x66: return byte - 0x61 + 10
        default: return nil
        }
    }

    private func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        for offset in range where bytes.byte(at: offset) == byte { return offset }
        return nil
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && starts(range, with: text)
    }

    private func starts(_ range: Range<Int>, with text: StaticString) -> Bool {
        guard range.count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes.byte(at: range.lowerBound + index) != text.byte(at: index) {
            return false
        }
        return true
    }
}
