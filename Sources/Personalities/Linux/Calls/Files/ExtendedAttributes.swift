// SPDX-License-Identifier: Apache-2.0
//
// The calls on extended attributes (xattr(7)): no file system here has any, and says so, which programs expect.

internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func noExtendedAttributes(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        throw .notSupported
    }
}
