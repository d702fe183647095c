// SPDX-License-Identifier: Apache-2.0
//
// Locks on files: flock(2), and fcntl(2)'s record locks of the process and of open files. There is one process here, so
// the two who meet are a process and an open file, or two open files.

#include "case.h"
#include <sys/file.h>

// A new file of 1000 bytes, open twice.
static int first, second;

static void enter(void) {
    static int number;
    char name[64];
    snprintf(name, sizeof name, "/tmp/locks-%d-%d", (int)getpid(), number++);
    first = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
    second = open(name, O_RDWR);
    CHECK(first >= 0 && second >= 0);
    CHECK_EQUAL(ftruncate(first, 1000), 0);
    CHECK_EQUAL(unlink(name), 0);
}

static struct flock request(short type, short whence, off_t start, off_t length) {
    return (struct flock){.l_type = type, .l_whence = whence, .l_start = start, .l_len = length};
}

static int lock(int file, int command, short type, off_t start, off_t length) {
    struct flock wanted = request(type, SEEK_SET, start, length);
    return fcntl(file, command, &wanted);
}

// What keeps an open file's lock from being taken: type, first byte, length.
static void check_seen(int file, short type, off_t start, off_t length, short seen, off_t at, off_t count, pid_t owner) {
    struct flock wanted = request(type, SEEK_SET, start, length);
    CHECK_EQUAL(fcntl(file, F_OFD_GETLK, &wanted), 0);
    CHECK_EQUAL(wanted.l_type, seen);
    if (seen == F_UNLCK) return;
    CHECK_EQUAL(wanted.l_start, at);
    CHECK_EQUAL(wanted.l_len, count);
    CHECK_EQUAL(wanted.l_whence, SEEK_SET);
    CHECK_EQUAL(wanted.l_pid, owner);
}

