// SPDX-License-Identifier: Apache-2.0
//
// Pseudo terminals: both ends in one process (pty(7), pts(4), ioctl_tty(2)), with the C library's functions and without.

#include "case.h"
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <termios.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif
#ifndef TIOCGPTLCK
#define TIOCGPTLCK 0x80045439
#endif
#ifndef TIOCGPKT
#define TIOCGPKT 0x80045438
#endif

struct ends { int master, slave; };

// Both ends; the slave is nobody's controlling terminal.
static struct ends open_ends(void) {
    struct ends ends = {.master = posix_openpt(O_RDWR | O_NOCTTY)};
    CHECK(ends.master >= 0);
    CHECK_EQUAL(grantpt(ends.master), 0);
    CHECK_EQUAL(unlockpt(ends.master), 0);
    ends.slave = open(ptsname(ends.master), O_RDWR | O_NOCTTY);
    CHECK(ends.slave >= 0);
    return ends;
}

static void close_ends(struct ends ends) {
    close(ends.slave);
    close(ends.master);
}

static void put(int file, const char *words) { CHECK_EQUAL(write(file, words, strlen(words)), strlen(words)); }

// Reads until as many bytes have come as are expected, or a second has passed: Linux moves bytes in the background.
static void expect_bytes(int line, int file, const char *words) {
    char got[8192];
    size_t count = 0, wanted = strlen(words);
    while (count < wanted) {
        struct pollfd one = {.fd = file, .events = POLLIN};
        if (poll(&one, 1, 1000) != 1) break;
        int more = read(file, got + count, sizeof got - 1 - count);
        if (more <= 0) break;
        count += more;
    }
    got[count] = 0;
    if (strcmp(got, words) != 0) case_fails("line %d: read \"%s\", not \"%s\"", line, got, words);
}
#define EXPECT(file, words) expect_bytes(__LINE__, file, words)

static int events_of(int file) {
    struct pollfd one = {.fd = file, .events = POLLIN | POLLOUT | POLLPRI | POLLRDNORM | POLLWRNORM};
    CHECK(poll(&one, 1, 0) >= 0);
    return one.revents;
}

static void make_raw(int file) {
    struct termios modes;
    CHECK_EQUAL(tcgetattr(file, &modes), 0);
    cfmakeraw(&modes);
    CHECK_EQUAL(tcsetattr(file, TCSANOW, &modes), 0);
}

CASE(a_pair_has_a_name_and_numbers) {
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), number = -1, lock = -1;
    CHECK(master >= 0);
    CHECK_EQUAL(ioctl(master, TIOCGPTN, &number), 0);
    CHECK_EQUAL(ioctl(master, TIOCGPTLCK, &lock), 0);
    CHECK_EQUAL(lock, 1);
    char name[32], link[64], shown[64] = {0};
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    CHECK_EQUAL(strcmp(ptsname(master), name), 0);
    CHECK_ERRNO(open(name, O_RDWR | O_NOCTTY), EIO);
    lock = 0;
    CHECK_EQUAL(ioctl(master, TIOCSPTLCK, &lock), 0);
    CHECK_EQUAL(ioctl(master, TIOCGPTLCK, &lock), 0);
    CHECK_EQUAL(lock, 0);
    int slave = open(name, O_RDWR | O_NOCTTY);
    CHECK(slave >= 0);
    struct stat status;
    CHECK_EQUAL(fstat(master, &status), 0);
    CHECK(S_ISCHR(status.st_mode));
    CHECK_EQUAL(status.st_rdev, makedev(5, 2));
    CHECK_EQUAL(fstat(slave, &status), 0);
    CHECK(S_ISCHR(status.st_mode));
    CHECK_EQUAL(status.st_rdev, makedev(136, number));
    CHECK_EQUAL(status.st_uid, getuid());
    CHECK_EQUAL(isatty(master), 1);
    CHECK_EQUAL(isatty(slave), 1);
    char buffer[64];
    CHECK_EQUAL(ttyname_r(slave, buffer, sizeof buffer), 0);
    CHECK_EQUAL(strcmp(buffer, name), 0);
    snprintf(link, sizeof link, "/proc/self/fd/%d", slave);
    CHECK_EQUAL(readlink(link, shown, sizeof shown), strlen(name));
    CHECK_EQUAL(strcmp(shown, name), 0);
    CHECK_ERRNO(ioctl(slave, TIOCGPTN, &number), ENOTTY);
    CHECK_ERRNO(lseek(master, 0, SEEK_CUR), ESPIPE);
    CHECK_ERRNO(lseek(slave, 0, SEEK_CUR), ESPIPE);
    close(slave);
    close(master);
    CHECK_ERRNO(open(name, O_RDWR | O_NOCTTY), ENOENT);
}

