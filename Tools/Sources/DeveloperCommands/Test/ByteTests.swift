// SPDX-License-Identifier: Apache-2.0

// Arguments, variables and names that are not UTF-8: the program gets the bytes that were typed, as on the host.

internal import HostSystem

/// Runs a program that shows every byte that it is given.
struct ByteTests {
    let runner: GuestRunner
    /// Tests/Guest/Programs/words.c.
    let program: FilePath

    /// Compares with the host.
    func run(isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        let name = "bytes that are not UTF-8"
        guard isChosen(name) else { return }
        let scratch = try ScratchFolder()
        // Not UTF-8, cut off, and what stands for such bytes inside of the tool.
        let odd = ByteText.text([0xff, 0x61, 0xc3, 0xf4, 0x8f, 0x9f, 0xbf])
        let folder = scratch.path.appending(FilePath(argument: odd))
        try HostFile.createDirectories(folder)
        let link = folder.appending(FilePath(argument: "p" + odd))
        _ = try ChildProcess.run("/bin/cp", [program.argument, link.argument])
        let variables = ProgramComparison.environment + ["ODD=" + odd, odd + "=1"]
        let host = try CapturedProcess(link, [odd, "", odd + "é"], environment: variables, directory: folder).finish()
        var options = ["-w", folder.argument, "-v", folder.argument]
        for variable in variables { options += ["-e", variable] }
        let guest = try runner.start([link.argument, odd, "", odd + "é"], options: options).finish()
        let isSame = guest.output == host.output && guest.status == 0 && host.status == 0
        count.record(
            name,
            isSame
                ? nil
                : "status \(guest.status): \(guest.errorText), output"
                    + ProgramComparison.difference(guest.outputText, host.outputText))
    }
}
