// SPDX-License-Identifier: Apache-2.0
//
// Every call that takes an address gets addresses that a program must not have: EFAULT, and nothing else happens.
// Calls go through syscall(2), so that libc neither checks nor touches anything.

#include "case.h"
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

static const unsigned long wild[] = {
    1, 0x10, 0xfff,                                    // page 0
    0x680000000000, 0x6c0000001000, 0x6fffffffffff,    // where Apus keeps its kernel
    0x7fffffffe000 + PAGE, 0x800000000000,             // the end of the lower half
    0xffff800000000000, 0xffffffff81000000, -1UL,      // the upper half
};
#define WILD_COUNT (sizeof wild / sizeof wild[0])

// An argument that is replaced by each wild address in turn.
#define BAD 0x6261642121UL
// An argument that is a valid buffer of a page, and one that is a valid path.
#define BUFFER 0x6275666665UL
#define PATH 0x7061746821UL

struct row { const char *name; long number; unsigned long words[6]; };

static char buffer[PAGE];

static void check_row(const struct row *row, unsigned long address) {
    unsigned long words[6];
    for (int i = 0; i < 6; i++) {
        unsigned long word = row->words[i];
        words[i] = word == BAD ? address : word == BUFFER ? (unsigned long)buffer : word == PATH ? (unsigned long)"/" : word;
    }
    errno = 0;
    long result = syscall(row->number, words[0], words[1], words[2], words[3], words[4], words[5]);
    if (result != -1 || errno != EFAULT) case_fails("%s at %#lx gives %ld, errno %d", row->name, address, result, errno);
}

static void check_rows(const struct row *rows, size_t count) {
    char *forbidden = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *hole = page_before_hole();
    memset(hole, 'x', PAGE);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < WILD_COUNT; k++) check_row(&rows[i], wild[k]);
        check_row(&rows[i], (unsigned long)forbidden);
        hole[PAGE - 1] = 'x';
        check_row(&rows[i], (unsigned long)(hole + PAGE - 1));
    }
}

#define CHECK_ROWS(...)                                                                              \
    do {                                                                                             \
        const struct row rows[] = {__VA_ARGS__};                                                     \
        check_rows(rows, sizeof rows / sizeof rows[0]);                                              \
    } while (0)
#define ROW(name, ...) {#name, SYS_##name, {__VA_ARGS__}}

CASE(paths) {
    CHECK_ROWS(
        ROW(open, BAD, O_RDONLY), ROW(openat, AT_FDCWD, BAD, O_RDONLY), ROW(creat, BAD, 0600), ROW(stat, BAD, BUFFER),
        ROW(lstat, BAD, BUFFER), ROW(newfstatat, AT_FDCWD, BAD, BUFFER, 0), ROW(statx, AT_FDCWD, BAD, 0, 0x7ff, BUFFER),
        ROW(access, BAD, R_OK), ROW(faccessat, AT_FDCWD, BAD, R_OK), ROW(faccessat2, AT_FDCWD, BAD, R_OK, 0),
        ROW(chdir, BAD), ROW(readlink, BAD, BUFFER, 10), ROW(readlinkat, AT_FDCWD, BAD, BUFFER, 10));
}

CASE(changing_paths) {
    CHECK_ROWS(
        ROW(mkdir, BAD, 0700), ROW(mkdirat, AT_FDCWD, BAD, 0700), ROW(rmdir, BAD), ROW(unlink, BAD),
        ROW(unlinkat, AT_FDCWD, BAD, 0), ROW(rename, BAD, PATH), ROW(rename, PATH, BAD),
        ROW(renameat2, AT_FDCWD, BAD, AT_FDCWD, PATH, 0), ROW(link, BAD, PATH), ROW(link, PATH, BAD),
        ROW(symlink, BAD, PATH), ROW(symlink, PATH, BAD), ROW(chmod, BAD, 0600), ROW(fchmodat, AT_FDCWD, BAD, 0600),
        ROW(chown, BAD, 0, 0), ROW(lchown, BAD, 0, 0), ROW(fchownat, AT_FDCWD, BAD, 0, 0, 0), ROW(truncate, BAD, 0),
        ROW(utimensat, AT_FDCWD, BAD, 0, 0), ROW(utimensat, AT_FDCWD, PATH, BAD, 0), ROW(mknod, BAD, S_IFREG | 0600, 0));
}

