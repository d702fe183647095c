// SPDX-License-Identifier: Apache-2.0

// Libraries are found where the dynamic linkers of glibc and musl find them: programs are made by gcc and looked into.

import HostSystem
import Testing

@testable import ImageBuilder

@Suite("SharedLibraries")
struct SharedLibrariesTests {
    /// A program that needs liba, which needs libb, each in a folder of its own.
    private func build(_ folder: TemporaryFolder, compiler: String = "gcc", link: String, linkA: String) throws {
        try folder.shell(
            """
            mkdir a b
            echo 'int b(void) { return 2; }' > b.c; echo 'int b(void); int a(void) { return b(); }' > a.c
            echo 'int a(void); int main(void) { return a(); }' > main.c
            \(compiler) -shared -fPIC -o b/libb.so b.c
            \(compiler) -shared -fPIC -o a/liba.so a.c -Lb -lb \(linkA)
            \(compiler) -o main main.c -La -la -Wl,-rpath-link,b \(link)
            """)
    }

    private func files(_ folder: TemporaryFolder, libraryPath: String = "") throws(ToolError) -> [FilePath] {
        try ProgramClosure(
            folder.path.appending("main"), in: HostView(), searchPath: [], directory: "/",
            libraryPath: Array(libraryPath.utf8)
        ).files
    }

    @Test("RUNPATH is for the object itself, $ORIGIN is where it lies")
    func runPath() throws {
        let folder = try TemporaryFolder()
        try build(
            folder, link: "-Wl,--enable-new-dtags,-rpath,'$ORIGIN/a'",
            linkA: "-Wl,--enable-new-dtags,-rpath,'${ORIGIN}/../b'")
        let found = try files(folder)
        #expect(found.contains(folder.path.appending("a/liba.so")))
        #expect(found.contains(folder.path.appending("b/libb.so")))
    }

    @Test("RPATH is inherited, RUNPATH is not: the object that misses a library is named")
    func inheritance() throws {
        let folder = try TemporaryFolder()
        try build(folder, link: "-Wl,--disable-new-dtags,-rpath,'$ORIGIN/a:$ORIGIN/b'", linkA: "")
        #expect(try files(folder).contains(folder.path.appending("b/libb.so")))
        let other = try TemporaryFolder()
        try build(other, link: "-Wl,--enable-new-dtags,-rpath,'$ORIGIN/a:$ORIGIN/b'", linkA: "")
        do throws(ToolError) {
            _ = try files(other)
            Issue.record("found a library that ld.so would not find")
        } catch {
            #expect(error.status == .noInput)
            #expect(error.why.contains("liba.so needs the library libb.so"), "\(error)")
        }
    }

    @Test("LD_LIBRARY_PATH comes before RUNPATH")
    func environment() throws {
        let folder = try TemporaryFolder()
        try build(folder, link: "-Wl,--enable-new-dtags,-rpath,'$ORIGIN/a'", linkA: "")
        try folder.shell("mkdir c; cp a/liba.so c")
        let place = folder.path
        let found = try files(folder, libraryPath: "\(place)/c:\(place)/b")
        #expect(found.contains(place.appending("c/liba.so")) && !found.contains(place.appending("a/liba.so")))
    }

    @Test("musl's programs take their linker alone for the C library")
    func musl() throws {
        let folder = try TemporaryFolder()
        try build(folder, compiler: "musl-gcc", link: "-Wl,-rpath,'$ORIGIN/a:$ORIGIN/b'", linkA: "")
        let found = try files(folder)
        #expect(found.contains { $0.lastComponent.elementsEqual("ld-musl-x86_64.so.1".utf8) })
        #expect(found.contains(folder.path.appending("b/libb.so")))
        #expect(!found.contains("/etc/ld.so.cache"))
    }
}

@Suite("LibraryCache")
struct LibraryCacheTests {
    @Test("The host's cache knows the C library; cut off anywhere it is smaller, never wrong")
    func host() throws {
        let bytes = try HostFile.contents("/etc/ld.so.cache")
        let places = LibraryCache(bytes).places(of: Array("libc.so.6".utf8))
        #expect(places.contains { $0.lastComponent.elementsEqual("libc.so.6".utf8) })
        for count in stride(from: 0, to: bytes.count, by: 997) {
            let cut = LibraryCache(Array(bytes.prefix(count))).places(of: Array("libc.so.6".utf8))
            #expect(cut.allSatisfy { path in places.contains { $0.bytes.starts(with: path.bytes) } })
        }
    }
}
