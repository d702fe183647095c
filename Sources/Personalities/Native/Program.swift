// SPDX-License-Identifier: Apache-2.0
//
// What a native application asks of the machine: its arguments, time, sleep, its end. The application is part of the
// image and calls these as functions; there is no system call and no boundary in between.

internal import Containers
internal import Events
internal import SerialChannel
internal import Sync
internal import Time

/// The running application.
public enum Program {
    /// The words after `--`, the program's name first.
    public static var arguments: [String] { NativeMachine.request.arguments }

    /// The environment, as `NAME=value`.
    public static var environment: [String] { NativeMachine.request.environment }

    /// Nanoseconds since the machine was entered.
    ///
    /// - Context: any.
    public static var uptime: UInt64 { Clock.now().nanoseconds }

    /// Nanoseconds since 1970-01-01 00:00 UTC.
    public static var wallTime: UInt64 { NativeMachine.wallTime }

    /// Lets some time pass; the CPU sleeps if nothing else is to be done.
    ///
    /// - Context: thread; blocks.
    public static func sleep(nanoseconds: UInt64) {
        let deadline = Clock.now().advanced(byNanoseconds: nanoseconds)
        NativeMachine.startThreads()
        // Nobody interrupts an application: the deadline is what ends this.
        _ = Sleep.until(deadline)
    }

    /// Lets some milliseconds pass.
    ///
    /// - Context: thread; blocks.
    public static func sleep(milliseconds: Int) {
        if milliseconds > 0 { sleep(nanoseconds: UInt64(milliseconds) * 1_000_000) }
    }

    /// Where an application's bytes go.
    public enum Stream: Sendable {
        /// Standard output, with what is printed.
        case output
        /// Standard error.
        case error
    }

    /// Sends bytes to the host, after what was printed; waits while the host has no room.
    ///
    /// - Context: thread; blocks.
    public static func write(_ bytes: RawSpan, to stream: Stream = .output) {
        guard let machine = shared.value else { return }
        machine.flush()
        machine.send(bytes, to: stream == .output ? .output : .error)
    }

    /// Moves bytes of standard input to `bytes`: what is there, at least one unless the stream has ended.
    ///
    /// - Returns: how many; zero at the end of the stream, where there is no host, or without memory for its buffer.
    /// - Context: thread; blocks.
    public static func read(into bytes: inout MutableRawSpan) -> Int {
        shared.value?.flush()
        do throws(OutOfMemory) { return try shared.value?.host?.read(into: &bytes) ?? 0 } catch { return 0 }
    }

    /// Ends the application and the machine with a status.
    public static func exit(_ status: UInt8) -> Never { NativeMachine.finish(status) }
}
