// SPDX-License-Identifier: Apache-2.0
//
// Threads of a native application. They are the kernel's own: on all CPUs of the machine where the image is built for several
// (the trait SMP), and preemptive unless it is built with the trait Cooperative. The first one that is started brings up what threads need, the other CPUs
// included; an application without threads pays for none of it.

public import Containers
internal import Events
internal import Machine
internal import Native
internal import Processors
internal import Scheduler

/// A thread of the application.
public final class NativeThread: Sendable {
    private let body: Body

    private init(_ body: Body) { self.body = body }

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - stackByteCount: whole pages of 4096; below the stack is a page that nobody may touch.
    ///   - work: what it does; the thread ends when it returns.
    /// - Throws: `OutOfMemory` when there is none for the stack.
    /// - Context: thread.
    public static func start(
        stackByteCount: Int = 65536, _ work: @escaping @Sendable () -> Void
    ) throws(OutOfMemory) -> NativeThread {
        NativeMachine.startThreads()
        if CPUs.limit > 1 { OtherCPUs.start() }
        let body = Body(work)
        try CurrentThread.scheduler.spawn(body, stackByteCount: max(stackByteCount, 16384))
        return NativeThread(body)
    }

    /// Waits until the thread has ended.
    ///
    /// - Context: thread; blocks; not the thread itself.
    public func join() {
        // Nobody interrupts an application's threads.
        do throws(WaitEnd) { try body.hasEnded.wait() } catch {}
    }

    /// Lets another thread run first, if one is ready.
    public static func yield() { CurrentThread.scheduler.yield() }

    /// How many CPUs the threads run on.
    public static var cpuCount: Int { CPUs.count }

    private final class Body: ThreadBody {
        let hasEnded = Event()
        private let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) { self.work = work }

        func run(on thread: Thread) {
            work()
            hasEnded.set()
        }
    }
}