CASE(the_folder_lists_who_is_there) {
    struct ends ends = open_ends(), more = open_ends();
    struct statfs facts;
    CHECK_EQUAL(statfs("/dev/pts", &facts), 0);
    CHECK_EQUAL(facts.f_type, 0x1cd1);
    int number, seen = 0, multiplexer = 0;
    CHECK_EQUAL(ioctl(more.master, TIOCGPTN, &number), 0);
    char name[16];
    snprintf(name, sizeof name, "%d", number);
    DIR *folder = opendir("/dev/pts");
    CHECK(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder));) {
        seen += strcmp(entry->d_name, name) == 0 && entry->d_type == DT_CHR;
        multiplexer += strcmp(entry->d_name, "ptmx") == 0;
    }
    CHECK_EQUAL(seen, 1);
    CHECK_EQUAL(multiplexer, 1);
    rewinddir(folder);
    close_ends(more);
    seen = 0;
    for (struct dirent *entry; (entry = readdir(folder));) seen += strcmp(entry->d_name, name) == 0;
    CHECK_EQUAL(seen, 0);
    closedir(folder);
    CHECK_ERRNO(mkdir("/dev/pts/x", 0700), EPERM);
    CHECK_ERRNO(open("/dev/pts/x", O_RDWR), ENOENT);
    close_ends(ends);
}

CASE(the_first_modes_are_those_of_a_terminal) {
    struct ends ends = open_ends();
    static struct termios modes, others;
    CHECK_EQUAL(tcgetattr(ends.slave, &modes), 0);
    CHECK_EQUAL(modes.c_iflag, ICRNL | IXON);
    CHECK_EQUAL(modes.c_oflag, OPOST | ONLCR);
    CHECK_EQUAL(modes.c_cflag & ~CBAUD, CS8 | CREAD);
    CHECK_EQUAL(cfgetospeed(&modes), B38400);
    CHECK_EQUAL(modes.c_lflag, ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN);
    CHECK_EQUAL(modes.c_cc[VINTR], 3);
    CHECK_EQUAL(modes.c_cc[VERASE], 127);
    CHECK_EQUAL(modes.c_cc[VEOF], 4);
    // Both ends mean the same modes.
    CHECK_EQUAL(tcgetattr(ends.master, &others), 0);
    CHECK_EQUAL(memcmp(&modes, &others, sizeof modes), 0);
    others.c_lflag &= ~ECHO;
    CHECK_EQUAL(tcsetattr(ends.master, TCSANOW, &others), 0);
    CHECK_EQUAL(tcgetattr(ends.slave, &modes), 0);
    CHECK_EQUAL(modes.c_lflag & ECHO, 0);
    close_ends(ends);
}

CASE(bytes_go_through_the_discipline) {
    struct ends ends = open_ends();
    put(ends.master, "hello\r");
    EXPECT(ends.slave, "hello\n");
    EXPECT(ends.master, "hello\r\n");
    put(ends.slave, "one\ntwo");
    EXPECT(ends.master, "one\r\ntwo");
    put(ends.master, "ab\177c\n");
    EXPECT(ends.slave, "ac\n");
    EXPECT(ends.master, "ab\b \bc\r\n");
    put(ends.master, "x\4");
    char byte[4];
    EXPECT(ends.slave, "x");
    EXPECT(ends.master, "x");
    put(ends.master, "\4");
    CHECK_EQUAL(read(ends.slave, byte, 4), 0);
    make_raw(ends.slave);
    put(ends.master, "\3\r\n");
    EXPECT(ends.slave, "\3\r\n");
    put(ends.slave, "a\nb");
    EXPECT(ends.master, "a\nb");
    close_ends(ends);
}

