// SPDX-License-Identifier: Apache-2.0
//
// The files of /proc and /sys that programs read for one figure each: their lines, units and headers.

#include "case.h"
#include "texts.h"
#include <dirent.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>

// Each file is there and can be read.
static void read_all(const char *const *names) {
    for (; *names; names++) slurp(*names);
}

CASE(meminfo_has_its_lines) {
    static const char *const labels[] = {
        "MemTotal:", "MemFree:", "MemAvailable:", "Buffers:", "Cached:", "SwapCached:", "Active:", "Inactive:", "Active(anon):",
        "Inactive(anon):", "Active(file):", "Inactive(file):", "Unevictable:", "Mlocked:", "SwapTotal:", "SwapFree:", "Dirty:",
        "Writeback:", "AnonPages:", "Mapped:", "Shmem:", "KReclaimable:", "Slab:", "SReclaimable:", "SUnreclaim:", "KernelStack:",
        "PageTables:", "Bounce:", "WritebackTmp:", "CommitLimit:", "Committed_AS:", "VmallocTotal:", "VmallocUsed:",
        "VmallocChunk:", "AnonHugePages:", "HugePages_Total:", "HugePages_Free:", "HugePages_Rsvd:", "HugePages_Surp:",
        "Hugepagesize:", "Hugetlb:",
    };
    slurp("/proc/meminfo");
    const char *last = text;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const char *here = line_of(labels[i]);
        CHECK(here > last);
        last = here;
        // Numbers end in column 24, and kB follows except where pages are counted.
        if (strncmp(labels[i], "HugePages", 9) == 0) continue;
        const char *end = strchr(here, '\n');
        CHECK(end && end - 3 > here && strncmp(end - 3, " kB", 3) == 0);
        if (strncmp(labels[i], "Vmalloc", 7) != 0) CHECK_EQUAL(end - 3 - (here - strlen(labels[i])), 24);
    }
    CHECK_EQUAL(strtoul(line_of("Hugepagesize:"), NULL, 10), 2048);
    struct sysinfo facts;
    CHECK_EQUAL(sysinfo(&facts), 0);
    CHECK_EQUAL(strtoul(line_of("MemTotal:"), NULL, 10), facts.totalram * facts.mem_unit / 1024);
}

CASE(cpuinfo_has_its_lines) {
    static const char *const labels[] = {
        "processor\t: ", "vendor_id\t: ", "cpu family\t: ", "model\t\t: ", "model name\t: ", "stepping\t: ", "cpu MHz\t\t: ",
        "physical id\t: ", "siblings\t: ", "core id\t\t: ", "cpu cores\t: ", "apicid\t\t: ", "initial apicid\t: ", "fpu\t\t: ",
        "fpu_exception\t: ", "cpuid level\t: ", "wp\t\t: ", "flags\t\t: ", "bogomips\t: ", "clflush size\t: ",
        "cache_alignment\t: ", "address sizes\t: ", "power management:",
    };
    slurp("/proc/cpuinfo");
    const char *last = text;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const char *here = line_of(labels[i]);
        CHECK(here > last);
        last = here;
    }
    CHECK_EQUAL(atoi(line_of("siblings\t: ")), get_nprocs());
    CHECK_EQUAL(atoi(line_of("clflush size\t: ")), 64);
    double mhz, mips;
    CHECK_EQUAL(sscanf(line_of("cpu MHz\t\t: "), "%lf", &mhz), 1);
    CHECK_EQUAL(sscanf(line_of("bogomips\t: "), "%lf", &mips), 1);
    CHECK(mhz > 1 && mips > 1);
    int blocks = 0;
    for (char *at = text; (at = strstr(at, "\n\n")); at++) blocks++;
    CHECK_EQUAL(blocks, get_nprocs());
}

