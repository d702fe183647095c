// SPDX-License-Identifier: Apache-2.0
//
// Calls that change the system for everybody: on Linux, too, this program runs as root on somebody's machine, so it
// sets only what is set already, and otherwise asks for what must be refused. Only the root directory is the process's.

#include "case.h"
#include <sys/mount.h>
#include <sys/time.h>
#include <sys/utsname.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

CASE(the_root_directory_changes) {
    NEEDS_MEMORY;  // half of it would leave the later cases without their files
    struct stat root, now;
    int outside = open("/", O_RDONLY | O_DIRECTORY);
    CHECK_EQUAL(stat("/", &root), 0);
    unlink("/tmp/privileges/file");
    rmdir("/tmp/privileges");
    CHECK_EQUAL(mkdir("/tmp/privileges", 0700), 0);
    close(open("/tmp/privileges/file", O_CREAT | O_RDWR, 0600));
    CHECK_EQUAL(CALL(chroot, "/tmp/privileges"), 0);
    CHECK_EQUAL(access("/file", F_OK), 0);
    CHECK_EQUAL(access("/../../file", F_OK), 0);
    CHECK_ERRNO(access("/tmp", F_OK), ENOENT);
    CHECK_EQUAL(stat("/..", &now), 0);
    CHECK(now.st_ino != root.st_ino || now.st_dev != root.st_dev);
    // The working folder and open folders stay where they are: outside.
    char text[64];
    CHECK_EQUAL(fchdir(outside), 0);
    CHECK(CALL(getcwd, text, sizeof text) > 0);
    CHECK(strncmp(text, "(unreachable)", 13) == 0);
    CHECK_EQUAL(access("tmp", F_OK), 0);
    CHECK_EQUAL(CALL(chroot, "."), 0);
    CHECK_EQUAL(stat("/", &now), 0);
    CHECK_EQUAL(now.st_ino, root.st_ino);
    CHECK(CALL(getcwd, text, sizeof text) > 0);
    CHECK(strcmp(text, "/") == 0);
    CHECK_ERRNO(CALL(chroot, "/tmp/privileges/file"), ENOTDIR);
    CHECK_ERRNO(CALL(chroot, "/no such folder"), ENOENT);
    CHECK_ERRNO(CALL(chroot, ""), ENOENT);
    CHECK_ERRNO(CALL(chroot, page_before_hole() + PAGE), EFAULT);
    unlink("/tmp/privileges/file");
    rmdir("/tmp/privileges");
}

CASE(names_are_set) {
    struct utsname before, after;
    CHECK_EQUAL(uname(&before), 0);
    CHECK_EQUAL(CALL(sethostname, before.nodename, strlen(before.nodename)), 0);
    CHECK_EQUAL(CALL(setdomainname, before.domainname, strlen(before.domainname)), 0);
    CHECK_EQUAL(uname(&after), 0);
    CHECK(strcmp(before.nodename, after.nodename) == 0);
    CHECK(strcmp(before.domainname, after.domainname) == 0);
    static char name[65];
    char *hole = page_before_hole();
    CHECK_ERRNO(CALL(sethostname, name, 65), EINVAL);
    CHECK_ERRNO(CALL(sethostname, name, -1), EINVAL);
    CHECK_ERRNO(CALL(sethostname, hole + PAGE, 3), EFAULT);
    CHECK_ERRNO(CALL(sethostname, hole + PAGE - 1, 3), EFAULT);
    CHECK_ERRNO(CALL(setdomainname, name, 65), EINVAL);
    CHECK_ERRNO(CALL(setdomainname, name, -1), EINVAL);
    CHECK_ERRNO(CALL(setdomainname, hole + PAGE, 3), EFAULT);
    CHECK_EQUAL(uname(&after), 0);
    CHECK(strcmp(before.nodename, after.nodename) == 0);
}

CASE(the_time_of_day_is_not_set_wrong) {
    struct timeval wrong = {0, 1000000}, negative = {0, -1}, before = {-1, 0};
    CHECK_ERRNO(CALL(settimeofday, &wrong, NULL), EINVAL);
    CHECK_ERRNO(CALL(settimeofday, &negative, NULL), EINVAL);
    CHECK_ERRNO(CALL(settimeofday, &before, NULL), EINVAL);
    CHECK_ERRNO(CALL(settimeofday, page_before_hole() + PAGE, NULL), EFAULT);
    CHECK_ERRNO(CALL(settimeofday, NULL, page_before_hole() + PAGE), EFAULT);
    CHECK_ERRNO(CALL(settimeofday, NULL, &(int[2]){10000, 0}), EINVAL);
    CHECK_EQUAL(CALL(settimeofday, NULL, NULL), 0);
}

