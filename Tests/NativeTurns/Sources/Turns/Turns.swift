// SPDX-License-Identifier: Apache-2.0
//
// Threads that take turns because they say so. Each part prints one line, which NativeTests expects word for word: the order
// is part of what the cooperative discipline promises.

import Apus
import ApusThreads
import Synchronization

/// The names of threads, in the order in which they came by.
final class Order: Sendable {
    private let names = Mutex("")

    func add(_ name: String) { names.withLock { $0 = "\($0)\(name)" } }

    var text: String { names.withLock { $0 } }
}

/// What threads wait for.
final class Table: Sendable {
    let ping = Semaphore(0)
    let pong = Semaphore(0)
    let never = Event()
    let count = Atomic<Int>(0)
}

@main
struct Turns {
    static func main() {
        yields()
        nobodyIsInterrupted()
        deadlines()
        handsOver()
    }

    /// Runs closures on threads of their own, which begin in this order, and waits for them.
    private static func run(_ works: [@Sendable () -> Void]) {
        var threads: [NativeThread] = []
        for work in works {
            do throws(OutOfMemory) { threads.append(try NativeThread.start(work)) } catch {
                print("no memory for a thread")
            }
        }
        for thread in threads { thread.join() }
    }

    /// A yield puts a thread behind all others.
    private static func yields() {
        let order = Order()
        func body(_ name: String) -> @Sendable () -> Void {
            {
                for _ in 0..<3 {
                    order.add(name)
                    NativeThread.yield()
                }
            }
        }
        run([body("a"), body("b"), body("c")])
        print("yields: \(order.text)")
    }

    /// While `a` computes, the deadline of `c` passes: its interrupt is served, and `c` waits behind `b`.
    private static func nobodyIsInterrupted() {
        let order = Order()
        run([
            {
                Program.sleep(milliseconds: 5)
                order.add("c")
            },
            {
                let start = Program.uptime
                while Program.uptime - start < 30_000_000 {}
                order.add("a")
            },
            { order.add("b") },
        ])
        print("nobody is interrupted: \(order.text)")
    }

    /// The CPU rests in between, and whoever's deadline passes goes on.
    private static func deadlines() {
        let order = Order()
        let table = Table()
        let start = Instant.now
        func body(_ name: String, _ milliseconds: UInt64) -> @Sendable () -> Void {
            {
                do throws(WaitEnd) {
                    try table.never.wait(until: start.advanced(byNanoseconds: milliseconds * 1_000_000))
                } catch { order.add(name) }
            }
        }
        run([body("a", 60), body("b", 20), body("c", 40)])
        print("deadlines: \(order.text)")
    }

    /// Two threads that wake each other.
    private static func handsOver() {
        let table = Table()
        run([
            {
                for _ in 0..<100 {
                    table.ping.signal()
                    do throws(WaitEnd) { try table.pong.wait() } catch { print("a wait ended without reason") }
                }
            },
            {
                for _ in 0..<100 {
                    do throws(WaitEnd) { try table.ping.wait() } catch { print("a wait ended without reason") }
                    table.count.wrappingAdd(1, ordering: .relaxed)
                    table.pong.signal()
                }
            },
        ])
        print("hands over: \(table.count.load(ordering: .relaxed)) times")
    }
}
