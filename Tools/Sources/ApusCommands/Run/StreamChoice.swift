// SPDX-License-Identifier: Apache-2.0

// What the program's standard streams are, from what ours are.
// Input is a terminal only together with output: the machine's terminal echoes, and the echo has to go where the user
// looks. With output redirected, the user's own terminal goes on editing and echoing lines.

internal import BootProtocols
internal import HostSystem

/// The program's standard streams.
struct StreamChoice {
    let input: BootRecord.Stream
    let output: BootRecord.Stream
    let error: BootRecord.Stream
    let rows: UInt16
    let columns: UInt16

    /// Whether the user's terminal belongs to the machine.
    var isTerminal: Bool { input == .terminal }

    /// Chosen for the descriptors 0, 1 and 2 of this process.
    static let current = StreamChoice()

    private init() {
        func kind(_ descriptor: Int32) -> BootRecord.Stream {
            guard Terminal.isOpen(descriptor) else { return .closed }
            return Terminal.isTerminal(descriptor) ? .terminal : .bytes
        }
        output = kind(1)
        // What a program writes into one file keeps its order.
        error = output == .bytes && Terminal.areOneFile(1, 2) ? .output : kind(2)
        input = kind(0) == .terminal && output != .terminal ? .bytes : kind(0)
        let size = Terminal.size(1) ?? Terminal.size(2) ?? (0, 0)
        rows = size.rows
        columns = size.columns
    }
}
