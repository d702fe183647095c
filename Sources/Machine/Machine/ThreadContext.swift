// SPDX-License-Identifier: Apache-2.0
//
// A thread as the machine knows it: a kernel stack and, at its very top, what must be kept while another thread runs.
// A program's part (address space, thread pointer, floating-point registers) stays loaded while kernel threads run and
// is exchanged only when another program's thread comes: waking a driver's thread and going back costs nothing extra.
//
//      top ─┐
//           │ ContextStorage (128 bytes)
//           │ machine_frame of the program, pushed at each entry
//           │ kernel calls, of a new thread the first …

#if os(none)
internal import CMachine
public import Containers
public import Memory
public import Processor
internal import X86_64

/// What is kept of a thread that does not run.
struct ContextStorage {
    var stackPointer: UInt64 = 0
    /// The page tables of the program's address space; 0 for a kernel thread.
    var root: UInt64 = 0
    var fsBase: UInt64 = 0
    var gsBase: UInt64 = 0
    /// Save area of the floating-point registers; nil until the first use.
    var floatingPoint: UnsafeMutableRawPointer?
    static var reserved: UInt { 128 }
}

/// A kernel stack and the saved state on it.
@safe
public struct ThreadContext: ~Copyable, @unchecked Sendable {
    private let top: UInt
    private let storage: UnsafeMutablePointer<ContextStorage>
    private let ownsStack: Bool
    private let stackSize: Int

    /// Makes the context of a new thread.
    ///
    /// - Parameters:
    ///   - entry: runs first, on the new stack, and never returns.
    ///   - argument: passed to it.
    /// - Throws: `OutOfMemory`.
    public init(entry: @convention(c) (UInt) -> Void, argument: UInt, stackByteCount: Int = KernelSpace.stackSize)
        throws(OutOfMemory)
    {
        stackSize = stackByteCount
        top = try KernelSpace.allocateStack(byteCount: stackByteCount)
        storage = ThreadContext.storage(top)
        ownsStack = true
        // The room of the program's frame stays free: it may be filled before the thread runs.
        var stack = UInt64(top - ContextStorage.reserved) - UInt64(MemoryLayout<machine_frame>.size)
        // What machine_switch pops: r15 r14, argument (r13), entry (r12), rbx rbp, the return address; and a zero
        // below it, so that the new stack is aligned as after a call.
        let words: InlineArray<8, UInt64> = [
            0, UInt64(machine_thread_start_address()), 0, 0,
            UInt64(UInt(bitPattern: unsafeBitCast(entry, to: Int.self))),
            UInt64(argument), 0, 0,
        ]
        for i in words.indices {
            stack -= 8
            machine_store64(UInt(stack), words[i])
        }
        storage.initialize(to: ContextStorage(stackPointer: stack))
    }

    /// The context of the code that already runs: the boot stack's.
    public init(adoptingBootStack: ()) {
        top = machine_boot_stack_top()
        storage = ThreadContext.storage(top)
        ownsStack = false
        stackSize = 0
        ThreadContext.bootStorage = ContextStorage()
    }

    nonisolated(unsafe) private static var bootStorage = ContextStorage()

    private static func storage(_ top: UInt) -> UnsafeMutablePointer<ContextStorage> {
        if top == machine_boot_stack_top() { return withUnsafeMutablePointer(to: &bootStorage) { $0 } }
        return UnsafeMutablePointer(bitPattern: top - ContextStorage.reserved).unsafelyUnwrapped
    }

    deinit {
        if ThreadContext.loaded == storage {
            // The dead thread's address space goes away with its process: stand on the kernel's own tables.
            ThreadContext.loaded = nil
            machine_write_cr3(KernelSpace.rootAddress.rawValue)
        }
        if let area = storage.pointee.floatingPoint { KernelHeap.free(area) }
        if ownsStack { KernelSpace.freeStack(top: top, byteCount: stackSize) }
    }

    /// The thread whose program state is in the CPU's registers.
    nonisolated(unsafe) private static var loaded: UnsafeMutablePointer<ContextStorage>?

    /// Runs `next` from here on, on this CPU; returns when somebody switches back.
    ///
    /// - Context: interrupts off, no spinlock held.
    public static func switchThreads(from current: borrowing ThreadContext, to next: borrowing ThreadContext) {
        if next.storage.pointee.root != 0, loaded != next.storage { load(next.storage) }
        let cpu = machine_this_cpu()
        let entry = UInt64(next.top - (next.ownsStack ? ContextStorage.reserved : 0))
        cpu.pointee.kernel_stack = entry
        cpu.pointee.program_frame = entry - UInt64(MemoryLayout<machine_frame>.size)
        cpu.pointee.tss.rsp.0 = entry
        // That a frame must be reloaded whole is the thread's affair, though the bit lies with the CPU.
        let bit = UInt32(MACHINE_PENDING_FULL_RETURN)
        let ours = cpu.pointee.pending & bit
        machine_switch(&current.storage.pointee.stackPointer, next.storage.pointee.stackPointer)
        machine_this_cpu().pointee.pending = machine_this_cpu().pointee.pending & ~bit | ours
    }

