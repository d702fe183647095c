// SPDX-License-Identifier: Apache-2.0
//
// A virtio device without a bus: features, status, queues, configuration, interrupt causes. FakeVirtIOTransport puts a
// driver on it directly; FakeVirtIOMMIO and FakeVirtIOPCI put real transports on it by faking their registers. A test
// (or FakeConsoleHost) gives it behaviour with `onNotify`.

public import VirtIO

/// The state of a virtio device.
public final class FakeVirtIODevice: @unchecked Sendable {
    /// The device type.
    public let type: UInt32
    /// What the device offers.
    public var offered: VirtIOFeatures
    /// What the driver took.
    public var accepted: VirtIOFeatures = []
    /// The status register.
    public private(set) var status: VirtIOStatus = []
    /// Every value written to the status register.
    public private(set) var statusHistory: [VirtIOStatus] = []
    /// The device configuration.
    public var configuration: [UInt8]
    /// The configuration generation; bump it to fake a change.
    public var generation: UInt32 = 0
    /// The most entries of each queue; its count is the number of queues.
    public let queueLimits: [Int]
    /// The queues that the driver has enabled.
    public private(set) var queues: [Int: FakeDeviceQueue] = [:]
    /// Why the device interrupts.
    public var causes: VirtIOInterruptCauses = []
    /// The queues that were notified, in order.
    public var notified: [Int] = []
    /// What the device does when a queue is notified.
    public var onNotify: (_ queue: Int) -> Void = { _ in }
    /// Whether the device keeps FEATURES_OK.
    public var acceptsFeatures = true

    /// Makes a device in reset.
    public init(
        type: UInt32, offered: VirtIOFeatures = .version1, configuration: [UInt8] = [], queueLimits: [Int] = []
    ) {
        self.type = type
        self.offered = offered
        self.configuration = configuration
        self.queueLimits = queueLimits
    }

    /// Writes the status register.
    public func setStatus(_ new: VirtIOStatus) {
        statusHistory.append(new)
        guard new != [] else {
            status = []
            queues = [:]
            causes = []
            return
        }
        status = acceptsFeatures ? new : new.subtracting(.featuresOK)
    }

    /// Enables a queue.
    public func enable(_ index: Int, _ layout: VirtqueueLayout) {
        queues[index] = FakeDeviceQueue(layout, features: accepted)
    }

    /// The driver notifies a queue.
    public func notify(_ index: Int) {
        notified.append(index)
        onNotify(index)
    }

    /// Reads `width` bytes of the configuration, zeros beyond its end.
    public func readConfiguration(_ offset: Int, _ width: Int) -> UInt64 {
        (0..<width).reduce(0) { value, index in
            let byte = offset + index < configuration.count ? configuration[offset + index] : 0
            return value | UInt64(byte) << UInt64(8 * index)
        }
    }
}
