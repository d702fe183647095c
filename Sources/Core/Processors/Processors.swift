// SPDX-License-Identifier: Apache-2.0
//
// Bringing up the CPUs that the firmware's tables name, one after the other. A CPU that does not come is left out with a
// line on the log; the machine goes on with those that did.

internal import Containers
internal import FirmwareTables
internal import Log
internal import Machine
internal import Memory
internal import Platform
public import Scheduler
internal import Sync
internal import Time

/// The machine's processors.
public enum Processors {
    /// How long a CPU may take to come: it runs a hundred instructions until then.
    private static var patience: UInt64 { 1_000_000_000 }

    /// Starts all CPUs but the one that runs.
    ///
    /// - Parameter prepare: what each does first, with interrupts off.
    /// - Context: thread of the first CPU, before there are programs; waits for each CPU.
    @inline(never)  // runs once, with large values
    public static func startAll(_ scheduler: Scheduler, _ prepare: @escaping @Sendable () -> Void) {
        CPUs.enableSamples { CPUReport.writeSpin(at: $0) }
        var processors = ProcessorList()
        list(&processors)
        let own = CPU.hardwareID
        for index in 0..<min(processors.count, CPUs.limit) where processors[index] != own {
            start(processors[index], scheduler, prepare)
        }
        if CPUs.count > 1 { watch() }
    }

    /// Lets the CPUs watch each other.
    private static func watch() {
        let watches = Watches()
        for index in 1..<CPUs.count { watches.perCPU.set(index, CPUWatch()) }
        CurrentThread.endOfRest = { watches.perCPU.withCurrent { $0.start() } }
        let interrupts = CPU.saveInterrupts()
        CurrentThread.endOfRest?()
        CPU.restoreInterrupts(interrupts)
    }

    /// A watch for each CPU.
    private final class Watches: Sendable {
        let perCPU = PerCPU(CPUWatch())
    }

    private static func start(
        _ identifier: UInt32, _ scheduler: Scheduler, _ prepare: @escaping @Sendable () -> Void
    ) {
        do throws(OutOfMemory) {
            let deadline = Clock.now().advanced(byNanoseconds: patience)
            let runs = try scheduler.startCPU(hardwareID: identifier, until: deadline, prepare)
            if !runs { Log.write(.warning, "processors", "one does not start: ", .decimal(UInt64(identifier))) }
        } catch {
            Log.write(.warning, "processors", "no memory for number ", .decimal(UInt64(identifier)))
        }
    }

    /// The processors by ACPI, or by the MP table where there is no ACPI.
    private static func list(_ processors: inout ProcessorList) {
        let memory = LowMemory()
        let root = Platform.firmwareTables.rawValue
        if root != 0, ACPI.addProcessors(root: root, in: memory, to: &processors) { return }
        processors.removeAll()
        if !MultiProcessorTable.addProcessors(in: memory, to: &processors) { processors.removeAll() }
    }
}

/// Memory as the loader described it.
private struct LowMemory: PhysicalMemory {
    func withBytes<R>(at address: UInt64, count: Int, _ body: (RawSpan) -> R) -> R? {
        Platform.withMemory(at: PhysicalAddress(address), count: count, body)
    }
}
