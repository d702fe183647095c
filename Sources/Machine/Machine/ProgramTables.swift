// SPDX-License-Identifier: Apache-2.0
//
// The page tables of programs: the architecture's format, a new space with the kernel's part in it, and the flushing of
// translations. In unit tests the same trees are built in the test's arena and no CPU ever looks at them.

internal import CMachine
public import Containers
public import Memory
public import Processor
public import X86_64

/// The page table format of this architecture.
public typealias NativePageFormat = X86PageTableFormat

/// Page tables of one program.
public typealias ProgramTables = PageTable<NativePageFormat>

extension PageTable where Format == NativePageFormat {
    /// Empty tables with the kernel's part.
    ///
    /// - Throws: `OutOfMemory`.
    public static func makeForProgram() throws(OutOfMemory) -> ProgramTables {
        #if os(none)
        return try ProgramTables(sharing: KernelLayout.slots, of: KernelSpace.template)
        #else
        return try ProgramTables(sharing: 0..<0, of: FrameNumber(0))
        #endif
    }
}

/// Forgetting translations that the CPU may have kept.
public enum Translations {
    /// Forgets one page of the address space that is loaded.
    @inline(__always) public static func flush(_ address: UInt) { machine_flush_address(address) }

    /// Forgets all translations of the program that is loaded; the kernel's are global and stay.
    public static func flushProgram() {
        #if os(none)
        machine_write_cr3(machine_read_cr3())
        #endif
    }
}
