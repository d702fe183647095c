// SPDX-License-Identifier: Apache-2.0
//
// /proc mounted in a small tree, read as programs read it.

import Containers
import FileSystem
import LinuxABI
import ProcFS
import RamFS
import TestSupport
import Testing
import UserMemory

private struct Machine {
    let system: FakeSystem
    let files: FileOperations

    init() throws {
        TestMachine.start()
        let volume = RamVolume(device: .anonymous(1), pageLimit: 10, inodeLimit: 20)
        let namespace = try MountNamespace(root: volume, source: "rootfs")
        let context = FileContext(namespace)
        system = FakeSystem(context)
        files = FileOperations(context, Credentials(user: 0, group: 0))
        system.processes[7] = FakeProcess(7, context, name: "seven")
        system.processes[42] = FakeProcess(42, context, name: "a rather long name")
        system.processes[7]?.threads = [7, 8]
        system.processes[8] = FakeProcess(7, context, name: "seven")
        for name in ["/proc", "/bin"] { try files.makeDirectory(name.utf8.bytes.span, Permissions(rawValue: 0o755)) }
        try files.mount(
            ProcVolume(device: .anonymous(4), provider: system), at: place("/proc"), [.noSetUserID, .noExecution],
            source: "proc".utf8.bytes.span)
        _ = try open("/bin/tool", [.create, .writeOnly])
        system.processes[7]?.executable = try place("/bin/tool")
    }

    func place(_ path: String) throws(Errno) -> Place { try files.place(of: path.utf8.bytes.span, following: .follow) }

    func open(_ path: String, _ flags: OpenFlags = []) throws(Errno) -> OpenFile {
        try files.open(path.utf8.bytes.span, flags, Permissions(rawValue: 0o755))
    }

    func read(_ path: String) throws(Errno) -> String {
        let file = try open(path)
        var all: [UInt8] = []
        while true {
            var buffer = IOBuffer(collecting: 100)
            if try file.read(into: &buffer) == 0 { return String(decoding: all, as: UTF8.self) }
            all += buffer.collected
        }
    }

    func write(_ path: String, _ text: String) throws(Errno) {
        var buffer = IOBuffer(sending: Array(text.utf8))
        _ = try open(path, [.writeOnly, .truncate]).write(from: &buffer)
    }

    func link(_ path: String) throws(Errno) -> String {
        let text = try files.readLink(path.utf8.bytes.span)
        return String(decoding: (0..<text.count).map { text.span[$0] }, as: UTF8.self)
    }

    func names(_ path: String, bufferSize: Int = 64) throws(Errno) -> [String] {
        let file = try open(path, .directory)
        var names: [String] = []
        while true {
            var buffer = IOBuffer(collecting: bufferSize)
            if try file.readDirectory(into: &buffer) == 0 { return names }
            let bytes = buffer.collected
            var offset = 0
            while offset < bytes.count {
                let length = Int(bytes[offset + 16])
                names.append(
                    String(decoding: bytes[(offset + 19)..<(offset + length)].prefix { $0 != 0 }, as: UTF8.self))
                offset += length
            }
        }
    }
}

extension String.UTF8View {
    fileprivate var bytes: [UInt8] { Array(self) }
}

@Suite struct ProcTreeTests {
    @Test("listings hold the fixed names and the processes")
    func listings() throws {
        let machine = try Machine()
        let root = try machine.names("/proc")
        #expect(root.prefix(3) == [".", "..", "cmdline"] && root.suffix(3) == ["7", "8", "42"])
        #expect(root.contains("meminfo") && root.contains("self") && root.contains("sys"))
        #expect(try machine.names("/proc/42").contains("status"))
        #expect(try machine.names("/proc/sys") == [".", "..", "fs", "kernel", "net", "vm", "user"])
    }

    @Test(
        "every listed name is found and has the listed kind",
        arguments: [
            "/proc", "/proc/7", "/proc/sys/kernel", "/proc/sys/kernel/random", "/proc/sys/vm", "/proc/sys/fs",
            "/proc/7/task", "/proc/7/task/8", "/proc/7/fdinfo", "/proc/sys/fs/inotify", "/proc/net", "/proc/7/ns",
            "/proc/sys/kernel/pty", "/proc/sys/user",
        ])
    func listedNamesExist(path: String) throws {
        let machine = try Machine()
        for name in try machine.names(path) where name != "cwd" {
            _ = try machine.files.place(of: (path + "/" + name).utf8.bytes.span, following: .noFollow)
        }
    }

