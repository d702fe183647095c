// SPDX-License-Identifier: Apache-2.0

// What the code must not do: touch floating-point or vector registers, or take more than a quarter of a page of stack.

extension ImageCheck {
    static let vectors = ImageCheck(
        name: "vectors", summary: "no x87, MMX, SSE or AVX instruction",
        findings: { image in
            image.functions.compactMap { function in
                let bad = function.instructions.first(where: isVector)
                return bad.map { instruction in
                    image.finding(
                        "\(function.name) contains \(instruction.split(separator: "\t").joined(separator: " "))",
                        why:
                            "the kernel saves no floating-point state on entry: this would change a program's registers",
                        remedy: "compile it with the toolset's flags, and use no Float or Double")
                }
            }
        },
        exceptions: [
            Exception(
                place: "fxsave, fxrstor, xsave…, xrstor…, fninit, ldmxcsr", reason: "they switch programs' state"),
            Exception(place: "fnstsw, fnstcw, stmxcsr", reason: "they say which exception it was and change nothing"),
        ])

    static let frames = ImageCheck(
        name: "frames", summary: "no stack frame above 1 KiB",
        findings: { image in
            image.functions.compactMap { function in
                let size = function.instructions.compactMap(stackBytes).max() ?? 0
                guard size > 1024 else { return nil }
                return image.finding(
                    "\(function.name) takes \(size) bytes of stack", why: "a kernel stack has 16 KiB, and calls nest",
                    remedy: "keep large values behind a class or in a container, or split the function")
            }
        })

    private static let stateSwitches: [String] = [
        "fxsave", "fxrstor", "xsave", "xrstor", "fninit", "ldmxcsr", "stmxcsr", "fnstsw", "fnstcw",
    ]

    private static func isVector(_ instruction: Substring) -> Bool {
        let mnemonic = instruction.prefix { $0 != "\t" && $0 != " " }
        if stateSwitches.contains(where: mnemonic.hasPrefix) { return false }
        // All x87 mnemonics begin with f, and no others do.
        if mnemonic.hasPrefix("f") || mnemonic == "emms" { return true }
        return instruction.includes("%xmm") || instruction.includes("%ymm") || instruction.includes("%zmm")
            || instruction.includes("%mm") || instruction.includes("%st")
    }

    /// What an instruction takes from the stack pointer: `subq $N, %rsp` or `leaq -N(%rsp), %rsp`.
    private static func stackBytes(_ instruction: Substring) -> Int? {
        guard instruction.hasSuffix("%rsp") else { return nil }
        if instruction.hasPrefix("sub"), let operand = instruction.after("$") { return number(operand.before(",")) }
        if instruction.hasPrefix("lea"), let operand = instruction.after("-") {
            return number(operand.before("(%rsp)"))
        }
        if instruction.hasPrefix("add"), let operand = instruction.after("$-") { return number(operand.before(",")) }
        return nil
    }

    private static func number(_ text: Substring) -> Int? {
        text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }
}