CASE(paths_from_descriptors) {
    CHECK_ROWS(
        ROW(mknodat, AT_FDCWD, BAD, S_IFREG | 0600, 0), ROW(symlinkat, BAD, AT_FDCWD, PATH),
        ROW(symlinkat, PATH, AT_FDCWD, BAD), ROW(linkat, AT_FDCWD, BAD, AT_FDCWD, PATH, 0),
        ROW(renameat, AT_FDCWD, BAD, AT_FDCWD, PATH), ROW(renameat, AT_FDCWD, PATH, AT_FDCWD, BAD),
        ROW(futimesat, AT_FDCWD, BAD, 0), ROW(futimesat, AT_FDCWD, PATH, BAD), ROW(utime, BAD, 0), ROW(utime, PATH, BAD),
        ROW(utimes, BAD, 0), ROW(utimes, PATH, BAD), ROW(openat2, AT_FDCWD, BAD, BUFFER, 24),
        ROW(openat2, AT_FDCWD, PATH, BAD, 24), ROW(execveat, AT_FDCWD, BAD, 0, 0, 0));
    int watcher = (int)syscall(SYS_inotify_init1, 0);
    CHECK(watcher >= 0);
    CHECK_ROWS(ROW(inotify_add_watch, watcher, BAD, 2));
    close(watcher);
}

CASE(changing_the_system) {
    CHECK_ROWS(
        ROW(chroot, BAD), ROW(mount, 0, BAD, 0, 0, 0), ROW(mount, BAD, PATH, 0, 0, 0), ROW(mount, 0, PATH, BAD, 0, 0),
        ROW(umount2, BAD, 0), ROW(sethostname, BAD, 2), ROW(setdomainname, BAD, 2), ROW(settimeofday, BAD, 0),
        ROW(settimeofday, 0, BAD), ROW(clock_settime, 0, BAD), ROW(adjtimex, BAD), ROW(clock_adjtime, 0, BAD), ROW(setgroups, 2, BAD),
        ROW(capset, BAD, BUFFER), ROW(capget, BAD, BUFFER));
    // Options that end with the page before a hole are read up to there.
    for (size_t i = 0; i < WILD_COUNT; i++) CHECK_ERRNO(syscall(SYS_mount, 0, "/", 0, 0, wild[i]), EFAULT);
}

CASE(statistics) {
    CHECK_ROWS(
        ROW(stat, PATH, BAD), ROW(lstat, PATH, BAD), ROW(newfstatat, AT_FDCWD, PATH, BAD, 0),
        ROW(statx, AT_FDCWD, PATH, 0, 0x7ff, BAD), ROW(statfs, PATH, BAD), ROW(statfs, BAD, BUFFER));
    int folder = open("/", O_RDONLY | O_DIRECTORY);
    CHECK(folder >= 0);
    CHECK_ROWS(ROW(fstat, folder, BAD), ROW(fstatfs, folder, BAD), ROW(getdents64, folder, BAD, 4096));
    close(folder);
}

