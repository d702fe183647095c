// SPDX-License-Identifier: Apache-2.0
//
// Extended attributes of files in memory, on /dev/shm, which is a tmpfs everywhere.

#include "case.h"
#include <grp.h>
#include <sys/xattr.h>

static char file_name[64];

static void enter(void) {
    static int number;
    snprintf(file_name, sizeof file_name, "/dev/shm/attributes-%d-%d", (int)getpid(), number++);
    int file = open(file_name, O_CREAT | O_RDWR, 0644);
    CHECK(file >= 0);
    close(file);
}

static void leave(void) { CHECK_EQUAL(unlink(file_name), 0); }

CASE(attributes_are_set_and_read) {
    enter();
    char value[64];
    CHECK_ERRNO(getxattr(file_name, "user.a", value, sizeof value), ENODATA);
    CHECK_EQUAL(setxattr(file_name, "user.a", "one", 3, 0), 0);
    CHECK_EQUAL(getxattr(file_name, "user.a", value, sizeof value), 3);
    CHECK(memcmp(value, "one", 3) == 0);
    CHECK_EQUAL(getxattr(file_name, "user.a", NULL, 0), 3);
    CHECK_EQUAL(getxattr(file_name, "user.a", value, 3), 3);
    CHECK_ERRNO(getxattr(file_name, "user.a", value, 2), ERANGE);
    CHECK_EQUAL(setxattr(file_name, "user.a", "longer", 6, XATTR_REPLACE), 0);
    CHECK_EQUAL(getxattr(file_name, "user.a", value, sizeof value), 6);
    CHECK_EQUAL(setxattr(file_name, "user.empty", "", 0, XATTR_CREATE), 0);
    CHECK_EQUAL(getxattr(file_name, "user.empty", value, sizeof value), 0);
    CHECK_ERRNO(setxattr(file_name, "user.a", "x", 1, XATTR_CREATE), EEXIST);
    CHECK_ERRNO(setxattr(file_name, "user.b", "x", 1, XATTR_REPLACE), ENODATA);
    CHECK_ERRNO(setxattr(file_name, "user.b", "x", 1, 4), EINVAL);
    CHECK_EQUAL(removexattr(file_name, "user.a"), 0);
    CHECK_ERRNO(removexattr(file_name, "user.a"), ENODATA);
    CHECK_ERRNO(getxattr(file_name, "user.a", value, sizeof value), ENODATA);
    leave();
}

static int has_name(const char *list, ssize_t count, const char *name) {
    for (ssize_t at = 0; at < count; at += strlen(list + at) + 1)
        if (strcmp(list + at, name) == 0) return 1;
    return 0;
}

CASE(attributes_are_listed) {
    enter();
    char list[256];
    CHECK_EQUAL(listxattr(file_name, list, sizeof list), 0);
    CHECK_EQUAL(setxattr(file_name, "user.b", "1", 1, 0), 0);
    CHECK_EQUAL(setxattr(file_name, "user.a", "1", 1, 0), 0);
    CHECK_EQUAL(setxattr(file_name, "trusted.t", "1", 1, 0), 0);
    CHECK_EQUAL(setxattr(file_name, "security.apus", "1", 1, 0), 0);
    ssize_t count = listxattr(file_name, list, sizeof list);
    CHECK_EQUAL(count, 7 + 7 + 10 + 14);
    CHECK(has_name(list, count, "user.a") && has_name(list, count, "user.b"));
    CHECK(has_name(list, count, "trusted.t") && has_name(list, count, "security.apus"));
    CHECK_EQUAL(listxattr(file_name, NULL, 0), count);
    CHECK_ERRNO(listxattr(file_name, list, count - 1), ERANGE);
    CHECK_EQUAL(listxattr("/proc/self", list, sizeof list), 0);
    leave();
}