    private static func load(_ next: UnsafeMutablePointer<ContextStorage>) {
        if let previous = loaded {
            previous.pointee.fsBase = X86CPU.programFSBase
            previous.pointee.gsBase = X86CPU.programGSBase
            if let area = previous.pointee.floatingPoint { FloatingPoint.save(area) }
        }
        X86CPU.programFSBase = next.pointee.fsBase
        X86CPU.programGSBase = next.pointee.gsBase
        if machine_read_cr3() != next.pointee.root { machine_write_cr3(next.pointee.root) }
        if let area = next.pointee.floatingPoint {
            FloatingPoint.permit()
            FloatingPoint.restore(area)
        } else {
            FloatingPoint.forbid()
        }
        loaded = next
    }

    // MARK: The program's part, of the running thread

    /// Makes this thread, which runs, one of a program with the given page tables; also after exec.
    public borrowing func enterAddressSpace(_ root: FrameNumber) {
        let state = machine_interrupts_save()
        storage.pointee.root = root.physicalAddress.rawValue
        if ThreadContext.loaded == storage {
            machine_write_cr3(storage.pointee.root)
        } else {
            ThreadContext.load(storage)
        }
        machine_interrupts_restore(state)
    }

    /// Makes this thread, which has not run yet, one of the running thread's program: the same address space and
    /// floating-point registers, and the registers of the system call that the running thread is in.
    ///
    /// - Returns: the new thread's registers, to be changed before it runs.
    /// - Throws: `OutOfMemory` when there is none for the floating-point registers.
    public borrowing func adoptProgram(of running: borrowing ThreadContext) throws(OutOfMemory) -> ProgramRegisters {
        if let original = running.storage.pointee.floatingPoint {
            guard let area = KernelHeap.allocate(FloatingPoint.areaSize, alignment: 64) else { throw OutOfMemory() }
            let state = machine_interrupts_save()
            FloatingPoint.save(original)
            machine_interrupts_restore(state)
            memcpy(area, original, FloatingPoint.areaSize)
            storage.pointee.floatingPoint = area
        }
        storage.pointee.root = running.storage.pointee.root
        storage.pointee.fsBase = X86CPU.programFSBase
        storage.pointee.gsBase = X86CPU.programGSBase
        let frame = top - ContextStorage.reserved - UInt(MemoryLayout<machine_frame>.size)
        let registers = ProgramRegisters(UnsafeMutablePointer(bitPattern: frame).unsafelyUnwrapped)
        registers.copy(ProgramRegisters.current)
        return registers
    }

    /// The thread pointer of a thread that has not run yet.
    public borrowing func setFirstThreadPointer(_ address: UInt) { storage.pointee.fsBase = UInt64(address) }

    /// Leaves the program's address space, before it is destroyed.
    public borrowing func leaveAddressSpaceForGood() {
        let state = machine_interrupts_save()
        storage.pointee.root = 0
        if ThreadContext.loaded == storage {
            ThreadContext.loaded = nil
            machine_write_cr3(KernelSpace.rootAddress.rawValue)
        }
        machine_interrupts_restore(state)
    }

    /// The thread pointer (FS base) of the running thread.
    public var threadPointer: UInt {
        get { UInt(X86CPU.programFSBase) }
        nonmutating set { X86CPU.programFSBase = UInt64(newValue) }
    }

    /// The second segment base of the running thread (GS on x86-64), the program's own.
    public var secondThreadPointer: UInt {
        get { UInt(X86CPU.programGSBase) }
        nonmutating set { X86CPU.programGSBase = UInt64(newValue) }
    }

    /// Gives the running thread floating-point registers with their initial values.
    ///
    /// - Throws: `OutOfMemory` when there is none for the save area.
    public borrowing func useFloatingPoint() throws(OutOfMemory) {
        if storage.pointee.floatingPoint == nil {
            guard let area = KernelHeap.allocate(FloatingPoint.areaSize, alignment: 64) else { throw OutOfMemory() }
            FloatingPoint.reset(area)
            storage.pointee.floatingPoint = area
        }
        FloatingPoint.permit()
        if let area = storage.pointee.floatingPoint { FloatingPoint.restore(area) }
    }

    /// Takes the floating-point registers away, for a new program: its first use begins afresh.
    public borrowing func dropFloatingPoint() {
        if let area = storage.pointee.floatingPoint { KernelHeap.free(area) }
        storage.pointee.floatingPoint = nil
        FloatingPoint.forbid()
    }

    /// Whether the thread has used floating-point registers.
    public var usesFloatingPoint: Bool { storage.pointee.floatingPoint != nil }

    // MARK: Signal frames

    /// Copies the running thread's floating-point state to its program. - Returns: false at a bad address.
    public borrowing func copyFloatingPoint(to address: UInt) -> Bool {
        guard let area = storage.pointee.floatingPoint else { return false }
        FloatingPoint.save(area)
        return machine_copy_user(UnsafeMutableRawPointer(bitPattern: address), area, FloatingPoint.areaSize) == 0
    }

    /// Loads the running thread's floating-point state from its program, after making it harmless.
    ///
    /// - Returns: false at a bad address, or if there is no state to replace.
    public borrowing func loadFloatingPoint(from address: UInt) -> Bool {
        guard let area = storage.pointee.floatingPoint else { return false }
        guard machine_copy_user(area, UnsafeRawPointer(bitPattern: address), FloatingPoint.areaSize) == 0 else {
            FloatingPoint.save(area)
            return false
        }
        FloatingPoint.sanitise(area)
        FloatingPoint.restore(area)
        return true
    }
}
#endif
