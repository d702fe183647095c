// SPDX-License-Identifier: Apache-2.0
//
// One device as its bus found it, before any driver has touched it. Each bus has its own class (a virtio-mmio slot, a
// PCI function, a legacy port) with what its drivers need; the registry sees only this protocol. Drivers that know the
// bus cast to its class; drivers written for virtio go through VirtIO, which knows both of its buses.

/// A device found on a bus.
public protocol DeviceDescription: AnyObject, Sendable {
    /// The names it answers to, the most specific first.
    var identities: [DeviceIdentity] { get }
}
