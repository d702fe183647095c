// SPDX-License-Identifier: Apache-2.0
//
// A thread as the machine knows it: a kernel stack and, at its very top, what must be kept while another thread runs.
// A program's part (thread pointer, floating-point registers) is kept when the thread stops running, because the next CPU
// that runs it may be another one, but it also stays loaded: if the thread comes back to this CPU and no other program's
// did meanwhile, nothing is loaded again.
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
    /// The CPU that last had the program's part in its registers; none yet for a new thread, whose storage may lie where
    /// an ended thread's did.
    var cpu: UInt32 = .max
    /// The save area is being written anew: the registers are neither kept in it nor loaded from it.
    var isReplacingFloatingPoint = false
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
        if let area = storage.pointee.floatingPoint { KernelHeap.free(area) }
        if ownsStack { KernelSpace.freeStack(top: top, byteCount: stackSize) }
    }

    /// Where the stack of a thread that has not run yet begins, for a CPU whose first code is that thread.
    var firstStack: UInt { top - ContextStorage.reserved - UInt(MemoryLayout<machine_frame>.size) }

    /// Whether threads can be a program's: where nobody says so, the linker leaves out what a switch does for programs.
    nonisolated(unsafe) static var hasPrograms = false

    /// Runs `next` from here on, on this CPU; returns when somebody switches back, maybe on another one.
    ///
    /// - Context: interrupts off, no spinlock held.
    public static func switchThreads(from current: borrowing ThreadContext, to next: borrowing ThreadContext) {
        let cpu = machine_this_cpu()
        if hasPrograms {
            if current.storage.pointee.root != 0 { keep(current.storage) }
            if next.storage.pointee.root != 0, !isLoaded(next.storage) { load(next.storage) }
        }
        let entry = UInt64(next.top - (next.ownsStack ? ContextStorage.reserved : 0))
        cpu.pointee.kernel_stack = entry
        cpu.pointee.program_frame = entry - UInt64(MemoryLayout<machine_frame>.size)
        cpu.pointee.tss.rsp.0 = entry
        // That a frame must be reloaded whole is the thread's affair, though the bit lies with the CPU.
        let bit = UInt32(MACHINE_PENDING_FULL_RETURN)
        let ours = cpu.pointee.pending & bit
        machine_switch(&current.storage.pointee.stackPointer, next.storage.pointee.stackPointer)
        machine_pending_remove(bit & ~ours)
        machine_pending_add(ours)
    }

    /// Whether this CPU's registers hold a thread's program part, and no other CPU's held it since.
    private static func isLoaded(_ context: UnsafeMutablePointer<ContextStorage>) -> Bool {
        machine_this_cpu().pointee.loaded == UnsafeMutableRawPointer(context)
            && context.pointee.cpu == machine_cpu_index()
    }

    /// Keeps the program's part of the thread that stops running.
    private static func keep(_ context: UnsafeMutablePointer<ContextStorage>) {
        context.pointee.fsBase = X86CPU.programFSBase
        context.pointee.gsBase = X86CPU.programGSBase
        if let area = context.pointee.floatingPoint, !context.pointee.isReplacingFloatingPoint {
            FloatingPoint.save(area)
        }
    }

    private static func load(_ next: UnsafeMutablePointer<ContextStorage>) {
        X86CPU.programFSBase = next.pointee.fsBase
        X86CPU.programGSBase = next.pointee.gsBase
        Translations.activate(root: next.pointee.root)
        if let area = next.pointee.floatingPoint {
            FloatingPoint.permit()
            if !next.pointee.isReplacingFloatingPoint { FloatingPoint.restore(area) }
        } else {
            FloatingPoint.forbid()
        }
        machine_this_cpu().pointee.loaded = UnsafeMutableRawPointer(next)
        next.pointee.cpu = machine_cpu_index()
    }

    // MARK: The program's part, of the running thread

    /// Makes this thread, which runs, one of a program with the given page tables; also after exec.
    public borrowing func enterAddressSpace(_ root: FrameNumber) {
        let state = machine_interrupts_save()
        storage.pointee.root = root.physicalAddress.rawValue
        if ThreadContext.isLoaded(storage) {
            Translations.activate(root: storage.pointee.root)
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
            FloatingPoint.save(original)
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
        machine_this_cpu().pointee.loaded = nil
        Translations.activate(root: KernelSpace.rootAddress.rawValue)
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
        guard storage.pointee.floatingPoint == nil else { return }
        guard let area = KernelHeap.allocate(FloatingPoint.areaSize, alignment: 64) else { throw OutOfMemory() }
        FloatingPoint.reset(area)
        let state = machine_interrupts_save()
        storage.pointee.floatingPoint = area
        FloatingPoint.permit()
        FloatingPoint.restore(area)
        machine_interrupts_restore(state)
    }

    /// Takes the floating-point registers away, for a new program: its first use begins afresh.
    public borrowing func dropFloatingPoint() {
        let state = machine_interrupts_save()
        let area = storage.pointee.floatingPoint
        storage.pointee.floatingPoint = nil
        FloatingPoint.forbid()
        machine_interrupts_restore(state)
        if let area { KernelHeap.free(area) }
    }

    /// Whether the thread has used floating-point registers.
    public var usesFloatingPoint: Bool { storage.pointee.floatingPoint != nil }

    // MARK: Looking at a thread from outside

    /// Where a thread stands that does not run: return addresses in the kernel, innermost first, as bytes from the image's
    /// start; 0 ends the list. Of a thread that goes on meanwhile it is something that was on its stack.
    public var backtrace: InlineArray<16, UInt64> {
        var list = InlineArray<16, UInt64>(repeating: 0)
        guard ownsStack else { return list }
        // As machine_switch left it: six registers, the last of them the frame pointer, and the return address.
        let stack = UInt(machine_load64(UInt(bitPattern: storage)))
        let end = top - ContextStorage.reserved
        guard stack >= top - UInt(stackSize), stack < end, end - stack >= 56 else { return list }
        list[0] = Backtrace.place(machine_load64(stack + 48))
        Backtrace.follow(UInt(machine_load64(stack + 40)), above: stack, below: end, into: &list, at: 1)
        return list
    }

    /// The registers with which a thread's program entered the kernel last, to look at; nil for a thread without a program.
    /// They are those of an entry that is over if the program runs.
    public var lastEntry: ProgramRegisters? {
        guard ownsStack, storage.pointee.root != 0 else { return nil }
        return ProgramRegisters(UnsafeMutablePointer(bitPattern: firstStack).unsafelyUnwrapped)
    }

    // MARK: Signal frames

    /// Copies the running thread's floating-point state to its program. - Returns: false at a bad address.
    public borrowing func copyFloatingPoint(to address: UInt) -> Bool {
        guard let area = storage.pointee.floatingPoint else { return false }
        FloatingPoint.save(area)
        return machine_copy_user(UnsafeMutableRawPointer(bitPattern: address), area, FloatingPoint.areaSize) == 0
    }

    /// Loads the running thread's floating-point state from its program, after making it harmless. At a bad address the
    /// state becomes that of a new program.
    ///
    /// - Returns: false at a bad address, or if there is no state to replace.
    public borrowing func loadFloatingPoint(from address: UInt) -> Bool {
        guard let area = storage.pointee.floatingPoint else { return false }
        // The copy may wait, and a switch meanwhile must not write what is half read.
        storage.pointee.isReplacingFloatingPoint = true
        let isWhole =
            machine_copy_user(area, UnsafeRawPointer(bitPattern: address), FloatingPoint.areaSize) == 0
        if isWhole { FloatingPoint.sanitise(area) } else { FloatingPoint.reset(area) }
        let state = machine_interrupts_save()
        FloatingPoint.restore(area)
        storage.pointee.isReplacingFloatingPoint = false
        machine_interrupts_restore(state)
        return isWhole
    }
}
#endif
