// SPDX-License-Identifier: Apache-2.0
//
// What a native application asks of the machine: its arguments, time, sleep, its end. The application is part of the
// image and calls these as functions; there is no system call and no boundary in between.

internal import Events
internal import Log
internal import Scheduler
internal import Startup
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
        do throws(WaitEnd) { try WaitQueue().wait(until: deadline, unless: { false }) } catch {
            // The deadline is the only thing that can end this wait.
        }
    }

    /// Lets some milliseconds pass.
    ///
    /// - Context: thread; blocks.
    public static func sleep(milliseconds: Int) {
        if milliseconds > 0 { sleep(nanoseconds: UInt64(milliseconds) * 1_000_000) }
    }

    /// Ends the application and the machine with a status.
    public static func exit(_ status: UInt8) -> Never { NativeMachine.finish(status) }
}