CASE(ends_do_not_wait_when_told_so) {
    struct ends ends = open_ends();
    make_raw(ends.slave);
    CHECK_EQUAL(fcntl(ends.master, F_SETFL, O_RDWR | O_NONBLOCK), 0);
    CHECK_EQUAL(fcntl(ends.slave, F_SETFL, O_RDWR | O_NONBLOCK), 0);
    char bytes[4096];
    memset(bytes, 'x', sizeof bytes);
    CHECK_ERRNO(read(ends.master, bytes, 1), EAGAIN);
    CHECK_ERRNO(read(ends.slave, bytes, 1), EAGAIN);
    CHECK_EQUAL(events_of(ends.master), POLLOUT | POLLWRNORM);
    CHECK_EQUAL(events_of(ends.slave), POLLOUT | POLLWRNORM);
    long sent = 0, count;
    while ((count = write(ends.slave, bytes, sizeof bytes)) > 0) sent += count;
    CHECK_EQUAL(errno, EAGAIN);
    CHECK(sent >= 4096);
    CHECK(events_of(ends.master) & POLLIN);
    long got = 0;
    while (got < sent) {
        struct pollfd one = {.fd = ends.master, .events = POLLIN};
        CHECK_EQUAL(poll(&one, 1, 1000), 1);
        count = read(ends.master, bytes, sizeof bytes);
        CHECK(count > 0);
        got += count;
    }
    CHECK_EQUAL(got, sent);
    memset(bytes, 'x', sizeof bytes);
    sent = got = 0;
    while ((count = write(ends.master, bytes, sizeof bytes)) > 0) sent += count;
    CHECK_EQUAL(errno, EAGAIN);
    CHECK(sent >= 4096);
    while (got < sent) {
        struct pollfd one = {.fd = ends.slave, .events = POLLIN};
        CHECK_EQUAL(poll(&one, 1, 1000), 1);
        count = read(ends.slave, bytes, sizeof bytes);
        CHECK(count > 0);
        got += count;
    }
    CHECK_EQUAL(got, sent);
    close_ends(ends);
}

CASE(bytes_that_wait_are_counted) {
    struct ends ends = open_ends();
    int count = -1;
    put(ends.master, "abc\nde");
    struct pollfd one = {.fd = ends.slave, .events = POLLIN};
    CHECK_EQUAL(poll(&one, 1, 1000), 1);
    CHECK_EQUAL(ioctl(ends.slave, FIONREAD, &count), 0);
    CHECK_EQUAL(count, 4);
    CHECK_EQUAL(tcflush(ends.slave, TCIFLUSH), 0);
    CHECK_EQUAL(ioctl(ends.slave, FIONREAD, &count), 0);
    CHECK_EQUAL(count, 0);
    EXPECT(ends.master, "abc\r\nde");
    put(ends.slave, "12345");
    one.fd = ends.master;
    CHECK_EQUAL(poll(&one, 1, 1000), 1);
    CHECK_EQUAL(ioctl(ends.master, FIONREAD, &count), 0);
    CHECK_EQUAL(count, 5);
    CHECK_EQUAL(ioctl(ends.master, TIOCOUTQ, &count), 0);
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(tcdrain(ends.slave), 0);
    CHECK_EQUAL(tcflush(ends.master, TCIFLUSH), 0);
    CHECK_EQUAL(ioctl(ends.master, FIONREAD, &count), 0);
    CHECK_EQUAL(count, 0);
    close_ends(ends);
}

CASE(a_window_has_one_size) {
    struct ends ends = open_ends();
    struct winsize size = {1, 1, 1, 1}, set = {.ws_row = 25, .ws_col = 80};
    CHECK_EQUAL(ioctl(ends.slave, TIOCGWINSZ, &size), 0);
    CHECK_EQUAL(size.ws_row | size.ws_col | size.ws_xpixel | size.ws_ypixel, 0);
    CHECK_EQUAL(ioctl(ends.master, TIOCSWINSZ, &set), 0);
    CHECK_EQUAL(ioctl(ends.slave, TIOCGWINSZ, &size), 0);
    CHECK_EQUAL(memcmp(&size, &set, sizeof size), 0);
    set.ws_row = 30;
    CHECK_EQUAL(ioctl(ends.slave, TIOCSWINSZ, &set), 0);
    CHECK_EQUAL(ioctl(ends.master, TIOCGWINSZ, &size), 0);
    CHECK_EQUAL(size.ws_row, 30);
    close_ends(ends);
}

