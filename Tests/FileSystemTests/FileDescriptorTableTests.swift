// SPDX-License-Identifier: Apache-2.0
//
// Descriptors: numbers, limits, close-on-exec, duplication, fork.

import FileSystem
import LinuxABI
import Testing

@Suite struct FileDescriptorTableTests {
    private func makeFile() throws -> OpenFile { try Fixture().open("/", .directory) }

    @Test("the lowest free number is taken")
    func lowest() throws {
        let table = FileDescriptorTable(), file = try makeFile()
        for number in 0..<100 as Range<Int32> { #expect(try table.add(file, limit: 1000, .kept) == number) }
        try table.close(7)
        try table.close(70)
        #expect(try table.add(file, from: 8, limit: 1000, .kept) == 70)
        #expect(try table.add(file, limit: 1000, .kept) == 7)
        #expect(try table.add(file, from: 200, limit: 1000, .kept) == 200)
        #expect(try table.add(file, limit: 1000, .kept) == 100)
    }

    @Test("the limit is EMFILE, whatever is free above it")
    func limit() throws {
        let table = FileDescriptorTable(), file = try makeFile()
        for _ in 0..<3 { _ = try table.add(file, limit: 3, .kept) }
        #expect(throws: Errno.tooManyOpenFiles) { _ = try table.add(file, limit: 3, .kept) }
        #expect(throws: Errno.badFileDescriptor) { try table.duplicate(0, to: 3, limit: 3, .kept) }
    }

    @Test("what is not open is EBADF", arguments: [-1, 3, 1000, .max, .min] as [Int32])
    func notOpen(number: Int32) throws {
        let table = FileDescriptorTable()
        _ = try table.add(makeFile(), limit: 10, .kept)
        #expect(throws: Errno.badFileDescriptor) { _ = try table.file(number) }
        #expect(throws: Errno.badFileDescriptor) { try table.close(number) }
        #expect(throws: Errno.badFileDescriptor) { try table.setInheritance(number, .kept) }
        #expect(throws: Errno.badFileDescriptor) { try table.duplicate(number, to: 5, limit: 10, .kept) }
    }

    @Test("a number that is being opened is neither free nor open")
    func taken() throws {
        let table = FileDescriptorTable(), file = try makeFile()
        let number = try table.take(limit: 10, .kept)
        #expect(throws: Errno.badFileDescriptor) { _ = try table.file(number) }
        #expect(try table.add(file, limit: 10, .kept) == 1)
        #expect(throws: Errno.resourceBusy) { try table.duplicate(1, to: number, limit: 10, .kept) }
        table.giveBack(number)
        #expect(try table.add(file, limit: 10, .kept) == number)
    }

    @Test("dup2 replaces and shares the position")
    func duplicate() throws {
        let tree = try Fixture()
        try tree.make("/f", "abcdef")
        let table = FileDescriptorTable()
        _ = try table.add(tree.open("/f", []), limit: 10, .closedOnExec)
        try table.duplicate(0, to: 5, limit: 10, .kept)
        #expect(try table.file(0).read(2) == Array("ab".utf8))
        #expect(try table.file(5).read(2) == Array("cd".utf8))
        #expect(try table.inheritance(0) == .closedOnExec && table.inheritance(5) == .kept)
    }

    @Test("exec closes what is marked, fork copies everything")
    func execAndFork() throws {
        let table = FileDescriptorTable(), file = try makeFile()
        for number in 0..<20 { _ = try table.add(file, limit: 100, number % 3 == 0 ? .closedOnExec : .kept) }
        _ = try table.take(limit: 100, .kept)
        let copy = try table.copy()
        table.closeForExec()
        #expect(table.next(from: 0) == 1 && table.next(from: 18) == 19)
        #expect(try copy.file(18) === file && copy.inheritance(18) == .closedOnExec && copy.inheritance(19) == .kept)
        #expect(try copy.add(file, limit: 100, .kept) == 20)
        copy.closeAll(in: 3 ... .max)
        #expect(copy.next(from: 0) == 0 && copy.next(from: 3) == nil)
    }
}
