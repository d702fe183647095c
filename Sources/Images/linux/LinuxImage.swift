import Containers
public import CMachine
import Events
import Interrupts
import Log
import Machine
import Platform
import Processor
import Scheduler
import Time
import X86_64

@main struct LinuxImage { static func main() {} }

final class PortSink: LogSink {
    func write(_ bytes: RawSpan) { for i in 0..<bytes.byteCount { machine_out8(0x3f8, bytes.unsafeLoad(fromByteOffset: i, as: UInt8.self)) } }
}
final class Body: ThreadBody {
    let id: UInt64; let q: WaitQueue
    init(_ id: UInt64, _ q: WaitQueue) { self.id = id; self.q = q }
    func run(on thread: Thread) {
        for i in 0..<3 {
            Log.write(.information, "thread", "step ", .decimal(id), " ", .decimal(UInt64(i)))
            do throws(WaitEnd) { try q.wait(until: Clock.now().advanced(byNanoseconds: 1_000_000 * id), unless: { false }) } catch {
                Log.write(.information, "thread", "woke at ", .decimal(Clock.now().nanoseconds))
            }
        }
        if id == 3 { var a = [1, 2]; a[Int(id) + thread.context.hashValueX()] = 4; Log.write(.information, "x", "y", .decimal(UInt64(a[0]))) }
    }
}
extension ThreadContext { func hashValueX() -> Int { 3 } }

@c(kernel_main) public func kernelMain() {
    Log.use(PortSink())
    Log.level = .trace
    Clock.setOrigin(BootInformation.current.counterAtEntry)
    Clock.start(stated: 0)
    Traps.crash = { Log.crash($0, registerNames: crashRegisterNames); CPU.powerOff() }
    Log.write(.information, "kernel", "up, counter frequency ", .decimal(Clock.frequency), " now ", .decimal(Clock.now().nanoseconds))
    do throws(OutOfMemory) {
        let timers = TimerQueue()
        let scheduler = try Scheduler(timers: timers)
        CurrentThread.deferredWork = { Interrupts.runDeferred() }
        Traps.preempt = { CurrentThread.scheduler.preempt() }
        Interrupts.start(timers: timers)
        let q = WaitQueue()
        for i in 1...3 { try scheduler.spawn(Body(UInt64(i), q)) }
        scheduler.idle()
    } catch { Log.write(.fatal, "kernel", "no memory") }
}
