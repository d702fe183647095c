// SPDX-License-Identifier: Apache-2.0
//
// What happens to a thread on its way back to the program: pending work is done, signals are delivered, interrupted
// calls are restarted or end with EINTR (signal(7)).

internal import Events
internal import Interrupts
internal import LinuxABI
internal import Log
internal import Machine
internal import Processes
internal import Processor
internal import Scheduler
internal import Sync
internal import UserMemory

enum SignalDelivery {
    /// Looks at everything that is pending; interrupts are off at entry and at return.
    static func beforeProgram() {
        while !CPU.pending.isEmpty {
            if CPU.pending.contains(.deferred) { Interrupts.runDeferred() }
            if CPU.pending.contains(.reschedule) { CurrentThread.scheduler.preempt() }
            if CPU.pending.contains(.signal) {
                CPU.unmark(.signal)
                CPU.enableInterrupts()
                Task.withCurrent { deliver($0) }
                CPU.disableInterrupts()
            }
        }
    }

    /// Delivers signals until a handler is set up or none is left.
    static func deliver(_ task: Task) {
        CurrentThread.with { $0.clear(.signal) }
        let registers = ProgramRegisters.current
        if CurrentThread.with({ $0.interruptions.contains(.kill) }) { finish(task) }
        // Before a handler's frame is made: it must hold the place where the program goes on. There is no way on from a
        // sequence that makes no sense, so no handler either.
        do throws(Errno) { try RestartableSequence.settle(registers, task) } catch {
            _ = task.process.setAction(.byDefault, for: .segmentationFault)
            task.force(SignalInformation(signal: .segmentationFault, code: .kernel, detail: .none))
        }
        while let information = task.takeSignal() {
            let signal = information.signal
            let action = task.process.action(for: signal)
            if action.isIgnored { continue }
            if action.isDefault {
                act(signal, task)
                continue
            }
            settleCall(registers, task, action)
            if action.flags.contains(.resetHandler) { task.process.resetHandler(for: signal) }
            do throws(Errno) {
                try callHandler(information, action, registers, task)
            } catch {
                // No room for the frame: SIGSEGV, which ends the process if that was its handler's frame.
                if signal == .segmentationFault { _ = task.process.setAction(.byDefault, for: signal) }
                task.force(SignalInformation(signal: .segmentationFault, code: .kernel, detail: .none))
                continue
            }
            // Not just a mark of the CPU: the thread may be switched away before it is seen, and the mark stays behind.
            if task.hasDeliverableSignal { task.notice() }
            return
        }
        settleCall(registers, task, nil)
        task.own.with { own in
            if let mask = own.savedMask {
                task.mask = mask
                own.savedMask = nil
            }
        }
    }

    /// The default action of a signal.
    private static func act(_ signal: SignalNumber, _ task: Task) {
        switch signal.defaultAction {
        case .ignore, .continue: return
        case .stop: return  // a single process has nobody who could continue it; see CAVEATS
        case .terminate: end(task, .killed(signal, .none))
        case .dumpCore: end(task, .killed(signal, task.process[limit: .coreSize].soft > 0 ? .wanted : .none))
        }
    }

    /// Ends the whole process, the running thread first.
    static func end(_ task: Task, _ end: ProcessEnd) -> Never {
        task.process.beginEnd(end)
        finish(task)
    }

    /// Ends the running thread.
    static func finish(_ task: Task) -> Never {
        ThreadEnd.announce(task)
        task.leave()
        CurrentThread.scheduler.endThread()
    }

    /// Decides what an interrupted call answers, once it is known whether a handler runs.
    private static func settleCall(_ registers: ProgramRegisters, _ task: Task, _ action: SignalAction?) {
        let number = registers.systemCallNumber
        guard number != .max else { return }
        let code = 0 &- registers.result
        guard Errno.isRestart(code) else { return }
        if let action {
            if code == 513 || code == 512 && action.flags.contains(.restart) {
                registers.restartSystemCall(number: number)
            } else {
                registers.result = UInt(bitPattern: -Int(Errno.interrupted.rawValue))
                registers.requireFullReturn()
            }
        } else {
            registers.restartSystemCall(number: code == 516 ? 219 : number)  // restart_syscall
        }
        registers.forgetSystemCall()
    }

