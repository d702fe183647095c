// SPDX-License-Identifier: Apache-2.0

// What the machine's face promises on every architecture: arithmetic without lost bits, and preemption that is counted.

import Machine
import TestSupport
import Testing

@Suite("CPU")
struct MachineTests {
    @Test("Scaling keeps every bit in between and saturates")
    func scaling() {
        #expect(CPU.scale(.max, by: 10, over: 10) == .max)
        #expect(CPU.scale(1_000_000_007, by: 1_000_000_000, over: 1_000_000_007) == 1_000_000_000)
        #expect(CPU.scale(.max, by: 2, over: 1) == .max)
        #expect(CPU.scale(0, by: .max, over: 3) == 0)
        #expect(CPU.scale(7, by: 3, over: 2) == 10)
    }

    @Test("Pending work is a set of bits that can be put in and taken out")
    func pending() {
        HostedCPU.reset()
        defer { HostedCPU.reset() }
        CPU.mark(.reschedule)
        CPU.mark(.signal)
        CPU.unmark(.reschedule)
        #expect(CPU.pending == .signal)
    }

    @Test("Switching is permitted and due only at depth zero")
    func preemption() {
        HostedCPU.reset()
        defer { HostedCPU.reset() }
        CPU.mark(.reschedule)
        CPU.disablePreemption()
        #expect(CPU.preemptionDepth == 2)
        #expect(!CPU.enablePreemption())
        #expect(CPU.enablePreemption())
    }

    @Test("Interrupts are off between saving and restoring, at any depth")
    func interrupts() {
        HostedCPU.reset()
        defer { HostedCPU.reset() }
        let outer = CPU.saveInterrupts()
        let inner = CPU.saveInterrupts()
        #expect(outer != 0 && inner == 0)
        CPU.restoreInterrupts(inner)
        #expect(CPU.saveInterrupts() == 0)
        CPU.restoreInterrupts(outer)
        #expect(CPU.saveInterrupts() == outer)
        CPU.restoreInterrupts(outer)
    }
}
