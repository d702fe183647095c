// SPDX-License-Identifier: Apache-2.0
//
// Processes as descriptors, capabilities, memory of processes, and rarely used ways to open and list.

#include "case.h"
#include <poll.h>
#include <pthread.h>
#include <sys/uio.h>

static volatile int seen_value, seen_code;
static void note(int number, siginfo_t *info, void *context) {
    (void)number, (void)context;
    seen_value = info->si_value.sival_int;
    seen_code = info->si_code;
}

CASE(a_process_as_a_descriptor) {
    int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
    CHECK(process >= 0);
    CHECK_EQUAL(fcntl(process, F_GETFD), FD_CLOEXEC);
    struct pollfd entry = {.fd = process, .events = POLLIN};
    CHECK_EQUAL(poll(&entry, 1, 0), 0);
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    seen_code = 99;
    CHECK_EQUAL(syscall(SYS_pidfd_send_signal, process, SIGUSR1, NULL, 0), 0);
    CHECK_EQUAL(seen_code, SI_USER);
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    info.si_value.sival_int = 17;
    CHECK_EQUAL(syscall(SYS_pidfd_send_signal, process, SIGUSR1, &info, 0), 0);
    CHECK_EQUAL(seen_value, 17);
    CHECK_EQUAL(seen_code, SI_QUEUE);
    CHECK_EQUAL(syscall(SYS_pidfd_send_signal, process, 0, NULL, 0), 0);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, process, SIGUSR2, &info, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, process, SIGUSR1, NULL, 64), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, process, 99, NULL, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, 0, SIGUSR1, NULL, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, process, SIGUSR1, page_before_hole() + PAGE, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_pidfd_open, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_open, 4000000, 0), ESRCH);
    CHECK_ERRNO(syscall(SYS_pidfd_open, getpid(), 1), EINVAL);
    char byte;
    CHECK_ERRNO(read(process, &byte, 1), EINVAL);
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    int copy = (int)syscall(SYS_pidfd_getfd, process, ends[1], 0);
    CHECK(copy > ends[1]);
    CHECK_EQUAL(write(copy, "x", 1), 1);
    CHECK_EQUAL(read(ends[0], &byte, 1), 1);
    CHECK_ERRNO(syscall(SYS_pidfd_getfd, process, 999, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_pidfd_getfd, process, ends[1], 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_getfd, ends[1], ends[1], 0), EBADF);
    CHECK_EQUAL(fcntl(copy, F_GETFD), FD_CLOEXEC);
}

struct header { uint32_t version; int pid; };
struct sets { uint32_t effective, permitted, inheritable; };

CASE(capabilities_are_told_and_given_up) {
    struct header header = {0, 0};
    struct sets sets[2] = {{0}};
    CHECK_EQUAL(syscall(SYS_capget, &header, NULL), 0);
    CHECK_EQUAL(header.version, 0x20080522);
    header.version = 1;
    CHECK_ERRNO(syscall(SYS_capget, &header, sets), EINVAL);
    CHECK_EQUAL(syscall(SYS_capget, &header, sets), 0);
    CHECK_EQUAL(sets[0].effective & ~sets[0].permitted, 0);
    struct header other = {0x20080522, 3999999};
    CHECK_ERRNO(syscall(SYS_capget, &other, sets), ESRCH);
    other.pid = -1;
    CHECK_ERRNO(syscall(SYS_capget, &other, sets), EINVAL);
    CHECK_ERRNO(syscall(SYS_capget, page_before_hole() + PAGE, sets), EFAULT);
    CHECK_ERRNO(syscall(SYS_capget, &header, page_before_hole() + PAGE), EFAULT);
    CHECK_ERRNO(syscall(SYS_capset, &header, page_before_hole() + PAGE), EFAULT);
    if (!(sets[0].effective & 2)) return;
    // CAP_DAC_OVERRIDE: given up in effect, and taken back because it is still permitted.
    struct sets less[2] = {sets[0], sets[1]};
    less[0].effective &= ~2u;
    less[0].inheritable = less[1].inheritable = 0;
    CHECK_EQUAL(syscall(SYS_capset, &header, less), 0);
    struct sets now[2];
    CHECK_EQUAL(syscall(SYS_capget, &header, now), 0);
    CHECK_EQUAL(now[0].effective, less[0].effective);
    CHECK_EQUAL(now[0].permitted, sets[0].permitted);
    less[0].effective |= 2;
    CHECK_EQUAL(syscall(SYS_capset, &header, less), 0);
    struct sets more[2] = {less[0], less[1]};
    more[0].permitted &= ~2u;
    CHECK_ERRNO(syscall(SYS_capset, &header, more), EPERM);
}

