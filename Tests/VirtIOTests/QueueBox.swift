// SPDX-License-Identifier: Apache-2.0
//
// A virtqueue in a class, because the testing macros want operands that can be copied.
// Forwards every call and adds nothing.

import DeviceModel
import VirtIO

final class QueueBox {
    private var queue: Virtqueue

    init(_ queue: consuming Virtqueue) { self.queue = queue }

    var layout: VirtqueueLayout { queue.layout }
    var freeCount: Int { queue.freeCount }
    var outstanding: Int { queue.outstanding }
    func submit(_ segment: QueueSegment) -> UInt16? { queue.submit(segment) }
    func submit(_ segments: [QueueSegment]) -> UInt16? { queue.submit(segments.span) }
    func publish() -> Bool { queue.publish() }
    func takeUsed() throws(DeviceError) -> UsedBuffer? { try queue.takeUsed() }
    @discardableResult
    func setInterrupts(_ wish: Virtqueue.Interrupts) -> Bool { queue.setInterrupts(wish) }
}
