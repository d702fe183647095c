// SPDX-License-Identifier: Apache-2.0
//
// Taking buffers back from the device (virtio 1.3 §2.7.14), and saying whether it should interrupt when it has some.
// Everything the device says is checked: a head that is not outstanding ends the queue with an error and not the kernel.

public import DeviceModel
import Memory

extension Virtqueue {
    /// Whether the device has finished with a buffer.
    public var hasUsed: Bool { shared.memory.load16(usedAt + 2) != taken }

    /// Takes the next buffer that the device has finished with, and frees its descriptors.
    ///
    /// - Throws: `.protocolViolation` if the device answers a buffer that it does not have. Reset it then.
    public mutating func takeUsed() throws(DeviceError) -> UsedBuffer? {
        let index = shared.memory.load16(usedAt + 2)
        guard index != taken else { return nil }
        guard index &- taken <= published &- taken else {
            throw .protocolViolation("virtio: the device used more buffers than it was given")
        }
        memoryFence()  // the index before the entry
        let at = usedAt + 4 + 8 * (Int(taken) & (size - 1))
        let head = shared.memory.load32(at)
        let written = shared.memory.load32(at + 4)
        guard head < UInt32(size), chainLength[Int(head)] > 0 else {
            throw .protocolViolation("virtio: the device used a buffer it was not given")
        }
        taken &+= 1
        free(chain: UInt16(head))
        return UsedBuffer(head: UInt16(head), written: Int(min(written, writable[Int(head)])))
    }

    /// What the driver wants to hear from the device.
    public enum Interrupts: Sendable {
        /// An interrupt when the next buffer is used.
        case wanted
        /// None; the driver looks by itself. The device may interrupt all the same.
        case unwanted
    }

    /// Says whether the device should interrupt.
    ///
    /// - Returns: whether there are used buffers right now: after `.wanted` the driver must look at those itself, since
    ///   they came before the request and cause no interrupt.
    @discardableResult
    public mutating func setInterrupts(_ wish: Interrupts) -> Bool {
        switch (signalling, wish) {
        case (.flags, .wanted): shared.memory.store16(availableAt, 0)
        case (.flags, .unwanted): shared.memory.store16(availableAt, 1)
        case (.eventIndex, .wanted): shared.memory.store16(availableAt + 4 + 2 * size, taken)
        // The farthest index from now: 65,535 buffers away.
        case (.eventIndex, .unwanted): shared.memory.store16(availableAt + 4 + 2 * size, taken &- 1)
        }
        memoryFence()  // the wish before we look
        return hasUsed
    }

    private mutating func free(chain head: UInt16) {
        let length = Int(chainLength[Int(head)])
        chainLength[Int(head)] = 0
        var last = head
        for _ in 1..<length { last = next[Int(last)] }
        next[Int(last)] = firstFree
        firstFree = head
        freeCount += length
    }
}
