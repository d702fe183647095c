// SPDX-License-Identifier: Apache-2.0

// Conditions: `#if arch`, `#if os` and `#if hasFeature` only in Machine and in LinuxABI's number files, so that a second
// processor is a new folder. A few modules of Core differ between the machine and the host's unit tests; they are listed.

extension SourceCheck {
    static let conditions = SourceCheck(
        name: "conditions", summary: "#if arch, os and hasFeature stay in Machine and LinuxABI's number files",
        findings: { tree in
            tree.swiftFiles(in: "Sources").filter { !$0.isIn("Sources/Machine") }.flatMap { file -> [Finding] in
                SwiftSource(file.text).lines.enumerated().compactMap { index, line -> Finding? in
                    let text = line.trimmed
                    guard text.hasPrefix("#if") || text.hasPrefix("#elseif") else { return nil }
                    let names = text.words.filter { platformConditions.contains(String($0)) }
                    guard let name = names.first else { return nil }
                    let isNumberFile =
                        file.isIn("Sources/Formats/LinuxABI") && numberFileMarks.contains(where: file.name.includes)
                    if isNumberFile && names.allSatisfy({ $0 == "arch" }) { return nil }
                    let isHostSplit = names == ["os"] && text.includes("os(none)")
                    if isHostSplit && hostSplits.contains(where: { $0.place == file.path }) { return nil }
                    return Finding(
                        path: file.path, line: index + 1, what: "asks #if \(name)",
                        why: "only Machine and LinuxABI's number files may ask for the processor or the system",
                        remedy: "ask CPU or Platform at run time, or move the difference to Machine")
                }
            }
        },
        exceptions: hostSplits)

    private static let platformConditions: Set<String> = [
        "arch", "os", "hasFeature", "targetEnvironment", "canImport", "hasAttribute", "_endian", "_pointerBitWidth",
    ]

    private static let numberFileMarks = ["+x86_64", "+arm64", "+riscv64"]

    private static let hostSplits = [
        Exception(place: "Sources/Core/Interrupts/Interrupts.swift", reason: "the host has no interrupts to mask"),
        Exception(place: "Sources/Core/Interrupts/InterruptTable+Unsafe.swift", reason: "the host has no vectors"),
        Exception(place: "Sources/Core/Time/Clock.swift", reason: "the host's clock stands in for the TSC"),
        Exception(place: "Sources/Core/Time/HardwareTimer.swift", reason: "the host has no one-shot timer"),
        Exception(place: "Sources/Core/Time/TimerFrequency+Unsafe.swift", reason: "the host has no timer to measure"),
    ]
}
