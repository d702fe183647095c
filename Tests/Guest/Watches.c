// SPDX-License-Identifier: Apache-2.0
//
// inotify: what is told when something happens to files, directories and names. On /dev/shm, a tmpfs everywhere, so that
// nobody else is in the way.

#include "case.h"
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

static int instance;
static char folder[64];

static void enter(void) {
    static int number;
    snprintf(folder, sizeof folder, "/dev/shm/watches-%d-%d", (int)getpid(), number++);
    CHECK_EQUAL(mkdir(folder, 0700), 0);
    CHECK_EQUAL(chdir(folder), 0);
    instance = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    CHECK(instance >= 0);
}

static void leave(void) {
    CHECK_EQUAL(chdir("/"), 0);
    CHECK_EQUAL(close(instance), 0);
    CHECK_EQUAL(rmdir(folder), 0);
}

static void make(const char *name) {
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    CHECK(file >= 0);
    close(file);
}

// The waiting events as text: "wd mask[cookie] name;" for each, a cookie as its order of appearance.
static const char *events(void) {
    static char text[2048];
    static char buffer[4096] __attribute__((aligned(8)));
    static uint32_t cookies[16];
    int cookie_count = 0;
    text[0] = 0;
    for (;;) {
        ssize_t count = read(instance, buffer, sizeof buffer);
        if (count < 0) {
            CHECK_EQUAL(errno, EAGAIN);
            return text;
        }
        for (ssize_t at = 0; at < count;) {
            struct inotify_event *event = (void *)(buffer + at);
            size_t used = strlen(text);
            CHECK_EQUAL(event->len % 16, 0);
            snprintf(text + used, sizeof text - used, "%d %x", event->wd, event->mask);
            if (event->cookie) {
                int index = 0;
                while (index < cookie_count && cookies[index] != event->cookie) index++;
                if (index == cookie_count) cookies[cookie_count++] = event->cookie;
                used = strlen(text);
                snprintf(text + used, sizeof text - used, "[%d]", index);
            }
            used = strlen(text);
            snprintf(text + used, sizeof text - used, "%s%s;", event->len ? " " : "", event->len ? event->name : "");
            at += sizeof *event + event->len;
        }
    }
}

#define CHECK_EVENTS(expected)                                                                       \
    do {                                                                                             \
        const char *got_ = events();                                                                 \
        if (strcmp(got_, expected) != 0) case_fails("line %d: %s", __LINE__, got_);                  \
    } while (0)

CASE(a_file_is_watched) {
    enter();
    make("a");
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_ALL_EVENTS), 1);
    int file = open("a", O_RDWR);
    CHECK_EVENTS("1 20;");
    CHECK_EQUAL(write(file, "1234", 4), 4);
    CHECK_EQUAL(write(file, "5678", 4), 4);
    char bytes[8];
    CHECK_EQUAL(pread(file, bytes, 8, 0), 8);
    // Two equal events are one.
    CHECK_EVENTS("1 2;1 1;");
    CHECK_EQUAL(ftruncate(file, 3), 0);
    CHECK_EQUAL(fchmod(file, 0644), 0);
    CHECK_EQUAL(fsetxattr(file, "trusted.a", "b", 1, 0), 0);
    CHECK_EVENTS("1 2;1 4;");
    CHECK_EQUAL(close(file), 0);
    CHECK_EVENTS("1 8;");
    file = open("a", O_RDONLY);
    int copy = dup(file);
    close(file);
    CHECK_EVENTS("1 20;");
    close(copy);
    CHECK_EVENTS("1 10;");
    CHECK_EQUAL(truncate("a", 1), 0);
    CHECK_EVENTS("1 2;");
    CHECK_EQUAL(link("a", "b"), 0);
    CHECK_EVENTS("1 4;");
    CHECK_EQUAL(unlink("b"), 0);
    CHECK_EVENTS("1 4;");
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_EVENTS("1 4;1 400;1 8000;");
    CHECK_ERRNO(inotify_rm_watch(instance, 1), EINVAL);
    leave();
}

