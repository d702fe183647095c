// SPDX-License-Identifier: Apache-2.0
//
// Short sections of a CPU that others can wait for. Each CPU counts where its sections begin and end, so that its count is
// odd in one. Who waits looks at each count once, and again only at those that are odd. What sections are for is Sync's
// Epoch.

internal import CMachine

extension CPU {
    /// Begins a section: what it reads is read after others can see that it has begun.
    ///
    /// - Precondition: interrupts are off, and this CPU is in no section.
    @inline(__always) public static func beginSection() {
        if CPUs.limit > 1 { machine_section_begin() }
    }

    /// Ends the section: what it read was read before others can see that it has ended.
    @inline(__always) public static func endSection() {
        if CPUs.limit > 1 { machine_section_end() }
    }
}

extension CPUs {
    /// Waits until every section has ended that another CPU has begun before.
    ///
    /// - Context: any; the caller is in no section. Waits without giving the CPU away, for as long as a section takes.
    public static func waitForSections() {
        #if os(none)
        guard count > 1 else { return }
        machine_fence()
        var index = 0
        while index < count {
            let section = machine_cpu_section(page(index))
            let seen = machine_load32(section)
            while seen & 1 != 0, machine_load32(section) == seen { machine_relax() }
            index += 1
        }
        machine_fence()
        #endif
    }
}