    @Test(
        "names that are not there",
        arguments: [
            "/proc/9", "/proc/07", "/proc/-1", "/proc/99999999999", "/proc/x", "/proc/7/nothing", "/proc/7/fd/0",
            "/proc/7/task/9",
        ])
    func absent(path: String) throws {
        let machine = try Machine()
        #expect(throws: Errno.noEntry) { _ = try machine.place(path) }
    }

    @Test("nothing can be made or removed")
    func readOnly() throws {
        let machine = try Machine()
        #expect(throws: Errno.noEntry) { _ = try machine.open("/proc/new", [.create, .writeOnly]) }
        #expect(throws: Errno.notPermitted) { try machine.files.unlink("/proc/meminfo".utf8.bytes.span) }
    }

    @Test("self and the links of a process lead there")
    func links() throws {
        let machine = try Machine()
        #expect(try machine.link("/proc/self") == "7" && machine.link("/proc/thread-self") == "7/task/8")
        #expect(try machine.link("/proc/self/exe") == "/bin/tool")
        #expect(try machine.link("/proc/self/cwd") == "/" && machine.link("/proc/mounts") == "self/mounts")
        #expect(try machine.place("/proc/self/exe").inode === machine.place("/bin/tool").inode)
        #expect(try machine.place("/proc/self/root/bin/tool").inode === machine.place("/bin/tool").inode)
        #expect(throws: Errno.noEntry) { _ = try machine.link("/proc/42/exe") }
        try machine.files.unlink("/bin/tool".utf8.bytes.span)
        #expect(
            try machine.link("/proc/self/exe") == "(deleted)" || machine.link("/proc/self/exe").hasSuffix(" (deleted)"))
        #expect(try machine.open("/proc/self/exe").inode.kind == .regular)
    }

    @Test("descriptors are listed, lead to their files, and open them anew")
    func descriptors() throws {
        let machine = try Machine()
        let table = try #require(machine.system.processes[7]?.descriptors)
        _ = try table.add(machine.open("/bin/tool"), limit: 10, .kept)
        _ = try table.add(machine.open("/bin", .directory), from: 3, limit: 10, .kept)
        let pipe = OpenFile(try machine.place("/bin/tool").inode, nil, [])
        _ = try table.add(pipe, from: 5, limit: 10, .kept)
        #expect(try machine.names("/proc/self/fd") == [".", "..", "0", "3", "5"])
        #expect(try machine.link("/proc/self/fd/0") == "/bin/tool" && machine.link("/proc/self/fd/3") == "/bin")
        #expect(try machine.link("/proc/self/fd/5") == "anon_inode:[file]")
        #expect(try machine.open("/proc/self/fd/0", .readWrite).flags == .readWrite)
        #expect(try machine.place("/proc/self/fd/3/tool").inode === machine.place("/bin/tool").inode)
    }

    @Test("a process that ends takes its texts with it")
    func ending() throws {
        let machine = try Machine()
        let file = try machine.open("/proc/42/status")
        let directory = try machine.open("/proc/42/fd", .directory)
        machine.system.processes[42] = nil
        #expect(throws: Errno.noSuchProcess) {
            var buffer = IOBuffer(collecting: 10)
            _ = try file.read(into: &buffer)
        }
        #expect(throws: Errno.noSuchProcess) {
            var buffer = IOBuffer(collecting: 1000)
            _ = try directory.readDirectory(into: &buffer)
            _ = try directory.readDirectory(into: &buffer)
        }
    }
}

