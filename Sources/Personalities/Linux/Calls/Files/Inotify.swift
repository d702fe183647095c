// SPDX-License-Identifier: Apache-2.0
//
// inotify_init(2), inotify_init1(2), inotify_add_watch(2), inotify_rm_watch(2).

internal import EventFiles
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func inotify_init(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeInotify([], task)
    }

    @Sendable static func inotify_init1(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        // IN_NONBLOCK and IN_CLOEXEC are open(2)'s flags.
        return try makeInotify(OpenFlags(rawValue: word(r.argument0)), task)
    }

    private static func makeInotify(_ flags: OpenFlags, _ task: Task) throws(Errno) -> Int {
        guard flags.isSubset(of: [.nonBlocking, .closeOnExec]) else { throw .invalidArgument }
        let file = InotifyFile(task.process.system.unnamedFiles, flags.intersection(.nonBlocking))
        return try add(file, FileDescriptorTable.Inheritance(flags), task)
    }

    @Sendable static func inotify_add_watch(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let mask = FileEvents(rawValue: word(r.argument2))
        let known: FileEvents = [
            .all, .onlyDirectory, .noFollow, .excludeUnlinked, .maskCreate, .maskAdd, .oneShot, .isDirectory,
            .ignored, .queueOverflow, FileEvents(rawValue: 0x2000),
        ]
        // Unknown bits are ignored, as Linux ignores them, but there must be a known one.
        if mask.isDisjoint(with: known) { throw .invalidArgument }
        let file = try file(r.argument0, task)
        if mask.isSuperset(of: [.maskAdd, .maskCreate]) { throw .invalidArgument }
        guard let inotify = file as? InotifyFile else { throw .invalidArgument }
        return try withPath(r.argument1) { (path) throws(Errno) in
            let operations = task.process.fileOperations
            let inode = try operations.place(of: path, following: mask.contains(.noFollow) ? .noFollow : .follow).inode
            if mask.contains(.onlyDirectory), inode.kind != .directory { throw .notDirectory }
            try inode.check(.read, by: operations.credentials)
            return Int(try inotify.watch(inode, mask))
        }
    }

    @Sendable static func inotify_rm_watch(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let inotify = try file(r.argument0, task) as? InotifyFile else { throw .invalidArgument }
        try inotify.unwatch(descriptor(r.argument1))
        return 0
    }
}