CASE(a_folder_is_watched) {
    enter();
    CHECK_EQUAL(inotify_add_watch(instance, ".", IN_ALL_EVENTS), 1);
    int file = open("a", O_CREAT | O_WRONLY, 0600);
    CHECK_EVENTS("1 100 a;1 20 a;");
    CHECK_EQUAL(write(file, "1", 1), 1);
    close(file);
    CHECK_EVENTS("1 2 a;1 8 a;");
    CHECK_EQUAL(mkdir("d", 0700), 0);
    CHECK_EQUAL(symlink("a", "l"), 0);
    CHECK_EQUAL(mkfifo("p", 0600), 0);
    CHECK_EQUAL(link("a", "b"), 0);
    CHECK_EVENTS("1 40000100 d;1 100 l;1 100 p;1 100 b;");
    CHECK_EQUAL(chmod("d", 0755), 0);
    CHECK_EVENTS("1 40000004 d;");
    CHECK_EQUAL(unlink("b"), 0);
    CHECK_EQUAL(unlink("l"), 0);
    CHECK_EQUAL(unlink("p"), 0);
    CHECK_EQUAL(rmdir("d"), 0);
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_EVENTS("1 200 b;1 200 l;1 200 p;1 40000200 d;1 200 a;");
    leave();
}

CASE(moves_have_cookies) {
    enter();
    make("a");
    make("c");
    CHECK_EQUAL(mkdir("d", 0700), 0);
    CHECK_EQUAL(inotify_add_watch(instance, ".", IN_MOVE | IN_DELETE), 1);
    CHECK_EQUAL(inotify_add_watch(instance, "d", IN_MOVE), 2);
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_MOVE_SELF), 3);
    CHECK_EQUAL(rename("a", "b"), 0);
    CHECK_EVENTS("1 40[0] a;1 80[0] b;3 800;");
    CHECK_EQUAL(rename("b", "d/e"), 0);
    CHECK_EVENTS("1 40[0] b;2 80[0] e;3 800;");
    CHECK_EQUAL(inotify_add_watch(instance, "c", IN_DELETE_SELF), 4);
    CHECK_EQUAL(rename("d/e", "c"), 0);
    CHECK_EVENTS("2 40[0] e;1 80[0] c;3 800;4 400;4 8000;");
    CHECK_EQUAL(rename("d", "f"), 0);
    CHECK_EVENTS("1 40000040[0] d;1 40000080[0] f;");
    CHECK_EQUAL(syscall(SYS_renameat2, AT_FDCWD, "c", AT_FDCWD, "f", 2), 0);
    CHECK_EVENTS("1 40[0] c;1 80[0] f;3 800;1 40000040[1] f;1 40000080[1] c;");
    CHECK_EQUAL(inotify_rm_watch(instance, 2), 0);
    CHECK_EVENTS("2 8000;");
    CHECK_EQUAL(unlink("f"), 0);
    CHECK_EQUAL(rmdir("c"), 0);
    leave();
}

CASE(a_removed_folder_ends_its_watch) {
    enter();
    CHECK_EQUAL(mkdir("d", 0700), 0);
    CHECK_EQUAL(inotify_add_watch(instance, "d", IN_ALL_EVENTS), 1);
    CHECK_EQUAL(rmdir("d"), 0);
    CHECK_EVENTS("1 400;1 8000;");
    leave();
}

CASE(watches_have_options) {
    enter();
    make("a");
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_OPEN), 1);
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_ATTRIB), 1);
    close(open("a", O_RDONLY));
    CHECK_EVENTS("");
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_OPEN | IN_MASK_ADD), 1);
    close(open("a", O_RDONLY));
    CHECK_EQUAL(chmod("a", 0640), 0);
    CHECK_EVENTS("1 20;1 4;");
    CHECK_ERRNO(inotify_add_watch(instance, "a", IN_OPEN | IN_MASK_CREATE), EEXIST);
    CHECK_ERRNO(inotify_add_watch(instance, "a", IN_OPEN | IN_MASK_CREATE | IN_MASK_ADD), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, "a", IN_OPEN | IN_ONLYDIR), ENOTDIR);
    CHECK_EQUAL(inotify_rm_watch(instance, 1), 0);
    CHECK_EVENTS("1 8000;");
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_OPEN | IN_ONESHOT), 2);
    close(open("a", O_RDONLY));
    close(open("a", O_RDONLY));
    CHECK_EVENTS("2 20;2 8000;");
    CHECK_EQUAL(symlink("a", "l"), 0);
    CHECK_EQUAL(inotify_add_watch(instance, "l", IN_DELETE_SELF | IN_DONT_FOLLOW), 3);
    CHECK_EQUAL(unlink("l"), 0);
    CHECK_EVENTS("3 400;3 8000;");
    CHECK_EQUAL(unlink("a"), 0);
    leave();
}

