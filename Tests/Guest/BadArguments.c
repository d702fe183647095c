// SPDX-License-Identifier: Apache-2.0
//
// Unknown flags, commands and sizes are refused with Linux's errno, never ignored; huge lengths and counts, too.

#include "case.h"
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

static char buffer[PAGE];

CASE(flags_of_memory) {
    char *page = new_pages(1);
    CHECK_ERRNO(CALL(mmap, 0, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL);
    CHECK_ERRNO(CALL(mmap, 0, PAGE, PROT_READ, MAP_PRIVATE, -1, 0), EBADF);
    CHECK_ERRNO(CALL(mmap, 0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1), EINVAL);
    CHECK_ERRNO(CALL(mmap, page + 1, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), EINVAL);
    CHECK_ERRNO(CALL(mprotect, page, PAGE, 0x100), EINVAL);
    CHECK_ERRNO(CALL(mprotect, page + 1, PAGE, PROT_READ), EINVAL);
    CHECK_ERRNO(CALL(munmap, page + 1, PAGE), EINVAL);
    CHECK_ERRNO(CALL(munmap, page, 0), EINVAL);
    CHECK_ERRNO(CALL(madvise, page, PAGE, 9999), EINVAL);
    CHECK_ERRNO(CALL(madvise, page + 1, PAGE, MADV_NORMAL), EINVAL);
    CHECK_ERRNO(CALL(msync, page, PAGE, 0x100), EINVAL);
    CHECK_ERRNO(CALL(msync, page, PAGE, MS_ASYNC | MS_SYNC), EINVAL);
    CHECK_ERRNO(CALL(mlockall, 0x100), EINVAL);
    CHECK_ERRNO(CALL(mlockall, 0), EINVAL);
}

CASE(lengths_of_memory) {
    CHECK_ERRNO(CALL(mmap, 0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);
    CHECK_ERRNO(CALL(mmap, 0, -1UL, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
    CHECK_ERRNO(CALL(mmap, 0, 1UL << 47, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
    CHECK_ERRNO(CALL(mmap, 0x7fffffffe000, 1UL << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), ENOMEM);
    CHECK_ERRNO(CALL(munmap, 0x7fffffffe000, 1UL << 20), EINVAL);
    CHECK_ERRNO(CALL(munmap, 0x1000, -1UL), EINVAL);
    CHECK_ERRNO(CALL(munmap, 0xffff800000000000, PAGE), EINVAL);
    char *page = page_before_hole();
    CHECK_ERRNO(CALL(mprotect, page, 2 * PAGE, PROT_READ), ENOMEM);
    CHECK_EQUAL(CALL(mprotect, page, 0, PROT_READ), 0);
    CHECK_ERRNO(CALL(mprotect, page, -PAGE, PROT_READ), ENOMEM);
    CHECK_ERRNO(CALL(madvise, page, 2 * PAGE, MADV_WILLNEED), ENOMEM);
}

CASE(flags_of_paths) {
    CHECK_ERRNO(CALL(newfstatat, AT_FDCWD, "/", buffer, 1), EINVAL);
    CHECK_ERRNO(CALL(statx, AT_FDCWD, "/", 1, 0x7ff, buffer), EINVAL);
    CHECK_ERRNO(CALL(statx, AT_FDCWD, "/", 0, 0x80000000, buffer), EINVAL);
    CHECK_ERRNO(CALL(faccessat2, AT_FDCWD, "/", R_OK, 1), EINVAL);
    CHECK_ERRNO(CALL(access, "/", 8), EINVAL);
    CHECK_ERRNO(CALL(unlinkat, AT_FDCWD, "/nothing", 1), EINVAL);
    CHECK_ERRNO(CALL(linkat, AT_FDCWD, "/", AT_FDCWD, "/x", 1), EINVAL);
    CHECK_ERRNO(CALL(renameat2, AT_FDCWD, "/", AT_FDCWD, "/x", 0x100), EINVAL);
    CHECK_ERRNO(CALL(renameat2, AT_FDCWD, "/", AT_FDCWD, "/x", 3), EINVAL);
    CHECK_ERRNO(CALL(fchownat, AT_FDCWD, "/", 0, 0, 1), EINVAL);
    CHECK_ERRNO(CALL(utimensat, AT_FDCWD, "/", 0, 1), EINVAL);
    CHECK_ERRNO(CALL(readlink, "/", buffer, 0), EINVAL);
    CHECK_ERRNO(CALL(truncate, "/", -1L), EINVAL);
}

CASE(lengths_of_paths) {
    static char path[2 * PAGE];
    memset(path, 'a', sizeof path - 1);
    CHECK_ERRNO(CALL(access, path, F_OK), ENAMETOOLONG);
    CHECK_ERRNO(CALL(mkdir, path, 0700), ENAMETOOLONG);
    path[256] = 0;
    CHECK_ERRNO(CALL(access, path, F_OK), ENAMETOOLONG);
    path[255] = 0;
    CHECK_ERRNO(CALL(access, path, F_OK), ENOENT);
    for (size_t i = 0; i < PAGE; i++) path[i] = i % 2 ? '/' : '.';
    path[PAGE] = 0;
    CHECK_ERRNO(CALL(access, path, F_OK), ENAMETOOLONG);
    path[PAGE - 1] = 0;
    CHECK_EQUAL(CALL(access, path, F_OK), 0);
    CHECK_ERRNO(CALL(access, "", F_OK), ENOENT);
    CHECK_ERRNO(CALL(chdir, ""), ENOENT);
    CHECK_ERRNO(CALL(getcwd, buffer, 0), ERANGE);
    CHECK_ERRNO(CALL(getcwd, buffer, 1), ERANGE);
}

CASE(descriptors_that_are_none) {
    for (int i = 0; i < 3; i++) {
        int number = (int[]){-1, 77, 0x7fffffff}[i];
        CHECK_ERRNO(CALL(read, number, buffer, 1), EBADF);
        CHECK_ERRNO(CALL(write, number, buffer, 1), EBADF);
        CHECK_ERRNO(CALL(pread64, number, buffer, 1, 0), EBADF);
        CHECK_ERRNO(CALL(readv, number, buffer, 0), EBADF);
        CHECK_ERRNO(CALL(close, number), EBADF);
        CHECK_ERRNO(CALL(fstat, number, buffer), EBADF);
        CHECK_ERRNO(CALL(lseek, number, 0, SEEK_SET), EBADF);
        CHECK_ERRNO(CALL(dup, number), EBADF);
        CHECK_ERRNO(CALL(dup2, number, 78), EBADF);
        CHECK_ERRNO(CALL(fcntl, number, F_GETFD), EBADF);
        CHECK_ERRNO(CALL(ioctl, number, 0x5401, buffer), EBADF);
        CHECK_ERRNO(CALL(fchdir, number), EBADF);
        CHECK_ERRNO(CALL(getdents64, number, buffer, 100), EBADF);
        CHECK_ERRNO(CALL(ftruncate, number, 0), EBADF);
        CHECK_ERRNO(CALL(fsync, number), EBADF);
        CHECK_ERRNO(CALL(flock, number, 1), EBADF);
        CHECK_ERRNO(CALL(mmap, 0, PAGE, PROT_READ, MAP_PRIVATE, number, 0), EBADF);
        CHECK_ERRNO(CALL(openat, number, "x", O_RDONLY), number == AT_FDCWD ? ENOENT : EBADF);
    }
    CHECK_ERRNO(CALL(dup2, 1, -1), EBADF);
    CHECK_ERRNO(CALL(dup2, 1, 1 << 30), EBADF);
}

CASE(flags_of_descriptors) {
    int file = open("bad-arguments", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK(file >= 0);
    CHECK_ERRNO(CALL(dup3, file, file, 0), EINVAL);
    CHECK_ERRNO(CALL(dup3, file, file + 1, 1), EINVAL);
    CHECK_ERRNO(CALL(pipe2, buffer, 1), EINVAL);
    CHECK_ERRNO(CALL(lseek, file, 0, 9), EINVAL);
    CHECK_ERRNO(CALL(lseek, file, -1L, SEEK_SET), EINVAL);
    CHECK_ERRNO(CALL(fcntl, file, 9999, 0), EINVAL);
    CHECK_ERRNO(CALL(fcntl, file, F_DUPFD, 1 << 30), EINVAL);
    CHECK_ERRNO(CALL(fcntl, file, F_DUPFD, -1), EINVAL);
    CHECK_ERRNO(CALL(flock, file, 0), EINVAL);
    CHECK_ERRNO(CALL(ioctl, file, 0xdeadbeef, buffer), ENOTTY);
    CHECK_ERRNO(CALL(ioctl, file, 0x5401, buffer), ENOTTY);
    CHECK_ERRNO(CALL(getdents64, file, buffer, 100), ENOTDIR);
    CHECK_ERRNO(CALL(pread64, file, buffer, 1, -1L), EINVAL);
    CHECK_ERRNO(CALL(pwrite64, file, buffer, 1, -1L), EINVAL);
    CHECK_ERRNO(CALL(ftruncate, file, -1L), EINVAL);
    int folder = open("/", O_RDONLY);
    CHECK_ERRNO(CALL(getdents64, folder, buffer, 8), EINVAL);
    CHECK_ERRNO(CALL(read, folder, buffer, 8), EISDIR);
    close(folder);
    close(file);
    unlink("bad-arguments");
}

CASE(counts_of_transfers) {
    int zero = open("/dev/zero", O_RDWR);
    int file = open("bad-arguments", O_CREAT | O_RDWR | O_TRUNC, 0600);
    struct iovec pieces[2] = {{buffer, 1}, {buffer, -1UL}};
    CHECK_ERRNO(CALL(read, zero, buffer, -1UL), EFAULT);
    CHECK_ERRNO(CALL(write, file, buffer, -1UL), EFAULT);
    CHECK_ERRNO(CALL(readv, zero, pieces, 2), EINVAL);
    CHECK_ERRNO(CALL(readv, zero, pieces, 1025), EINVAL);
    CHECK_ERRNO(CALL(readv, zero, pieces, -1), EINVAL);
    CHECK_ERRNO(CALL(writev, file, pieces, 1025), EINVAL);
    CHECK_ERRNO(CALL(pread64, file, buffer, -1UL, 0), EFAULT);
    CHECK_ERRNO(CALL(poll, buffer, 1 << 30, 0), EINVAL);
    CHECK_EQUAL(lseek(file, 0, SEEK_END), 0);
    close(zero);
    close(file);
    unlink("bad-arguments");
}

CASE(signals) {
    sigset_t set;
    sigemptyset(&set);
    CHECK_ERRNO(CALL(rt_sigprocmask, 9, &set, 0, 8), EINVAL);
    CHECK_ERRNO(CALL(rt_sigprocmask, 0, &set, 0, 16), EINVAL);
    CHECK_ERRNO(CALL(rt_sigaction, SIGUSR1, 0, 0, 4), EINVAL);
    CHECK_ERRNO(CALL(rt_sigaction, 0, 0, 0, 8), EINVAL);
    CHECK_ERRNO(CALL(rt_sigaction, 65, 0, 0, 8), EINVAL);
    unsigned long action[4] = {0};
    CHECK_ERRNO(CALL(rt_sigaction, SIGKILL, action, 0, 8), EINVAL);
    CHECK_ERRNO(CALL(rt_sigaction, SIGSTOP, action, 0, 8), EINVAL);
    CHECK_ERRNO(CALL(rt_sigpending, buffer, 9), EINVAL);
    CHECK_ERRNO(CALL(rt_sigsuspend, buffer, 7), EINVAL);
    CHECK_ERRNO(CALL(rt_sigtimedwait, &set, 0, 0, 7), EINVAL);
    stack_t stack = {.ss_sp = buffer, .ss_flags = 0x100, .ss_size = 65536};
    CHECK_ERRNO(CALL(sigaltstack, &stack, 0), EINVAL);
    stack.ss_flags = 0, stack.ss_size = 100;
    CHECK_ERRNO(CALL(sigaltstack, &stack, 0), ENOMEM);
    CHECK_ERRNO(CALL(kill, getpid(), 65), EINVAL);
    CHECK_ERRNO(CALL(kill, getpid(), -1), EINVAL);
    CHECK_ERRNO(CALL(kill, 1 << 22, 0), ESRCH);
    CHECK_ERRNO(CALL(tgkill, 0, 1, 0), EINVAL);
    CHECK_ERRNO(CALL(tgkill, getpid(), 1 << 22, 0), ESRCH);
    CHECK_ERRNO(CALL(tkill, -1, 0), EINVAL);
}

CASE(clocks) {
    struct timespec time = {0, 0}, wrong = {0, 1000000000}, negative = {-1, 0};
    CHECK_ERRNO(CALL(clock_gettime, 99, &time), EINVAL);
    CHECK_ERRNO(CALL(clock_getres, 99, &time), EINVAL);
    CHECK_ERRNO(CALL(clock_nanosleep, 99, 0, &time, 0), EINVAL);
    CHECK_ERRNO(CALL(nanosleep, &wrong, 0), EINVAL);
    CHECK_ERRNO(CALL(nanosleep, &negative, 0), EINVAL);
    CHECK_ERRNO(CALL(clock_nanosleep, 1, 0, &wrong, 0), EINVAL);
    CHECK_ERRNO(CALL(getitimer, 9, buffer), EINVAL);
    CHECK_ERRNO(CALL(setitimer, 9, 0, buffer), EINVAL);
    CHECK_ERRNO(CALL(utimensat, AT_FDCWD, "/", (struct timespec[]){wrong, wrong}, 0), EINVAL);
}

CASE(process) {
    CHECK_ERRNO(CALL(prctl, 9999, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(arch_prctl, 0x9999, 0), EINVAL);
    CHECK_ERRNO(CALL(getrusage, 99, buffer), EINVAL);
    CHECK_ERRNO(CALL(getrlimit, 99, buffer), EINVAL);
    CHECK_ERRNO(CALL(prlimit64, 0, 99, 0, buffer), EINVAL);
    CHECK_ERRNO(CALL(getpriority, 9, 0), EINVAL);
    CHECK_ERRNO(CALL(setpriority, 9, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(sched_getscheduler, -1), EINVAL);
    CHECK_ERRNO(CALL(sched_get_priority_max, 99), EINVAL);
    CHECK_ERRNO(CALL(sched_getaffinity, 0, 1, buffer), EINVAL);
    CHECK_ERRNO(CALL(wait4, -1, 0, 0x100, 0), EINVAL);
    CHECK_ERRNO(CALL(wait4, -1, 0, 0, 0), ECHILD);
    CHECK_ERRNO(CALL(getgroups, -1, buffer), EINVAL);
    CHECK_ERRNO(CALL(getpgid, -1), ESRCH);
    CHECK_ERRNO(CALL(getsid, -1), ESRCH);
    CHECK_ERRNO(CALL(setpgid, 0, -1), EINVAL);
    CHECK_ERRNO(CALL(getrandom, buffer, 1, 0x100), EINVAL);
    CHECK_ERRNO(CALL(futex, buffer, 99, 0, 0, 0, 0), ENOSYS);
    CHECK_ERRNO(CALL(futex, buffer + 1, 128, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(set_robust_list, 0, 1), EINVAL);
    CHECK_ERRNO(CALL(execve, "/", 0, 0), EACCES);
    CHECK_ERRNO(CALL(execve, "/nothing", 0, 0), ENOENT);
}

CASE(sockets) {
    int pair[2], file = open("bad-arguments", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_ERRNO(CALL(socket, 1, 99, 0), EINVAL);
    CHECK_ERRNO(CALL(socket, 1, 1, 99), EPROTONOSUPPORT);
    CHECK_ERRNO(CALL(socket, 99, 1, 0), EAFNOSUPPORT);
    CHECK_ERRNO(CALL(socket, 1, 0x1001, 0), EINVAL);
    CHECK_ERRNO(CALL(socketpair, 1, 0x1001, 0, pair), EINVAL);
    CHECK_EQUAL(CALL(socketpair, 1, 1, 0, pair), 0);
    CHECK_ERRNO(CALL(bind, pair[0], buffer, -1), EINVAL);
    CHECK_ERRNO(CALL(bind, pair[0], buffer, 129), EINVAL);
    CHECK_ERRNO(CALL(bind, pair[0], buffer, 1), EINVAL);
    CHECK_ERRNO(CALL(connect, pair[0], buffer, 129), EINVAL);
    CHECK_ERRNO(CALL(connect, pair[0], buffer, -1), EINVAL);
    CHECK_ERRNO(CALL(accept4, pair[0], 0, 0, 1), EINVAL);
    CHECK_ERRNO(CALL(accept4, pair[0], 0, 0, 0), EINVAL);
    CHECK_ERRNO(CALL(shutdown, pair[0], 3), EINVAL);
    CHECK_ERRNO(CALL(setsockopt, pair[0], 1, 9999, buffer, 4), ENOPROTOOPT);
    CHECK_ERRNO(CALL(setsockopt, pair[0], 1, 7, buffer, 1), EINVAL);
    int length = -1;
    CHECK_ERRNO(CALL(getsockopt, pair[0], 1, 7, buffer, &length), EINVAL);
    CHECK_ERRNO(CALL(getsockname, pair[0], buffer, &length), EINVAL);
    struct timespec wrong = {0, 1000000000};
    CHECK_ERRNO(CALL(recvmmsg, pair[0], buffer, 1, 0, &wrong), EINVAL);
    CHECK_EQUAL(CALL(sendmmsg, pair[0], buffer, 0, 0), 0);
    CHECK_ERRNO(CALL(bind, file, buffer, 2), ENOTSOCK);
    CHECK_ERRNO(CALL(connect, file, buffer, 2), ENOTSOCK);
    CHECK_ERRNO(CALL(accept4, file, 0, 0, 0), ENOTSOCK);
    CHECK_ERRNO(CALL(sendmmsg, file, buffer, 1, 0), ENOTSOCK);
    CHECK_ERRNO(CALL(recvmmsg, file, buffer, 1, 0, 0), ENOTSOCK);
    CHECK_ERRNO(CALL(bind, 77, buffer, 2), EBADF);
    CHECK_ERRNO(CALL(connect, 77, buffer, 2), EBADF);
    CHECK_ERRNO(CALL(accept4, 77, 0, 0, 0), EBADF);
    CHECK_ERRNO(CALL(sendmmsg, 77, buffer, 1, 0), EBADF);
    CHECK_ERRNO(CALL(recvmmsg, 77, buffer, 1, 0, 0), EBADF);
    close(pair[0]);
    close(pair[1]);
    close(file);
    unlink("bad-arguments");
}

CASE(policies_and_the_wall_clock) {
    unsigned attributes[16] = {48, 99};
    CHECK_ERRNO(CALL(sched_setattr, 0, attributes, 0), EINVAL);
    attributes[1] = 0;
    CHECK_ERRNO(CALL(sched_setattr, 0, attributes, 1), EINVAL);
    CHECK_ERRNO(CALL(sched_setattr, -1, attributes, 0), EINVAL);
    CHECK_ERRNO(CALL(sched_setattr, 3999999, attributes, 0), ESRCH);
    CHECK_ERRNO(CALL(sched_setattr, 0, 0L, 0), EINVAL);
    attributes[0] = 5000;
    CHECK_ERRNO(CALL(sched_setattr, 0, attributes, 0), E2BIG);
    attributes[0] = 47;
    CHECK_ERRNO(CALL(sched_setattr, 0, attributes, 0), E2BIG);
    CHECK_ERRNO(CALL(sched_getattr, 0, attributes, 47, 0), EINVAL);
    CHECK_ERRNO(CALL(sched_getattr, 0, attributes, 48, 1), EINVAL);
    CHECK_ERRNO(CALL(sched_getattr, 0, attributes, 5000, 0), EINVAL);
    static long discipline[26];
    CHECK_ERRNO(CALL(clock_adjtime, 99, discipline), EINVAL);
    CHECK_ERRNO(CALL(clock_adjtime, 1, discipline), EOPNOTSUPP);
    CHECK(CALL(clock_adjtime, 0, discipline) >= 0);
    CHECK_ERRNO(CALL(clock_settime, 1, discipline), EINVAL);
    CHECK_ERRNO(CALL(clock_settime, 0, (&(struct timespec){0, 1000000000})), EINVAL);
}

CASE(descriptors_of_events) {
    CHECK_ERRNO(CALL(eventfd2, 0, 2), EINVAL);
    CHECK_ERRNO(CALL(epoll_create, 0), EINVAL);
    CHECK_ERRNO(CALL(epoll_create1, 1), EINVAL);
    CHECK_ERRNO(CALL(timerfd_create, 99, 0), EINVAL);
    CHECK_ERRNO(CALL(timerfd_create, 1, 1), EINVAL);
    CHECK_ERRNO(CALL(inotify_init1, 1), EINVAL);
    CHECK_ERRNO(CALL(memfd_create, "x", 0x100), EINVAL);
    CHECK_ERRNO(CALL(memfd_create, "x", -1), EINVAL);
    unsigned long mask = 0;
    CHECK_ERRNO(CALL(signalfd4, -1, &mask, 7, 0), EINVAL);
    CHECK_ERRNO(CALL(signalfd4, -1, &mask, 8, 1), EINVAL);
    CHECK_ERRNO(CALL(signalfd4, 77, &mask, 8, 0), EBADF);
    CHECK_ERRNO(CALL(splice, 77, 0, 78, 0, 1, 0), EBADF);
    CHECK_ERRNO(CALL(splice, 0, 0, 1, 0, 1, 0x100), EINVAL);
    CHECK_ERRNO(CALL(tee, 0, 1, 1, 0x100), EINVAL);
    CHECK_ERRNO(CALL(vmsplice, 1, buffer, 1, 0x100), EINVAL);
}

CASE(limits_refuse_soft_above_hard) {
    struct rlimit limit = {2, 1};
    CHECK_ERRNO(CALL(setrlimit, RLIMIT_CORE, &limit), EINVAL);
    CHECK_ERRNO(CALL(prlimit64, 0, RLIMIT_CORE, &limit, 0), EINVAL);
}

CASE(numbers_without_a_call) {
    CHECK_ERRNO(syscall(5000), ENOSYS);
    CHECK_ERRNO(syscall(-1), ENOSYS);
    CHECK_ERRNO(syscall(0x40000000L + 500), ENOSYS);
    CHECK_ERRNO(syscall(0x7fffffffL), ENOSYS);
    CHECK_ERRNO(syscall(183), ENOSYS);  // afs_syscall: never was
}
