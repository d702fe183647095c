// SPDX-License-Identifier: Apache-2.0

// What must not be left after linking: one-time initialisation and hashed collections.

extension ImageCheck {
    static let lazyGlobals = ImageCheck(
        name: "lazy-globals", summary: "no swift_once and no one-time initialisation",
        findings: { image in
            image.symbols.filter { symbol in
                // Embedded mangling: `…WZ` initialises a global once, `…Wz` is its token; older compilers say globalinit.
                symbol == "swift_once" || symbol.hasSuffix("_WZ") || symbol.hasSuffix("_Wz")
                    || symbol.hasSuffix("WZTv_")
                    || symbol.includes("globalinit_")
            }.map { symbol in
                image.finding(
                    "contains \(symbol)",
                    why:
                        "a lazy global takes swift_once, which spins without an owner and can deadlock in an interrupt",
                    remedy: "give the global or static a value that folds: a literal or a struct of literals, no call")
            }
        })

    static let hashing = ImageCheck(
        name: "hashing", summary: "no hashed collections of the standard library",
        findings: { image in
            let hashers = image.symbols.filter { symbol in
                symbol.includes("s6HasherV") || symbol.includes("SipHash") || symbol == "arc4random_buf"
                    || symbol.includes("NativeDictionary") || symbol.includes("NativeSet")
            }
            return hashers.prefix(5).map { symbol in
                image.finding(
                    "contains \(symbol)",
                    why: "Set and Dictionary bring floating point, random seeds and 30 KB with them",
                    remedy: "use HashTable, RadixTree or OrderedTree of Containers")
            }
        })
}
