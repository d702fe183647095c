// SPDX-License-Identifier: Apache-2.0

// The kernel's Package.swift as SwiftPM understands it: targets, their folders, and what they declare to import.

internal import HostSystem
internal import ImageBuilder

/// A package's targets.
struct Manifest {
    struct Target: Equatable {
        let name: String
        let path: String
        let dependencies: [String]

        /// The layer: the folder below Sources, or nil for tests.
        var layer: Layer? {
            let parts = path.split(separator: "/")
            return parts.count > 1 && parts[0] == "Sources" ? Layer(rawValue: String(parts[1])) : nil
        }
    }

    let targets: [Target]

    init(targets: [Target]) { self.targets = targets }

    /// Asks SwiftPM.
    init(describing root: FilePath) throws {
        let swift = try Toolchain().swift
        let result = try ChildProcess.run(
            swift, ["package", "--package-path", root.description, "dump-package"], errors: .inherited)
        guard result.isSuccess, let json = JSON(result.output), let targets = json["targets"] else {
            throw ToolError(
                .badData, "cannot read Package.swift", why: "`swift package dump-package` did not describe it",
                remedy: "run it to see the error")
        }
        self.targets = targets.elements.compactMap { target in
            guard let name = target["name"]?.text else { return nil }
            let dependencies = (target["dependencies"]?.elements ?? []).compactMap { dependency in
                (dependency["byName"] ?? dependency["target"] ?? dependency["product"])?.elements.first?.text
            }
            return Target(name: name, path: target["path"]?.text ?? "Sources/\(name)", dependencies: dependencies)
        }
    }

    func target(named name: String) -> Target? { targets.first { $0.name == name } }

    /// The target that a file belongs to.
    func target(of path: String) -> Target? { targets.first { path.hasPrefix($0.path + "/") } }
}

/// The layers, lowest first.
enum Layer: String, CaseIterable {
    case formats = "Formats"
    case machine = "Machine"
    case core = "Core"
    case devices = "Devices"
    case drivers = "Drivers"
    case services = "Services"
    case personalities = "Personalities"
    case images = "Images"

    /// How far above the ground: drivers and services stand beside each other.
    var level: Int {
        switch self {
        case .formats: 0
        case .machine: 1
        case .core: 2
        case .devices: 3
        case .drivers, .services: 4
        case .personalities: 5
        case .images: 6
        }
    }
}
