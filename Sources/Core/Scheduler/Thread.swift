// SPDX-License-Identifier: Apache-2.0
//
// A kernel thread: what the scheduler switches between. A program's thread is one of these that leaves the kernel for
// the program; a driver's or service's thread never does. A thread is never destroyed from outside: `interrupt` marks
// and wakes it, and its own call unwinds.

public import Containers
public import Machine
public import Sync
internal import Synchronization
public import Time

/// What a thread does, once it runs: the object that made it.
public protocol ThreadBody: AnyObject, Sendable {
    /// Runs on the new thread; the thread ends when it returns.
    func run(on thread: Thread)
}

/// A schedulable thread.
public final class Thread: Sendable {
    /// A number for logs; not a process or thread identifier of the personality.
    public let serial: UInt32
    /// What it runs; nil for the thread that the boot code became.
    public let body: (any ThreadBody)?
    /// The body's address, which entry code hands to system calls.
    let bodyAddress: UInt
    /// Its stack and registers.
    public let context: ThreadContext
    /// Its place among threads, guarded by the lock of its home.
    let scheduling: SchedulingState
    /// Why a wait should end early, besides what it waits for.
    let interruption = Atomic<UInt8>(0)
    #if Checks
    /// The locks that may sleep which it holds.
    public let heldLocks = Confined(HeldLocks())
    #endif

    init(serial: UInt32, body: (any ThreadBody)?, context: consuming ThreadContext) {
        self.serial = serial
        self.body = body
        bodyAddress = Thread.address(of: body)
        self.context = context
        scheduling = SchedulingState()
        scheduling.belong(to: self)
    }

    deinit { scheduling.destroy() }

    /// Why a thread's waits end early.
    public struct Interruption: OptionSet, Sendable {
        /// The bits below.
        public let rawValue: UInt8
        /// Creates a set from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// A signal is waiting: interruptible waits end.
        public static let signal = Interruption(rawValue: 1)
        /// The thread shall end: every wait ends.
        public static let kill = Interruption(rawValue: 2)
    }

    /// The reasons that are set.
    public var interruptions: Interruption {
        Interruption(rawValue: interruption.load(ordering: .acquiring) & ~Thread.watchingBit)
    }

    /// Whether the thread is marked for a look after each switch to it: its program relies on knowing its CPU.
    ///
    /// - Context: the thread itself.
    public var watchesSwitches: Bool {
        get { interruption.load(ordering: .relaxed) & Thread.watchingBit != 0 }
        set {
            if newValue {
                _ = interruption.bitwiseOr(Thread.watchingBit, ordering: .relaxed)
            } else {
                _ = interruption.bitwiseAnd(~Thread.watchingBit, ordering: .relaxed)
            }
        }
    }

    /// Whether the CPU that runs it should look at it before it runs its program.
    var wantsLook: Bool { interruption.load(ordering: .acquiring) != 0 }

    private static var watchingBit: UInt8 { 0x80 }

    /// Takes a reason back: the signal was looked at.
    public func clear(_ reason: Interruption) {
        _ = interruption.bitwiseAnd(~reason.rawValue, ordering: .acquiringAndReleasing)
    }
}
