// SPDX-License-Identifier: Apache-2.0
//
// /sys mounted in a small tree, on machines of one, four and forty CPUs.

import Containers
import FileSystem
import LinuxABI
import RamFS
import SysFS
import TestSupport
import Testing
import TextFiles
import UserMemory

private final class FakeMachine: SysProvider {
    let cpuCount: Int
    let cpuLimit = 64
    let memoryFigures: (total: UInt64, free: UInt64) = (8 << 20, 1 << 20)
    let clockSource: StaticString = "tsc"
    let largePageSize: UInt64 = 2 << 20

    init(_ cpuCount: Int) { self.cpuCount = cpuCount }
}

private struct Tree {
    let files: FileOperations

    init(cpus: Int) throws {
        TestMachine.start()
        let volume = RamVolume(device: .anonymous(1), pageLimit: 10, inodeLimit: 20)
        let context = FileContext(try MountNamespace(root: volume, source: "rootfs"))
        files = FileOperations(context, Credentials(user: 0, group: 0))
        try files.makeDirectory(Array("/sys".utf8).span, Permissions(rawValue: 0o755))
        try files.mount(
            SysVolume(device: .anonymous(4), provider: FakeMachine(cpus)), at: place("/sys"), [],
            source: Array("sysfs".utf8).span)
    }

    func place(_ path: String) throws(Errno) -> Place { try files.place(of: Array(path.utf8).span, following: .follow) }

    func read(_ path: String) throws(Errno) -> String {
        let file = try files.open(Array(("/sys/" + path).utf8).span, [], [])
        var buffer = IOBuffer(collecting: 4096)
        _ = try file.read(into: &buffer)
        return String(decoding: buffer.collected, as: UTF8.self)
    }

    func write(_ path: String, _ text: String) throws(Errno) {
        var buffer = IOBuffer(sending: Array(text.utf8))
        _ = try files.open(Array(("/sys/" + path).utf8).span, .writeOnly, []).write(from: &buffer)
    }

    func names(_ path: String) throws(Errno) -> [String] {
        var names: [String] = []
        try place("/sys/" + path).inode.readDirectory(from: 0) { name, _, _, _ in
            names.append(String(decoding: name.indices.map { name[$0] }, as: UTF8.self))
            return true
        }
        return names
    }
}

@Suite struct SysFSTests {
    @Test(
        "CPUs are a range, a directory each, and bits of a map",
        arguments: [(1, "0\n", "1\n"), (4, "0-3\n", "f\n"), (40, "0-39\n", "ff,ffffffff\n")])
    func cpus(_ count: Int, _ range: String, _ map: String) throws {
        let tree = try Tree(cpus: count)
        for name in ["online", "possible", "present"] {
            #expect(try tree.read("devices/system/cpu/\(name)") == range)
        }
        #expect(try tree.read("devices/system/cpu/offline") == "\n")
        #expect(try tree.read("devices/system/cpu/kernel_max") == "63\n")
        #expect(try tree.read("devices/system/node/node0/cpumap") == map)
        #expect(try tree.names("devices/system/cpu").filter { $0.hasPrefix("cpu") }.count == count)
        let last = "devices/system/cpu/cpu\(count - 1)/topology/"
        #expect(try tree.read(last + "core_id") == "\(count - 1)\n")
        #expect(try tree.read(last + "core_siblings_list") == range)
        #expect(try tree.read(last + "core_siblings") == map)
        #expect(throws: Errno.noEntry) { try tree.place("/sys/devices/system/cpu/cpu\(count)") }
        #expect(throws: Errno.noEntry) { try tree.place("/sys/devices/system/cpu/cpu00") }
    }

    @Test("Every entry of a listing can be looked up, and knows its path")
    func listings() throws {
        let tree = try Tree(cpus: 2)
        var waiting = [""]
        var texts = 0
        while let path = waiting.popLast() {
            for name in try tree.names(path) {
                let child = path + "/" + name
                let place = try tree.place("/sys" + child)
                let spelled = try tree.files.path(of: place)
                #expect(String(decoding: (0..<spelled.count).map { spelled[$0] }, as: UTF8.self) == "/sys" + child)
                if place.inode.kind == .directory {
                    waiting.append(child)
                } else {
                    #expect(try tree.read(child).hasSuffix("\n"))
                    texts += 1
                }
            }
        }
        #expect(texts > 30)
    }

    @Test("Only choices that there are can be written")
    func writing() throws {
        let tree = try Tree(cpus: 1)
        let pages = "kernel/mm/transparent_hugepage/enabled"
        #expect(try tree.read(pages) == "always madvise [never]\n")
        try tree.write(pages, "never\n")
        #expect(throws: Errno.invalidArgument) { try tree.write(pages, "always\n") }
        #expect(throws: Errno.permissionDenied) { try tree.write("devices/system/cpu/online", "1") }
    }

    @Test("There are no control groups and no devices")
    func absence() throws {
        let tree = try Tree(cpus: 1)
        for path in ["fs/cgroup", "fs/selinux", "class", "block", "bus"] {
            #expect(throws: Errno.noEntry) { try tree.place("/sys/" + path) }
        }
    }
}
