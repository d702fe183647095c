// SPDX-License-Identifier: Apache-2.0
//
// The two halves of serving an interrupt. The hard half runs with interrupts off and only acknowledges; the work is
// deferred to the interrupt's exit, with interrupts on and a budget, and beyond the budget to a thread.

/// What a handler found when it was asked.
public enum InterruptOutcome: Sendable {
    /// The device has nothing; somebody else shares the line.
    case notMine
    /// Acknowledged, nothing left to do.
    case handled
    /// Acknowledged; call `runDeferred`.
    case deferWork
}

/// How much deferred work may be done at once, so that programs run in between.
public struct WorkBudget: Sendable {
    /// Packets, completions or bytes' worth of work that are left.
    public var items: Int

    /// Creates a budget. 64 items are what one interrupt's exit may spend.
    public init(items: Int = 64) { self.items = items }

    /// Whether nothing is left.
    public var isSpent: Bool { items <= 0 }
}

/// Serves the interrupts of one device.
public protocol InterruptHandler: AnyObject, Sendable {
    /// Acknowledges the device.
    ///
    /// - Context: hard interrupt: no allocation, no reference counting, no lock that threads hold with interrupts on.
    func acknowledge() -> InterruptOutcome

    /// Does the work, as far as the budget goes. - Returns: whether some is left.
    ///
    /// - Context: deferred work on some thread's stack: may take spinlocks, allocate and wake threads; must not block.
    func runDeferred(budget: inout WorkBudget) -> Bool
}

/// Where an interrupt comes from.
public enum InterruptLine: Sendable {
    /// A wired line of the interrupt controller, by its global number; ISA devices and virtio-mmio.
    case wired(Int)
    /// A message that the device writes (MSI, MSI-X).
    case message
}

/// What a device must write, and where, to raise a message interrupt (PCI 3.0 §6.8).
public struct InterruptMessage: Sendable {
    /// The physical address.
    public var address: UInt64
    /// The value.
    public var data: UInt32
}

/// Why an interrupt could not be connected.
public enum InterruptError: Error, Sendable {
    /// The controller has no such line.
    case noSuchLine
    /// All vectors are taken.
    case noVector
}