@Suite struct ProcTextTests {
    @Test(
        "short texts of the machine",
        arguments: [
            ("/proc/uptime", "12.34 5.00\n"), ("/proc/loadavg", "1.05 0.20 0.03 1/3 43\n"),
            ("/proc/cmdline", "apus.log=debug\n"),
            ("/proc/version", "Linux version 6.1.0-apus (apus) #1 SMP\n"), ("/proc/sys/kernel/ostype", "Linux\n"),
            ("/proc/sys/kernel/osrelease", "6.1.0-apus\n"), ("/proc/sys/kernel/hostname", "box\n"),
            ("/proc/sys/vm/overcommit_memory", "0\n"), ("/proc/sys/kernel/pid_max", "32768\n"),
            ("/proc/sys/kernel/random/boot_id", "ffffffff-ffff-4fff-8000-000000000000\n"),
            ("/proc/sys/kernel/random/uuid", "01234567-89ab-4def-8123-456789abcdef\n"),
            ("/proc/cpuinfo", "processor\t: 0\n"), ("/proc/sys/kernel/sem", "1\t2\t3\t4\n"),
            ("/proc/sys/kernel/shmmni", "4096\n"), ("/proc/sys/fs/mqueue/msg_max", "10\n"),
            (
                "/proc/stat",
                "cpu  3 0 20 500 0 0 0 0 0 0\ncpu0 1 0 10 250 0 0 0 0 0 0\ncpu1 2 0 10 250 0 0 0 0 0 0\nintr 0\nctxt 99\n"
                    + "btime 1700000000\nprocesses 43\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n"
            ),
        ])
    func machineTexts(path: String, text: String) throws {
        #expect(try Machine().read(path) == text)
    }

    @Test("meminfo has aligned kB figures")
    func memory() throws {
        let machine = try Machine()
        machine.system.memory.total = 64 << 20
        machine.system.memory.free = 1 << 20
        let lines = try machine.read("/proc/meminfo").split(separator: "\n")
        #expect(lines[0] == "MemTotal:          65536 kB" && lines[1] == "MemFree:            1024 kB")
    }

    @Test(
        "texts of a process",
        arguments: [
            ("/proc/self/comm", "seven\n"), ("/proc/42/comm", "a rather long n\n"),
            ("/proc/self/cmdline", "prog\0-x\0"),
            ("/proc/self/environ", "A=b\0"), ("/proc/self/statm", "2 3 1 0 0 0 0\n"),
            ("/proc/mounts", "rootfs / tmpfs rw,relatime 0 0\nproc /proc proc rw,nosuid,noexec,relatime 0 0\n"),
            (
                "/proc/self/mountinfo",
                "1 1 0:1 / / rw,relatime - tmpfs rootfs rw\n2 1 0:4 / /proc rw,nosuid,noexec,relatime - proc proc rw\n"
            ),
        ])
    func processTexts(path: String, text: String) throws {
        let machine = try Machine()
        machine.system.processes[7]?.figures.virtualBytes = 8192
        machine.system.processes[7]?.figures.residentPages = 3
        machine.system.processes[7]?.figures.filePages = 1
        #expect(try machine.read(path) == text)
    }

