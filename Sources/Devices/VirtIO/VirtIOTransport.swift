// SPDX-License-Identifier: Apache-2.0
//
// What virtio devices have in common whatever bus carries them: status, features, queues, notifications, configuration
// (virtio 1.3 §4). VirtIOMMIOTransport and VirtIOPCITransport are the real ones; TestSupport has a fake. Bring-up in
// the right order is VirtIODevice's work, not the transport's.

public import DeviceModel
public import Interrupts

/// Where the three parts of a split virtqueue are in physical memory.
public struct VirtqueueLayout: Equatable, Sendable {
    /// Entries; a power of two.
    public let size: UInt16
    /// The descriptor table: 16 bytes an entry.
    public let descriptors: UInt64
    /// The available ring, which the driver writes.
    public let available: UInt64
    /// The used ring, which the device writes.
    public let used: UInt64

    /// Names the places.
    public init(size: UInt16, descriptors: UInt64, available: UInt64, used: UInt64) {
        self.size = size
        self.descriptors = descriptors
        self.available = available
        self.used = used
    }
}

/// The registers of one virtio device.
public protocol VirtIOTransport: AnyObject, Sendable {
    /// The device type: 1 network, 2 block, 3 console … (virtio 1.3 §5).
    var deviceType: UInt32 { get }

    /// The features the device offers.
    func readDeviceFeatures() -> VirtIOFeatures
    /// Tells the device which features the driver takes.
    func writeDriverFeatures(_ features: VirtIOFeatures)

    /// Reads the device status.
    func readStatus() -> VirtIOStatus
    /// Writes the device status; `[]` starts a reset.
    func writeStatus(_ status: VirtIOStatus)

    /// Connects the device's interrupts, all to one handler. Before any queue is enabled.
    func connectInterrupts(to handler: any InterruptHandler, through router: any InterruptRouter) throws(DeviceError)
    /// Answers why the device interrupted, and quiets it. Empty if it did not.
    ///
    /// - Context: hard interrupt; no allocation.
    func acknowledgeInterrupt() -> VirtIOInterruptCauses

    /// The most entries queue `index` can have; zero if there is no such queue.
    func queueSizeLimit(_ index: Int) -> Int
    /// Gives queue `index` its memory and starts it.
    func enableQueue(_ index: Int, _ layout: VirtqueueLayout) throws(DeviceError)
    /// Tells the device that queue `index` has new buffers.
    func notify(_ index: Int)

    /// Reads a byte of the device's own configuration.
    func readConfiguration8(_ offset: Int) -> UInt8
    /// Reads two bytes of the device's own configuration.
    func readConfiguration16(_ offset: Int) -> UInt16
    /// Reads four bytes of the device's own configuration.
    func readConfiguration32(_ offset: Int) -> UInt32
    /// Writes four bytes of the device's own configuration.
    func writeConfiguration32(_ offset: Int, _ value: UInt32)
    /// Changes whenever the configuration may have changed between two reads (virtio 1.3 §2.5.1).
    func readConfigurationGeneration() -> UInt32
}

extension VirtIOTransport {
    /// Runs `read` again until the configuration did not change meanwhile, so that fields wider than one read are whole.
    /// Gives up after sixteen tries and answers the last.
    public func readStableConfiguration<Value>(_ read: () -> Value) -> Value {
        var before = readConfigurationGeneration()
        var value = read()
        for _ in 0..<16 {
            let after = readConfigurationGeneration()
            if after == before { break }
            before = after
            value = read()
        }
        return value
    }
}
