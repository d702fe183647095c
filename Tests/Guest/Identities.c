// SPDX-License-Identifier: Apache-2.0
//
// Users and groups of a process: setuid(2) and its relatives, setgroups(2), setfsuid(2), and what a file says to whoever
// they name (credentials(7), capabilities(7)). Cases take back what they change; the last one gives everything up.

#include "case.h"
#include <grp.h>
#include <sys/fsuid.h>

// The raw calls: C libraries change all threads, and have no way to a file system user that does not exist.
#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

static void check_users(unsigned real, unsigned effective, unsigned saved) {
    unsigned ids[3];
    CHECK_EQUAL(CALL(getresuid, &ids[0], &ids[1], &ids[2]), 0);
    CHECK_EQUAL(ids[0], real);
    CHECK_EQUAL(ids[1], effective);
    CHECK_EQUAL(ids[2], saved);
    CHECK_EQUAL(getuid(), real);
    CHECK_EQUAL(geteuid(), effective);
}

static void check_groups(unsigned real, unsigned effective, unsigned saved) {
    unsigned ids[3];
    CHECK_EQUAL(CALL(getresgid, &ids[0], &ids[1], &ids[2]), 0);
    CHECK_EQUAL(ids[0], real);
    CHECK_EQUAL(ids[1], effective);
    CHECK_EQUAL(ids[2], saved);
    CHECK_EQUAL(getgid(), real);
    CHECK_EQUAL(CALL(getegid), effective);
}

CASE(root_becomes_another_user_and_comes_back) {
    check_users(0, 0, 0);
    CHECK_EQUAL(CALL(setresuid, 1000, 1001, 0), 0);
    check_users(1000, 1001, 0);
    CHECK_ERRNO(CALL(setresuid, 5, -1, -1), EPERM);
    CHECK_ERRNO(CALL(setuid, 5), EPERM);
    CHECK_EQUAL(CALL(setuid, 1000), 0);
    check_users(1000, 1000, 0);
    // Any of the three may become any other.
    CHECK_EQUAL(CALL(setresuid, 0, -1, 1000), 0);
    check_users(0, 1000, 1000);
    CHECK_EQUAL(CALL(setresuid, -1, 0, -1), 0);
    check_users(0, 0, 1000);
    CHECK_EQUAL(CALL(setuid, 0), 0);
    check_users(0, 0, 0);
    CHECK_ERRNO(CALL(setuid, -1), EINVAL);
}

CASE(real_and_effective_users_change_places) {
    CHECK_EQUAL(CALL(setreuid, 0, 1000), 0);
    check_users(0, 1000, 1000);
    CHECK_EQUAL(CALL(setreuid, 1000, 0), 0);
    check_users(1000, 0, 0);
    CHECK_EQUAL(CALL(setreuid, -1, -1), 0);
    check_users(1000, 0, 0);
    CHECK_EQUAL(CALL(setreuid, -1, 1000), 0);
    check_users(1000, 1000, 0);
    // The real one cannot become the saved one.
    CHECK_ERRNO(CALL(setreuid, 0, -1), EPERM);
    CHECK_ERRNO(CALL(setreuid, -1, 7), EPERM);
    CHECK_EQUAL(CALL(setreuid, -1, 0), 0);
    CHECK_EQUAL(CALL(setreuid, 0, 0), 0);
    check_users(0, 0, 0);
}

