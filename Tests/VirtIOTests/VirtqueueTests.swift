// SPDX-License-Identifier: Apache-2.0
//
// The driver's side of the ring against the device's side in TestSupport.

import Containers
import DeviceModel
import Memory
import TestSupport
import Testing
import VirtIO

@Suite struct VirtqueueTests {
    private let memory: SharedDMABuffer
    private let buffers: SharedDMABuffer

    init() throws {
        TestMachine.start()
        memory = try SharedDMABuffer(byteCount: 4096)
        buffers = try SharedDMABuffer(byteCount: 4096)
    }

    private func makeQueue(size: Int = 4, features: VirtIOFeatures = []) -> QueueBox {
        QueueBox(Virtqueue(index: 0, size: size, in: memory, at: 16, features: features))
    }

    private func segment(_ offset: Int, _ count: UInt32, _ direction: QueueSegment.Direction) -> QueueSegment {
        QueueSegment(address: buffers.physicalAddress(of: offset), count: count, direction: direction)
    }

    @Test("the parts are laid out as the specification says")
    func layout() {
        let queue = makeQueue(size: 8)
        let base = memory.physicalAddress(of: 16)
        #expect(queue.layout == VirtqueueLayout(size: 8, descriptors: base, available: base + 128, used: base + 152))
        #expect(Virtqueue.byteCount(size: 8) == 224)
    }

    @Test(
        "a queue takes the largest size that both sides can",
        arguments: [(256, 128, 128), (16, 128, 16), (16, 10, 8), (4, 1, 1), (4, 0, 0)])
    func sizes(_ row: (Int, Int, Int)) {
        #expect(Virtqueue.size(wanted: row.0, limit: row.1) == row.2)
    }

    @Test("bytes travel both ways")
    func travel() throws {
        let queue = makeQueue()
        let device = FakeDeviceQueue(queue.layout, features: [])
        buffers.memory.copyIn([1, 2, 3].span.rawBytes, at: 0)
        let out = try #require(queue.submit(segment(0, 3, .toDevice)))
        let back = try #require(queue.submit(segment(100, 10, .fromDevice)))
        #expect(device.available == 0)
        #expect(queue.publish())
        #expect(device.available == 2)

        let first = try #require(device.pop())
        #expect(first.readable == [1, 2, 3])
        device.push(first)
        let second = try #require(device.pop())
        #expect(second.writableCount == 10)
        device.push(second, writing: [9, 8])

        #expect(try queue.takeUsed() == UsedBuffer(head: out, written: 0))
        #expect(try queue.takeUsed() == UsedBuffer(head: back, written: 2))
        #expect(try queue.takeUsed() == nil)
        #expect(buffers.memory.load16(100) == 0x0809)
        #expect(queue.freeCount == 4)
    }

    @Test("a chain goes over as one buffer and its descriptors come back")
    func chains() throws {
        let queue = makeQueue()
        let device = FakeDeviceQueue(queue.layout, features: [])
        buffers.memory.copyIn([1, 2, 3, 4].span.rawBytes, at: 0)
        let pieces = [segment(0, 1, .toDevice), segment(1, 3, .toDevice), segment(64, 5, .fromDevice)]
        for _ in 0..<5 {
            let head = try #require(queue.submit(pieces))
            #expect(queue.submit(pieces) == nil)
            #expect(queue.freeCount == 1)
            _ = queue.publish()
            let chain = try #require(device.pop())
            #expect(chain.readable == [1, 2, 3, 4])
            device.push(chain, writing: [7, 7, 7, 7, 7])
            #expect(try queue.takeUsed() == UsedBuffer(head: head, written: 5))
            #expect(queue.freeCount == 4)
        }
    }

    @Test("indices wrap and buffers may come back in any order")
    func wraps() throws {
        let queue = makeQueue()
        let device = FakeDeviceQueue(queue.layout, features: [])
        var random = SeededRandom()
        var held: [FakeDeviceChain] = []
        var expected: [UInt16: UInt32] = [:]
        for round in 0..<35_000 {
            while queue.freeCount > 0, random.next(below: 3) != 0 {
                let count = UInt32(1 + random.next(below: 50))
                let head = try #require(queue.submit(segment(0, count, .fromDevice)))
                #expect(expected[head] == nil, "round \(round)")
                expected[head] = count
            }
            _ = queue.publish()
            while let chain = device.pop() { held.append(chain) }
            held.shuffle(using: &random)
            while let chain = held.last, random.next(below: 4) != 0 {
                held.removeLast()
                device.pushRaw(head: UInt32(chain.head), length: UInt32(chain.writableCount))
            }
            while let used = try queue.takeUsed() {
                try #require(expected.removeValue(forKey: used.head) == UInt32(used.written), "round \(round)")
            }
        }
        #expect(device.consumed != 0)
    }

