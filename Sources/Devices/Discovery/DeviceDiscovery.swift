// SPDX-License-Identifier: Apache-2.0
//
// Finds the machine's devices: virtio-mmio slots that the command line names (as Firecracker and QEMU's microvm do it)
// and PCI functions behind the configuration ports, and offers each to the image's drivers in their order.

internal import BootProtocols
internal import Containers
public import DeviceModel
internal import Log
internal import Machine
public import Memory
internal import PCI
internal import VirtIO

/// The search for devices at boot.
public struct DeviceDiscovery {
    private let registry: DeviceRegistry
    private let drivers: [Driver]

    /// - Parameter drivers: tried in this order for each device.
    public init(_ registry: DeviceRegistry, drivers: [Driver]) {
        self.registry = registry
        self.drivers = drivers
    }

    /// Offers the device of a virtio-mmio slot.
    ///
    /// - Context: thread, while the machine starts.
    public func offerSlot(base: UInt64, byteCount: UInt64, interrupt: UInt32) {
        do throws(OutOfMemory) {
            let window = try KernelSpace.mapDevice(
                PhysicalAddress(base), byteCount: Int(clamping: min(byteCount, 4096)))
            do throws(DeviceError) {
                offer(try VirtIOEndpoint.inSlot(window, interruptLine: interrupt))
            } catch .notPresent {
                // An empty slot: QEMU names them all.
            } catch {
                Log.write(.warning, "virtio-mmio", "slot cannot be used: ", .hexadecimal(base))
            }
        } catch {
            Log.write(.warning, "virtio-mmio", "no memory to map the slot at ", .hexadecimal(base))
        }
    }

    /// Offers every virtio function on PCI.
    public func offerPCI() {
        let space = PCIConfigurationPorts(ports: PortWindow(base: 0xcf8, byteCount: 8))
        PCIBus.forEachFunction(in: space) { function in
            if let endpoint = VirtIOEndpoint.onPCI(function, mapper: KernelRegisterMapper()) { offer(endpoint) }
        }
    }

    @inline(never)  // for both buses
    private func offer(_ device: any DeviceDescription) {
        switch registry.attach(device, from: drivers) {
        case .attached(let name): Log.write(.debug, name, "attached")
        case .noDriver: Log.write(.debug, "devices", "a virtio device has no driver in this image")
        case .failed(let name, let error):
            Log.write(.warning, name, "the device could not be started: ", .text(error.summary))
        }
    }
}

/// Maps device registers into the kernel's area.
private struct KernelRegisterMapper: RegisterMapper {
    func map(_ physical: PhysicalAddress, byteCount: Int) throws(DeviceError) -> MMIOWindow {
        do throws(OutOfMemory) { return try KernelSpace.mapDevice(physical, byteCount: byteCount) } catch {
            throw .outOfMemory
        }
    }
}