CASE(mounts_come_and_go) {
    // In a namespace of its own, if there are any: what is mounted is nobody else's.
    if (CALL(unshare, 0x20000 /* CLONE_NEWNS */) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    struct stat inner, outer;
    rmdir("/tmp/privileges");
    CHECK_EQUAL(mkdir("/tmp/privileges", 0700), 0);
    CHECK_EQUAL(stat("/tmp/privileges", &outer), 0);
    CHECK_EQUAL(CALL(mount, "none", "/tmp/privileges", "tmpfs", 0, NULL), 0);
    CHECK_EQUAL(stat("/tmp/privileges", &inner), 0);
    CHECK(inner.st_dev != outer.st_dev);
    CHECK_ERRNO(rmdir("/tmp/privileges"), EBUSY);
    int file = open("/tmp/privileges/file", O_CREAT | O_RDWR, 0600);
    CHECK(file >= 0);
    // MNT_DETACH (2): gone from the tree at once, alive as long as it is used.
    CHECK_EQUAL(CALL(umount2, "/tmp/privileges", 2), 0);
    CHECK_EQUAL(write(file, "x", 1), 1);
    CHECK_EQUAL(stat("/tmp/privileges", &inner), 0);
    CHECK_EQUAL(inner.st_dev, outer.st_dev);
    close(file);
    CHECK_EQUAL(CALL(mount, "none", "/tmp/privileges", "tmpfs", 0, NULL), 0);
    CHECK_EQUAL(CALL(umount2, "/tmp/privileges", 0), 0);
    CHECK_ERRNO(CALL(umount2, "/tmp/privileges", 0), EINVAL);
    CHECK_ERRNO(CALL(umount2, "/tmp/privileges", 16), EINVAL);
    CHECK_ERRNO(CALL(umount2, "/no such folder", 0), ENOENT);
    CHECK_ERRNO(CALL(umount2, page_before_hole() + PAGE, 0), EFAULT);
    CHECK_ERRNO(CALL(mount, "none", "/tmp/privileges", "no such type", 0, NULL), ENODEV);
    CHECK_ERRNO(CALL(mount, "none", "/no such folder", "tmpfs", 0, NULL), ENOENT);
    rmdir("/tmp/privileges");
}

CASE(the_machine_does_not_stop_by_mistake) {
    CHECK_ERRNO(CALL(reboot, 0, 672274793, 0x1234567, NULL), EINVAL);
    CHECK_ERRNO(CALL(reboot, 0xfee1dead, 0, 0x1234567, NULL), EINVAL);
    CHECK_ERRNO(CALL(reboot, 0xfee1dead, 672274793, 0x1111111, NULL), EINVAL);
}

CASE(the_kernels_log) {
    CHECK_EQUAL(CALL(syslog, 0, NULL, 0), 0);
    CHECK_EQUAL(CALL(syslog, 1, NULL, 0), 0);
    CHECK(CALL(syslog, 9, NULL, 0) >= 0);
    CHECK(CALL(syslog, 10, NULL, 0) >= 0);
    char text[4096];
    CHECK(CALL(syslog, 3, text, sizeof text) >= 0);
    CHECK_EQUAL(CALL(syslog, 3, text, 0), 0);
    CHECK_EQUAL(CALL(syslog, 2, text, 0), 0);
    CHECK_ERRNO(CALL(syslog, 3, NULL, 10), EINVAL);
    CHECK_ERRNO(CALL(syslog, 3, text, -1), EINVAL);
    CHECK_ERRNO(CALL(syslog, 2, NULL, 10), EINVAL);
    CHECK_ERRNO(CALL(syslog, 8, NULL, 0), EINVAL);
    CHECK_ERRNO(CALL(syslog, 8, NULL, 9), EINVAL);
    CHECK_ERRNO(CALL(syslog, 11, NULL, 0), EINVAL);
    CHECK_ERRNO(CALL(syslog, -1, NULL, 0), EINVAL);
    // The wild address of a buffer: whatever the log holds.
    CHECK_ERRNO(CALL(syslog, 3, -1L, 4096), EFAULT);
    CHECK_ERRNO(CALL(syslog, 2, -1L, 4096), EFAULT);
}

CASE(everything_is_written) {
    CHECK_EQUAL(CALL(sync), 0);
}