    /// Puts the frame on the program's stack and points the program at the handler. Out of line for its large values.
    @inline(never)
    private static func callHandler(
        _ information: SignalInformation, _ action: SignalAction, _ registers: ProgramRegisters, _ task: Task
    ) throws(Errno) {
        let alternate = task.own.with { $0.alternateStack }
        var top = UInt64(registers.stackPointer) &- 128  // the red zone below the stack pointer is the program's
        let isOnAlternate = alternate.contains(UInt64(registers.stackPointer))
        if action.flags.contains(.onAlternateStack), !alternate.flags.contains(.disable), !isOnAlternate {
            top = alternate.base &+ alternate.size
        }
        var floatingPoint: UInt64 = 0
        if CurrentThread.with({ $0.context.usesFloatingPoint }) {
            top = (top &- UInt64(FloatingPointFrame.byteCount)) & ~63
            floatingPoint = top
            try FloatingPointFrame.write(to: UserAddress(UInt(top)))
        }
        let frame = ((top &- UInt64(SignalFrame.byteCount)) & ~15) &- 8
        if isOnAlternate || top == alternate.base &+ alternate.size, !alternate.flags.contains(.disable),
            alternate.size > 0, top > alternate.base, frame < alternate.base
        {
            throw .badAddress  // the alternate stack is too small
        }
        try write(frame, floatingPoint, information, action, alternate, registers, task)
        let base = UInt(frame)
        registers.call(
            handler: UInt(action.handler), stack: base, UInt(information.signal.rawValue),
            base + UInt(SignalFrame.informationOffset), base + UInt(SignalFrame.contextOffset))
        var mask = task.mask.union(action.mask)
        if !action.flags.contains(.noDefer) { mask.insert(information.signal) }
        task.mask = mask
        task.own.with { own in
            own.savedMask = nil
            if own.alternateStack.flags.contains(.autoDisarm) { own.alternateStack = .disabled }
        }
    }

    @inline(never)
    private static func write(
        _ frame: UInt64, _ floatingPoint: UInt64, _ information: SignalInformation, _ action: SignalAction,
        _ alternate: AlternateStack, _ registers: ProgramRegisters, _ task: Task
    ) throws(Errno) {
        var buffer = LayoutBuffer<55>(byteCount: SignalFrame.byteCount)
        buffer.store64(action.restorer, at: 0)
        buffer.store64(SignalFrame.contextFlags, at: 8)
        buffer.store64(0, at: 16)
        buffer.store(alternate.described(at: UInt64(registers.stackPointer)).encoded, at: SignalFrame.stackOffset)
        buffer.store(registers.signalContext, at: SignalFrame.registersOffset)
        let context = SignalFrame.registersOffset + 144
        buffer.store64(0x002b_0000_0000_0033, at: context)  // cs, gs, fs, ss
        let trap = registers.trap
        buffer.store64(trap.vector == 0x100 ? 0 : trap.error, at: context + 8)
        buffer.store64(trap.vector == 0x100 ? 0 : trap.vector, at: context + 16)
        let mask = task.own.with { $0.savedMask } ?? task.mask
        buffer.store64(mask.rawValue, at: context + 24)
        if case .fault(let address) = information.detail { buffer.store64(address, at: context + 32) }
        buffer.store64(floatingPoint, at: context + 40)
        buffer.store64(mask.rawValue, at: SignalFrame.maskOffset)
        buffer.store(information.encoded, at: SignalFrame.informationOffset)
        try UserMemory.write(buffer.bytes, to: UserAddress(UInt(frame)))
    }

    /// rt_sigreturn(2): takes everything back from the frame. A frame that makes no sense is SIGSEGV.
    static func returnFromHandler(_ registers: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let frame = UInt64(registers.stackPointer) &- 8
        var buffer = LayoutBuffer<55>(byteCount: SignalFrame.byteCount)
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(UInt(frame)), into: &raw) }
        var values = InlineArray<18, UInt64>(repeating: 0)
        buffer.load(into: &values, SignalFrame.registersOffset)
        let floatingPoint = buffer.load64(SignalFrame.registersOffset + 144 + 40)
        if floatingPoint != 0 { try FloatingPointFrame.read(from: UserAddress(UInt(floatingPoint))) }
        var stack = LayoutBuffer<3>()
        for i in 0..<3 { stack.store64(buffer.load64(SignalFrame.stackOffset + i * 8), at: i * 8) }
        let alternate = AlternateStack(decoding: stack)
        task.own.with { own in
            if !own.alternateStack.contains(values[15]) {
                own.alternateStack = alternate
                own.alternateStack.flags.remove(.onStack)
            }
        }
        task.mask = SignalSet(rawValue: buffer.load64(SignalFrame.maskOffset))
        registers.signalContext = values
        registers.forgetSystemCall()
        if task.hasDeliverableSignal { task.notice() }
        return Int(bitPattern: registers.result)
    }
}

extension AlternateStack {
    /// Whether an address is on this stack.
    func contains(_ address: UInt64) -> Bool {
        !flags.contains(.disable) && address > base && address &- base <= size
    }

    /// The stack as sigaltstack(2) reports it to a thread at a stack pointer.
    func described(at address: UInt64) -> AlternateStack {
        var copy = self
        if contains(address) { copy.flags.insert(.onStack) }
        return copy
    }
}
