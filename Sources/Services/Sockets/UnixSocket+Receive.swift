// SPDX-License-Identifier: Apache-2.0
//
// Receiving. A stream's pieces flow together up to one that open files come along with, and up to where another sender
// begins if credentials are asked for. A datagram is taken whole; what does not fit is lost (unix(7), recv(2)).

import Containers
import Events
import FileSystem
import LinuxABI
import Sync
import Synchronization
import UserMemory

extension UnixSocket {
    // MARK: Streams

    func receiveStream(_ buffer: inout IOBuffer, _ flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        guard status.contains(.connected) else {
            // A socket that never was connected has nothing to say; one that is listening neither.
            throw .invalidArgument
        }
        var result = ReceivedMessage()
        let before = buffer.transferred
        do throws(Errno) {
            while true {
                // Asked before the messages: what was sent before the end is still received.
                let hasEnded = status.contains(.receivingEnded)
                let mustStop = try takeStream(&buffer, flags, &result)
                let count = buffer.transferred - before
                result.count = count
                if mustStop || buffer.remaining == 0 { break }
                if count > 0, !flags.contains(.waitAll) || flags.contains(.peek) { break }
                if let error = takeError() { throw error }
                if hasEnded { break }
                try wait(flags, .receiving, on: changed) {
                    self.pending.load(ordering: .acquiring) > 0 || self.status.contains(.receivingEnded)
                        || self.hasError
                }
            }
        } catch {
            if buffer.transferred == before, result.files.isEmpty { throw error }
        }
        result.count = buffer.transferred - before
        return result
    }

    /// Takes what is there and fits.
    ///
    /// - Returns: whether the next bytes belong to another message.
    private func takeStream(
        _ buffer: inout IOBuffer, _ flags: MessageFlags, _ result: inout ReceivedMessage
    ) throws(Errno) -> Bool {
        if pending.load(ordering: .acquiring) == 0 { return false }
        let passesCredentials = passesCredentials
        var finished: UnixMessage?
        var lastFinished: UnixMessage?
        var mustStop = false
        var failure: Errno?
        state.withLock { state in
            var next = state.first
            var isFirst = result.count == 0
            if isFirst { result.source = state.peerName }
            while let message = next, buffer.remaining > 0 {
                next = message.next
                let hasOtherSender = passesCredentials && !isFirst && message.credentials != result.credentials
                if hasOtherSender {
                    mustStop = true
                    return
                }
                if passesCredentials { result.credentials = message.credentials ?? .nobody }
                isFirst = false
                let left = message.count - message.offset
                let part = min(left, buffer.remaining)
                do throws(Errno) {
                    try message.put(message.offset..<message.offset + part, into: &buffer)
                    if message.hasFiles { try hand(message, flags, &result) }
                } catch {
                    failure = error
                    return
                }
                let hadFiles = !result.files.isEmpty
                if !flags.contains(.peek) {
                    message.offset += part
                    queued.wrappingSubtract(part, ordering: .releasing)
                    if part == left {
                        unlinkFirst(&state)
                        if let last = lastFinished { last.next = message } else { finished = message }
                        lastFinished = message
                    }
                }
                if hadFiles {
                    mustStop = true
                    return
                }
            }
        }
        dropAll(finished)
        if let failure { throw failure }
        return mustStop
    }

    /// Gives the files of a message to who receives it, or copies to who peeks.
    private func hand(
        _ message: UnixMessage, _ flags: MessageFlags, _ result: inout ReceivedMessage
    ) throws(Errno) {
        if flags.contains(.peek) {
            do throws(OutOfMemory) { result.files = try message.copyFiles() } catch { throw .noMemory }
        } else {
            result.files = message.takeFiles()
        }
    }

    private func unlinkFirst(_ state: inout State) {
        guard let first = state.first else { return }
        state.first = first.next
        if state.first == nil { state.last = nil }
        first.next = nil
        pending.wrappingSubtract(1, ordering: .releasing)
    }

    // MARK: Messages

    func receiveMessage(_ buffer: inout IOBuffer, _ flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        if kind == .sequentialPackets, !status.contains(.connected) { throw .socketNotConnected }
        var result = ReceivedMessage()
        while true {
            let hasEnded = status.contains(.receivingEnded)
            if try takeMessage(&buffer, flags, &result) { return result }
            if let error = takeError() { throw error }
            if hasEnded { return result }
            try wait(flags, .receiving, on: changed) {
                self.pending.load(ordering: .acquiring) > 0 || self.status.contains(.receivingEnded) || self.hasError
            }
        }
    }

    /// Takes the first message. - Returns: whether there was one.
    private func takeMessage(
        _ buffer: inout IOBuffer, _ flags: MessageFlags, _ result: inout ReceivedMessage
    ) throws(Errno) -> Bool {
        if flags.contains(.peek) { return try peekMessage(&buffer, flags, &result) }
        let taken = state.withLock { state -> UnixMessage? in
            guard let message = state.first else { return nil }
            unlinkFirst(&state)
            queued.wrappingSubtract(message.count, ordering: .releasing)
            return message
        }
        guard let message = taken else { return false }
        // The message is this thread's alone by now; it is gone even if its bytes cannot be written (as on Linux).
        defer { dropAll(message) }
        try copy(message, &buffer, flags, &result)
        return true
    }

    private func peekMessage(
        _ buffer: inout IOBuffer, _ flags: MessageFlags, _ result: inout ReceivedMessage
    ) throws(Errno) -> Bool {
        try state.withLock { (state) throws(Errno) in
            guard let message = state.first else { return false }
            try copy(message, &buffer, flags, &result)
            return true
        }
    }

    private func copy(
        _ message: UnixMessage, _ buffer: inout IOBuffer, _ flags: MessageFlags, _ result: inout ReceivedMessage
    ) throws(Errno) {
        let size = message.count
        let part = min(size, buffer.remaining)
        try message.put(0..<part, into: &buffer)
        result.count = part
        if part < size {
            result.flags.insert(.truncated)
            if flags.contains(.truncated) { result.count = size }
        }
        result.source = message.source
        if passesCredentials { result.credentials = message.credentials ?? .nobody }
        if message.hasFiles { try hand(message, flags, &result) }
    }
}