CASE(names_have_a_space) {
    enter();
    char name[300], value[8];
    CHECK_ERRNO(setxattr(file_name, "a", "1", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(setxattr(file_name, "users.a", "1", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(getxattr(file_name, "none.a", value, 8), EOPNOTSUPP);
    CHECK_ERRNO(removexattr(file_name, "none.a"), EOPNOTSUPP);
    CHECK_ERRNO(setxattr(file_name, "user.", "1", 1, 0), EINVAL);
    CHECK_ERRNO(setxattr(file_name, "", "1", 1, 0), ERANGE);
    memset(name, 'n', sizeof name);
    memcpy(name, "user.", 5);
    name[256] = 0;
    CHECK_ERRNO(setxattr(file_name, name, "1", 1, 0), ERANGE);
    name[255] = 0;
    CHECK_EQUAL(setxattr(file_name, name, "1", 1, 0), 0);
    CHECK_EQUAL(getxattr(file_name, name, value, 8), 1);
    CHECK_ERRNO(getxattr("/proc/self/status", "user.a", value, 8), EOPNOTSUPP);
    CHECK_ERRNO(setxattr("/proc/self/status", "trusted.a", value, 8, 0), EOPNOTSUPP);
    leave();
}

CASE(values_have_a_greatest_size) {
    enter();
    static char value[65537], copy[65537];
    memset(value, 'v', sizeof value);
    CHECK_ERRNO(setxattr(file_name, "trusted.big", value, 65537, 0), E2BIG);
    CHECK_EQUAL(setxattr(file_name, "trusted.big", value, 65536, 0), 0);
    CHECK_EQUAL(getxattr(file_name, "trusted.big", copy, sizeof copy), 65536);
    CHECK(memcmp(value, copy, 65536) == 0);
    CHECK_EQUAL(removexattr(file_name, "trusted.big"), 0);
    leave();
}

CASE(links_and_descriptors) {
    enter();
    char link_name[80], value[8];
    snprintf(link_name, sizeof link_name, "%s-link", file_name);
    CHECK_EQUAL(symlink(file_name, link_name), 0);
    CHECK_EQUAL(setxattr(link_name, "user.a", "file", 4, 0), 0);
    CHECK_EQUAL(getxattr(file_name, "user.a", value, 8), 4);
    CHECK_ERRNO(lsetxattr(link_name, "user.a", "link", 4, 0), EPERM);
    CHECK_ERRNO(lgetxattr(link_name, "user.a", value, 8), ENODATA);
    CHECK_EQUAL(lsetxattr(link_name, "trusted.a", "link", 4, 0), 0);
    CHECK_EQUAL(lgetxattr(link_name, "trusted.a", value, 8), 4);
    CHECK_ERRNO(getxattr(link_name, "trusted.a", value, 8), ENODATA);
    CHECK_EQUAL(llistxattr(link_name, NULL, 0), 10);
    CHECK_EQUAL(lremovexattr(link_name, "trusted.a"), 0);
    int file = open(file_name, O_RDONLY);
    CHECK_EQUAL(fsetxattr(file, "user.b", "b", 1, 0), 0);
    CHECK_EQUAL(fgetxattr(file, "user.b", value, 8), 1);
    CHECK_EQUAL(flistxattr(file, NULL, 0), 14);
    CHECK_EQUAL(fremovexattr(file, "user.b"), 0);
    close(file);
    file = open(file_name, O_PATH);
    CHECK_ERRNO(fgetxattr(file, "user.a", value, 8), EBADF);
    CHECK_ERRNO(fsetxattr(-1, "user.a", value, 8, 0), EBADF);
    close(file);
    CHECK_EQUAL(mkfifo("/dev/shm/attributes-fifo", 0600), 0);
    CHECK_ERRNO(setxattr("/dev/shm/attributes-fifo", "user.a", "b", 1, 0), EPERM);
    CHECK_ERRNO(getxattr("/dev/shm/attributes-fifo", "user.a", value, 8), ENODATA);
    CHECK_EQUAL(unlink("/dev/shm/attributes-fifo"), 0);
    CHECK_EQUAL(unlink(link_name), 0);
    CHECK_ERRNO(getxattr("/dev/shm/attributes-none", "user.a", value, 8), ENOENT);
    leave();
}

CASE(who_is_not_root_sees_less) {
    enter();
    char value[8], list[64];
    CHECK_EQUAL(setxattr(file_name, "trusted.a", "1", 1, 0), 0);
    CHECK_EQUAL(setxattr(file_name, "security.a", "1", 1, 0), 0);
    CHECK_EQUAL(setxattr(file_name, "user.a", "1", 1, 0), 0);
    CHECK_EQUAL(mkdir("/dev/shm/attributes-sticky", 0777), 0);
    CHECK_EQUAL(chmod("/dev/shm/attributes-sticky", 01777), 0);
    CHECK_EQUAL(seteuid(1000), 0);
    int trusted_set = setxattr(file_name, "trusted.a", "1", 1, 0), trusted_set_why = errno;
    int trusted_get = getxattr(file_name, "trusted.a", value, 8), trusted_get_why = errno;
    int security_get = getxattr(file_name, "security.a", value, 8);
    int security_set = setxattr(file_name, "security.a", "1", 1, 0), security_set_why = errno;
    int user_get = getxattr(file_name, "user.a", value, 8);
    int user_set = setxattr(file_name, "user.a", "1", 1, 0), user_set_why = errno;
    int sticky = setxattr("/dev/shm/attributes-sticky", "user.a", "1", 1, 0), sticky_why = errno;
    ssize_t listed = listxattr(file_name, list, sizeof list);
    CHECK_EQUAL(seteuid(0), 0);
    CHECK(trusted_set == -1 && trusted_set_why == EPERM);
    CHECK(trusted_get == -1 && trusted_get_why == ENODATA);
    CHECK_EQUAL(security_get, 1);
    CHECK(security_set == -1 && security_set_why == EPERM);
    CHECK_EQUAL(user_get, 1);
    CHECK(user_set == -1 && user_set_why == EACCES);
    CHECK(sticky == -1 && sticky_why == EPERM);
    CHECK_EQUAL(listed, 7 + 11);
    CHECK_EQUAL(rmdir("/dev/shm/attributes-sticky"), 0);
    leave();
}

CASE(setting_an_attribute_changes_the_inode) {
    enter();
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    CHECK_EQUAL(utimensat(AT_FDCWD, file_name, old, 0), 0);
    struct stat before, after;
    CHECK_EQUAL(stat(file_name, &before), 0);
    usleep(20000);
    CHECK_EQUAL(setxattr(file_name, "user.a", "1", 1, 0), 0);
    CHECK_EQUAL(stat(file_name, &after), 0);
    CHECK(after.st_ctim.tv_sec > before.st_ctim.tv_sec || after.st_ctim.tv_nsec > before.st_ctim.tv_nsec);
    CHECK_EQUAL(after.st_mtim.tv_sec, 1000);
    leave();
}
