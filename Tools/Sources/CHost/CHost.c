// SPDX-License-Identifier: Apache-2.0
//
// fork, descriptor shuffling and exec; an error of the child comes back through a pipe that exec closes.

#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_FREE = 64 };

static int run_child(const char *path, char *const argv[], char *const envp[], const char *directory,
                     const int *descriptors, int count, int report) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // First out of the way, then into place: a source may be another's target.
    int moved[FIRST_FREE];
    int kept = fcntl(report, F_DUPFD_CLOEXEC, FIRST_FREE);
    if (kept < 0) return errno;
    for (int i = 0; i < count; i++) {
        if (descriptors[i] < 0) continue;
        moved[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, FIRST_FREE);
        if (moved[i] < 0) return errno;
    }
    for (int i = 0; i < count; i++) {
        if (descriptors[i] >= 0 && dup2(moved[i], i) < 0) return errno;
    }
    if (directory && chdir(directory) != 0) return errno;
    execve(path, argv, envp);
    int error = errno;
    (void)!write(kept, &error, sizeof error);
    _exit(127);
}

int chost_spawn(const char *path, char *const argv[], char *const envp[], const char *directory,
                const int *descriptors, int count, pid_t *pid) {
    int report[2];
    if (count > FIRST_FREE) return EINVAL;
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    pid_t child = fork();
    if (child == 0) {
        int error = run_child(path, argv, envp, directory, descriptors, count, report[1]);
        (void)!write(report[1], &error, sizeof error);
        _exit(127);
    }
    int error = child < 0 ? errno : 0;
    close(report[1]);
    if (error == 0) {
        ssize_t got;
        do got = read(report[0], &error, sizeof error);
        while (got < 0 && errno == EINTR);
        if (got != sizeof error) error = 0;
        if (error != 0) waitpid(child, NULL, 0);
    }
    close(report[0]);
    *pid = child;
    return error;
}

int chost_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int chost_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

static sigset_t signal_set(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    return set;
}

int chost_signal_descriptor(const int *signals, int count) {
    sigset_t set = signal_set(signals, count);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int chost_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void chost_unblock_signals(const int *signals, int count) {
    sigset_t set = signal_set(signals, count);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int chost_process_descriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int chost_same_open_file(int one, int other) {
    pid_t self = getpid();
    long order = syscall(SYS_kcmp, self, self, KCMP_FILE, one, other);
    if (order >= 0) return order == 0;
    // Not every kernel and container has kcmp(2); one pipe or file is then taken for one opening of it.
    struct stat a, b;
    return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int chost_terminal_size(int descriptor, unsigned short *rows, unsigned short *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return errno;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 0;
}
