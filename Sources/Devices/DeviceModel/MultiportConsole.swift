// SPDX-License-Identifier: Apache-2.0
//
// The control side of a console with named ports. Ports appear after the driver has attached, when the host names
// them; a watcher is told. The data side of each port is a WindowedByteStreamPort.

/// A console with several named ports.
public protocol MultiportConsole: AnyObject, Sendable {
    /// The port that the host has named so, or nil as long as there is none.
    ///
    /// - Complexity: O(ports).
    func port(named name: StaticString) -> (any WindowedByteStreamPort)?

    /// Makes `watcher` the one that is told when ports get their names or the host changes a size.
    func watch(_ watcher: any ConsoleWatcher)
}

/// Told what the host does to a console. Called from deferred work, with no lock held; must not block.
public protocol ConsoleWatcher: AnyObject, Sendable {
    /// A port has got its name.
    func consolePortAppeared()
    /// The host's window has a new size, in characters.
    func consoleResized(rows: UInt16, columns: UInt16)
}
