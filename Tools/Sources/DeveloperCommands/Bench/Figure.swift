// SPDX-License-Identifier: Apache-2.0

// The table of figures: what is measured, what the peers need, and what this project asks of itself.
// The peers' figures were taken side by side on one machine (Docs/Performance.md); "–" means that it cannot or was not taken.

/// One row of the table.
struct Figure: Sendable {
    /// The name in Benchmarks/results.json.
    let key: String
    /// What it is, for people.
    let title: String
    /// Linux, Nanos, Unikraft.
    let peers: [String]
    /// Must be below this.
    let mustReach: Int
    /// Wants to be below this.
    let aimsFor: Int
    /// The item of microbench.c, for costs of one operation.
    var item: (number: Int, name: String)?

    /// Everything that is measured.
    static var all: [Figure] { operations + insideOperations + machines }

    /// The figures that do not reach what they must; one that was not measured says nothing.
    static func missed(_ figures: [String: Int]) -> [(figure: Figure, value: Int)] {
        all.compactMap { figure in
            figures[figure.key].flatMap { $0 < figure.mustReach ? nil : (figure, $0) }
        }
    }

    static let operations: [Figure] = [
        operation("gettid", "gettid (system call)", ["343", "1,073", "289"], 90, 60, 27, "gettid"),
        operation("getppid", "getppid (system call)", ["361", "1,052", "295"], 90, 60, 1, "getppid"),
        operation(
            "clock_gettime", "clock_gettime through libc", ["79", "1,277", "–"], 75, 60, 2, "clock_gettime_libc"),
        operation(
            "write_null", "write 1 B to /dev/null", ["613", "1,203", "~500 (0 B)"], 200, 130, 4, "write1_devnull"),
        operation("pipe", "pipe write+read 1 B", ["2,403", "3,531", "–"], 1_000, 500, 6, "pipe_wr_rd_1B"),
        operation(
            "pipe_pingpong", "pipe ping-pong, two threads", ["11,993", "8,910", "–"], 4_000, 2_000, 8,
            "pipe_pingpong_2thr"),
        operation(
            "futex_wake", "futex wake, nobody waiting", ["531", "1,269", "–"], 250, 150, 17, "futex_wake_nowaiter"),
        operation(
            "futex_pingpong", "futex ping-pong, two threads", ["8,810", "2,707", "–"], 2_000, 1_200, 18,
            "futex_pingpong_2thr"),
        operation("sched_yield", "sched_yield, one thread", ["811", "1,068", "395"], 250, 150, 19, "sched_yield_1thr"),
        operation(
            "pthread", "pthread create+join (musl)", ["116,566", "53,261", "5,485"], 30_000, 15_000, 9,
            "pthread_create_join"),
        operation(
            "mmap64", "mmap 64 pages, touch, munmap", ["531,188", "195,330", "–"], 120_000, 80_000, 10,
            "mmap64p_touch_munmap"),
        operation("mmap1", "mmap 1 page + munmap", ["13,411", "7,481", "–"], 4_000, 2_500, 11, "mmap1p_munmap"),
        operation(
            "mprotect64", "mprotect 64 pages rw→ro→rw", ["42,539", "22,762", "–"], 10_000, 6_000, 25,
            "mprotect_rw_ro_64p"),
        operation("open_close", "open+close", ["9,971", "9,381", "–"], 3_500, 2_000, 14, "open_close"),
        operation("stat", "stat", ["7,326", "7,129", "–"], 1_500, 1_000, 15, "stat"),
        operation(
            "file", "create, write 4 KiB, read, unlink (in memory)", ["44,600", "76,252", "–"], 20_000, 12_000, 13,
            "file_create_write4k_read_unlink"),
        operation("pread", "pread 4 KiB, cached", ["5,388", "11,170", "–"], 2_500, 1_200, 16, "pread_4KiB_cached"),
        operation(
            "pread64", "pread 64 KiB, cached", ["10,715", "–", "–"], 10_715, 5_357, 31, "pread_64KiB_cached"),
        operation("sendfile", "sendfile 1 MiB, cached", ["391,535", "–", "–"], 391_535, 195_767, 32, "sendfile_1MiB"),
        operation(
            "fault_anonymous", "page fault, anonymous", ["2,955", "–", "–"], 2_955, 1_477, 28, "fault_anonymous"),
        operation("fault_file", "page fault, cached file", ["480", "–", "–"], 480, 240, 29, "fault_file"),
        operation("fault_copy", "page fault, copy on write", ["3,825", "–", "–"], 3_825, 1_912, 30, "fault_copy"),
        operation("epoll_wait", "epoll_wait, one ready", ["879", "3,513", "–"], 350, 220, 21, "epoll_wait_ready"),
        operation(
            "unix_socket", "unix socket write+read 1 B", ["5,013", "4,708", "–"], 2_000, 1_200, 20, "unixsock_wr_rd_1B"),
        operation(
            "tcp_loopback", "TCP loopback ping-pong 1 B", ["31,823", "17,247", "–"], 12_000, 7_000, 22,
            "tcp_loopback_pingpong_1B"),
        operation(
            "signal", "signal to self, handler, return", ["4,859", "3,573", "–"], 2_500, 1_500, 23, "signal_self"),
        operation("fork", "fork+exit+wait", ["226,246", "refused", "refused"], 150_000, 80_000, 26, "fork_exit_wait"),
    ]

    /// What a program cannot ask for: Benchmarks/Allocator measures it in the kernel.
    static let insideOperations: [Figure] = [
        operation(
            "kernel_malloc", "kernel malloc+free, 64 bytes", ["–", "–", "357 (a page each)"], 60, 40, 33,
            "kernel_malloc_free")
    ]

    static let machines: [Figure] = [
        Figure(
            key: "boot_native", title: "instructions, kernel entry → main, native hello", peers: ["–", "–", "59,479"],
            mustReach: 40_000, aimsFor: 15_000),
        Figure(
            key: "boot_linux", title: "instructions, kernel entry → main of a static Linux hello",
            peers: ["1.36 G", "3.05 M", "22.4 M"], mustReach: 700_000, aimsFor: 300_000),
        Figure(
            key: "python", title: "python3 -c pass, boot to exit, % of its own instructions", peers: ["–", "–", "–"],
            mustReach: 130, aimsFor: 115),
        Figure(
            key: "memory_native", title: "smallest -m, native hello, KiB", peers: ["–", "–", "1,536"], mustReach: 1_536,
            aimsFor: 1_024),
        Figure(
            key: "memory_linux", title: "smallest -m, static Linux hello, KiB", peers: ["73,728", "11,264", "7,168"],
            mustReach: 6_144, aimsFor: 3_072),
        Figure(
            key: "size_native", title: "native hello image, stripped, bytes", peers: ["–", "–", "146,484"],
            mustReach: 98_304, aimsFor: 40_960),
        Figure(
            key: "size_native_gzip", title: "native hello image, gzip, bytes", peers: ["–", "–", "22,392"],
            mustReach: 22_528, aimsFor: 12_288),
        Figure(
            key: "size_linux", title: "Linux-personality image, stripped, bytes",
            peers: ["14.2 MB", "1.74 MB", "587 KB"],
            mustReach: 1_258_291, aimsFor: 716_800),
    ]

    private static func operation(
        _ key: String, _ title: String, _ peers: [String], _ mustReach: Int, _ aimsFor: Int, _ number: Int,
        _ name: String
    ) -> Figure {
        Figure(
            key: key, title: title, peers: peers, mustReach: mustReach, aimsFor: aimsFor,
            item: (number: number, name: name))
    }
}