CASE(memory_of_a_process) {
    char from[] = "some bytes of memory", to[21] = {0};
    struct iovec remote[2] = {{from, 5}, {from + 5, 16}}, local[2] = {{to, 10}, {to + 10, 11}};
    CHECK_EQUAL(process_vm_readv(getpid(), local, 2, remote, 2, 0), 21);
    CHECK(strcmp(from, to) == 0);
    memcpy(to, "SOME", 4);
    CHECK_EQUAL(process_vm_writev(getpid(), local, 1, remote, 1, 0), 5);
    CHECK(strncmp(from, "SOME bytes", 10) == 0);
    char *page = page_before_hole();
    memset(page, 'y', PAGE);
    struct iovec large = {page, 2 * PAGE};
    char *room = new_pages(2);
    struct iovec whole = {room, 2 * PAGE};
    CHECK_EQUAL(process_vm_readv(getpid(), &whole, 1, &large, 1, 0), PAGE);
    CHECK_EQUAL(room[PAGE - 1], 'y');
    large.iov_base = page + PAGE;
    CHECK_ERRNO(process_vm_readv(getpid(), &whole, 1, &large, 1, 0), EFAULT);
    CHECK_ERRNO(process_vm_readv(getpid(), &whole, 1, remote, 1, 1), EINVAL);
    CHECK_ERRNO(process_vm_readv(3999999, &whole, 1, remote, 1, 0), ESRCH);
}

CASE(old_directory_records) {
    char name[] = "/tmp/handles.XXXXXX", path[64];
    CHECK(mkdtemp(name) != NULL);
    snprintf(path, sizeof path, "%s/file", name);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    int folder = open(name, O_RDONLY | O_DIRECTORY), isFound = 0, count;
    char records[1024] __attribute__((aligned(8)));
    CHECK_ERRNO(syscall(SYS_getdents, folder, records, 10), EINVAL);
    CHECK_ERRNO(syscall(SYS_getdents, folder, page_before_hole() + PAGE, 1024), EFAULT);
    int sum = 0;
    while ((count = (int)syscall(SYS_getdents, folder, records, sizeof records)) > 0) {
        for (int place = 0; place < count; place += *(unsigned short *)(records + place + 16), sum++) {
            int length = *(unsigned short *)(records + place + 16);
            if (strcmp(records + place + 18, "file") == 0) isFound = records[place + length - 1] == 8;
        }
    }
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(sum, 3);
    CHECK(isFound);
    unlink(path);
    rmdir(name);
}

struct how { uint64_t flags, mode, resolve; };

CASE(opening_with_checked_flags) {
    struct how how = {.flags = O_RDONLY | O_CLOEXEC};
    int file = (int)syscall(SYS_openat2, AT_FDCWD, "/proc/version", &how, sizeof how);
    CHECK(file >= 0);
    CHECK_EQUAL(fcntl(file, F_GETFD), FD_CLOEXEC);
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &how, 23), EINVAL);
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &how, 5000), E2BIG);
    struct { struct how how; uint64_t more; } longer = {how, 0};
    CHECK(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &longer, sizeof longer) >= 0);
    longer.more = 1;
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &longer, sizeof longer), E2BIG);
    how.mode = 0600;
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &how, sizeof how), EINVAL);
    how = (struct how){.flags = 1UL << 40};
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &how, sizeof how), EINVAL);
    how = (struct how){.resolve = 1UL << 40};
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", &how, sizeof how), EINVAL);
    how = (struct how){0};
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/no such file", &how, sizeof how), ENOENT);
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "/proc/version", page_before_hole() + PAGE, sizeof how), EFAULT);
}

// Threads that use descriptors while another one closes, replaces and adds them: each use finds an open file or none.
static int shared_files[4];
static volatile int is_over;

static void *use_files(void *unused) {
    (void)unused;
    long wrong = 0;
    char byte;
    while (!is_over) {
        for (int i = 0; i < 4; i++) {
            struct stat status;
            if (fstat(shared_files[i], &status) < 0 && errno != EBADF) wrong++;
            if (read(shared_files[i], &byte, 1) < 0 && errno != EBADF) wrong++;
        }
    }
    return (void *)wrong;
}

CASE(descriptors_change_under_threads) {
    for (int i = 0; i < 4; i++) {
        shared_files[i] = open("/dev/zero", O_RDONLY);
        CHECK(shared_files[i] >= 0);
    }
    is_over = 0;
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) CHECK_EQUAL(pthread_create(&threads[i], NULL, use_files, NULL), 0);
    for (int round = 0; round < 200; round++) {
        int place = shared_files[round % 4];
        int file = open("/tmp", O_TMPFILE | O_RDWR, 0600), far = fcntl(file, F_DUPFD, 20 + round * 4);
        CHECK(file >= 0 && far >= 20 + round * 4);
        CHECK_EQUAL(dup2(far, place), place);
        CHECK_EQUAL(close(far), 0);
        CHECK_EQUAL(close(place), 0);
        CHECK_EQUAL(dup2(file, place), place);
        CHECK_EQUAL(close(file), 0);
    }
    is_over = 1;
    for (int i = 0; i < 2; i++) {
        void *wrong;
        CHECK_EQUAL(pthread_join(threads[i], &wrong), 0);
        CHECK(wrong == NULL);
    }
    for (int i = 0; i < 4; i++) CHECK_EQUAL(close(shared_files[i]), 0);
}
