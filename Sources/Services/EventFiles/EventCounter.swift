// SPDX-License-Identifier: Apache-2.0
//
// eventfd(2): a counter as a file. Writes add to it, reads take it, or one of it for a semaphore; poll(2) tells when
// either would not wait. Event loops wake each other with it.

public import Events
public import FileSystem
public import LinuxABI
import Synchronization
public import UserMemory

/// A counter that is read and written as a file.
public final class EventCounter: EventFile, @unchecked Sendable {
    /// What a read takes.
    public enum Style: Sendable {
        /// The whole count.
        case counter
        /// One (`EFD_SEMAPHORE`).
        case semaphore
    }

    /// The count never gets to the greatest number.
    private static var limit: UInt64 { .max - 1 }

    private let count: Atomic<UInt64>
    private let style: Style
    private let changed = WaitQueue()

    /// Creates a counter.
    public init(_ volume: UnnamedVolume, initially count: UInt32, _ style: Style, _ flags: OpenFlags) {
        self.count = Atomic(UInt64(count))
        self.style = style
        super.init(volume, flags)
    }

    public override var anonymousName: StaticString { "anon_inode:[eventfd]" }

    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        if buffer.remaining < 8 { throw .invalidArgument }
        while true {
            let now = count.load(ordering: .acquiring)
            if now == 0 {
                try wait { self.count.load(ordering: .acquiring) != 0 }
                continue
            }
            let taken = style == .semaphore ? 1 : now
            if !exchange(now, now - taken) { continue }
            var value = LayoutBuffer<1>()
            value.store64(taken, at: 0)
            try buffer.put(value.bytes)
            return 8
        }
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        if buffer.remaining < 8 { throw .invalidArgument }
        var value = LayoutBuffer<1>()
        try value.fill { (raw) throws(Errno) in _ = try buffer.take(into: &raw) }
        let added = value.load64(0)
        if added == .max { throw .invalidArgument }
        while true {
            let now = count.load(ordering: .acquiring)
            if Self.limit - now < added {
                try wait { Self.limit - self.count.load(ordering: .acquiring) >= added }
                continue
            }
            if exchange(now, now + added) { return 8 }
        }
    }

    private func exchange(_ old: UInt64, _ new: UInt64) -> Bool {
        let done = count.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
        if done { changed.wakeAll(for: new > old ? .readable : .writable) }
        return done
    }

    private func wait(unless condition: () -> Bool) throws(Errno) {
        if flags.contains(.nonBlocking) { throw .wouldBlock }
        do throws(WaitEnd) { try changed.wait(unless: condition) } catch { throw .interrupted }
    }

    public override func poll() -> PollEvents {
        let now = count.load(ordering: .acquiring)
        var events: PollEvents = []
        if now > 0 { events.insert(.readable) }
        if now < Self.limit { events.insert(.writable) }
        return events
    }

    public override var waitQueue: WaitQueue? { changed }
}
