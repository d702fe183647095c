// SPDX-License-Identifier: Apache-2.0
//
// A small system for the tests of paths and files: a namespace over a RamVolume, and askers of different users.

import Containers
import FileSystem
import LinuxABI
import RamFS
import TestSupport
import UserMemory

/// A tree in memory and somebody who asks.
struct Fixture {
    let volume: RamVolume
    let namespace: MountNamespace
    let context: FileContext
    var files: FileOperations

    init(user: UInt32 = 0) throws {
        TestMachine.start()
        volume = RamVolume(device: .anonymous(1), pageLimit: 64, inodeLimit: 100)
        namespace = try MountNamespace(root: volume, source: "rootfs")
        context = FileContext(namespace)
        files = FileOperations(context, Credentials(user: user, group: user))
    }

    /// The same system as another user sees it.
    func asUser(_ user: UInt32, groups: [UInt32] = []) -> Fixture {
        var copy = self
        copy.files = FileOperations(context, Credentials(user: user, group: user, groups: groups))
        return copy
    }

    func open(_ path: String, _ flags: OpenFlags, _ permissions: UInt16 = 0o666) throws(Errno) -> OpenFile {
        try files.open(Array(path.utf8).span, flags, Permissions(rawValue: permissions))
    }

    func make(_ path: String, _ contents: String = "", _ permissions: UInt16 = 0o644) throws(Errno) {
        let file = try open(path, [.create, .writeOnly, .truncate], permissions)
        _ = try file.write(contents)
    }

    func mkdir(_ path: String, _ permissions: UInt16 = 0o755) throws(Errno) {
        try files.makeDirectory(Array(path.utf8).span, Permissions(rawValue: permissions))
    }

    func symlink(_ target: String, _ path: String) throws(Errno) {
        try files.makeSymbolicLink(Array(target.utf8).span, at: Array(path.utf8).span)
    }

    func link(_ source: String, _ path: String) throws(Errno) {
        try files.link(place(source, .noFollow), to: Array(path.utf8).span)
    }

    func unlink(_ path: String) throws(Errno) { try files.unlink(Array(path.utf8).span) }
    func rmdir(_ path: String) throws(Errno) { try files.removeDirectory(Array(path.utf8).span) }

    func rename(_ old: String, _ new: String, _ flags: RenameFlags = []) throws(Errno) {
        try files.rename(Array(old.utf8).span, to: Array(new.utf8).span, flags)
    }

    func place(_ path: String, _ following: FileOperations.Following = .follow) throws(Errno) -> Place {
        try files.place(of: Array(path.utf8).span, following: following)
    }

    func status(_ path: String, _ flags: AtFlags = []) throws(Errno) -> FileStatus {
        try files.status(Array(path.utf8).span, flags)
    }

    func access(_ path: String, _ access: AccessMode) throws(Errno) {
        try files.checkAccess(Array(path.utf8).span, access)
    }

    func read(_ path: String) throws(Errno) -> String {
        try open(path, []).readAll()
    }

    func names(_ path: String) throws(Errno) -> [String] {
        try open(path, .directory).entries(bufferSize: 4096).map { $0.name }
    }

    func path(_ place: Place) throws(Errno) -> String {
        let bytes = try files.context.path(of: place)
        return String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
    }

    func workingDirectory() throws(Errno) -> String {
        let bytes = try files.workingDirectoryPath()
        return String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
    }
}

/// One entry as getdents64 shows it.
struct Entry: Equatable {
    let name: String
    let inode: UInt64
    let kind: UInt8
    let next: UInt64
}

extension OpenFile {
    func write(_ text: String) throws(Errno) -> Int {
        var buffer = IOBuffer(sending: Array(text.utf8))
        return try write(from: &buffer)
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(Errno) -> Int {
        var buffer = IOBuffer(sending: bytes)
        return try write(from: &buffer, at: offset)
    }

    func read(_ count: Int) throws(Errno) -> [UInt8] {
        var buffer = IOBuffer(collecting: count)
        let got = try read(into: &buffer)
        precondition(got == buffer.collected.count)
        return buffer.collected
    }

    func read(_ count: Int, at offset: UInt64) throws(Errno) -> [UInt8] {
        var buffer = IOBuffer(collecting: count)
        _ = try read(into: &buffer, at: offset)
        return buffer.collected
    }

    func readAll() throws(Errno) -> String {
        var all: [UInt8] = []
        while true {
            let part = try read(5000)
            if part.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += part
        }
    }

    /// Reads the whole directory with buffers of that size.
    func entries(bufferSize: Int) throws(Errno) -> [Entry] {
        var all: [Entry] = []
        while true {
            var buffer = IOBuffer(collecting: bufferSize)
            if try readDirectory(into: &buffer) == 0 { return all }
            let bytes = buffer.collected
            var offset = 0
            func word(_ at: Int, _ count: Int) -> UInt64 {
                (0..<count).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
            }
            while offset < bytes.count {
                let length = Int(word(offset + 16, 2))
                let name = bytes[(offset + 19)..<(offset + length)].prefix { $0 != 0 }
                all.append(
                    Entry(
                        name: String(decoding: name, as: UTF8.self), inode: word(offset, 8), kind: bytes[offset + 18],
                        next: word(offset + 8, 8)))
                offset += length
            }
        }
    }
}

/// Reads one buffer of entries at a time.
struct EntryReader {
    let size: Int

    init(_ size: Int) { self.size = size }

    mutating func next(_ directory: OpenFile) throws(Errno) -> [String] {
        var buffer = IOBuffer(collecting: size)
        if try directory.readDirectory(into: &buffer) == 0 { return [] }
        let bytes = buffer.collected
        var names: [String] = []
        var offset = 0
        while offset < bytes.count {
            let length = Int(bytes[offset + 16]) | Int(bytes[offset + 17]) << 8
            names.append(String(decoding: bytes[(offset + 19)..<(offset + length)].prefix { $0 != 0 }, as: UTF8.self))
            offset += length
        }
        return names
    }
}
