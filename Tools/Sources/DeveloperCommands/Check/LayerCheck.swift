// SPDX-License-Identifier: Apache-2.0

// Layers: a module imports lower layers or siblings. Drivers and services meet at the protocols of DeviceModel, only images
// name drivers, personalities see little of the machine, and a processor's module is for Machine and images.
// The exceptions are a list, printed with each run: it should shrink.

extension SourceCheck {
    static let layers = SourceCheck(
        name: "layers", summary: "modules import lower layers or siblings; drivers and services do not know each other",
        findings: { tree in
            tree.manifest.targets.flatMap { target -> [Finding] in
                guard let layer = target.layer else { return [] }
                return target.dependencies.compactMap { name -> Finding? in
                    guard let other = tree.manifest.target(named: name), let below = other.layer,
                        let reason = forbidden(target, layer, other, below)
                    else { return nil }
                    if architectureExceptions.contains(where: { $0.place == "\(target.name) → \(name)" }) { return nil }
                    return Finding(
                        path: "Package.swift",
                        what: "\(target.name) (\(layer.rawValue)) depends on \(name) (\(below.rawValue))",
                        why: reason.why, remedy: reason.remedy)
                }
            } + processorInSafeCode(tree)
        },
        exceptions: architectureExceptions)

    /// Who may name a processor's module although it is neither Machine nor an image.
    static let architectureExceptions = [
        Exception(place: "Time → X86_64", reason: "chooses the clock and timer hardware of a PC"),
        Exception(place: "Interrupts → X86_64", reason: "programs the local and I/O APIC"),
    ]

    private static func forbidden(
        _ target: Manifest.Target, _ layer: Layer, _ other: Manifest.Target, _ below: Layer
    ) -> (why: String, remedy: String)? {
        if (layer == .drivers && below == .services) || (layer == .services && below == .drivers) {
            return ("drivers and services never import each other", "meet at a protocol in DeviceModel")
        }
        if below.level > layer.level { return ("imports go down", "turn the dependency round, or move the code") }
        if below == .drivers && layer != .images && layer != .drivers {
            return ("only images name drivers", "take a DeviceModel protocol, and let the image list the driver")
        }
        if other.path.hasPrefix("Sources/Machine/Arch/") && layer != .machine && layer != .images {
            return ("a processor's module is for Machine and images", "ask CPU or Platform, or add the question there")
        }
        if layer == .personalities && below == .machine
            && !["Memory", "Machine", "Platform", "Processor", "CMachine"].contains(other.name)
        {
            return (
                "personalities see Memory, Machine, Platform and Processor only",
                "let the image hand over what it knows, as values"
            )
        }
        return nil
    }

    /// C's face of the machine is for files inside the fence.
    private static func processorInSafeCode(_ tree: CheckedTree) -> [Finding] {
        tree.swiftFiles(in: "Sources/Personalities").filter { !$0.isKind("+Unsafe.swift") }.flatMap { file in
            file.importedModules.filter { $0.module == "CMachine" }.map { line, _ in
                Finding(
                    path: file.path, line: line, what: "imports CMachine",
                    why: "in personalities only *+Unsafe.swift may call C's face of the machine",
                    remedy: "use Machine or Processor, or move the call to a *+Unsafe.swift file")
            }
        }
    }
}