CASE(reading_and_writing) {
    int zero = open("/dev/zero", O_RDONLY);
    CHECK(zero >= 0);
    CHECK_ROWS(ROW(readv, zero, BAD, 1), ROW(writev, 1, BAD, 1));
    int file = open("bad-pointers", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK(file >= 0);
    // From one byte before a hole, that byte may be written: so the wild addresses only.
    for (size_t i = 0; i < WILD_COUNT; i++) {
        CHECK_ERRNO(syscall(SYS_write, file, wild[i], 1), EFAULT);
        CHECK_ERRNO(syscall(SYS_pwrite64, file, wild[i], 1, 0), EFAULT);
        struct iovec pieces[2] = {{buffer, 0}, {(void *)wild[i], 1}};
        CHECK_ERRNO(syscall(SYS_writev, file, pieces, 2), EFAULT);
    }
    CHECK_EQUAL(lseek(file, 0, SEEK_END), 0);
    CHECK_EQUAL(write(file, "contents", 8), 8);
    for (size_t i = 0; i < WILD_COUNT; i++) {
        CHECK_ERRNO(syscall(SYS_read, zero, wild[i], 1), EFAULT);
        CHECK_ERRNO(syscall(SYS_getrandom, wild[i], 1, 0), EFAULT);
        CHECK_ERRNO(syscall(SYS_pread64, file, wild[i], 1, 0), EFAULT);
        struct iovec piece = {(void *)wild[i], 1};
        CHECK_ERRNO(syscall(SYS_preadv, file, &piece, 1, 0, 0), EFAULT);
    }
    close(file);
    close(zero);
    unlink("bad-pointers");
}

CASE(a_transfer_stops_at_a_hole) {
    int file = open("bad-pointers", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK(file >= 0);
    char *hole = page_before_hole();
    memset(hole, 'x', PAGE);
    long wrote = syscall(SYS_write, file, hole + PAGE - 10, 20);
    CHECK(wrote == 10 || (wrote == -1 && errno == EFAULT));
    CHECK_EQUAL(ftruncate(file, 0), 0);
    CHECK_EQUAL(pwrite(file, "0123456789abcdefghij", 20, 0), 20);
    long got = syscall(SYS_pread64, file, hole + PAGE - 10, 20, 0);
    CHECK(got == 10 || (got == -1 && errno == EFAULT));
    if (got == 10) CHECK(memcmp(hole + PAGE - 10, "0123456789", 10) == 0);
    close(file);
    unlink("bad-pointers");
}

CASE(reading_into_what_is_read_only) {
    char *page = new_pages(1);
    CHECK_EQUAL(mprotect(page, PAGE, PROT_READ), 0);
    int zero = open("/dev/zero", O_RDONLY);
    CHECK_ERRNO(read(zero, page, 10), EFAULT);
    CHECK_ERRNO(syscall(SYS_uname, page), EFAULT);
    CHECK_EQUAL(page[0], 0);
    close(zero);
}

CASE(zero_bytes_need_no_memory) {
    int zero = open("/dev/zero", O_RDONLY);
    CHECK_EQUAL(syscall(SYS_read, zero, 1, 0), 0);
    CHECK_EQUAL(syscall(SYS_readv, zero, 1, 0), 0);
    close(zero);
}

CASE(names_and_numbers_of_the_system) {
    CHECK_ROWS(
        ROW(uname, BAD), ROW(sysinfo, BAD), ROW(getcwd, BAD, 4096), ROW(times, BAD), ROW(getrlimit, 3, BAD),
        ROW(setrlimit, 3, BAD), ROW(prlimit64, 0, 3, 0, BAD), ROW(prlimit64, 0, 3, BAD, 0), ROW(getrusage, 0, BAD),
        ROW(getresuid, BAD, BUFFER, BUFFER), ROW(getresuid, BUFFER, BUFFER, BAD), ROW(getresgid, BUFFER, BAD, BUFFER),
        ROW(sched_getaffinity, 0, 128, BAD), ROW(sched_getparam, 0, BAD),
        ROW(prctl, 15, BAD), ROW(prctl, 16, BAD), ROW(arch_prctl, 0x1003, BAD));
}

CASE(clocks) {
    CHECK_ROWS(
        ROW(gettimeofday, BAD, 0), ROW(clock_gettime, 1, BAD), ROW(clock_getres, 1, BAD), ROW(nanosleep, BAD, 0),
        ROW(clock_nanosleep, 1, 0, BAD, 0), ROW(getitimer, 0, BAD), ROW(setitimer, 0, BAD, 0), ROW(time, BAD));
}

CASE(signals) {
    CHECK_ROWS(
        ROW(rt_sigaction, SIGUSR1, BAD, 0, 8), ROW(rt_sigaction, SIGUSR1, 0, BAD, 8), ROW(rt_sigprocmask, 0, BAD, 0, 8),
        ROW(rt_sigprocmask, 0, 0, BAD, 8), ROW(rt_sigpending, BAD, 8), ROW(rt_sigtimedwait, BAD, 0, 0, 8),
        ROW(rt_sigsuspend, BAD, 8), ROW(sigaltstack, BAD, 0), ROW(sigaltstack, 0, BAD),
        ROW(rt_sigqueueinfo, 1 << 22, SIGUSR1, BAD));
}

CASE(programs_and_waiting) {
    CHECK_ROWS(
        ROW(execve, BAD, 0, 0), ROW(poll, BAD, 1, 0), ROW(pipe2, BAD, 0), ROW(pipe, BAD));
    // A program's words are read only once the program is found.
    for (size_t i = 0; i < WILD_COUNT; i++) {
        CHECK_ERRNO(syscall(SYS_execve, "/proc/self/exe", wild[i], 0), EFAULT);
        CHECK_ERRNO(syscall(SYS_futex, wild[i] & ~3UL, 128, 0, 0, 0, 0), EFAULT);
        unsigned long words[2] = {wild[i], 0};
        CHECK_ERRNO(syscall(SYS_execve, "/proc/self/exe", words, 0), EFAULT);
    }
}

CASE(waiting_for_descriptors) {
    CHECK_ROWS(
        ROW(select, 64, BAD, 0, 0, 0), ROW(select, 64, 0, BAD, 0, 0), ROW(select, 64, 0, 0, BAD, 0),
        ROW(select, 0, 0, 0, 0, BAD), ROW(pselect6, 64, BAD, 0, 0, 0, 0), ROW(pselect6, 0, 0, 0, 0, BAD, 0),
        ROW(pselect6, 0, 0, 0, 0, 0, BAD), ROW(ppoll, BAD, 1, 0, 0, 0), ROW(ppoll, 0, 0, BAD, 0, 0),
        ROW(ppoll, 0, 0, 0, BAD, 8), ROW(timerfd_settime, -1, 0, BAD, 0), ROW(signalfd4, -1, BAD, 8, 0),
        ROW(signalfd, -1, BAD, 8), ROW(timer_create, 1, BAD, BUFFER), ROW(waitid, 0, 0, BAD, 4, 0));
    int poller = (int)syscall(SYS_epoll_create1, 0);
    CHECK(poller >= 0);
    CHECK_ROWS(ROW(epoll_ctl, poller, 1, 1, BAD));
    close(poller);
}

CASE(policies_of_threads) {
    CHECK_ROWS(
        ROW(sched_setparam, 0, BAD), ROW(sched_setscheduler, 0, 0, BAD), ROW(sched_setattr, 0, BAD, 0),
        ROW(sched_getattr, 0, BAD, 48, 0), ROW(sched_rr_get_interval, 0, BAD), ROW(sched_setaffinity, 0, 8, BAD),
        ROW(getcpu, BAD, 0, 0), ROW(getcpu, 0, BAD, 0), ROW(get_robust_list, 0, BAD, BUFFER),
        ROW(get_robust_list, 0, BUFFER, BAD), ROW(prctl, 2, BAD), ROW(prctl, 37, BAD));
}

CASE(sockets) {
    int pair[2], server = (int)syscall(SYS_socket, 1, 1, 0);
    CHECK(server >= 0);
    CHECK_ROWS(ROW(socketpair, 1, 1, 0, BAD), ROW(bind, server, BAD, 10), ROW(connect, server, BAD, 10));
    struct { unsigned short family; char name[32]; } address = {1, "\0bad-pointers"};
    CHECK_EQUAL(syscall(SYS_bind, server, &address, 16), 0);
    CHECK_EQUAL(syscall(SYS_listen, server, 20), 0);
    *(int *)buffer = 16;  // a length
    CHECK_ROWS(ROW(getsockname, server, BAD, BUFFER), ROW(getsockname, server, BUFFER, BAD),
               ROW(setsockopt, server, 1, 7, BAD, 4), ROW(getsockopt, server, 1, 7, BAD, BUFFER + 0),
               ROW(getsockopt, server, 1, 7, BUFFER, BAD));
    // A connection that nobody could be told of is given up.
    for (size_t i = 0; i < WILD_COUNT; i++) {
        int client = (int)syscall(SYS_socket, 1, 1, 0), size = 16;
        CHECK_EQUAL(syscall(SYS_connect, client, &address, 16), 0);
        CHECK_ERRNO(syscall(SYS_accept4, server, wild[i], &size, 0), EFAULT);
        close(client);
        client = (int)syscall(SYS_socket, 1, 1, 0);
        CHECK_EQUAL(syscall(SYS_connect, client, &address, 16), 0);
        CHECK_ERRNO(syscall(SYS_accept, server, buffer, wild[i]), EFAULT);
        close(client);
    }
    close(server);
    CHECK_EQUAL(syscall(SYS_socketpair, 1, 2, 0, pair), 0);
    for (size_t i = 0; i < WILD_COUNT; i++) {
        CHECK_ERRNO(syscall(SYS_sendto, pair[0], wild[i], 1, 0, 0, 0), EFAULT);
        CHECK_EQUAL(syscall(SYS_sendto, pair[0], "x", 1, 0, 0, 0), 1);
        CHECK_ERRNO(syscall(SYS_recvfrom, pair[1], wild[i], 1, 0x40, 0, 0), EFAULT);
    }
    CHECK_ROWS(ROW(sendmsg, pair[0], BAD, 0), ROW(recvmsg, pair[1], BAD, 0), ROW(sendmmsg, pair[0], BAD, 1, 0),
               ROW(sendto, pair[0], BUFFER, 1, 0, BAD, 10));
    // Without a message that waits: a structure is looked at before that.
    CHECK_ROWS(ROW(recvmmsg, pair[0], BAD, 1, 0x40, 0), ROW(recvmmsg, pair[0], BUFFER, 1, 0x40, BAD));
    close(pair[0]);
    close(pair[1]);
}

CASE(locks_on_files) {
    int file = open("bad-pointers", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK(file >= 0);
    CHECK_ROWS(ROW(fcntl, file, F_GETLK, BAD), ROW(fcntl, file, F_SETLK, BAD));
    close(file);
    unlink("bad-pointers");
}

CASE(extended_attributes) {
    const unsigned long path = (unsigned long)"/dev/shm/bad-pointers", name = (unsigned long)"trusted.a";
    int file = open("/dev/shm/bad-pointers", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK(file >= 0);
    CHECK_EQUAL(syscall(SYS_fsetxattr, file, "trusted.a", "value", 5, 0), 0);
    CHECK_ROWS(
        ROW(setxattr, BAD, name, BUFFER, 1, 0), ROW(setxattr, path, BAD, BUFFER, 1, 0), ROW(setxattr, path, name, BAD, 8, 0),
        ROW(fsetxattr, file, name, BAD, 8, 0), ROW(lsetxattr, BAD, name, BUFFER, 1, 0),
        ROW(getxattr, BAD, name, BUFFER, 8), ROW(getxattr, path, BAD, BUFFER, 8), ROW(getxattr, path, name, BAD, 8),
        ROW(fgetxattr, file, BAD, BUFFER, 8), ROW(lgetxattr, path, name, BAD, 8),
        ROW(listxattr, BAD, BUFFER, 64), ROW(listxattr, path, BAD, 64), ROW(flistxattr, file, BAD, 64),
        ROW(removexattr, BAD, name), ROW(removexattr, path, BAD), ROW(fremovexattr, file, BAD));
    close(file);
    unlink("/dev/shm/bad-pointers");
}

CASE(structures_across_a_hole) {
    char *hole = page_before_hole();
    int zero = open("/dev/zero", O_RDONLY);
    CHECK_ERRNO(syscall(SYS_fstat, zero, hole + PAGE - 16), EFAULT);
    CHECK_ERRNO(syscall(SYS_uname, hole + PAGE - 64), EFAULT);
    CHECK_ERRNO(syscall(SYS_clock_gettime, 1, hole + PAGE - 8), EFAULT);
    CHECK_ERRNO(syscall(SYS_rt_sigaction, SIGUSR1, hole + PAGE - 8, 0, 8), EFAULT);
    struct iovec *piece = (struct iovec *)(hole + PAGE) - 1;
    *piece = (struct iovec){buffer, 1};
    CHECK_ERRNO(syscall(SYS_readv, zero, piece, 2), EFAULT);
    strcpy(hole + PAGE - 2, "/");
    CHECK_EQUAL(access(hole + PAGE - 2, F_OK), 0);
    hole[PAGE - 1] = '/';
    CHECK_ERRNO(syscall(SYS_access, hole + PAGE - 2, F_OK), EFAULT);
    close(zero);
}
