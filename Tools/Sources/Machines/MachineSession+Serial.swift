// SPDX-License-Identifier: Apache-2.0

// The standard streams where one serial line carries everything: they come and go as frames beside the messages. Each
// stream may be ahead of its reader by what the reader has said that it has room for, so that one who does not read
// holds back that stream and nothing else.
// Neighbours: MachineSession+Control.swift moves the line's bytes, MachineSession+Loop.swift the user's.

internal import BootProtocols
internal import Glibc

/// How many bytes each side may still send.
struct SerialRooms {
    /// Of standard input, to the guest: none before its program reads.
    var input = 0
    /// Of standard output, from the guest.
    var output = ControlChannel.streamRoom
    /// Of standard error, from the guest.
    var error = ControlChannel.streamRoom
    /// Whether the program was told that nobody reads its output.
    var hasToldOfClosedOutput = false
}

extension MachineSession {
    /// Takes bytes of standard output from the line.
    func receiveOutput(_ bytes: [UInt8]) {
        guard take(bytes.count, from: &rooms.output, .standardOutput) else { return }
        if isOutputOpen { outputQueue.append(bytes) } else { tellOfClosedOutput() }
    }

    /// Takes bytes of standard error from the line.
    func receiveError(_ bytes: [UInt8]) {
        guard take(bytes.count, from: &rooms.error, .standardError) else { return }
        if options.isOneFile {
            if isOutputOpen { outputQueue.append(bytes) } else { tellOfClosedOutput() }
        } else {
            if isErrorOpen { errorQueue.append(bytes) } else { tellOfClosedOutput() }
        }
    }

    /// The program has room for more of its input.
    func receiveInputRoom(_ count: UInt32) { rooms.input = min(rooms.input + Int(count), 1 << 20) }

    private func take(_ count: Int, from room: inout Int, _ type: GuestFrameType) -> Bool {
        guard options.channel == .serial, count <= room else {
            failConversation(.badPayload(type: type.rawValue))
            return false
        }
        room -= count
        return true
    }

    /// A program that writes what nobody will read gets SIGPIPE, as on Linux.
    private func tellOfClosedOutput() {
        guard !rooms.hasToldOfClosedOutput else { return }
        rooms.hasToldOfClosedOutput = true
        say(.signal(number: UInt8(SIGPIPE)))
    }

    /// Sends input that there is room for, and tells of room for output once there is half of a stream's.
    func exchangeStreams() {
        while rooms.input > 0, !inputQueue.isEmpty, controlQueue.hasRoom {
            let bytes = inputQueue.removeFirst(atMost: min(rooms.input, 4096))
            rooms.input -= bytes.count
            var frame: [UInt8] = []
            ControlFrame(type: HostMessage.inputFrameType, payload: bytes).encode(to: &frame)
            controlQueue.append(frame)
        }
        if let count = grant(&rooms.output, outputQueue) { say(.outputRoom(byteCount: count)) }
        if let count = grant(&rooms.error, options.isOneFile ? outputQueue : errorQueue) {
            say(.errorRoom(byteCount: count))
        }
    }

    private func grant(_ room: inout Int, _ queue: ByteQueue) -> UInt32? {
        // The log's lines are in the queue of errors, too, so that there may be more than the guest has sent.
        let count = ControlChannel.streamRoom - room - queue.count
        guard count >= ControlChannel.streamRoom / 2 else { return nil }
        room += count
        return UInt32(count)
    }
}
