// SPDX-License-Identifier: Apache-2.0

// The functions of a kernel image by address, to say which one a place belongs to.

internal import HostSystem
internal import ImageBuilder

/// The functions of an image.
struct KernelFunctions {
    /// Where each begins in the image, in order, and its symbol.
    private let starts: [(address: UInt64, symbol: Substring)]

    /// Reads the symbols of an image.
    init(_ image: KernelImage) throws {
        let listing = try ChildProcess.run(
            try Toolchain().tool("llvm-nm"), ["--defined-only", "--numeric-sort", image.debugPath.description])
        guard listing.isSuccess else {
            throw ToolError(
                .noInput, "cannot read the symbols of \(image.debugPath)", why: "llvm-nm says:\n\(listing.text)",
                remedy: "build it again")
        }
        self.init(listing: listing.text)
    }

    /// Reads lines "address kind symbol", which are in the order of addresses.
    init(listing: String) {
        starts = listing.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, "tTwW".contains(words[1]), let address = UInt64(words[0], radix: 16) else {
                return nil
            }
            return (address, words[2])
        }
    }

    /// Where a function begins.
    func address(of symbol: String) -> UInt64? { starts.first { $0.symbol == symbol }?.address }

    /// The function that a place in the image belongs to: the last one that begins at it or before.
    func function(at place: UInt64) -> (address: UInt64, symbol: Substring)? {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle].address <= place { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? starts[low - 1] : nil
    }

    /// Symbols as they are written in the sources, as far as they are Swift's.
    static func demangled(_ symbols: [Substring]) throws -> [String] {
        let toolchain = try Toolchain()
        // One line for each; a lone call for all, since each costs a start of the compiler's driver.
        let names = try ChildProcess.run(
            toolchain.swift, ["demangle", "--compact", "--simplified"] + symbols.map(String.init))
        let lines = names.text.split(separator: "\n").map(String.init)
        return names.isSuccess && lines.count == symbols.count ? lines : symbols.map(String.init)
    }
}