CASE(without_a_slave_the_master_reads_an_error) {
    struct ends ends = open_ends();
    char bytes[16];
    put(ends.slave, "last");
    close(ends.slave);
    EXPECT(ends.master, "last");
    CHECK_ERRNO(read(ends.master, bytes, 1), EIO);
    CHECK_EQUAL(events_of(ends.master) & (POLLHUP | POLLIN), POLLHUP);
    // The next slave makes it whole again.
    ends.slave = open(ptsname(ends.master), O_RDWR | O_NOCTTY);
    CHECK(ends.slave >= 0);
    CHECK_EQUAL(events_of(ends.master) & POLLHUP, 0);
    put(ends.slave, "again");
    EXPECT(ends.master, "again");
    close_ends(ends);
}

CASE(a_master_without_a_slave_yet_waits) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    char bytes[16];
    CHECK(master >= 0);
    CHECK_ERRNO(read(master, bytes, 1), EAGAIN);
    put(master, "early\n");
    CHECK_EQUAL(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    EXPECT(slave, "early\n");
    close(slave);
    close(master);
}

CASE(without_a_master_the_slave_is_hung_up) {
    struct ends ends = open_ends();
    struct termios modes;
    char bytes[16];
    put(ends.master, "lost\n");
    close(ends.master);
    CHECK_EQUAL(read(ends.slave, bytes, 16), 0);
    CHECK_ERRNO(write(ends.slave, "x", 1), EIO);
    CHECK_ERRNO(tcgetattr(ends.slave, &modes), EIO);
    CHECK_EQUAL(events_of(ends.slave), POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM);
    close(ends.slave);
}

CASE(the_peer_is_opened_without_a_name) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK(master >= 0);
    CHECK_ERRNO(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY), EIO);
    CHECK_EQUAL(unlockpt(master), 0);
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(slave >= 0);
    CHECK_EQUAL(fcntl(slave, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(slave, F_GETFL) & O_ACCMODE, O_RDWR);
    char name[64];
    CHECK_EQUAL(ttyname_r(slave, name, sizeof name), 0);
    CHECK_EQUAL(strcmp(name, ptsname(master)), 0);
    put(slave, "hi");
    EXPECT(master, "hi");
    CHECK_ERRNO(ioctl(slave, TIOCGPTPEER, O_RDWR), EIO);
    close(slave);
    close(master);
}

CASE(openpty_sets_what_it_is_given) {
    struct winsize size = {.ws_row = 7, .ws_col = 9};
    struct termios modes, now;
    struct ends ends = open_ends(), made;
    CHECK_EQUAL(tcgetattr(ends.slave, &modes), 0);
    cfmakeraw(&modes);
    CHECK_EQUAL(openpty(&made.master, &made.slave, NULL, &modes, &size), 0);
    CHECK_EQUAL(tcgetattr(made.slave, &now), 0);
    CHECK_EQUAL(now.c_lflag, modes.c_lflag);
    memset(&size, 0, sizeof size);
    CHECK_EQUAL(ioctl(made.slave, TIOCGWINSZ, &size), 0);
    CHECK_EQUAL(size.ws_col, 9);
    close_ends(made);
    close_ends(ends);
}