CASE(groups_follow_the_same_rules) {
    check_groups(0, 0, 0);
    CHECK_EQUAL(CALL(setresgid, 1000, 1001, 1002), 0);
    check_groups(1000, 1001, 1002);
    CHECK_EQUAL(CALL(setregid, 1001, 1000), 0);
    check_groups(1001, 1000, 1000);
    CHECK_EQUAL(CALL(setresuid, -1, 1000, -1), 0);
    CHECK_ERRNO(CALL(setgid, 0), EPERM);
    CHECK_ERRNO(CALL(setregid, 0, -1), EPERM);
    CHECK_ERRNO(CALL(setresgid, -1, -1, 0), EPERM);
    CHECK_EQUAL(CALL(setgid, 1001), 0);
    check_groups(1001, 1001, 1000);
    // The real one can become the effective one, but not the saved one.
    CHECK_ERRNO(CALL(setregid, 1000, -1), EPERM);
    CHECK_EQUAL(CALL(setregid, -1, 1000), 0);
    check_groups(1001, 1000, 1000);
    CHECK_EQUAL(CALL(setregid, 1000, -1), 0);
    check_groups(1000, 1000, 1000);
    CHECK_EQUAL(CALL(setresuid, -1, 0, -1), 0);
    CHECK_ERRNO(CALL(setgid, -1), EINVAL);
    CHECK_EQUAL(CALL(setgid, 0), 0);
    check_groups(0, 0, 0);
}

CASE(further_groups_are_kept_in_order) {
    unsigned groups[5] = {9, 4, 4, 2000, 7}, got[8] = {0};
    CHECK_EQUAL(CALL(setgroups, 5, groups), 0);
    CHECK_EQUAL(CALL(getgroups, 0, NULL), 5);
    CHECK_EQUAL(CALL(getgroups, 8, got), 5);
    // Linux keeps them sorted.
    CHECK_EQUAL(got[0], 4);
    CHECK_EQUAL(got[1], 4);
    CHECK_EQUAL(got[2], 7);
    CHECK_EQUAL(got[3], 9);
    CHECK_EQUAL(got[4], 2000);
    CHECK_ERRNO(CALL(getgroups, 4, got), EINVAL);
    CHECK_ERRNO(CALL(setgroups, 65537, groups), EINVAL);
    CHECK_ERRNO(CALL(setgroups, -1, groups), EINVAL);
    CHECK_ERRNO(CALL(setgroups, 2000, page_before_hole()), EFAULT);
    CHECK_ERRNO(CALL(getgroups, 5, page_before_hole() + PAGE - 8), EFAULT);
    CHECK_EQUAL(CALL(getgroups, 0, NULL), 5);
    CHECK_EQUAL(CALL(setresuid, -1, 1000, -1), 0);
    CHECK_ERRNO(CALL(setgroups, 1, groups), EPERM);
    CHECK_EQUAL(CALL(setresuid, -1, 0, -1), 0);
    CHECK_EQUAL(CALL(setgroups, 0, NULL), 0);
    CHECK_EQUAL(CALL(getgroups, 8, got), 0);
}

// A file of root's that its group may read, and nobody else.
static void make_file(const char *name, unsigned group) {
    unlink(name);
    int file = open(name, O_CREAT | O_RDWR, 0640);
    CHECK(file >= 0);
    CHECK_EQUAL(CALL(fchown, file, 0, group), 0);
    close(file);
}

CASE(a_group_opens_what_others_cannot) {
    const char *name = "/tmp/identities";
    unsigned group = 4321;
    make_file(name, group);
    CHECK_EQUAL(CALL(setresuid, -1, 1000, -1), 0);
    CHECK_ERRNO(open(name, O_RDONLY), EACCES);
    CHECK_EQUAL(CALL(setresuid, -1, 0, -1), 0);
    CHECK_EQUAL(CALL(setgroups, 1, &group), 0);
    CHECK_EQUAL(CALL(setresuid, -1, 1000, -1), 0);
    int file = open(name, O_RDONLY);
    CHECK(file >= 0);
    CHECK_ERRNO(open(name, O_RDWR), EACCES);
    CHECK_ERRNO(CALL(fchown, file, 1000, -1), EPERM);
    CHECK_EQUAL(CALL(setresuid, -1, 0, -1), 0);
    CHECK_EQUAL(CALL(setgroups, 0, NULL), 0);
    close(file);
    unlink(name);
}

