// SPDX-License-Identifier: Apache-2.0
//
// The border: the application's `main`, which is a C name, and the machine's registers of handlers.

internal import Platform
internal import Processor
internal import Scheduler

/// The application's main, which the compiler makes from `@main`.
@_extern(c, "main") private func applicationMain(_ count: CInt, _ words: UnsafeMutableRawPointer?) -> CInt

enum ApplicationMain {
    static func run() {
        // SAFETY: the symbol is the application's own; it ignores its parameters (Program.arguments has the words).
        _ = unsafe applicationMain(0, nil)
    }
}

extension NativeMachine {
    /// Connects preemption and crashes; called once, before there is a second thread.
    static func connectTraps() {
        // SAFETY: registers of the machine, written before anything can trap.
        if Scheduler.isPreemptive { unsafe Traps.preempt = { CurrentThread.scheduler.preempt() } }
        unsafe PrintOutput.put = { NativeMachine.put($0) }
    }
}
