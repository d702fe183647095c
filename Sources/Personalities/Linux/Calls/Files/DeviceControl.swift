// SPDX-License-Identifier: Apache-2.0
//
// ioctl(2): the requests that every descriptor has; the others are the file's.

internal import DevFS
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import PseudoTerminals
internal import UserMemory

extension SystemCalls {
    @Sendable static func ioctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        let request = ControlRequest(rawValue: word(r.argument1))
        let argument = UserAddress(r.argument2)
        switch request {
        case .closeOnExec: try task.process.files.setInheritance(descriptor(r.argument0), .closedOnExec)
        case .noCloseOnExec: try task.process.files.setInheritance(descriptor(r.argument0), .kept)
        case .setNonBlocking: try setFlag(.nonBlocking, file, argument)
        case .setAsynchronous: try setFlag(.asynchronous, file, argument)
        case .getBlockSize: try UserMemory.store(Int32(file.status().blockSize), at: argument)
        case .inputPending where file.inode.kind == .regular:
            let position = try file.seek(to: 0, from: .current)
            let size = file.inode.byteCount
            try UserMemory.store(Int32(truncatingIfNeeded: size > position ? size - position : 0), at: argument)
        case .getPeer:
            guard let master = (file as? DeviceFile)?.device as? PseudoTerminalMaster else { fallthrough }
            return try openPeer(of: master, OpenFlags(rawValue: word(r.argument2)), task)
        default:
            do throws(Errno) { return try file.control(request, argument) } catch { throw restartable(error) }
        }
        return 0
    }

    /// TIOCGPTPEER: the other end of a pseudo terminal, with flags of open(2).
    private static func openPeer(
        of master: PseudoTerminalMaster, _ flags: OpenFlags, _ task: Task
    ) throws(Errno) -> Int {
        let files = task.process.files
        let number = try files.take(limit: descriptorLimit(task), FileDescriptorTable.Inheritance(flags))
        do throws(Errno) {
            files.set(number, to: try master.openPeer(flags, in: task.process.fileContext.namespace))
        } catch {
            files.giveBack(number)
            throw error
        }
        return Int(number)
    }

    /// FIONBIO and FIOASYNC: a flag by an int in memory.
    private static func setFlag(_ flag: OpenFlags, _ file: OpenFile, _ argument: UserAddress) throws(Errno) {
        let isOn = try UserMemory.load(Int32.self, at: argument) != 0
        file.setFlags(isOn ? file.flags.union(flag) : file.flags.subtracting(flag))
    }
}