    @Test("a full queue takes no more")
    func full() {
        let queue = makeQueue(size: 2)
        #expect(queue.submit(segment(0, 1, .toDevice)) != nil)
        #expect(queue.submit(segment(0, 1, .toDevice)) != nil)
        #expect(queue.submit(segment(0, 1, .toDevice)) == nil)
        #expect(queue.outstanding == 2)
    }

    @Test("a head that the device does not have is a violation")
    func strayHead() throws {
        for head: UInt32 in [1, 3, 4, 0xffff_ffff] {
            let queue = makeQueue()
            let device = FakeDeviceQueue(queue.layout, features: [])
            _ = queue.submit(segment(0, 1, .toDevice))
            _ = queue.publish()
            device.pushRaw(head: head, length: 0)
            do throws(DeviceError) {
                _ = try queue.takeUsed()
                Issue.record("accepted \(head)")
            } catch {
                #expect(error == .protocolViolation("virtio: the device used a buffer it was not given"))
            }
            GuestMemory.write(queue.layout.used, [UInt8](repeating: 0, count: 40))
        }
    }

    @Test("more used buffers than were given are a violation")
    func tooManyUsed() {
        let queue = makeQueue()
        _ = queue.submit(segment(0, 1, .toDevice))
        _ = queue.publish()
        GuestMemory.write(queue.layout.used + 2, UInt16(9))
        do throws(DeviceError) {
            _ = try queue.takeUsed()
            Issue.record("accepted")
        } catch {
            #expect(error == .protocolViolation("virtio: the device used more buffers than it was given"))
        }
    }

    @Test("a length beyond the buffer is cut to it")
    func longLength() throws {
        let queue = makeQueue()
        let device = FakeDeviceQueue(queue.layout, features: [])
        let head = try #require(queue.submit(segment(0, 10, .fromDevice)))
        _ = queue.publish()
        device.pushRaw(head: UInt32(head), length: 0xffff_ffff)
        #expect(try queue.takeUsed()?.written == 10)
    }

    @Test("without event index the device's flag says whether to notify")
    func flagNotification() {
        let queue = makeQueue()
        let device = FakeDeviceQueue(queue.layout, features: [])
        device.setNotifications(wanted: 0)
        _ = queue.submit(segment(0, 1, .toDevice))
        #expect(!queue.publish())
        device.setNotifications(wanted: 1)
        #expect(!queue.publish(), "nothing new was published")
        _ = queue.submit(segment(0, 1, .toDevice))
        #expect(queue.publish())
    }

    @Test("with event index only the index that the device waits for notifies")
    func eventNotification() throws {
        let queue = makeQueue(features: .eventIndex)
        let device = FakeDeviceQueue(queue.layout, features: .eventIndex)
        _ = queue.submit(segment(0, 1, .toDevice))
        #expect(queue.publish())
        _ = queue.submit(segment(0, 1, .toDevice))
        #expect(!queue.publish(), "the device has not looked since")
        while let chain = device.pop() { device.push(chain) }
        while try queue.takeUsed() != nil {}
        _ = queue.submit(segment(0, 1, .toDevice))
        #expect(queue.publish())
    }

    @Test("interrupts are wanted and unwanted", arguments: [VirtIOFeatures(), .eventIndex])
    func interrupts(_ features: VirtIOFeatures) throws {
        let queue = makeQueue(features: features)
        let device = FakeDeviceQueue(queue.layout, features: features)
        func use() throws {
            _ = queue.submit(segment(0, 1, .toDevice))
            _ = queue.publish()
            device.push(try #require(device.pop()))
        }
        queue.setInterrupts(.unwanted)
        var before = device.produced
        try use()
        #expect(!device.wantsInterrupt(since: before))
        #expect(queue.setInterrupts(.wanted), "the used buffer must be reported")
        _ = try queue.takeUsed()
        #expect(!queue.setInterrupts(.wanted))
        before = device.produced
        try use()
        #expect(device.wantsInterrupt(since: before))
    }
}
