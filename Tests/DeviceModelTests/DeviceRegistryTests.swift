// SPDX-License-Identifier: Apache-2.0
//
// Which driver gets a device, and in which order devices are silenced.

import DeviceModel
import TestSupport
import Testing

private final class FoundDevice: DeviceDescription {
    let identities: [DeviceIdentity]
    init(_ identities: DeviceIdentity...) { self.identities = identities }
}

private final class Journal: @unchecked Sendable {
    var lines: [String] = []
}

private final class RunningDevice: AttachedDevice {
    let name: String
    let journal: Journal
    let face: DeviceFace
    init(_ name: String, _ journal: Journal, face: DeviceFace = .none) {
        self.name = name
        self.journal = journal
        self.face = face
    }
    func quiesce() { journal.lines.append("quiesce \(name)") }
}

@Suite struct DeviceRegistryTests {
    private let journal = Journal()
    private let registry = DeviceRegistry(context: DriverContext(interrupts: FakeInterruptRouter()))

    private func driver(_ name: StaticString, _ identity: DeviceIdentity, fails: DeviceError? = nil) -> Driver {
        let journal = journal
        return Driver(name: name, identities: [identity]) { (_, _) throws(DeviceError) in
            journal.lines.append("attach \(name)")
            if let fails { throw fails }
            return RunningDevice("\(name)", journal)
        }
    }

    @Test("the first driver of the list that matches gets the device")
    func firstMatchWins() {
        let outcome = registry.attach(
            FoundDevice(.pci(vendor: 1, device: 2), .pciClass(base: 3, sub: 4)),
            from: [
                driver("other", .virtIO(type: 1)), driver("by-class", .pciClass(base: 3, sub: 4)),
                driver("by-id", .pci(vendor: 1, device: 2)),
            ])
        guard case .attached(let name) = outcome else { Issue.record("not attached"); return }
        #expect("\(name)" == "by-class")
        #expect(journal.lines == ["attach by-class"])
    }

    @Test("a driver that fails leaves the device to the next")
    func failureFallsThrough() {
        let outcome = registry.attach(
            FoundDevice(.virtIO(type: 3)),
            from: [driver("a", .virtIO(type: 3), fails: .outOfMemory), driver("b", .virtIO(type: 3))])
        guard case .attached(let name) = outcome else { Issue.record("not attached"); return }
        #expect("\(name)" == "b")
    }

    @Test("the outcome names the driver and the reason when nobody attaches")
    func failureIsReported() {
        let outcome = registry.attach(
            FoundDevice(.virtIO(type: 3)), from: [driver("a", .virtIO(type: 3), fails: .unsupported("too old"))])
        guard case .failed(let name, let error) = outcome else { Issue.record("attached"); return }
        #expect("\(name)" == "a")
        #expect(error == .unsupported("too old"))
        #expect(error != .unsupported("too new"))
    }

    @Test("a device that no driver knows is left alone")
    func noDriver() {
        guard case .noDriver = registry.attach(FoundDevice(.virtIO(type: 9)), from: [driver("a", .virtIO(type: 3))])
        else { Issue.record("somebody took it"); return }
        #expect(journal.lines == [])
    }

    @Test("devices are silenced once, the latest first")
    func quiesceInReverse() {
        for type: UInt32 in [1, 2, 3] {
            _ = registry.attach(
                FoundDevice(.virtIO(type: type)),
                from: [
                    driver("one", .virtIO(type: 1)), driver("two", .virtIO(type: 2)), driver("three", .virtIO(type: 3)),
                ])
        }
        journal.lines = []
        registry.quiesceAll()
        registry.quiesceAll()
        #expect(journal.lines == ["quiesce three", "quiesce two", "quiesce one"])
    }
}
