// SPDX-License-Identifier: Apache-2.0
//
// /proc as programs parse it: the fields of its texts, against what calls say about the same things.

#include "case.h"
#include "texts.h"
#include <dirent.h>
#include <sys/sysinfo.h>

static void write_text(const char *name, const char *value) {
    int file = open(name, O_WRONLY);
    CHECK(file >= 0);
    CHECK_EQUAL(write(file, value, strlen(value)), strlen(value));
    close(file);
}

CASE(the_status_has_its_lines) {
    static const char *const labels[] = {
        "Name:\t", "Umask:\t", "State:\t", "Tgid:\t", "Ngid:\t", "Pid:\t", "PPid:\t", "TracerPid:\t", "Uid:\t", "Gid:\t",
        "FDSize:\t", "Groups:\t", "NStgid:\t", "NSpid:\t", "NSpgid:\t", "NSsid:\t", "VmPeak:\t", "VmSize:\t", "VmLck:\t",
        "VmPin:\t", "VmHWM:\t", "VmRSS:\t", "RssAnon:\t", "RssFile:\t", "RssShmem:\t", "VmData:\t", "VmStk:\t", "VmExe:\t",
        "VmLib:\t", "VmSwap:\t", "Threads:\t", "SigQ:\t", "SigPnd:\t", "ShdPnd:\t", "SigBlk:\t", "SigIgn:\t", "SigCgt:\t",
        "CapInh:\t", "CapPrm:\t", "CapEff:\t", "CapBnd:\t", "CapAmb:\t", "NoNewPrivs:\t", "Seccomp:\t", "Cpus_allowed:\t",
        "Cpus_allowed_list:\t", "Mems_allowed_list:\t", "voluntary_ctxt_switches:\t", "nonvoluntary_ctxt_switches:\t",
    };
    slurp("/proc/self/status");
    const char *last = text;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const char *here = line_of(labels[i]);
        CHECK(here > last);
        last = here;
    }
    CHECK_EQUAL(atoi(line_of("Pid:\t")), getpid());
    CHECK_EQUAL(atoi(line_of("Tgid:\t")), getpid());
    CHECK_EQUAL(atoi(line_of("PPid:\t")), getppid());
    CHECK_EQUAL(atoi(line_of("Threads:\t")), 1);
    CHECK_EQUAL(atoi(line_of("NSpgid:\t")), getpgrp());
    CHECK(strtoul(line_of("VmRSS:\t"), NULL, 10) <= strtoul(line_of("VmSize:\t"), NULL, 10));
    CHECK(strtoul(line_of("VmStk:\t"), NULL, 10) > 0);
    // The handlers of this frame: SIGSEGV among them.
    CHECK(strtoul(line_of("SigCgt:\t"), NULL, 16) >> (SIGSEGV - 1) & 1);
}

CASE(the_status_shows_signals) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    CHECK_EQUAL(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    CHECK_EQUAL(kill(getpid(), SIGUSR1), 0);
    CHECK_EQUAL(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2), 0);
    signal(SIGHUP, SIG_IGN);
    slurp("/proc/self/status");
    unsigned long shared = strtoul(line_of("ShdPnd:\t"), NULL, 16), own = strtoul(line_of("SigPnd:\t"), NULL, 16);
    unsigned long ignored = strtoul(line_of("SigIgn:\t"), NULL, 16), blocked = strtoul(line_of("SigBlk:\t"), NULL, 16);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    signal(SIGHUP, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK_EQUAL(shared, 1UL << (SIGUSR1 - 1));
    CHECK_EQUAL(own, 1UL << (SIGUSR2 - 1));
    CHECK_EQUAL(blocked, 1UL << (SIGUSR1 - 1) | 1UL << (SIGUSR2 - 1));
    CHECK(ignored >> (SIGHUP - 1) & 1);
}

