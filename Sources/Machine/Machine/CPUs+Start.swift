// SPDX-License-Identifier: Apache-2.0
//
// Starting CPUs beyond the first, one after the other (SDM vol. 3 §9.4): code and page tables for real mode are put into
// four pages below 1 MiB, the CPU is sent there, and it comes out at `machine_cpu_start` on the stack of a thread that
// was made for it, with the kernel's own tables. The scheduler says what it does then.

#if os(none)
public import CMachine
public import Containers
internal import Memory
internal import X86_64

extension CPUs {
    /// What a CPU does once it runs; interrupts are off, its timer is not armed.
    nonisolated(unsafe) private static var body: (() -> Never)?

    /// Starts a CPU.
    ///
    /// - Parameters:
    ///   - hardwareID: what the firmware's tables call it.
    ///   - context: of the thread that its code becomes; not run by anybody else.
    ///   - isOver: asked while waiting; ends it.
    ///   - body: what it does.
    /// - Returns: whether the CPU runs; false if it did not come until the wait was over: it is left alone then.
    /// - Throws: `OutOfMemory` when there is none for its own pages.
    /// - Context: thread of the first CPU; one CPU at a time; waits without giving the CPU away.
    public static func start(
        hardwareID: UInt32, on context: borrowing ThreadContext, until isOver: () -> Bool,
        _ body: @escaping () -> Never
    ) throws(OutOfMemory) -> Bool {
        let index = count
        guard index < limit, let cpu = X86CPU.makePage(index: UInt32(index)) else { throw OutOfMemory() }
        cpu.pointee.hardware_id = hardwareID
        cpu.pointee.active_root = KernelSpace.rootAddress.rawValue
        self.body = body
        StartPages.prepare(cpu, stack: context.firstStack, root: KernelSpace.template)
        machine_fence()
        return LocalAPIC.startCPU(
            hardwareID, page: UInt32(MACHINE_START_CPU_PAGE), isRunning: { isStarted(index) }, isOver: isOver)
    }

    /// Called by the new CPU.
    fileprivate static func arrive(_ cpu: UnsafeMutablePointer<machine_cpu>) -> Never {
        X86CPU.enter(cpu)
        machine_write_cr3(KernelSpace.rootAddress.rawValue)
        LocalAPIC.startHere()
        // Taken before this CPU shows that it runs: the next one's takes its place then.
        guard let body else { while true { machine_halt() } }
        add(cpu)
        body()
    }
}

/// Called by start_cpu.S on the new CPU's stack: nothing but the page tables is set up.
@c(machine_cpu_start)
public func machineCPUStart(_ cpu: UnsafeMutablePointer<machine_cpu>) { CPUs.arrive(cpu) }

/// The pages in which a CPU starts: code, and three levels of page tables.
private enum StartPages {
    private typealias Format = X86PageTableFormat

    static func prepare(_ cpu: UnsafeMutablePointer<machine_cpu>, stack: UInt, root: FrameNumber) {
        let code = PhysicalAddress(UInt64(MACHINE_START_CPU_PAGE)).frame
        let tables = code.advanced(by: 1)
        let place = UnsafeMutableRawPointer(bitPattern: KernelMemory.address(code)).unsafelyUnwrapped
        // SAFETY: these frames are nobody's (PVHStart), and the code is smaller than a page (check.c).
        memcpy(
            place, UnsafeRawPointer(bitPattern: machine_start_cpu_code()).unsafelyUnwrapped,
            Int(machine_start_cpu_size()))
        let entry: @convention(c) (UnsafeMutablePointer<machine_cpu>) -> Void = machineCPUStart
        (place + Int(machine_start_cpu_offset())).storeBytes(
            of: machine_start_parameters(
                stack: UInt64(stack), cpu: UInt64(UInt(bitPattern: cpu)),
                entry: UInt64(UInt(bitPattern: unsafeBitCast(entry, to: Int.self)))),
            as: machine_start_parameters.self)
        Frames.copyPage(from: root, to: tables)
        Frames.store64(Format.table(tables.advanced(by: 1)), tables, at: 0)
        Frames.zero(tables.advanced(by: 1), from: 0, count: pageSize)
        Frames.store64(Format.table(tables.advanced(by: 2)), tables.advanced(by: 1), at: 0)
        Frames.zero(tables.advanced(by: 2), from: 0, count: pageSize)
        Frames.store64(Format.lowMemory, tables.advanced(by: 2), at: 0)
    }
}
#endif
