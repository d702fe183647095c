// SPDX-License-Identifier: Apache-2.0

// What Time promises: conversions that neither overflow nor run backwards, and timers that are due in order, each once.

import Containers
import DamagedBytes
import Machine
import TestSupport
import Testing

@testable import Time

@Suite("Instants and scales")
struct TimeTests {
    @Test("Instants saturate at both ends")
    func instants() {
        #expect(Instant.boot.advanced(byNanoseconds: .max) == .never)
        #expect(Instant(nanoseconds: 5).advanced(byNanoseconds: .max) == .never)
        #expect(Instant(nanoseconds: 5).nanoseconds(since: Instant(nanoseconds: 9)) == 0)
        #expect(Instant(nanoseconds: 9).nanoseconds(since: Instant(nanoseconds: 5)) == 4)
        #expect(Instant.boot < .never)
    }

    @Test(
        "A second of steps is a second",
        arguments: [1000, 1_193_182, 24_000_000, 2_999_999_999, 5_000_000_000] as [UInt64])
    func oneSecond(_ frequency: UInt64) {
        let scale = CounterScale(counterAtBase: 77, frequency: frequency)
        let measured = scale.nanoseconds(at: 77 + frequency)
        #expect(measured <= 1_000_000_000 && measured > 999_999_000)
        #expect(scale.nanoseconds(at: 77) == 0 && scale.nanoseconds(at: 3) == 0)
    }

    @Test("Years of steps do not overflow")
    func years() {
        let scale = CounterScale(counterAtBase: 0, frequency: 3_000_000_000)
        let year: UInt64 = 365 * 86400
        let measured = scale.nanoseconds(at: 50 * year * 3_000_000_000)
        #expect(abs(Int64(measured) - Int64(50 * year * 1_000_000_000)) < 2_000_000_000)
    }

    @Test("A refined scale goes on where the old one was")
    func refinement() {
        var random = SeededRandom()
        var scale = CounterScale(counterAtBase: 0, frequency: 1_000_000_000)
        var counter: UInt64 = 0
        var last: UInt64 = 0
        for _ in 0..<1000 {
            counter += UInt64(random.next(below: 1_000_000))
            scale.change(frequency: 900_000_000 + UInt64(random.next(below: 200_000_000)), at: counter)
            #expect(scale.nanoseconds(at: counter) >= last)
            counter += UInt64(random.next(below: 1000))
            last = scale.nanoseconds(at: counter)
        }
        #expect(scale.nanosecondsAtBase > 0)
    }

    @Test("A counter that runs below 1 kHz is taken for 1 kHz, and 0 is no division by zero")
    func slowCounters() {
        #expect(CounterScale.multiplier(0) == CounterScale.multiplier(1000))
    }
}

@Suite("TimerQueue")
struct TimerQueueTests {
    private final class Target: TimerTarget, @unchecked Sendable {
        var due: [ObjectIdentifier] = []
        func timerIsDue(_ timer: Timer) { due.append(ObjectIdentifier(timer)) }
    }

    /// Timers compare with the clock of this thread's CPU.
    private func atTime(_ nanoseconds: UInt64, _ body: () -> Void) {
        let scale = Clock.scale
        HostedCPU.counter = scale.counterAtBase &+ CPU.scale(nanoseconds, by: 1 << 32, over: scale.multiplier) &+ 1
        body()
        HostedCPU.counter = 0
    }

    @Test("Timers are due in the order of their deadlines, whatever the order in which they were armed")
    func order() throws {
        var random = SeededRandom()
        let queue = TimerQueue()
        let target = Target()
        var timers: [(deadline: UInt64, timer: Timer)] = []
        for _ in 0..<200 { timers.append((UInt64(random.next(below: 100_000)), Timer(target: target))) }
        for entry in timers { queue.arm(entry.timer, at: Instant(nanoseconds: entry.deadline)) }
        // Some move, some are taken back.
        for index in stride(from: 0, to: 200, by: 3) {
            timers[index].deadline = UInt64(random.next(below: 100_000))
            queue.arm(timers[index].timer, at: Instant(nanoseconds: timers[index].deadline))
        }
        for index in stride(from: 0, to: 200, by: 7) { #expect(queue.disarm(timers[index].timer)) }
        let left = timers.enumerated().filter { $0.offset % 7 != 0 }.map(\.element)
        for entry in left { #expect(queue.deadline(of: entry.timer)?.nanoseconds == entry.deadline) }
        atTime(50_000) { while queue.expire() {} }
        #expect(target.due.count == left.filter { $0.deadline <= 50_000 }.count)
        atTime(100_001) { while queue.expire() {} }
        let deadlines = Dictionary(uniqueKeysWithValues: left.map { (ObjectIdentifier($0.timer), $0.deadline) })
        let fired = target.due.compactMap { deadlines[$0] }
        #expect(fired.count == left.count && fired == fired.sorted())
    }

    @Test("A timer that is not armed is due never, and taking it back does nothing")
    func disarmed() throws {
        let queue = TimerQueue()
        let target = Target()
        let timer = Timer(target: target)
        #expect(!queue.disarm(timer) && queue.deadline(of: timer) == nil)
        queue.arm(timer, at: Instant(nanoseconds: 1))
        queue.retire(timer)
        atTime(1000) { _ = queue.expire() }
        #expect(target.due.isEmpty)
    }

    @Test("At most 64 are told at a time, and the rest is announced")
    func budget() throws {
        let queue = TimerQueue()
        let target = Target()
        var timers: [Timer] = []
        for _ in 0..<70 {
            timers.append(Timer(target: target))
            queue.arm(timers[timers.count - 1], at: .boot)
        }
        #expect(queue.expire() && target.due.count == 64)
        #expect(!queue.expire() && target.due.count == 70)
    }
}