CASE(the_stat_has_52_fields) {
    slurp("/proc/self/stat");
    CHECK_EQUAL(atoi(text), getpid());
    char *rest = strrchr(text, ')');
    CHECK(rest != NULL && rest[1] == ' ');
    unsigned long fields[64];
    int count = 2;
    CHECK_EQUAL(rest[2], 'R');
    for (char *word = strtok(rest + 4, " \n"); word && count < 63; word = strtok(NULL, " \n"))
        fields[++count] = strtoul(word, NULL, 10);
    CHECK_EQUAL(count, 51);
    // Fields as proc_pid_stat(5) counts them, less one.
    CHECK_EQUAL(fields[3], getppid());
    CHECK_EQUAL(fields[4], getpgrp());
    CHECK_EQUAL(fields[19], 1);
    CHECK(fields[22] > 0);
    // The stack, the arguments and the environment are where this program has them.
    unsigned long here = (unsigned long)&here;
    CHECK(fields[27] > here && fields[27] - here < 1 << 20);
    extern char **environ;
    CHECK(fields[47] < fields[48] && fields[48] <= fields[49] && fields[49] <= fields[50]);
    CHECK(!environ[0] || ((unsigned long)environ[0] >= fields[49] && (unsigned long)environ[0] < fields[50]));
    CHECK(fields[25] < (unsigned long)slurp && (unsigned long)slurp < fields[26]);
}

