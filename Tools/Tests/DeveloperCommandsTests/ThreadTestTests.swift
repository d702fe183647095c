// SPDX-License-Identifier: Apache-2.0

// What the tests and figures of several CPUs read from logs, programs and the counting plugin.

import HostSystem
import Testing

@testable import DeveloperCommands

@Suite("Threads and several CPUs")
struct ThreadTestTests {
    @Test("The memory that a program leaves taken is read from the log")
    func memoryLost() {
        let log = "uart: attached\nmemory: KiB free before the program: 1000, after it: 950\nmore\n"
        #expect(ThreadTests.memoryLost(log) == 50)
        #expect(ThreadTests.memoryLost("memory: nothing") == nil)
    }

    @Test("Instructions of several CPUs are added up between the marks")
    func instructions() {
        let text = """
            MARK 16 cpu 0 insns 100
            MARK 16 cpu 1 insns 10
            MARK 17 cpu 1 insns 210
            MARK 17 cpu 0 insns 400
            """
        #expect(ProcessorFigures.instructions(text, cpus: 2) == 500)
        #expect(ProcessorFigures.instructions(text, cpus: 1) == nil)
    }

    @Test("Figures are the numbers of lines with their word")
    func numbers() {
        #expect(ProcessorFigures.numbers("elapsed 12\nbusy 3\nbusy 4\nbusy x\n", "busy") == [3, 4])
    }
}