CASE(two_watches_of_one_event) {
    enter();
    make("a");
    CHECK_EQUAL(inotify_add_watch(instance, "a", IN_OPEN), 1);
    CHECK_EQUAL(inotify_add_watch(instance, ".", IN_OPEN), 2);
    close(open("a", O_RDONLY));
    CHECK_EVENTS("2 20 a;1 20;");
    CHECK_EQUAL(unlink("a"), 0);
    leave();
}

CASE(events_are_waited_for) {
    enter();
    make("a");
    CHECK_EQUAL(inotify_add_watch(instance, ".", IN_OPEN | IN_CLOSE), 1);
    struct pollfd waited = {.fd = instance, .events = POLLIN | POLLOUT};
    CHECK_EQUAL(poll(&waited, 1, 0), 0);
    close(open("a", O_RDONLY));
    CHECK_EQUAL(poll(&waited, 1, 1000), 1);
    CHECK_EQUAL(waited.revents, POLLIN);
    int pending = 0;
    CHECK_EQUAL(ioctl(instance, FIONREAD, &pending), 0);
    CHECK_EQUAL(pending, 64);
    char bytes[64];
    CHECK_ERRNO(read(instance, bytes, 31), EINVAL);
    CHECK_EQUAL(read(instance, bytes, 63), 32);
    CHECK_EQUAL(read(instance, bytes, 32), 32);
    CHECK_ERRNO(read(instance, bytes, 32), EAGAIN);
    CHECK_ERRNO(write(instance, bytes, 32), EBADF);
    CHECK_EQUAL(lseek(instance, 5, SEEK_SET), 0);
    CHECK_EQUAL(unlink("a"), 0);
    leave();
}

CASE(a_queue_that_is_full_says_so_once) {
    enter();
    make("a");
    make("b");
    CHECK_EQUAL(inotify_add_watch(instance, ".", IN_OPEN), 1);
    for (int i = 0; i < 8300; i++) {
        close(open("a", O_RDONLY));
        close(open("b", O_RDONLY));
    }
    static char buffer[65536] __attribute__((aligned(8)));
    int count = 0, overflows = 0;
    ssize_t length;
    while ((length = read(instance, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < length; count++) {
            struct inotify_event *event = (void *)(buffer + at);
            if (event->mask & IN_Q_OVERFLOW) {
                overflows++;
                CHECK_EQUAL(event->wd, -1);
            }
            at += sizeof *event + event->len;
        }
    }
    CHECK_EQUAL(count, 16385);
    CHECK_EQUAL(overflows, 1);
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_EQUAL(unlink("b"), 0);
    leave();
}

CASE(what_is_no_watch) {
    enter();
    CHECK_ERRNO(inotify_init1(1), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, ".", 0), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, "none", IN_OPEN), ENOENT);
    CHECK_ERRNO(inotify_add_watch(0, ".", IN_OPEN), EINVAL);
    CHECK_ERRNO(inotify_add_watch(-1, ".", IN_OPEN), EBADF);
    CHECK_ERRNO(inotify_rm_watch(instance, 1), EINVAL);
    CHECK_ERRNO(inotify_rm_watch(0, 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_inotify_add_watch, instance, 0x10, IN_OPEN), EFAULT);
    char name[64], target[64] = {0};
    snprintf(name, sizeof name, "/proc/self/fd/%d", instance);
    CHECK(readlink(name, target, sizeof target - 1) > 0);
    CHECK(strcmp(target, "anon_inode:inotify") == 0);
    leave();
}

CASE(the_older_call_makes_an_instance) {
    int older = (int)syscall(SYS_inotify_init);
    CHECK(older >= 0);
    CHECK_EQUAL(fcntl(older, F_GETFD), 0);
    CHECK_EQUAL(fcntl(older, F_GETFL) & O_NONBLOCK, 0);
    CHECK_EQUAL(inotify_add_watch(older, "/dev/shm", IN_CREATE), 1);
    CHECK_ERRNO(inotify_init1(1), EINVAL);
    close(older);
}