CASE(files_ask_for_the_file_systems_user) {
    const char *name = "/tmp/identities";
    make_file(name, 0);
    CHECK_EQUAL(CALL(setfsuid, -1), 0);
    CHECK_EQUAL(CALL(setfsgid, -1), 0);
    CHECK_EQUAL(CALL(setfsgid, 1000), 0);
    CHECK_EQUAL(CALL(setfsuid, 1000), 0);
    CHECK_EQUAL(CALL(setfsuid, -1), 1000);
    CHECK_ERRNO(open(name, O_RDONLY), EACCES);
    check_users(0, 0, 0);
    int made = open("/tmp/identities.own", O_CREAT | O_RDWR, 0600);
    CHECK(made >= 0);
    struct stat status;
    CHECK_EQUAL(fstat(made, &status), 0);
    CHECK_EQUAL(status.st_uid, 1000);
    CHECK_EQUAL(status.st_gid, 1000);
    CHECK_EQUAL(CALL(setfsuid, 0), 1000);
    CHECK_EQUAL(CALL(setfsgid, 0), 1000);
    CHECK_EQUAL(CALL(setfsuid, -1), 0);
    int file = open(name, O_RDONLY);
    CHECK(file >= 0);
    // The effective user takes the file system's along.
    CHECK_EQUAL(CALL(setresuid, -1, 1000, -1), 0);
    CHECK_EQUAL(CALL(setfsuid, 77), 1000);
    CHECK_EQUAL(CALL(setfsuid, -1), 1000);
    CHECK_EQUAL(CALL(setresuid, -1, 0, -1), 0);
    CHECK_EQUAL(CALL(setfsuid, -1), 0);
    unlink("/tmp/identities.own");
    unlink(name);
}

CASE(owners_change_by_descriptor) {
    int file = open("/tmp/identities", O_CREAT | O_RDWR, 0600);
    CHECK(file >= 0);
    CHECK_EQUAL(fchmod(file, 06755), 0);
    CHECK_EQUAL(CALL(fchown, file, 5, 6), 0);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_uid * 100 + status.st_gid, 506);
    CHECK_EQUAL(status.st_mode & 07777, 0755);
    CHECK_EQUAL(CALL(fchown, file, -1, -1), 0);
    CHECK_EQUAL(CALL(fchown, file, -1, 7), 0);
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_uid * 100 + status.st_gid, 507);
    CHECK_ERRNO(CALL(fchown, 99, 0, 0), EBADF);
    int path = open("/tmp/identities", O_PATH);
    CHECK_ERRNO(CALL(fchown, path, 0, 0), EBADF);
    unlink("/tmp/identities");
}

CASE(what_is_given_up_for_good) {
    CHECK_EQUAL(CALL(setgid, 1000), 0);
    check_groups(1000, 1000, 1000);
    CHECK_EQUAL(CALL(setuid, 1000), 0);
    check_users(1000, 1000, 1000);
    CHECK_ERRNO(CALL(setuid, 0), EPERM);
    CHECK_ERRNO(CALL(setreuid, 0, 0), EPERM);
    CHECK_ERRNO(CALL(setgid, 0), EPERM);
    CHECK_ERRNO(CALL(setresgid, 0, -1, -1), EPERM);
    CHECK_EQUAL(CALL(setfsuid, 0), 1000);
    CHECK_EQUAL(CALL(setfsuid, 0), 1000);
    CHECK_EQUAL(CALL(setfsgid, 0), 1000);
    CHECK_EQUAL(CALL(setfsgid, 0), 1000);
    CHECK_ERRNO(CALL(sethostname, "x", 1), EPERM);
    CHECK_ERRNO(CALL(setdomainname, "x", 1), EPERM);
    CHECK_ERRNO(CALL(chroot, "/"), EPERM);
    CHECK_ERRNO(CALL(settimeofday, &(long[2]){0, 0}, NULL), EPERM);
    CHECK_ERRNO(CALL(umount2, "/", 0), EPERM);
    CHECK_ERRNO(CALL(mount, "none", "/tmp", "tmpfs", 0, NULL), EPERM);
    CHECK_ERRNO(CALL(reboot, 0, 0, 0, NULL), EPERM);
    CHECK_ERRNO(CALL(syslog, 5, NULL, 0), EPERM);
    CHECK_ERRNO(CALL(ioprio_set, 1, 0, 1 << 13), EPERM);
}
