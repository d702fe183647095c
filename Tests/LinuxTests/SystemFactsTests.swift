// SPDX-License-Identifier: Apache-2.0

// What /proc is told about the machine: figures that add up, the process that is there, the failure that a test asks for.

import FileSystem
import LinuxABI
import Memory
import ProcFS
import Processes
import RamFS
import Random
import Synchronization
import TestSupport
import Testing
import TextFiles

@testable import Linux

@Suite("SystemFacts", .serialized)
struct SystemFactsTests {
    private final class Owner: SystemOwner {
        func firstProcessEnded(_ end: ProcessEnd) {}
    }

    private final class Notes: @unchecked Sendable { var problems: [String] = [] }

    @Test("Memory, processes, names and uptime are told as they are")
    func facts() throws {
        TestMachine.start()
        let volume = RamVolume(device: .anonymous(89), pageLimit: 1000, inodeLimit: 100)
        let namespace = try MountNamespace(root: volume, source: "test")
        let system = try System(namespace: namespace, random: RandomGenerator(), lentPages: nil, owner: Owner())
        system.hostName = Array("box".utf8)
        let notes = Notes()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    func check(_ condition: Bool, _ what: String) { if !condition { notes.problems.append(what) } }
                    do {
                        let process = try Process.makeFirst(
                            in: system, files: FileDescriptorTable(), fileContext: FileContext(namespace, umask: []),
                            credentials: Credentials(user: 0, group: 0))
                        let facts = SystemFacts(system, TerminalJobs())
                        let memory = facts.memory
                        check(memory.total == Frames.totalBytes && memory.free <= memory.total, "memory")
                        check(memory.available <= memory.total && memory.cached <= memory.total, "available")
                        check(facts.cpuCount == 1 && facts.callerID == 1, "caller")
                        check(facts.process(1) != nil && facts.process(2) == nil, "process")
                        check(facts.nextProcess(from: 0) == 1 && facts.nextProcess(from: 2) == nil, "next")
                        check(facts.process(1)?.limit(.openFiles).soft == process[limit: .openFiles].soft, "limit")
                        var text = TextBuilder()
                        try facts.addHostName(to: &text)
                        check(text.span.count >= 3 && text.span[0] == UInt8(ascii: "b"), "host name")
                        check(facts.bootIdentity == facts.bootIdentity, "boot identity")
                    } catch { notes.problems.append("\(error)") }
                }
            ])
        #expect(outcome == .ended && notes.problems.isEmpty, "\(notes.problems)")
    }
}