CASE(the_machine_has_its_files) {
    static const char *const names[] = {
        "/proc/interrupts", "/proc/softirqs", "/proc/devices", "/proc/misc", "/proc/partitions", "/proc/diskstats",
        "/proc/swaps", "/proc/locks", "/proc/filesystems", "/proc/vmstat", NULL,
    };
    read_all(names);
    slurp("/proc/devices");
    CHECK(strncmp(text, "Character devices:\n  1 mem\n", 27) == 0);
    CHECK(strstr(text, "  5 /dev/ptmx\n") && strstr(text, "136 pts\n") && strstr(text, "\n\nBlock devices:\n"));
    slurp("/proc/partitions");
    CHECK(strncmp(text, "major minor  #blocks  name\n\n", 28) == 0);
    slurp("/proc/interrupts");
    CHECK(strstr(text, "CPU0") && strstr(text, "\nERR:"));
    slurp("/proc/softirqs");
    CHECK(strstr(text, "CPU0") && strstr(text, "\n       TIMER:"));
}

CASE(the_network_has_tables) {
    static const char *const heads[][2] = {
        {"/proc/net/tcp", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"},
        {"/proc/net/tcp6", "  sl  local_address                         remote_address                        st tx_queue"},
        {"/proc/net/udp", "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer"},
        {"/proc/net/udp6", "  sl  local_address                         remote_address                        st tx_queue"},
        {"/proc/net/raw", "  sl  local_address rem_address   st tx_queue"},
        {"/proc/net/unix", "Num       RefCount Protocol Flags    Type St Inode Path\n"},
        {"/proc/net/dev", "Inter-|   Receive                                                |  Transmit\n face |bytes    packets"},
        {"/proc/net/route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"},
        {"/proc/net/arp", "IP address       HW type     Flags       HW address            Mask     Device\n"},
        {"/proc/net/sockstat", "sockets: used "}, {"/proc/net/snmp", "Ip: Forwarding DefaultTTL "},
        {"/proc/net/netstat", "TcpExt: SyncookiesSent"}, {"/proc/net/if_inet6", ""},
        {"/proc/net/protocols", "protocol  size sockets  memory press maxhdr  slab module"},
        {"/proc/net/packet", "sk               RefCnt Type Proto"}, {"/proc/net/netlink", "sk               Eth Pid"},
        {"/proc/self/net/dev", "Inter-|"},
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        slurp(heads[i][0]);
        if (strncmp(text, heads[i][1], strlen(heads[i][1])) != 0) case_fails("%s begins otherwise", heads[i][0]);
    }
}

CASE(the_process_has_its_files) {
    static const char *const names[] = {
        "/proc/self/io", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups", "/proc/self/oom_score",
        "/proc/self/oom_adj", "/proc/self/sessionid", "/proc/self/loginuid", "/proc/self/wchan", "/proc/self/personality",
        "/proc/self/cgroup", "/proc/self/mountstats", "/proc/self/coredump_filter", "/proc/self/timerslack_ns",
        "/proc/self/schedstat", "/proc/self/mountinfo", "/proc/thread-self/personality", NULL,
    };
    read_all(names);
    slurp("/proc/self/io");
    CHECK(line_of("rchar: ") < line_of("wchar: ") && line_of("read_bytes: ") < line_of("cancelled_write_bytes: "));
    slurp("/proc/self/personality");
    CHECK(strcmp(text, "00000000\n") == 0);
    slurp("/proc/self/uid_map");
    unsigned inside, outside, count;
    CHECK_EQUAL(sscanf(text, "%u %u %u\n", &inside, &outside, &count), 3);
    slurp("/proc/self/mountstats");
    CHECK(strstr(text, " mounted on /proc with fstype proc"));
    slurp("/proc/self/oom_score");
    CHECK(atoi(text) >= 0 && atoi(text) <= 2000);
}

CASE(the_old_badness_is_a_scale_of_its_own) {
    int old = open("/proc/self/oom_adj", O_RDWR), new = open("/proc/self/oom_score_adj", O_RDWR);
    char bytes[16] = {0};
    CHECK(old >= 0 && new >= 0);
    CHECK_EQUAL(write(old, "15", 2), 2);
    CHECK(pread(new, bytes, 15, 0) > 0);
    CHECK_EQUAL(atoi(bytes), 1000);
    CHECK_EQUAL(pwrite(new, "0", 1, 0), 1);
    memset(bytes, 0, sizeof bytes);
    CHECK(pread(old, bytes, 15, 0) > 0);
    CHECK_EQUAL(atoi(bytes), 0);
    CHECK_ERRNO(pwrite(old, "16", 2, 0), EINVAL);
    close(old);
    close(new);
}

CASE(namespaces_have_links) {
    static const char *const names[] = {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "user", "uts"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64], link[64] = {0}, number[64];
        snprintf(name, sizeof name, "/proc/self/ns/%s", names[i]);
        CHECK(readlink(name, link, sizeof link - 1) > 0);
        struct stat status;
        CHECK_EQUAL(stat(name, &status), 0);
        CHECK(S_ISREG(status.st_mode));
        const char *colon = strchr(link, ':');
        CHECK(colon && strncmp(link, names[i], colon - link) == 0);
        snprintf(number, sizeof number, ":[%lu]", (unsigned long)status.st_ino);
        CHECK(strcmp(colon, number) == 0);
        int file = open(name, O_RDONLY);
        CHECK(file >= 0);
        CHECK_ERRNO(read(file, link, 1), EINVAL);
        close(file);
    }
}