    @Test("stat has 52 fields, each at its place")
    func stat() throws {
        let machine = try Machine()
        machine.system.processes[7]?.figures.parentID = 1
        machine.system.processes[7]?.figures.userTicks = 14
        machine.system.processes[7]?.figures.startTicks = 22
        machine.system.processes[7]?.figures.virtualBytes = 23
        machine.system.processes[7]?.figures.residentPages = 24
        machine.system.processes[7]?.figures.processor = 39
        machine.system.processes[7]?.figures.stackStart = 28
        let fields = try machine.read("/proc/self/stat").split(whereSeparator: { $0 == " " || $0 == "\n" })
        #expect(fields.count == 52)
        #expect(fields[0] == "7" && fields[1] == "(seven)" && fields[2] == "R" && fields[3] == "1" && fields[7] == "-1")
        #expect(
            fields[13] == "14" && fields[17] == "20" && fields[19] == "1" && fields[21] == "22" && fields[22] == "23")
        #expect(fields[23] == "24" && fields[24] == "18446744073709551615" && fields[27] == "28")
        #expect(fields[37] == "17" && fields[38] == "39")
    }

    @Test("status shows identities, signals and sizes")
    func status() throws {
        let machine = try Machine()
        machine.system.processes[7]?.figures.blocked = SignalSet(.interrupt)
        let lines = try machine.read("/proc/self/status").split(separator: "\n").map(String.init)
        #expect(
            lines.contains("Name:\tseven") && lines.contains("State:\tR (running)") && lines.contains("Umask:\t0022"))
        #expect(lines.contains("Uid:\t1000\t1000\t1000\t1000") && lines.contains("Groups:\t5 6 "))
        #expect(lines.contains("SigBlk:\t0000000000000002") && lines.contains("VmRSS:\t       0 kB"))
        #expect(lines.contains("Cpus_allowed_list:\t0-1"))
    }

    @Test("a thread has its own number and its process's, and no threads")
    func threads() throws {
        let machine = try Machine()
        #expect(try machine.names("/proc/7/task") == [".", "..", "7", "8"])
        let lines = try machine.read("/proc/7/task/8/status").split(separator: "\n").map(String.init)
        #expect(lines.contains("Pid:\t8") && lines.contains("Tgid:\t7"))
        #expect(try machine.names("/proc/7/task/8").contains("comm"))
        #expect(try !machine.names("/proc/7/task/8").contains("task"))
        #expect(throws: Errno.noEntry) { try machine.place("/proc/7/task/8/task") }
    }

    @Test("directories know their paths", arguments: ["/proc/sys/kernel/random", "/proc/7/task/8", "/proc/42/fdinfo"])
    func paths(path: String) throws {
        let machine = try Machine()
        let spelled = try machine.files.path(of: machine.place(path))
        #expect(String(decoding: (0..<spelled.count).map { spelled[$0] }, as: UTF8.self) == path)
    }

    @Test("fdinfo shows position and flags")
    func descriptorFacts() throws {
        let machine = try Machine()
        let file = try machine.open("/bin/tool", [.readWrite, .append])
        _ = try file.seek(to: 5, from: .set)
        let descriptor = try machine.system.processes[7]?.descriptors?.add(file, limit: 10, .closedOnExec)
        #expect(descriptor == 0 && file.mount?.id == 1)
        let text = "pos:\t5\nflags:\t02002002\nmnt_id:\t1\nino:\t\(file.inode.number)\n"
        #expect(try machine.read("/proc/7/fdinfo/0") == text)
        #expect(throws: Errno.noEntry) { try machine.place("/proc/7/fdinfo/1") }
    }

    @Test("oom_score_adj takes what is in range")
    func adjustment() throws {
        let machine = try Machine()
        try machine.write("/proc/7/oom_score_adj", "-500\n")
        #expect(try machine.read("/proc/7/oom_score_adj") == "-500\n")
        for text in ["1001", "-1001", "x", "", "-"] {
            #expect(throws: Errno.invalidArgument) { try machine.write("/proc/7/oom_score_adj", text) }
        }
    }

    @Test("maps puts the name in its column and escapes newlines")
    func maps() throws {
        let machine = try Machine()
        var text = RegionDescription(start: 0x400000, end: 0x401000, protection: [.read, .execute])
        text.device = DeviceNumber(major: 0, minor: 0x1e)
        text.inode = 77
        text.offset = 0x1000
        text.name = Array("/bin/a\nb".utf8)
        var shared = RegionDescription(start: 0x7fff_0000_0000, end: 0x7fff_0000_1000, protection: [.read, .write])
        shared.isShared = true
        machine.system.processes[7]?.regions = [text, shared]
        #expect(
            try machine.read("/proc/self/maps")
                == "00400000-00401000 r-xp 00001000 00:1e 77                                 /bin/a\\012b\n"
                + "7fff00000000-7fff00001000 rw-s 00000000 00:00 0\n")
    }

    @Test("limits are a table")
    func limits() throws {
        let lines = try Machine().read("/proc/self/limits").split(separator: "\n")
        #expect(lines.count == 17)
        #expect(lines[8] == "Max open files            1024                 4096                 files     ")
        #expect(lines[1] == "Max cpu time              unlimited            unlimited            seconds   ")
    }

    @Test("a text is made anew from the start, and kept in between")
    func rereading() throws {
        let machine = try Machine()
        let file = try machine.open("/proc/sys/kernel/hostname")
        func read(_ count: Int) throws(Errno) -> String {
            var buffer = IOBuffer(collecting: count)
            _ = try file.read(into: &buffer)
            return String(decoding: buffer.collected, as: UTF8.self)
        }
        #expect(try read(1) == "b")
        machine.system.hostName = Array("other".utf8)
        #expect(try read(10) == "ox\n" && read(10) == "")
        #expect(try file.seek(to: 0, from: .set) == 0)
        #expect(try read(10) == "other\n")
    }

    @Test("hostname and comm can be written, others not")
    func writing() throws {
        let machine = try Machine()
        try machine.write("/proc/sys/kernel/hostname", "new-name\n")
        #expect(try machine.read("/proc/sys/kernel/hostname") == "new-name\n")
        try machine.write("/proc/self/comm", "renamed")
        #expect(try machine.read("/proc/self/comm") == "renamed\n")
        #expect(throws: Errno.permissionDenied) { try machine.write("/proc/uptime", "1") }
    }
}
