// SPDX-License-Identifier: Apache-2.0

// Lines of a trace, as the kernel writes them and as strace writes the same call.

import Testing

@testable import Traces

@Suite("TraceLine")
struct TraceLineTests {
    @Test(
        "Numbers become what strace(1) calls them",
        arguments: [
            (
                "1 openat(-100, \"/a, \\\"b\\\"\", 0x80000, 0) = 3",
                "1 openat(AT_FDCWD, \"/a, \\\"b\\\"\", O_RDONLY|O_CLOEXEC) = 3"
            ),
            ("1 openat(-100, \"x\", 0x241, 0666) = 3", "1 openat(AT_FDCWD, \"x\", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3"),
            ("1 openat(5, \"x\", 0x410002, 0600) = 3", "1 openat(5, \"x\", O_RDWR|O_TMPFILE, 0600) = 3"),
            (
                "1 openat(-100, \"x\", 0, 0) = -1 ENOENT",
                "1 openat(AT_FDCWD, \"x\", O_RDONLY) = -1 ENOENT (No such file or directory)"
            ),
            (
                "12 mmap(NULL, 8192, 0x3, 0x22, -1, 0) = 140737353879552",
                "12 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7ffff7fc1000"
            ),
            ("1 mprotect(0x1000, 4096, 0) = 0", "1 mprotect(0x1000, 4096, PROT_NONE) = 0"),
            ("1 brk(NULL) = 9289728", "1 brk(NULL) = 0x8dc000"),
            ("1 brk(NULL) = 0", "1 brk(NULL) = 0"),
            ("1 access(\"/x\", 04) = -1 ENOENT", "1 access(\"/x\", R_OK) = -1 ENOENT (No such file or directory)"),
            ("1 access(\"/x\", 0) = 0", "1 access(\"/x\", F_OK) = 0"),
            ("1 fcntl(3, 1, 0) = 0", "1 fcntl(3, F_GETFD) = 0"),
            ("1 fcntl(3, 2, 0x1) = 0", "1 fcntl(3, F_SETFD, FD_CLOEXEC) = 0"),
            ("1 fcntl(3, 4, 0x802) = 0", "1 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0"),
            ("1 fcntl(3, 1030, 0xa) = 10", "1 fcntl(3, F_DUPFD_CLOEXEC, 10) = 10"),
            (
                "1 futex(0x40, 0x81, 1, NULL, NULL, 0) = 0",
                "1 futex(0x40, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) = 0"
            ),
            ("1 kill(1, 9) = 0", "1 kill(1, SIGKILL) = 0"),
            ("1 tgkill(1, 1, 34) = 0", "1 tgkill(1, 1, SIGRT_2) = 0"),
            ("1 getrusage(-1, 0x10) = 0", "1 getrusage(RUSAGE_CHILDREN, 0x10) = 0"),
            ("1 flock(3, 0x6) = 0", "1 flock(3, LOCK_EX|LOCK_NB) = 0"),
            ("1 socket(1, 0x80801, 0) = 4", "1 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 4"),
            ("1 memfd_create(\"m\", 0x43) = 3", "1 memfd_create(\"m\", MFD_CLOEXEC|MFD_ALLOW_SEALING|0x40) = 3"),
            ("1 lseek(3, -60, 99) = -1 EINVAL", "1 lseek(3, -60, 99) = -1 EINVAL (Invalid argument)"),
            ("1 write(1, \") = 1, \", 7) = 7", "1 write(1, \") = 1, \", 7) = 7"),
            ("1 exit_group(0) = ?", "1 exit_group(0) = ?"),
            (
                "1 openat(-100, \"/\", 0x90800, 0) = 3",
                "1 openat(AT_FDCWD, \"/\", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 3"
            ),
            ("1 getpid() = 1", "1 getpid() = 1"),
        ])
    func names(line: String, expected: String) {
        #expect(String(decoding: TraceLine.translate(Array(line.utf8)), as: UTF8.self) == expected)
    }

    @Test("Every table can be read, and names each call's arguments inside of the call")
    func tables() {
        // A table with a mistake stops the test where it is made.
        for (call, signature) in TraceSignature.all {
            #expect(signature.names.keys.allSatisfy { 0..<6 ~= $0 }, "\(call)")
        }
        #expect(
            NumberNames.descriptorFlags.text(1) == "FD_CLOEXEC"
                && NumberNames.seals.text(3) == "F_SEAL_SEAL|F_SEAL_SHRINK")
    }

    @Test(
        "Other lines of the log stay as they are",
        arguments: [
            "", "1", "12 apples (red) = 3", "kernel: memory(1) = 2", "1 openat(", "1 (x) = 1", "9) = (",
            "1 Openat(1) = 2",
        ])
    func others(line: String) {
        #expect(TraceLine.translate(Array(line.utf8)) == Array(line.utf8))
    }
}
