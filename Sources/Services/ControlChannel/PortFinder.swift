// SPDX-License-Identifier: Apache-2.0
//
// Finding the console's ports by name, and waiting for those that the host has not named yet. Usually there is nothing
// to wait for: the driver has seen every name when it attaches.

import DeviceModel
import Events
import Time

/// Watches a console until every port that is asked for is there, and passes on what else the host says there.
final class PortFinder: ConsoleWatcher {
    private let console: any MultiportConsole
    private let requests: any HostRequests
    private let appeared = WaitQueue()

    init(_ console: any MultiportConsole, _ requests: any HostRequests) {
        self.console = console
        self.requests = requests
        console.watch(self)
    }

    /// The port of this name, once the host has named it.
    func find(
        _ name: StaticString, _ port: HostChannelError.Port, _ deadline: Instant?
    ) throws(HostChannelError) -> any WindowedByteStreamPort {
        if let found = console.port(named: name) { return found }
        do throws(WaitEnd) {
            try appeared.wait(until: deadline, unless: { console.port(named: name) != nil })
        } catch {
            throw .missingPort(port)
        }
        guard let found = console.port(named: name) else { throw .missingPort(port) }
        return found
    }

    func consolePortAppeared() { appeared.wakeAll() }

    func consoleResized(rows: UInt16, columns: UInt16) { requests.hostResized(rows: rows, columns: columns) }
}
