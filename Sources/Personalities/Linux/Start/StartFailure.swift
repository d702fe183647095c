// SPDX-License-Identifier: Apache-2.0
//
// Why no program could be started: what, and what to do. Shown on the log and sent to the host.

internal import Containers
internal import LinuxABI

/// A reason to end before the program began.
struct StartFailure: Error {
    /// What happened.
    let text: StaticString
    /// More about it.
    let detail: StaticString

    enum Cause { case noProgram, noMemory }

    init(_ cause: Cause) {
        switch cause {
        case .noProgram:
            text = "the boot archive names no program; "
            detail = "start the machine with `apus run`, or put an apus.boot record in the archive"
        case .noMemory:
            text = "not enough memory to start the program; "
            detail = "give the machine more (apus run -M)"
        }
    }

    init(_ failure: BootArchive.Failure) {
        switch failure {
        case .compressed(let command):
            text = "the boot archive is compressed; unpack it first with: "
            detail = command
        case .malformed:
            text = "the boot archive is damaged or not a newc cpio archive; "
            detail = "make it anew (cpio -o -H newc)"
        case .badRecord:
            text = "the boot record is damaged or made for another version; "
            detail = "use the apus that belongs to this kernel"
        case .file(let error):
            text = "a file of the boot archive cannot be made: "
            detail = error.name ?? "unknown error"
        }
    }

    /// The message for the host.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for i in text.utf8Bytes.indices { bytes.append(text.utf8Bytes[i]) }
        for i in detail.utf8Bytes.indices { bytes.append(detail.utf8Bytes[i]) }
        return bytes
    }
}