CASE(memory_is_a_file) {
    static char words[] = "some words";
    int file = open("/proc/self/mem", O_RDWR);
    CHECK(file >= 0);
    char bytes[16] = {0};
    CHECK_EQUAL(pread(file, bytes, sizeof words, (off_t)(uintptr_t)words), sizeof words);
    CHECK(strcmp(bytes, words) == 0);
    CHECK_EQUAL(pwrite(file, "S", 1, (off_t)(uintptr_t)words), 1);
    CHECK_EQUAL(*(volatile char *)words, 'S');
    CHECK_EQUAL(lseek(file, (off_t)(uintptr_t)words + 5, SEEK_SET), (off_t)(uintptr_t)words + 5);
    CHECK_EQUAL(read(file, bytes, 5), 5);
    CHECK(strncmp(bytes, "words", 5) == 0);
    // Up to where memory ends, and an error where there is none.
    char *page = page_before_hole();
    CHECK_EQUAL(pread(file, text, 2 * PAGE, (off_t)(uintptr_t)page), PAGE);
    CHECK_ERRNO(pread(file, text, 1, (off_t)(uintptr_t)(page + PAGE)), EIO);
    CHECK_ERRNO(pwrite(file, text, 1, (off_t)(uintptr_t)(page + PAGE)), EIO);
    close(file);
}

CASE(mappings_have_sizes) {
    char *pages = new_pages(8);
    memset(pages, 1, 3 * PAGE);
    slurp("/proc/self/smaps");
    char start[32];
    snprintf(start, sizeof start, "%lx-", (unsigned long)pages);
    // The region may have grown together with one below or above it.
    CHECK(strstr(text, "\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\nRss: "));
    unsigned long sum = 0, own = 0;
    for (char *at = text; (at = strstr(at, "\nRss:")); at++) sum += strtoul(at + 5, NULL, 10);
    for (char *at = text; (at = strstr(at, "\nPrivate_Dirty:")); at++) own += strtoul(at + 15, NULL, 10);
    CHECK(own >= 12 && own <= sum);
    CHECK(strstr(text, "\nVmFlags: rd wr mr mw me"));
    slurp("/proc/self/smaps_rollup");
    CHECK(strstr(text, "[rollup]\nRss: "));
    unsigned long whole = strtoul(line_of("Rss:"), NULL, 10);
    CHECK(whole + 256 >= sum && whole <= sum + 256);
    CHECK(line_of("Pss:") < line_of("Pss_Dirty:") && line_of("Referenced:") < line_of("Anonymous:"));
    munmap(pages, 8 * PAGE);
}

static void expect_numbers(const char *name, int wanted) {
    slurp(name);
    int count = 0;
    for (char *word = strtok(text, " \t\n"); word; word = strtok(NULL, " \t\n"), count++) {
        char *end;
        strtol(word, &end, 10);
        if (*end) case_fails("%s: %s is no number", name, word);
    }
    if (count != wanted) case_fails("%s: %d numbers, not %d", name, count, wanted);
}

