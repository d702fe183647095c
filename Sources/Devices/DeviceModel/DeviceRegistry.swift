// SPDX-License-Identifier: Apache-2.0
//
// The devices of a machine: what the buses found, which driver took each, and how they are all silenced at the end.
// Order is the image's: for each device the drivers are asked in the order of the image's list, so a list is a policy.
// A registry is filled while the machine starts, by one thread; afterwards only `quiesceAll` changes it.

import Sync

/// Pairs devices with drivers and remembers the running ones.
public final class DeviceRegistry: Sendable {
    private let running: Spinlock<[any AttachedDevice]>
    private let context: DriverContext

    /// Makes an empty registry whose drivers get `context`.
    public init(context: DriverContext) {
        self.context = context
        running = Spinlock([])
    }

    /// What became of one device.
    public enum Outcome: Sendable {
        /// The driver of this name runs it.
        case attached(StaticString)
        /// No driver of the list knows it.
        case noDriver
        /// The driver of this name knew it and failed; no later one took it.
        case failed(StaticString, DeviceError)
    }

    /// Offers `device` to `drivers`, in order, until one attaches.
    ///
    /// - Context: task, while the machine starts.
    public func attach(_ device: any DeviceDescription, from drivers: [Driver]) -> Outcome {
        var outcome = Outcome.noDriver
        for driver in drivers where driver.matches(device) {
            do throws(DeviceError) {
                let attached = try driver.attach(device, context)
                running.withLock { $0.append(attached) }
                return .attached(driver.name)
            } catch {
                outcome = .failed(driver.name, error)
            }
        }
        return outcome
    }

    /// The running devices in the order they attached.
    public var devices: [any AttachedDevice] { running.withLock { $0 } }

    /// The first console with several ports.
    public var firstConsole: (any MultiportConsole)? {
        for device in devices {
            if case .console(let console) = device.face { return console }
        }
        return nil
    }

    /// The first serial port.
    public var firstSerialPort: (any ByteStreamPort)? {
        for device in devices {
            if case .serialPort(let port) = device.face { return port }
        }
        return nil
    }

    /// Silences every device, the latest first, so that what stands on another device goes before it.
    ///
    /// - Context: power-off; each device polls for a bounded time. Calling it again does nothing.
    public func quiesceAll() {
        let devices = running.withLock { (list: inout [any AttachedDevice]) in
            let all = list
            list = []
            return all
        }
        for device in devices.reversed() { device.quiesce() }
    }
}