CASE(packets_say_what_they_are) {
    struct ends ends = open_ends();
    int on = 1, is_on = 0;
    char bytes[64];
    CHECK_EQUAL(ioctl(ends.master, TIOCPKT, &on), 0);
    CHECK_EQUAL(ioctl(ends.master, TIOCGPKT, &is_on), 0);
    CHECK_EQUAL(is_on, 1);
    put(ends.slave, "abc");
    struct pollfd one = {.fd = ends.master, .events = POLLIN | POLLPRI};
    CHECK_EQUAL(poll(&one, 1, 1000), 1);
    CHECK_EQUAL(one.revents, POLLIN);
    CHECK_EQUAL(read(ends.master, bytes, sizeof bytes), 4);
    CHECK_EQUAL(bytes[0], TIOCPKT_DATA);
    CHECK_EQUAL(memcmp(bytes + 1, "abc", 3), 0);
    CHECK_EQUAL(tcflush(ends.slave, TCIFLUSH), 0);
    CHECK_EQUAL(poll(&one, 1, 1000), 1);
    CHECK_EQUAL(one.revents, POLLIN | POLLPRI);
    CHECK_EQUAL(read(ends.master, bytes, sizeof bytes), 1);
    CHECK_EQUAL(bytes[0], TIOCPKT_FLUSHREAD);
    CHECK_EQUAL(tcflow(ends.slave, TCOOFF), 0);
    CHECK_EQUAL(read(ends.master, bytes, sizeof bytes), 1);
    CHECK_EQUAL(bytes[0], TIOCPKT_STOP);
    CHECK_EQUAL(tcflow(ends.slave, TCOON), 0);
    CHECK_EQUAL(read(ends.master, bytes, sizeof bytes), 1);
    CHECK_EQUAL(bytes[0], TIOCPKT_START);
    make_raw(ends.slave);
    CHECK_EQUAL(read(ends.master, bytes, sizeof bytes), 1);
    CHECK_EQUAL(bytes[0], TIOCPKT_NOSTOP);
    on = 0;
    CHECK_EQUAL(ioctl(ends.master, TIOCPKT, &on), 0);
    put(ends.slave, "abc");
    EXPECT(ends.master, "abc");
    close_ends(ends);
}

static struct ends shared;
static char echoed[32];

static void *answer(void *unused) {
    (void)unused;
    char bytes[32];
    int count = read(shared.slave, bytes, sizeof bytes);
    if (count > 0 && write(shared.slave, bytes, count) == count) return NULL;
    return &shared;
}

CASE(threads_play_both_ends) {
    NEEDS_MEMORY;
    shared = open_ends();
    make_raw(shared.slave);
    pthread_t thread;
    void *result;
    CHECK_EQUAL(pthread_create(&thread, NULL, answer, NULL), 0);
    usleep(10000);
    put(shared.master, "ping");
    CHECK_EQUAL(read(shared.master, echoed, sizeof echoed), 4);
    CHECK_EQUAL(memcmp(echoed, "ping", 4), 0);
    CHECK_EQUAL(pthread_join(thread, &result), 0);
    CHECK(result == NULL);
    close_ends(shared);
}

static void *close_later(void *slave) {
    usleep(20000);
    close((int)(long)slave);
    return NULL;
}

CASE(who_waits_at_a_master_hears_of_the_end) {
    NEEDS_MEMORY;
    struct ends ends = open_ends();
    struct epoll_event event = {.events = EPOLLIN};
    int set = epoll_create1(0);
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, ends.master, &event), 0);
    CHECK_EQUAL(epoll_wait(set, &event, 1, 0), 0);
    pthread_t thread;
    char byte;
    CHECK_EQUAL(pthread_create(&thread, NULL, close_later, (void *)(long)ends.slave), 0);
    CHECK_EQUAL(epoll_wait(set, &event, 1, 2000), 1);
    CHECK(event.events & EPOLLHUP);
    CHECK_ERRNO(read(ends.master, &byte, 1), EIO);
    CHECK_EQUAL(pthread_join(thread, NULL), 0);
    close(set);
    close(ends.master);
}

static volatile sig_atomic_t last_signal, signal_count;

static void note_signal(int number) {
    last_signal = number;
    signal_count++;
}

// A case that ends early may leave a terminal to its session, whose end would end all others.
__attribute__((constructor)) static void hear_no_hangups(void) { signal(SIGHUP, SIG_IGN); }

// The calling process leads its session and has no terminal.
static void lead_session(void) {
    // Who leads a group cannot make a session: it joins its parent's group first.
    if (getsid(0) != getpid()) setpgid(0, getpgid(getppid()));
    if (getsid(0) != getpid() && setsid() < 0) case_fails("cannot lead a session: errno %d", errno);
    int terminal = open("/dev/tty", O_RDWR);
    if (terminal < 0) return;
    ioctl(terminal, TIOCNOTTY);
    close(terminal);
}