CASE(whole_files_are_locked_by_open_files) {
    enter();
    int copy = dup(first);
    CHECK_EQUAL(flock(first, LOCK_SH), 0);
    CHECK_EQUAL(flock(second, LOCK_SH | LOCK_NB), 0);
    CHECK_ERRNO(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    // The failed change has cost the second its shared lock.
    CHECK_EQUAL(flock(first, LOCK_EX | LOCK_NB), 0);
    CHECK_EQUAL(flock(copy, LOCK_EX | LOCK_NB), 0);
    CHECK_ERRNO(flock(second, LOCK_SH | LOCK_NB), EWOULDBLOCK);
    CHECK_EQUAL(close(first), 0);
    CHECK_ERRNO(flock(second, LOCK_SH | LOCK_NB), EWOULDBLOCK);
    CHECK_EQUAL(close(copy), 0);
    CHECK_EQUAL(flock(second, LOCK_EX | LOCK_NB), 0);
    CHECK_EQUAL(flock(second, LOCK_UN), 0);
    CHECK_EQUAL(flock(second, LOCK_UN), 0);
}

CASE(whole_files_and_records_do_not_see_each_other) {
    enter();
    CHECK_EQUAL(flock(first, LOCK_EX), 0);
    CHECK_EQUAL(lock(second, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
    CHECK_EQUAL(flock(first, LOCK_UN), 0);
}

CASE(a_folder_can_be_locked) {
    int folder = open("/tmp", O_RDONLY | O_DIRECTORY);
    CHECK_EQUAL(flock(folder, LOCK_SH), 0);
    CHECK_EQUAL(flock(folder, LOCK_UN), 0);
    close(folder);
    int place = open("/tmp", O_PATH);
    CHECK_ERRNO(flock(place, LOCK_SH), EBADF);
    CHECK_ERRNO(lock(place, F_SETLK, F_RDLCK, 0, 0), EBADF);
    close(place);
    CHECK_ERRNO(flock(0, LOCK_SH | LOCK_EX), EINVAL);
    CHECK_ERRNO(flock(0, LOCK_NB), EINVAL);
}

CASE(processes_and_open_files_conflict) {
    enter();
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 100, 50), 0);
    // The process itself is not in its own way, over any descriptor.
    CHECK_EQUAL(lock(second, F_SETLK, F_WRLCK, 100, 50), 0);
    check_seen(second, F_RDLCK, 0, 0, F_WRLCK, 100, 50, getpid());
    CHECK_ERRNO(lock(second, F_OFD_SETLK, F_RDLCK, 149, 1), EAGAIN);
    CHECK_EQUAL(lock(second, F_OFD_SETLK, F_WRLCK, 150, 10), 0);
    CHECK_EQUAL(lock(second, F_OFD_SETLK, F_WRLCK, 0, 100), 0);
    CHECK_ERRNO(lock(first, F_SETLK, F_RDLCK, 155, 1), EAGAIN);
    struct flock wanted = request(F_RDLCK, SEEK_SET, 155, 1);
    CHECK_EQUAL(fcntl(first, F_GETLK, &wanted), 0);
    CHECK_EQUAL(wanted.l_type, F_WRLCK);
    CHECK_EQUAL(wanted.l_pid, -1);
    CHECK_EQUAL(wanted.l_start, 150);
    // Shared locks stand side by side.
    CHECK_EQUAL(lock(second, F_OFD_SETLK, F_RDLCK, 150, 10), 0);
    CHECK_EQUAL(lock(first, F_SETLK, F_RDLCK, 150, 10), 0);
    CHECK_ERRNO(lock(first, F_SETLK, F_WRLCK, 150, 10), EAGAIN);
}

CASE(a_lock_that_could_be_had_is_said_to_be_free) {
    enter();
    struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -10, .l_len = 5, .l_pid = 77};
    CHECK_EQUAL(fcntl(first, F_GETLK, &wanted), 0);
    CHECK_EQUAL(wanted.l_type, F_UNLCK);
    CHECK_EQUAL(wanted.l_whence, SEEK_END);
    CHECK_EQUAL(wanted.l_start, -10);
    CHECK_EQUAL(wanted.l_len, 5);
    CHECK_EQUAL(wanted.l_pid, 77);
    wanted.l_type = F_UNLCK;
    CHECK_ERRNO(fcntl(first, F_GETLK, &wanted), EINVAL);
    wanted.l_type = F_RDLCK;
    CHECK_ERRNO(fcntl(first, F_OFD_GETLK, &wanted), EINVAL);
    CHECK_ERRNO(fcntl(first, F_OFD_SETLK, &wanted), EINVAL);
}

CASE(ranges_split_and_merge) {
    enter();
    pid_t self = getpid();
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 0, 100), 0);
    CHECK_EQUAL(lock(first, F_SETLK, F_UNLCK, 40, 20), 0);
    check_seen(second, F_WRLCK, 0, 0, F_WRLCK, 0, 40, self);
    check_seen(second, F_WRLCK, 40, 0, F_WRLCK, 60, 40, self);
    check_seen(second, F_WRLCK, 40, 20, F_UNLCK, 0, 0, 0);
    // Another kind in the middle splits, too.
    CHECK_EQUAL(lock(first, F_SETLK, F_RDLCK, 10, 10), 0);
    check_seen(second, F_WRLCK, 10, 10, F_RDLCK, 10, 10, self);
    check_seen(second, F_RDLCK, 0, 40, F_WRLCK, 0, 10, self);
    check_seen(second, F_RDLCK, 10, 30, F_WRLCK, 20, 20, self);
    // What touches becomes one, to the end of the file and beyond.
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 10, 10), 0);
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 40, 20), 0);
    check_seen(second, F_RDLCK, 0, 0, F_WRLCK, 0, 100, self);
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 100, 0), 0);
    check_seen(second, F_RDLCK, 50, 1, F_WRLCK, 0, 0, self);
    check_seen(second, F_RDLCK, 1L << 40, 1, F_WRLCK, 0, 0, self);
    CHECK_EQUAL(lock(first, F_SETLK, F_UNLCK, 0, 0), 0);
    check_seen(second, F_WRLCK, 0, 0, F_UNLCK, 0, 0, 0);
}

