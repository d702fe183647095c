// SPDX-License-Identifier: Apache-2.0
//
// uname(2), sethostname(2), setdomainname(2). The release is a Linux whose interfaces these are; the version says who
// answers.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func uname(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let system = task.process.system
        let host = system.hostName
        let domain = system.domainName
        let none = KernelNames.noDomain
        let encoded = SystemNames.encode(
            system: KernelNames.system.utf8Bytes, node: host.span, release: KernelNames.release.utf8Bytes,
            version: KernelNames.version.utf8Bytes, machine: KernelNames.machine.utf8Bytes,
            domain: domain.isEmpty ? none.utf8Bytes : domain.span)
        try UserMemory.write(encoded.bytes, to: UserAddress(r.argument0))
        return 0
    }

    @Sendable static func sethostname(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        task.process.system.hostName = try systemName(r, task)
        return 0
    }

    @Sendable static func setdomainname(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        task.process.system.domainName = try systemName(r, task)
        return 0
    }

    private static func systemName(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> [UInt8] {
        guard task.process.credentials.has(.administration) else { throw .notPermitted }
        guard r.argument1 <= 64 else { throw .invalidArgument }
        var name = [UInt8](repeating: 0, count: Int(r.argument1))
        try UserMemory.read(UserAddress(r.argument0), into: &name)
        return name
    }
}