CASE(descriptors_have_facts) {
    int file = open("/tmp/proc-facts", O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    CHECK_EQUAL(write(file, "12345", 5), 5);
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fdinfo/%d", file);
    slurp(name);
    CHECK_EQUAL(atoi(line_of("pos:\t")), 5);
    CHECK_EQUAL(strtol(line_of("flags:\t"), NULL, 8), O_RDWR | O_APPEND | O_CLOEXEC | 0100000);
    CHECK(atoi(line_of("mnt_id:\t")) > 0);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(strtoul(line_of("ino:\t"), NULL, 10), status.st_ino);
    close(file);
    CHECK_ERRNO(open(name, O_RDONLY), ENOENT);
    unlink("/tmp/proc-facts");
}

/* The file that is read is the one whose position is shown. */
CASE(a_file_shows_its_own_position) {
    int number = open("/dev/null", O_RDONLY);
    char name[64], bytes[64] = "";
    snprintf(name, sizeof name, "/proc/self/fdinfo/%d", number);
    int facts = open(name, O_RDONLY);
    CHECK(facts >= 0);
    CHECK_EQUAL(dup2(facts, number), number);
    CHECK(read(facts, bytes, sizeof bytes - 1) > 5);
    CHECK(strncmp(bytes, "pos:\t0\n", 7) == 0);
    close(number);
    close(facts);
}

static int entries(const char *name) {
    DIR *folder = opendir(name);
    if (!folder) case_fails("opendir %s: errno %d", name, errno);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

CASE(threads_have_folders) {
    CHECK_EQUAL(entries("/proc/self/task"), 1);
    char name[64], own[32] = {0};
    snprintf(name, sizeof name, "/proc/self/task/%d/status", getpid());
    slurp(name);
    CHECK_EQUAL(atoi(line_of("Pid:\t")), getpid());
    snprintf(name, sizeof name, "/proc/self/task/%d/comm", getpid());
    slurp(name);
    strncpy(own, text, sizeof own - 1);
    slurp("/proc/self/comm");
    CHECK(strcmp(own, text) == 0);
    snprintf(name, sizeof name, "/proc/self/task/%d/task", getpid());
    CHECK_ERRNO(access(name, F_OK), ENOENT);
    CHECK_ERRNO(access("/proc/self/task/99999999", F_OK), ENOENT);
    slurp("/proc/thread-self/status");
    CHECK_EQUAL(atoi(line_of("Pid:\t")), getpid());
    CHECK(entries("/proc/self/fd") == entries("/proc/self/fdinfo"));
}

CASE(badness_can_be_changed) {
    slurp("/proc/self/oom_score_adj");
    int old = atoi(text);
    write_text("/proc/self/oom_score_adj", "500\n");
    slurp("/proc/self/oom_score_adj");
    CHECK(strcmp(text, "500\n") == 0);
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    CHECK_ERRNO(write(file, "1001", 4), EINVAL);
    CHECK_ERRNO(write(file, "no", 2), EINVAL);
    close(file);
    snprintf(text, sizeof text, "%d\n", old);
    write_text("/proc/self/oom_score_adj", text);
}

static long number_in(const char *name) {
    slurp(name);
    char *end;
    long number = strtol(text, &end, 10);
    CHECK(end != text && *end == '\n');
    return number;
}

CASE(the_system_has_numbers) {
    CHECK(number_in("/proc/sys/kernel/cap_last_cap") >= 37);
    CHECK_EQUAL(number_in("/proc/sys/kernel/ngroups_max"), 65536);
    CHECK_EQUAL(number_in("/proc/sys/kernel/overflowuid"), 65534);
    CHECK_EQUAL(number_in("/proc/sys/kernel/randomize_va_space"), 2);
    CHECK(number_in("/proc/sys/kernel/pid_max") > getpid());
    CHECK(number_in("/proc/sys/kernel/threads-max") > 100);
    CHECK(number_in("/proc/sys/vm/mmap_min_addr") >= 4096);
    CHECK_EQUAL(number_in("/proc/sys/vm/overcommit_memory"), 0);
    CHECK(number_in("/proc/sys/vm/max_map_count") >= 65530);
    CHECK(number_in("/proc/sys/fs/file-max") > 1000);
    CHECK_EQUAL(number_in("/proc/sys/fs/nr_open"), 1048576);
    CHECK(number_in("/proc/sys/fs/pipe-max-size") >= 65536);
    CHECK_EQUAL(number_in("/proc/sys/fs/inotify/max_queued_events"), 16384);
    CHECK(number_in("/proc/sys/net/core/somaxconn") >= 128);
    slurp("/proc/sys/kernel/random/uuid");
    CHECK(strlen(text) == 37 && text[8] == '-' && text[14] == '4');
}

CASE(the_machine_has_texts) {
    slurp("/proc/filesystems");
    CHECK(strstr(text, "nodev\tsysfs\n") && strstr(text, "nodev\ttmpfs\n") && strstr(text, "nodev\tproc\n"));
    slurp("/proc/swaps");
    CHECK(strncmp(text, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n", 39) == 0);
    slurp("/proc/vmstat");
    CHECK(strtoul(line_of("nr_free_pages "), NULL, 10) > 0);
    CHECK(line_of("nr_anon_pages ") && line_of("nr_mapped ") && line_of("nr_file_pages ") && line_of("pswpin "));
    slurp("/proc/cpuinfo");
    int processors = 0;
    for (char *at = text; (at = strstr(at, "processor\t: ")); at++) processors++;
    CHECK_EQUAL(processors, get_nprocs());
    slurp("/proc/stat");
    int lines = 0;
    for (char *at = text; (at = strstr(at, "cpu")); at++) lines++;
    CHECK_EQUAL(lines, get_nprocs() + 1);
    slurp("/proc/uptime");
    double up, idle;
    CHECK_EQUAL(sscanf(text, "%lf %lf\n", &up, &idle), 2);
    slurp("/proc/loadavg");
    int running, threads, last;
    double one, five, fifteen;
    CHECK_EQUAL(sscanf(text, "%lf %lf %lf %d/%d %d\n", &one, &five, &fifteen, &running, &threads, &last), 6);
    CHECK(running >= 1 && threads >= running);
    CHECK_EQUAL(chdir("/proc/sys/kernel"), 0);
    CHECK(getcwd(text, sizeof text) && strcmp(text, "/proc/sys/kernel") == 0);
    CHECK_EQUAL(chdir("/sys/devices/system"), 0);
    CHECK(getcwd(text, sizeof text) && strcmp(text, "/sys/devices/system") == 0);
    CHECK_ERRNO(mkdir("/proc/new", 0700), ENOENT);
    CHECK_ERRNO(open("/proc/new", O_CREAT | O_WRONLY, 0600), ENOENT);
}