CASE(ranges_count_from_anywhere) {
    enter();
    pid_t self = getpid();
    struct flock wanted = request(F_WRLCK, SEEK_END, -100, 50);
    CHECK_EQUAL(fcntl(first, F_SETLK, &wanted), 0);
    check_seen(second, F_RDLCK, 0, 0, F_WRLCK, 900, 50, self);
    CHECK_EQUAL(lock(first, F_SETLK, F_UNLCK, 0, 0), 0);
    CHECK_EQUAL(lseek(first, 300, SEEK_SET), 300);
    wanted = request(F_WRLCK, SEEK_CUR, 10, -20);
    CHECK_EQUAL(fcntl(first, F_SETLK, &wanted), 0);
    check_seen(second, F_RDLCK, 0, 0, F_WRLCK, 290, 20, self);
    wanted = request(F_WRLCK, SEEK_CUR, -301, 1);
    CHECK_ERRNO(fcntl(first, F_SETLK, &wanted), EINVAL);
    wanted = request(F_WRLCK, SEEK_SET, 5, -6);
    CHECK_ERRNO(fcntl(first, F_SETLK, &wanted), EINVAL);
    wanted = request(F_WRLCK, 3, 0, 1);
    CHECK_ERRNO(fcntl(first, F_SETLK, &wanted), EINVAL);
    wanted = request(7, SEEK_SET, 0, 1);
    CHECK_ERRNO(fcntl(first, F_SETLK, &wanted), EINVAL);
    wanted = request(F_WRLCK, SEEK_CUR, INT64_MAX, 1);
    CHECK_ERRNO(fcntl(first, F_SETLK, &wanted), EOVERFLOW);
    wanted = request(F_WRLCK, SEEK_SET, INT64_MAX, 2);
    CHECK_ERRNO(fcntl(first, F_SETLK, &wanted), EOVERFLOW);
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, INT64_MAX, 1), 0);
    check_seen(second, F_RDLCK, 400, 0, F_WRLCK, INT64_MAX, 0, self);
}

CASE(locks_need_the_access) {
    enter();
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", first);
    int reader = open(name, O_RDONLY), writer = open(name, O_WRONLY);
    CHECK(reader >= 0 && writer >= 0);
    CHECK_ERRNO(lock(reader, F_SETLK, F_WRLCK, 0, 1), EBADF);
    CHECK_ERRNO(lock(writer, F_SETLK, F_RDLCK, 0, 1), EBADF);
    CHECK_EQUAL(lock(reader, F_SETLK, F_RDLCK, 0, 1), 0);
    CHECK_EQUAL(lock(writer, F_SETLK, F_WRLCK, 1, 1), 0);
    CHECK_EQUAL(lock(writer, F_SETLK, F_UNLCK, 0, 0), 0);
    CHECK_EQUAL(flock(reader, LOCK_EX | LOCK_NB), 0);
}

CASE(closing_any_descriptor_gives_the_process_locks_back) {
    enter();
    pid_t self = getpid();
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 0, 10), 0);
    int copy = dup(second);
    check_seen(second, F_RDLCK, 0, 0, F_WRLCK, 0, 10, self);
    CHECK_EQUAL(close(copy), 0);
    check_seen(second, F_RDLCK, 0, 0, F_UNLCK, 0, 0, 0);
    // dup2 closes, too.
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 0, 10), 0);
    copy = dup(second);
    int other = open("/dev/null", O_RDONLY);
    CHECK_EQUAL(dup2(other, copy), copy);
    check_seen(second, F_RDLCK, 0, 0, F_UNLCK, 0, 0, 0);
    // An open file's locks stay until its last descriptor.
    CHECK_EQUAL(lock(first, F_OFD_SETLK, F_WRLCK, 0, 10), 0);
    copy = dup(first);
    CHECK_EQUAL(close(first), 0);
    check_seen(second, F_RDLCK, 0, 0, F_WRLCK, 0, 10, -1);
    CHECK_EQUAL(close(copy), 0);
    check_seen(second, F_RDLCK, 0, 0, F_UNLCK, 0, 0, 0);
}

static volatile sig_atomic_t alarms;
static int to_close;

static void note_alarm(int number) {
    (void)number;
    alarms++;
    if (to_close >= 0) close(to_close);
}

