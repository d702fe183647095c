// SPDX-License-Identifier: Apache-2.0
//
// splice(2), tee(2), vmsplice(2): bytes between pipes and files. They are copied, in pieces, where Linux moves pages if it
// can; what counts is that the program never sees them and that none is lost when the other side takes fewer.

internal import Containers
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Pipes
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    /// SPLICE_F_NONBLOCK; MOVE (1), MORE (4) and GIFT (8) only hint.
    private static var impatientSplice: UInt32 { 2 }

    private static func spliceOptions(_ argument: UInt) throws(Errno) -> TransferOptions {
        guard word(argument) & ~15 == 0 else { throw .invalidArgument }
        return word(argument) & impatientSplice != 0 ? .nonBlocking : []
    }

    @Sendable static func splice(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        if r.argument4 == 0 { return 0 }
        let options = try spliceOptions(r.argument5)
        let input = try usableFile(r.argument0, task)
        let output = try usableFile(r.argument2, task)
        guard input.flags.allowsReading, output.flags.allowsWriting else { throw .badFileDescriptor }
        let count = min(Int(clamping: r.argument4), transferLimit)
        if let source = input as? PipeEnd {
            guard r.argument1 == 0 else { throw .illegalSeek }
            if let target = output as? PipeEnd {
                guard r.argument3 == 0 else { throw .illegalSeek }
                return try pass(source, to: target, count, .moving, options, task)
            }
            return try drain(source, into: output, r.argument3, count, options, task)
        }
        guard let target = output as? PipeEnd else { throw .invalidArgument }
        guard r.argument3 == 0 else { throw .illegalSeek }
        return try fill(target, from: input, r.argument1, count, options, task)
    }

    @Sendable static func tee(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let options = try spliceOptions(r.argument3)
        if r.argument2 == 0 { return 0 }
        let input = try usableFile(r.argument0, task)
        let output = try usableFile(r.argument1, task)
        guard input.flags.allowsReading, output.flags.allowsWriting else { throw .badFileDescriptor }
        guard let source = input as? PipeEnd, let target = output as? PipeEnd else { throw .invalidArgument }
        let count = min(Int(clamping: r.argument2), transferLimit)
        return try pass(source, to: target, count, .copying, options, task)
    }

    /// Which way it goes depends on the end of the pipe.
    @Sendable static func vmsplice(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let options = try spliceOptions(r.argument3)
        guard let end = try usableFile(r.argument0, task) as? PipeEnd else { throw .badFileDescriptor }
        var buffer = try vector(r.argument1, r.argument2)
        if buffer.remaining == 0 { return 0 }
        do throws(Errno) {
            if end.flags.allowsWriting { return try end.pipe.write(from: &buffer, options) }
            return try end.pipe.read(into: &buffer, options)
        } catch { throw writeError(error, task) }
    }

    // MARK: Ways

    private static func waiting(_ file: OpenFile, _ options: TransferOptions) -> TransferOptions {
        file.flags.contains(.nonBlocking) ? .nonBlocking : options
    }

    /// From pipe to pipe, once.
    private static func pass(
        _ source: PipeEnd, to target: PipeEnd, _ count: Int, _ passing: Pipe.Passing, _ options: TransferOptions,
        _ task: Task
    ) throws(Errno) -> Int {
        guard source.pipe !== target.pipe else { throw .invalidArgument }
        do throws(Errno) {
            while true {
                guard try source.pipe.awaitBytes(waiting(source, options)) else { return 0 }
                try target.pipe.awaitRoom(waiting(target, options))
                // One such step at a time: two could hold each other's pipe up.
                let done = try task.process.system.pipes.nesting.withLock { (_) throws(Errno) in
                    try source.pipe.pass(atMost: min(count, target.pipe.room), passing) { (bytes) throws(Errno) in
                        // Another writer may have taken the room: then this is tried again.
                        try refusable { () throws(Errno) in try target.pipe.write(from: &bytes, .nonBlocking) }
                    }
                }
                if done > 0 { return done }
            }
        } catch .wouldBlock {
            throw .wouldBlock
        } catch { throw writeError(error, task) }
    }

    /// From a pipe to another file, until the pipe is empty.
    private static func drain(
        _ source: PipeEnd, into output: OpenFile, _ place: UInt, _ count: Int, _ options: TransferOptions, _ task: Task
    ) throws(Errno) -> Int {
        if output.flags.contains(.append) { throw .invalidArgument }
        if place != 0, output.inode.seekability == .none { throw .illegalSeek }
        var position = try FilePosition(output, place, isNeeded: output.inode.seekability == .full)
        var done = 0
        do throws(Errno) {
            while done < count {
                if done > 0, source.pipe.waiting == 0 { break }
                guard try source.pipe.awaitBytes(waiting(source, options)) else { break }
                let offset = position.offset
                let part = try source.pipe.pass(atMost: count - done, .moving) { (bytes) throws(Errno) in
                    try respectSizeLimit(&bytes, output, at: offset, task)
                    let options = writeOptions(output, task).union(.nonBlocking)
                    if output.inode.seekability == .none {
                        return try refusable { () throws(Errno) in
                            try output.write(from: &bytes, options)
                        }
                    }
                    return try output.write(from: &bytes, at: offset, options)
                }
                done += part
                position.offset += UInt64(part)
                if part == 0 { try awaitWriting(output, waiting(output, options)) }
            }
        } catch {
            let code = writeError(error, task)
            if done == 0 { throw code }
        }
        try position.commit(output)
        return done
    }

    /// Nothing for a file that would wait.
    private static func refusable(_ body: () throws(Errno) -> Int) throws(Errno) -> Int {
        do throws(Errno) { return try body() } catch .wouldBlock { return 0 }
    }

    private static func awaitWriting(_ file: OpenFile, _ options: TransferOptions) throws(Errno) {
        if options.contains(.nonBlocking) { throw .wouldBlock }
        guard let queue = file.waitQueue else { return }
        do throws(WaitEnd) {
            try queue.wait { !file.poll().isDisjoint(with: [.writable, .error, .hangUp]) }
        } catch { throw .interrupted }
    }

    /// From another file to a pipe, as much as fits at once.
    private static func fill(
        _ target: PipeEnd, from input: OpenFile, _ place: UInt, _ count: Int, _ options: TransferOptions, _ task: Task
    ) throws(Errno) -> Int {
        guard input.inode.kind != .directory else { throw .invalidArgument }
        if place != 0, input.inode.seekability == .none { throw .illegalSeek }
        var position = try FilePosition(input, place, isNeeded: input.inode.seekability == .full)
        var done = 0
        do throws(Errno) {
            try target.pipe.awaitRoom(waiting(target, options))
            while done < count, done == 0 || (target.pipe.room > 0 && input.inode.seekability == .full) {
                var piece = IOBuffer(collecting: min(count - done, max(target.pipe.room, 1), 16384))
                let hasPlace = input.inode.seekability == .full
                let got = hasPlace ? try input.read(into: &piece, at: position.offset) : try input.read(into: &piece)
                if got == 0 { break }
                var bytes = IOBuffer(sending: piece.collected)
                // Bytes that came from a file without positions are not given back to it: they wait for room.
                let options = hasPlace ? done > 0 ? .nonBlocking : waiting(target, options) : []
                let part = try target.pipe.write(from: &bytes, options)
                done += part
                position.offset += UInt64(part)
                if part < got { break }
            }
        } catch {
            let code = writeError(error, task)
            if done == 0 { throw code }
        }
        try position.commit(input)
        return done
    }
}
