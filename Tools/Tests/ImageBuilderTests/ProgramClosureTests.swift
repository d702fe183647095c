// SPDX-License-Identifier: Apache-2.0

// What finding a program promises: PATH, links and #! lines as Linux has them; each file that is no program refused with its reason.

import ELF
import HostSystem
import Testing

@testable import ImageBuilder

@Suite("ProgramClosure")
struct ProgramClosureTests {
    /// The smallest file that passes for a static program.
    static func program(machine: UInt8 = 62, elfClass: UInt8 = 2, segmentType: UInt8 = 1) -> [UInt8] {
        var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, elfClass, 1, 1] + [UInt8](repeating: 0, count: 9)
        file += [2, 0, machine, 0, 1, 0, 0, 0]  // ET_EXEC, machine, version
        file += [0, 0, 0x40, 0, 0, 0, 0, 0] + [64, 0, 0, 0, 0, 0, 0, 0]  // entry, program headers
        file += [UInt8](repeating: 0, count: 8) + [0, 0, 0, 0, 64, 0, 56, 0, 2, 0] + [UInt8](repeating: 0, count: 6)
        func segment(_ type: UInt8, size: UInt8) -> [UInt8] {
            [type, 0, 0, 0, 5, 0, 0, 0] + [UInt8](repeating: 0, count: 8)  // type, flags, offset
                + [0, 0, 0x40, 0, 0, 0, 0, 0] + [0, 0, 0x40, 0, 0, 0, 0, 0]  // addresses
                + [size, 0, 0, 0, 0, 0, 0, 0] + [size, 0, 0, 0, 0, 0, 0, 0] + [0, 0x10, 0, 0, 0, 0, 0, 0]
        }
        return file + segment(1, size: 176) + segment(segmentType, size: 100)
    }

    func find(_ name: String, _ folder: TemporaryFolder, path: String = "/bin") throws(ToolError) -> ProgramClosure {
        try ProgramClosure(
            FilePath(name), in: HostView(root: folder.path), searchPath: Array(path.utf8), directory: "/work")
    }

    func install(_ folder: TemporaryFolder, _ name: String, _ bytes: [UInt8], mode: UInt32 = 0o755) throws {
        let file = folder.path.appending(FilePath(name))
        try HostFile.createDirectories(file.parent)
        try HostFile.writeAtomically(file, mode: mode) { try $0.write(bytes) }
    }

    @Test("PATH is searched in order, and what cannot be executed is passed over")
    func searchPath() throws {
        let folder = try TemporaryFolder()
        try install(folder, "one/tool", Self.program(), mode: 0o644)
        try install(folder, "two/tool", Self.program())
        #expect(try find("tool", folder, path: "/none:/one:/two").path == "/two/tool")
        #expect(throws: ToolError.self) { try find("tool", folder, path: "/none:/one") }
        try install(folder, "work/here", Self.program())
        #expect(try find("./here", folder).path == "/work/here")
    }

    @Test("Every link and folder on the way goes along")
    func links() throws {
        let folder = try TemporaryFolder()
        try install(folder, "usr/bin/real", Self.program())
        try folder.shell(
            "ln -s usr/bin bin; mkdir etc; ln -s /etc/alternative usr/bin/name; ln -s ../usr/bin/real etc/alternative")
        let found = try find("name", folder)
        #expect(found.path == "/bin/name")
        #expect(
            found.files == ["/bin", "/usr", "/usr/bin", "/usr/bin/name", "/etc", "/etc/alternative", "/usr/bin/real"])
    }

    @Test("A script brings its interpreter, also one that is a script")
    func scripts() throws {
        let folder = try TemporaryFolder()
        try install(folder, "bin/sh", Self.program())
        try install(folder, "bin/wrapper", Array("#!/bin/sh -e\n".utf8))
        try install(folder, "bin/script", Array("#! /bin/wrapper\nrest".utf8))
        #expect(try find("script", folder).files == ["/bin", "/bin/script", "/bin/wrapper", "/bin/sh"])
    }

    @Test("Five scripts in a row are too many, as on Linux")
    func deepScripts() throws {
        let folder = try TemporaryFolder()
        try install(folder, "bin/s0", Self.program())
        for depth in 1...6 { try install(folder, "bin/s\(depth)", Array("#!/bin/s\(depth - 1)\n".utf8)) }
        #expect(try find("s5", folder).path == "/bin/s5")
        #expect(throws: ToolError.self) { try find("s6", folder) }
    }

    @Test(
        "What is no program for us is refused with its reason",
        arguments: [
            (Array("plain text".utf8), "neither an ELF program nor a script"),
            (program(machine: 183), "AArch64"), (program(elfClass: 1), "32-bit"),
            (Array(program()[..<100]), "cut off"), (Array(program()[..<170]), "cut off"), ([], "0 bytes"),
            (program(segmentType: 3), "dynamic linker"), (Array("#!\n".utf8), "names no interpreter"),
            (Array("#!sh\n".utf8), "not an absolute path"), (Array("#!/no/such\n".utf8), "does not exist"),
        ] as [([UInt8], String)])
    func refusals(file: [UInt8], reason: String) throws {
        let folder = try TemporaryFolder()
        try install(folder, "bin/tool", file)
        do throws(ToolError) {
            _ = try find("tool", folder)
            Issue.record("accepted")
        } catch {
            #expect(error.why.contains(reason), "\(error)")
            #expect(error.status == .badData || error.status == .noInput)
        }
    }

    @Test("Absolute links of a root folder stay inside it")
    func insideRoot() throws {
        let folder = try TemporaryFolder()
        try install(folder, "real", Self.program())
        try folder.shell("mkdir bin; ln -s /real bin/a; ln -s ../../../../real bin/b; ln -s loop bin/loop")
        #expect(try find("a", folder).files.last == "/real")
        #expect(try find("b", folder).files.last == "/real")
        #expect(throws: ToolError.self) { try find("loop", folder) }
    }

    @Test("Debian's busybox is a static program; Debian's ls brings its dynamic linker and libraries")
    func realPrograms() throws {
        let found = try ProgramClosure(
            "/bin/busybox", in: HostView(), searchPath: [], directory: "/")
        #expect(found.program.header.machine.rawValue == 62)
        #expect(found.dynamicLinker == nil)
        let dynamic = try ProgramClosure("/bin/ls", in: HostView(), searchPath: [], directory: "/")
        #expect(dynamic.dynamicLinker == "/lib64/ld-linux-x86-64.so.2")
        for library in ["libc.so.6", "libselinux.so.1", "libpcre2-8.so.0", "ld.so.cache"] {
            #expect(dynamic.files.contains { $0.lastComponent.elementsEqual(library.utf8) }, "\(library)")
        }
    }
}

@Suite("ArchiveView")
struct ArchiveViewTests {
    @Test("Programs are found in an archive of cpio(1), through links")
    func fromCPIO() throws {
        let folder = try TemporaryFolder()
        try HostFile.createDirectories(folder.path.appending("root/usr/bin"))
        try HostFile.writeAtomically(folder.path.appending("root/usr/bin/tool"), mode: 0o755) {
            try $0.write(ProgramClosureTests.program())
        }
        try folder.shell(
            "cd root; ln -s usr/bin bin; ln usr/bin/tool usr/bin/twin; find . | cpio -o -H newc --quiet > ../root.cpio; gzip -k ../root.cpio"
        )
        let view = try ArchiveView(folder.path.appending("root.cpio"))
        for name in ["tool", "twin"] {
            let found = try ProgramClosure(FilePath(name), in: view, searchPath: Array("/bin".utf8), directory: "/")
            #expect(found.path == FilePath("/bin/\(name)"))
        }
        do throws(ToolError) {
            _ = try ArchiveView(folder.path.appending("root.cpio.gz"))
            Issue.record("accepted a compressed archive")
        } catch { #expect(error.remedy?.contains("gzip -dc") == true) }
    }
}
