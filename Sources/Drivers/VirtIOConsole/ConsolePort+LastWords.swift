// SPDX-License-Identifier: Apache-2.0
//
// Bytes to the host from somebody who can neither wait nor trust anybody: a crash. The sender may hold the port's locks
// itself, may be in the middle of filling a page, and cannot allocate; so locks are tried and not waited for, and only
// pages that exist are used.

import DeviceModel
import Memory
import Sync
import VirtIO

extension ConsolePort {
    /// What became of one attempt.
    private enum Attempt {
        case sent(Int, wantsNotification: Bool)
        case full
        case gone
    }

    /// How often a polling sender looks before it gives the rest up: some tens of milliseconds on any machine.
    private static var pollingLimit: Int { 1_000_000 }

    func sendPolling(_ bytes: RawSpan) {
        var sent = 0
        var patience = Self.pollingLimit
        while sent < bytes.byteCount && patience > 0 {
            patience -= 1
            switch attempt(bytes.extracting(sent..<bytes.byteCount)) {
            case .sent(let count, let wantsNotification):
                if wantsNotification { transport.notify(ConsoleQueue.send(Int(number))) }
                sent += count
            case .full: continue
            case .gone: return
            }
        }
        while patience > 0 && !hasTakenAll() { patience -= 1 }
    }

    /// Sends a page's worth.
    private func attempt(_ bytes: RawSpan) -> Attempt {
        // Who holds the lock will not let go of it while this runs: with one CPU, or when it has crashed.
        guard link.withLockIfFree({ $0.hasEnded }) == false else { return .gone }
        return sending.withLockIfFree { side in
            do throws(DeviceError) { try side.reclaim() } catch { return .gone }
            guard let page = side.free.popLast() else { return side.pages.isEmpty ? .gone : .full }
            let count = min(bytes.byteCount, pageSize)
            side.pages[Int(page)].memory.copyIn(bytes.extracting(0..<count), at: 0)
            let segment = QueueSegment(
                address: side.pages[Int(page)].physicalAddress(of: 0), count: UInt32(count), direction: .toDevice)
            guard let head = side.queue.submit(segment) else {
                side.free.append(page)
                return .full
            }
            side.pageOfHead[Int(head)] = page
            return .sent(count, wantsNotification: side.queue.publish())
        } ?? .gone
    }

    /// Whether there is nothing left to wait for.
    private func hasTakenAll() -> Bool {
        sending.withLockIfFree { side in
            do throws(DeviceError) { try side.reclaim() } catch { return true }
            return side.queue.outstanding == 0
        } ?? true
    }
}