CASE(a_controlling_terminal_has_signals) {
    lead_session();
    CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
    struct ends ends = open_ends();
    struct winsize size = {.ws_row = 3, .ws_col = 4};
    int group = -1;
    CHECK_ERRNO(tcgetpgrp(ends.slave), ENOTTY);
    CHECK_EQUAL(ioctl(ends.slave, TIOCSCTTY, 0), 0);
    CHECK_EQUAL(ioctl(ends.slave, TIOCSCTTY, 0), 0);
    CHECK_EQUAL(tcgetpgrp(ends.slave), getpgrp());
    CHECK_EQUAL(tcgetsid(ends.slave), getsid(0));
    CHECK_EQUAL(ioctl(ends.master, TIOCGPGRP, &group), 0);
    CHECK_EQUAL(group, getpgrp());
    // One terminal for a session.
    struct ends second = open_ends();
    CHECK_ERRNO(ioctl(second.slave, TIOCSCTTY, 0), EPERM);
    close_ends(second);
    int other = open("/dev/tty", O_RDWR);
    CHECK(other >= 0);
    put(other, "x");
    EXPECT(ends.master, "x");
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    last_signal = signal_count = 0;
    CHECK_EQUAL(ioctl(ends.master, TIOCSWINSZ, &size), 0);
    CHECK_EQUAL(last_signal, SIGWINCH);
    CHECK_EQUAL(ioctl(ends.master, TIOCSWINSZ, &size), 0);
    CHECK_EQUAL(signal_count, 1);
    put(ends.master, "abc");
    EXPECT(ends.master, "abc");
    put(ends.master, "\3");
    for (int i = 0; i < 100 && last_signal != SIGINT; i++) usleep(10000);
    CHECK_EQUAL(last_signal, SIGINT);
    EXPECT(ends.master, "^C");
    close(ends.master);
    for (int i = 0; i < 100 && last_signal != SIGHUP; i++) usleep(10000);
    CHECK_EQUAL(last_signal, SIGHUP);
    // The session has lost its terminal.
    char byte;
    CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
    CHECK_EQUAL(read(other, &byte, 1), 0);
    close(other);
    close(ends.slave);
}

CASE(opening_takes_a_terminal_and_giving_it_up) {
    signal(SIGHUP, SIG_IGN);
    lead_session();
    int master = posix_openpt(O_RDWR);
    CHECK(master >= 0);
    CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
    CHECK_EQUAL(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR), number;
    CHECK(slave >= 0);
    CHECK_EQUAL(tcgetpgrp(slave), getpgrp());
    // Field 7 of stat is the terminal's number.
    char text[1024] = {0};
    int file = open("/proc/self/stat", O_RDONLY);
    CHECK(read(file, text, sizeof text - 1) > 0);
    close(file);
    char *field = strrchr(text, ')');
    unsigned device = 0;
    int foreground = 0;
    CHECK(field != NULL);
    CHECK_EQUAL(sscanf(field + 2, "%*c %*d %*d %*d %u %d", &device, &foreground), 2);
    CHECK_EQUAL(ioctl(master, TIOCGPTN, &number), 0);
    CHECK_EQUAL(device, 136 << 8 | number);
    CHECK_EQUAL(foreground, getpgrp());
    CHECK_EQUAL(ioctl(slave, TIOCNOTTY), 0);
    CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
    CHECK_ERRNO(tcgetpgrp(slave), ENOTTY);
    CHECK_ERRNO(ioctl(slave, TIOCNOTTY), ENOTTY);
    close(slave);
    close(master);
}

CASE(numbers_are_used_again) {
    struct ends ends = open_ends();
    int number, next;
    CHECK_EQUAL(ioctl(ends.master, TIOCGPTN, &number), 0);
    for (int i = 0; i < 50; i++) {
        struct ends more = open_ends();
        CHECK_EQUAL(ioctl(more.master, TIOCGPTN, &next), 0);
        CHECK(next < 100);
        close_ends(more);
    }
    close_ends(ends);
}
