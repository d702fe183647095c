// SPDX-License-Identifier: Apache-2.0

// What dpkg's lists said about a program, remembered under the identity of dpkg's status file, which every change of a
// package rewrites: reading all lists takes longer than everything else before a machine starts.

internal import Glibc
internal import HostSystem

/// A remembered answer of `PackageFiles`.
struct PackageNote {
    private let path: FilePath
    private let identity: String

    /// Names the note about programs; nil without dpkg, or when its status has just changed and may change again unseen.
    ///
    /// - Parameter now: seconds since 1970.
    init?(
        _ programs: [FilePath], _ named: [String] = [], root: FilePath, cache: FilePath, now: Int64 = Int64(time(nil))
    ) {
        guard let status = try? HostFile.status(root.appending("var/lib/dpkg/status")),
            now - max(status.changed.seconds, status.modified.seconds) > 2
        else { return nil }
        identity =
            "apus packages 2 \(status.device):\(status.inode) \(status.size) "
            + "\(status.modified.seconds).\(status.modified.nanoseconds) "
            + "\(status.changed.seconds).\(status.changed.nanoseconds)"
        var hash = SHA256()
        for program in [root] + programs { hash.update(program.bytes + [0]) }
        for name in named { hash.update(Array(name.utf8) + [0]) }
        path = cache.appending("packages").appending(FilePath(hash.hexadecimal()))
    }

    /// The answer, if it still holds: the identity, the package, the packages, then a path per line.
    var answer: PackageFiles? {
        guard let bytes = try? HostFile.contents(path) else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count > 3, lines[0].elementsEqual(identity.utf8), lines[lines.count - 1].isEmpty else { return nil }
        let package = String(decoding: lines[1], as: UTF8.self)
        return PackageFiles(
            package: package.isEmpty ? nil : package,
            packages: String(decoding: lines[2], as: UTF8.self).split(separator: " ").map(String.init),
            files: lines[3..<(lines.count - 1)].map { FilePath(bytes: $0) })
    }

    /// Keeps an answer; without it the next run asks again.
    func keep(_ answer: PackageFiles) {
        guard !answer.files.contains(where: { $0.bytes.contains(UInt8(ascii: "\n")) }) else { return }
        var bytes = Array("\(identity)\n\(answer.package ?? "")\n\(answer.packages.joined(separator: " "))\n".utf8)
        for file in answer.files { bytes += file.bytes + [UInt8(ascii: "\n")] }
        try? HostFile.createDirectories(path.parent)
        try? HostFile.writeAtomically(path) { try $0.write(bytes) }
    }
}