static void alarm_soon(int flags) {
    struct sigaction action = {.sa_handler = note_alarm, .sa_flags = flags};
    sigaction(SIGALRM, &action, NULL);
    alarms = 0;
    ualarm(20000, 0);
}

CASE(waiting_ends_with_a_signal) {
    enter();
    to_close = -1;
    CHECK_EQUAL(flock(first, LOCK_EX), 0);
    alarm_soon(0);
    CHECK_ERRNO(flock(second, LOCK_SH), EINTR);
    CHECK_EQUAL(alarms, 1);
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 0, 0), 0);
    alarm_soon(0);
    CHECK_ERRNO(lock(second, F_OFD_SETLKW, F_RDLCK, 5, 1), EINTR);
    CHECK_EQUAL(alarms, 1);
}

CASE(waiting_starts_again_after_a_handler) {
    enter();
    CHECK_EQUAL(flock(first, LOCK_EX), 0);
    // The handler closes the one that is in the way; SA_RESTART goes back to waiting, which is over then.
    to_close = first;
    alarm_soon(SA_RESTART);
    CHECK_EQUAL(flock(second, LOCK_EX), 0);
    CHECK_EQUAL(alarms, 1);
    enter();
    CHECK_EQUAL(lock(first, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
    to_close = first;
    alarm_soon(SA_RESTART);
    CHECK_EQUAL(lock(second, F_SETLKW, F_WRLCK, 0, 10), 0);
    CHECK_EQUAL(alarms, 1);
}

// The lines of /proc/locks about one file, without their numbers.
static int proc_locks(int file, char *text, size_t size) {
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    char key[64], line[256];
    snprintf(key, sizeof key, ":%lu ", (unsigned long)status.st_ino);
    FILE *locks = fopen("/proc/locks", "r");
    CHECK(locks != NULL);
    int count = 0;
    text[0] = 0;
    while (fgets(line, sizeof line, locks)) {
        char *place = strstr(line, key), *colon = strchr(line, ':');
        if (!place || !colon) continue;
        char *end = strchr(place, '\n');
        *end = 0;
        // device and inode are the host's own
        char *device = place;
        while (device > line && device[-1] != ' ') device--;
        *device = 0;
        strncat(text, colon + 2, size - strlen(text) - 1);
        strncat(text, place + strlen(key), size - strlen(text) - 1);
        strncat(text, ";", size - strlen(text) - 1);
        count++;
    }
    fclose(locks);
    return count;
}

CASE(locks_are_listed) {
    enter();
    char text[512], expected[512];
    CHECK_EQUAL(lock(first, F_SETLK, F_WRLCK, 5, 10), 0);
    CHECK_EQUAL(lock(first, F_SETLK, F_RDLCK, 100, 0), 0);
    CHECK_EQUAL(lock(second, F_OFD_SETLK, F_WRLCK, 20, 1), 0);
    CHECK_EQUAL(proc_locks(first, text, sizeof text), 3);
    snprintf(expected, sizeof expected, "POSIX  ADVISORY  WRITE %d 5 14;", getpid());
    CHECK(strstr(text, expected) != NULL);
    snprintf(expected, sizeof expected, "POSIX  ADVISORY  READ %d 100 EOF;", getpid());
    CHECK(strstr(text, expected) != NULL);
    CHECK(strstr(text, "OFDLCK ADVISORY  WRITE -1 20 20;") != NULL);
    CHECK_EQUAL(lock(first, F_SETLK, F_UNLCK, 0, 0), 0);
    CHECK_EQUAL(lock(second, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
    CHECK_EQUAL(flock(first, LOCK_EX), 0);
    CHECK_EQUAL(proc_locks(first, text, sizeof text), 1);
    snprintf(expected, sizeof expected, "FLOCK  ADVISORY  WRITE %d 0 EOF;", getpid());
    CHECK(strcmp(text, expected) == 0);
    CHECK_EQUAL(flock(first, LOCK_UN), 0);
    CHECK_EQUAL(proc_locks(first, text, sizeof text), 0);
}