CASE(the_kernel_has_switches) {
    static const char *const single[] = {
        "kernel/core_uses_pid", "kernel/pid_max", "kernel/threads-max", "kernel/cap_last_cap", "kernel/ngroups_max",
        "kernel/panic", "kernel/tainted", "kernel/sched_rr_timeslice_ms", "kernel/shmmax", "kernel/shmall", "kernel/shmmni",
        "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/pty/max", "kernel/pty/nr", "kernel/random/entropy_avail",
        "fs/file-max", "fs/nr_open", "fs/pipe-max-size", "fs/pipe-user-pages-soft", "fs/aio-nr", "fs/aio-max-nr",
        "fs/inotify/max_user_watches", "fs/inotify/max_user_instances", "fs/inotify/max_queued_events",
        "fs/epoll/max_user_watches", "fs/mqueue/queues_max", "fs/protected_hardlinks", "fs/suid_dumpable",
        "vm/overcommit_memory", "vm/overcommit_ratio", "vm/max_map_count", "vm/swappiness", "vm/mmap_min_addr",
        "vm/dirty_ratio", "vm/min_free_kbytes", "vm/nr_hugepages", "vm/panic_on_oom", "vm/vfs_cache_pressure",
        "net/core/somaxconn", "net/core/rmem_max", "net/core/wmem_default", "user/max_user_namespaces", NULL,
    };
    char name[96];
    for (int i = 0; single[i]; i++) {
        snprintf(name, sizeof name, "/proc/sys/%s", single[i]);
        expect_numbers(name, 1);
    }
    expect_numbers("/proc/sys/kernel/printk", 4);
    expect_numbers("/proc/sys/kernel/sem", 4);
    expect_numbers("/proc/sys/fs/file-nr", 3);
    expect_numbers("/proc/sys/fs/inode-nr", 2);
    expect_numbers("/proc/sys/fs/dentry-state", 6);
    slurp("/proc/sys/kernel/core_pattern");
    CHECK(strchr(text, '\n'));
    CHECK_ERRNO(mkdir("/proc/sys/kernel/new", 0755), ENOENT);
    CHECK_ERRNO(access("/proc/sys/kernel/no_such_switch", F_OK), ENOENT);
}

CASE(folders_list_what_can_be_opened) {
    static const char *const folders[] = {"/proc/sys/vm", "/proc/sys/fs", "/proc/sys/kernel", "/proc/net", "/proc/self/ns"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        DIR *folder = opendir(folders[i]);
        if (!folder) case_fails("opendir %s: errno %d", folders[i], errno);
        int count = 0;
        for (struct dirent *entry; (entry = readdir(folder)); count++) {
            struct stat status;
            if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
                case_fails("%s/%s: errno %d", folders[i], entry->d_name, errno);
            if (strcmp(entry->d_name, "..") != 0 && entry->d_ino != status.st_ino)
                case_fails("%s/%s has two numbers", folders[i], entry->d_name);
        }
        CHECK(count > 8);
        closedir(folder);
    }
}

CASE(a_node_has_memory) {
    slurp("/sys/devices/system/node/node0/meminfo");
    CHECK(strtoul(line_of("Node 0 MemTotal:"), NULL, 10) >= strtoul(line_of("Node 0 MemFree:"), NULL, 10));
    slurp("/sys/devices/system/node/node0/distance");
    CHECK(strcmp(text, "10\n") == 0);
    slurp("/sys/devices/system/node/has_memory");
    CHECK(strcmp(text, "0\n") == 0);
}

CASE(usual_places_are_there) {
    static const char *const folders[] = {"/tmp", "/var/tmp", "/dev/shm"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        struct stat status;
        CHECK_EQUAL(stat(folders[i], &status), 0);
        CHECK_EQUAL(status.st_mode, S_IFDIR | 01777);
    }
    struct stat status;
    CHECK_EQUAL(stat("/run", &status), 0);
    slurp("/etc/mtab");
    CHECK(strstr(text, " /proc proc "));
    struct statfs facts;
    CHECK_EQUAL(statfs("/dev/shm", &facts), 0);
    CHECK_EQUAL(facts.f_type, 0x01021994);
}
