// SPDX-License-Identifier: Apache-2.0

// Runs a row on the host and in the machine, in equal folders, and says what differs.

internal import Glibc
internal import HostSystem

/// Compares programs between host and machine.
struct ProgramComparison {
    let root: FilePath
    let scratch: FilePath
    /// The programs of Tests/Guest/Programs, by name and library: "hello-musl".
    let programs: [String: FilePath]

    /// A row that is being run.
    struct Running {
        let host: CapturedProcess.Capture
        let guest: CapturedProcess?
        let hostFolder: FilePath
        let guestFolder: FilePath
    }

    /// Runs a row on the host, and starts it in a machine.
    func start(_ row: ProgramRow, _ runner: GuestRunner?, cpus: Int = 1) throws -> Running {
        let inputs = root.appending("Tests/Guest/Inputs")
        let place = scratch.appending(FilePath(row.name))
        let hostFolder = place.appending("work")
        let guestFolder = place.appending("guest")
        for folder in [hostFolder, guestFolder] {
            do throws(SystemCallError) { try HostFile.createDirectories(folder) } catch { throw error.writing(folder) }
            _ = try ChildProcess.run("/bin/cp", ["-a", "\(inputs)/.", folder.description])
        }
        // What comes back is newer than this; what the program removed stays as it was before (`:out` removes nothing).
        let mark = place.appending("mark")
        try HostFile.writeAtomically(mark) { _ in }
        let words = try command(row, in: hostFolder)
        let input = row.input.map { $0.hasPrefix("/") ? FilePath($0) : inputs.appending(FilePath($0)) }
        let environment = Self.environment(with: row.environment)
        let host = try CapturedProcess(
            FilePath(words[0]), Array(words.dropFirst()), input: input,
            environment: environment, directory: hostFolder
        ).finish()
        let isCopiedBack = row.comparisons.contains(.files)
        var options = ["-c", "\(cpus)", "-u", "\(getuid()):\(getgid())", "-w", hostFolder.description]
        options += ["-v", "\(guestFolder):\(hostFolder)" + (isCopiedBack ? ":out" : "")]
        options += ["-v", "/etc/passwd", "-v", "/etc/group"]
        for package in row.packages { options += ["--package", package] }
        if let memory = row.memory { options += ["-M", memory, "--timeout", "300"] }
        for variable in environment { options += ["-e", variable] }
        let guest = try runner?.start(words, options: options, input: input)
        return Running(host: host, guest: guest, hostFolder: hostFolder, guestFolder: guestFolder)
    }

    /// What differs, in one or a few lines; nil if nothing does.
    func finish(_ row: ProgramRow, _ running: Running) throws -> String? {
        if running.host.status == 127 && !row.comparisons.contains(.absent) { return "not found on the host" }
        if let guest = try running.guest?.finish() {
            if guest.status != running.host.status {
                return "status \(guest.status), on Linux \(running.host.status)" + Self.excerpt(guest.errorText)
            }
            if !row.comparisons.contains(.anyOutput),
                row.normalized(guest.output) != row.normalized(running.host.output)
            {
                return "standard output" + Self.difference(guest.outputText, running.host.outputText)
            }
            // The tool says which signal killed a program; on the host a shell would.
            let errors = guest.errorText.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !($0.hasPrefix("apus: ") && $0.includes(" was killed by signal ")) }.joined(separator: "\n")
            if !row.comparisons.contains(.anyErrors),
                row.normalized(Array(errors.utf8)) != row.normalized(running.host.errors)
            {
                return "standard error" + Self.difference(errors, running.host.errorText)
            }
            if row.comparisons.contains(.files) {
                let mark = try HostFile.status(running.guestFolder.parent.appending("mark")).changed
                let ours = try listing(running.guestFolder) { $0.changed > mark }
                let theirs = try listing(running.hostFolder) { _ in true }
                if ours != theirs { return "files" + Self.difference(ours, theirs) }
            }
        }
        _ = try ChildProcess.run("/bin/rm", ["-rf", running.hostFolder.parent.description])
        return nil
    }

    /// As the tool makes it for a program, so that both sides see the same, and with a fixed zone.
    static let environment = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=apus",
        "HOME=\(getuid() == 0 ? "/root" : "/")", "TZ=UTC0",
    ]

    /// The same with a row's own variables, which replace those of their names.
    private static func environment(with own: [String]) -> [String] {
        let names = own.map { $0.prefix { $0 != "=" } }
        return environment.filter { !names.contains($0.prefix { $0 != "=" }) } + own
    }

    private func command(_ row: ProgramRow, in folder: FilePath) throws(ToolError) -> [String] {
        let first = row.command[0]
        if first.hasPrefix("%") {
            guard let program = programs[String(first.dropFirst())] else {
                throw ToolError(.badData, "row \(row.name)", why: "there is no program \(first)")
            }
            return [program.description] + row.command.dropFirst()
        }
        if first.hasPrefix("./") {
            return [folder.appending(FilePath(first)).lexicallyNormalized.description] + row.command.dropFirst()
        }
        guard let path = Environment.executable(named: first) else {
            throw ToolError(
                .unavailable, "row \(row.name)", why: "\(first) is not installed", remedy: "run: make setup")
        }
        return [path.description] + row.command.dropFirst()
    }

    /// Every file below a folder: type, permissions, size or target, and a digest of the contents.
    /// Set-user-ID bits are not compared: the tool does not bring them back.
    private func listing(
        _ folder: FilePath, _ prefix: String = "", where isThere: (FileStatus) -> Bool
    ) throws -> String {
        var lines = ""
        for name in try HostFile.names(in: folder) {
            let path = folder.appending(FilePath(bytes: name))
            let status = try HostFile.status(path)
            guard isThere(status) else { continue }
            let names = status.isRegular && status.linkCount > 1 ? " \(status.linkCount) names" : ""
            let text = prefix + String(decoding: name, as: UTF8.self)
            var line = "\(text) \(String(status.mode & ~0o7000, radix: 8))\(names)"
            if status.isSymbolicLink {
                line += " -> " + String(decoding: try HostFile.linkTarget(path), as: UTF8.self)
            } else if status.isRegular {
                var digest = SHA256()
                digest.update(try HostFile.contents(path))
                line += " \(status.size) \(digest.hexadecimal().prefix(16))"
            }
            lines += line + "\n"
            if status.isDirectory { lines += try listing(path, text + "/", where: isThere) }
        }
        return lines
    }

    /// The first line that differs.
    static func difference(_ ours: String, _ theirs: String) -> String {
        let left = ours.split(separator: "\n", omittingEmptySubsequences: false)
        let right = theirs.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(left.count, right.count) {
            let (a, b) = (index < left.count ? left[index] : "(end)", index < right.count ? right[index] : "(end)")
            if a != b {
                return " differs in line \(index + 1)\n    machine: \(a.prefix(200))\n    Linux:   \(b.prefix(200))"
            }
        }
        return " differs"
    }

    private static func excerpt(_ errors: String) -> String {
        let lines = errors.split(separator: "\n").suffix(6)
        return lines.isEmpty ? "" : "\n    " + lines.map { String($0.prefix(200)) }.joined(separator: "\n    ")
    }
}
