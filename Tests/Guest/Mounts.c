// SPDX-License-Identifier: Apache-2.0
//
// mount(2) and umount2(2): flags that change, mounts that move, options, and the errors in their order. Each case leaves
// the tree as it found it; on Linux they are run as root, in a mount namespace where there is one.

#include "case.h"
#include <sys/mount.h>
#include <sys/statfs.h>

static const char folder[] = "/tmp/mounts-a", other[] = "/tmp/mounts-b";

static void begin(void) {
    if (mkdir(folder, 0755) != 0) CHECK_EQUAL(errno, EEXIST);
    if (mkdir(other, 0755) != 0) CHECK_EQUAL(errno, EEXIST);
    // What another case has left.
    while (umount2(folder, MNT_DETACH) == 0) {}
    while (umount2(other, MNT_DETACH) == 0) {}
    CHECK_EQUAL(mount("none", folder, "tmpfs", 0, "size=64k"), 0);
    // A shared mount cannot be moved out of.
    CHECK_EQUAL(mount(NULL, folder, NULL, MS_PRIVATE, NULL), 0);
}

static void end(void) {
    CHECK_EQUAL(umount(folder), 0);
    CHECK_EQUAL(rmdir(folder), 0);
    CHECK_EQUAL(rmdir(other), 0);
}

static int make(const char *name) { return open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0755); }

// The options that /proc/mounts shows for a place.
static void options_of(const char *place, char *options, size_t size) {
    FILE *file = fopen("/proc/mounts", "r");
    char source[256], where[256], type[64], found[512];
    CHECK(file != NULL);
    options[0] = 0;
    while (fscanf(file, "%255s %255s %63s %511s %*d %*d\n", source, where, type, found) == 4)
        if (strcmp(where, place) == 0) snprintf(options, size, ",%s,", found);
    fclose(file);
    CHECK(options[0] != 0);
}

CASE(a_mount_becomes_read_only_and_back) {
    begin();
    char options[600];
    int file = make("/tmp/mounts-a/x");
    CHECK(file >= 0);
    CHECK_ERRNO(mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), EBUSY);
    close(file);
    CHECK_EQUAL(mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    CHECK_ERRNO(make("/tmp/mounts-a/y"), EROFS);
    CHECK_ERRNO(open("/tmp/mounts-a/x", O_RDWR), EROFS);
    CHECK_ERRNO(mkdir("/tmp/mounts-a/z", 0755), EROFS);
    options_of(folder, options, sizeof options);
    CHECK(strstr(options, ",ro,"));
    CHECK_EQUAL(mount(NULL, folder, NULL, MS_REMOUNT, NULL), 0);
    options_of(folder, options, sizeof options);
    CHECK(strstr(options, ",rw,"));
    file = make("/tmp/mounts-a/y");
    CHECK(file >= 0);
    close(file);
    CHECK_ERRNO(mount(NULL, "/tmp/mounts-a/y", NULL, MS_REMOUNT, NULL), EINVAL);
    CHECK_ERRNO(mount(NULL, other, NULL, MS_REMOUNT, NULL), EINVAL);
    end();
}

CASE(a_bind_has_flags_of_its_own) {
    begin();
    CHECK_EQUAL(mount(folder, other, NULL, MS_BIND, NULL), 0);
    CHECK_EQUAL(mount(NULL, other, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOEXEC | MS_NODEV, NULL), 0);
    CHECK_ERRNO(make("/tmp/mounts-b/x"), EROFS);
    int file = make("/tmp/mounts-a/x");
    CHECK(file >= 0);
    close(file);
    CHECK_ERRNO(access("/tmp/mounts-b/x", X_OK), EACCES);
    CHECK_EQUAL(access("/tmp/mounts-a/x", X_OK), 0);
    char options[600];
    options_of(other, options, sizeof options);
    CHECK(strstr(options, ",ro,") && strstr(options, ",noexec,") && strstr(options, ",nodev,"));
    // The file system's own switch counts for all mounts of it.
    CHECK_EQUAL(mount(NULL, other, NULL, MS_REMOUNT | MS_BIND, NULL), 0);
    CHECK_EQUAL(mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    CHECK_ERRNO(make("/tmp/mounts-b/y"), EROFS);
    CHECK_EQUAL(umount(other), 0);
    end();
}

CASE(devices_and_programs_need_permission) {
    begin();
    CHECK_EQUAL(mknod("/tmp/mounts-a/null", S_IFCHR | 0666, 1 << 8 | 3), 0);
    int file = open("/tmp/mounts-a/null", O_RDWR);
    CHECK(file >= 0);
    close(file);
    CHECK_EQUAL(mount(NULL, folder, NULL, MS_REMOUNT | MS_NODEV | MS_NOEXEC, NULL), 0);
    CHECK_ERRNO(open("/tmp/mounts-a/null", O_RDWR), EACCES);
    file = make("/tmp/mounts-a/program");
    CHECK(file >= 0);
    close(file);
    char *none[] = {NULL};
    CHECK_ERRNO(execve("/tmp/mounts-a/program", none, none), EACCES);
    end();
}

CASE(a_mount_moves) {
    begin();
    int file = make("/tmp/mounts-a/here");
    CHECK(file >= 0);
    close(file);
    CHECK_EQUAL(mkdir("/tmp/mounts-a/in", 0755), 0);
    CHECK_EQUAL(mkdir("/tmp/mounts-a/in/it", 0755), 0);
    CHECK_EQUAL(mount("none", "/tmp/mounts-a/in", "tmpfs", 0, NULL), 0);
    file = make("/tmp/mounts-a/in/below");
    CHECK(file >= 0);
    close(file);
    CHECK_ERRNO(mount(folder, "/tmp/mounts-a/in", NULL, MS_MOVE, NULL), ELOOP);
    CHECK_ERRNO(mount("/tmp/mounts-b", folder, NULL, MS_MOVE, NULL), EINVAL);
    CHECK_ERRNO(mount(folder, "/tmp/mounts-a/here", NULL, MS_MOVE, NULL), EINVAL);
    CHECK_ERRNO(mount(NULL, other, NULL, MS_MOVE, NULL), EINVAL);
    CHECK_ERRNO(mount("/tmp/mounts-c", other, NULL, MS_MOVE, NULL), ENOENT);
    CHECK_EQUAL(mount(folder, other, NULL, MS_MOVE, NULL), 0);
    CHECK_EQUAL(access("/tmp/mounts-b/here", F_OK), 0);
    CHECK_EQUAL(access("/tmp/mounts-b/in/below", F_OK), 0);
    CHECK_ERRNO(access("/tmp/mounts-a/here", F_OK), ENOENT);
    CHECK_EQUAL(chdir("/tmp/mounts-b/in"), 0);
    char path[128];
    CHECK(getcwd(path, sizeof path) && strcmp(path, "/tmp/mounts-b/in") == 0);
    CHECK_EQUAL(chdir("../.."), 0);
    CHECK(getcwd(path, sizeof path) && strcmp(path, "/tmp") == 0);
    CHECK_EQUAL(mount(other, folder, NULL, MS_MOVE, NULL), 0);
    CHECK_EQUAL(umount("/tmp/mounts-a/in"), 0);
    end();
}

CASE(a_mount_in_use_is_busy) {
    begin();
    int file = make("/tmp/mounts-a/x");
    CHECK(file >= 0);
    CHECK_ERRNO(umount(folder), EBUSY);
    close(file);
    CHECK_EQUAL(chdir(folder), 0);
    CHECK_ERRNO(umount(folder), EBUSY);
    CHECK_EQUAL(chdir("/tmp"), 0);
    CHECK_EQUAL(mkdir("/tmp/mounts-a/in", 0755), 0);
    CHECK_EQUAL(mount("none", "/tmp/mounts-a/in", "tmpfs", 0, NULL), 0);
    CHECK_ERRNO(umount(folder), EBUSY);
    // Everything goes at once, and what is open stays.
    file = make("/tmp/mounts-a/in/kept");
    CHECK_EQUAL(umount2(folder, MNT_DETACH), 0);
    CHECK_ERRNO(access("/tmp/mounts-a/in", F_OK), ENOENT);
    CHECK_EQUAL(write(file, "x", 1), 1);
    close(file);
    CHECK_EQUAL(mount("none", folder, "tmpfs", 0, NULL), 0);
    end();
}

CASE(an_unused_mount_expires) {
    begin();
    CHECK_ERRNO(umount2(folder, MNT_EXPIRE | MNT_FORCE), EINVAL);
    CHECK_ERRNO(umount2(folder, MNT_EXPIRE | MNT_DETACH), EINVAL);
    int file = make("/tmp/mounts-a/x");
    CHECK_ERRNO(umount2(folder, MNT_EXPIRE), EBUSY);
    close(file);
    CHECK_ERRNO(umount2(folder, MNT_EXPIRE), EAGAIN);
    CHECK_EQUAL(umount2(folder, MNT_EXPIRE), 0);
    CHECK_ERRNO(umount2(folder, MNT_EXPIRE), EINVAL);
    CHECK_ERRNO(umount2(folder, 16), EINVAL);
    CHECK_ERRNO(umount2("/tmp/mounts-c", 0), ENOENT);
    CHECK_EQUAL(symlink(folder, "/tmp/mounts-link"), 0);
    CHECK_EQUAL(mount("none", "/tmp/mounts-link", "tmpfs", 0, NULL), 0);
    CHECK_ERRNO(umount2("/tmp/mounts-link", UMOUNT_NOFOLLOW), EINVAL);
    unlink("/tmp/mounts-link");
    end();
}

CASE(tmpfs_has_options) {
    begin();
    struct stat status;
    struct statfs facts;
    CHECK_EQUAL(mount("none", other, "tmpfs", 0, "size=32k,nr_inodes=10,mode=0750,uid=7,gid=8"), 0);
    CHECK_EQUAL(stat(other, &status), 0);
    CHECK_EQUAL(status.st_mode, S_IFDIR | 0750);
    CHECK_EQUAL(status.st_uid, 7);
    CHECK_EQUAL(status.st_gid, 8);
    CHECK_EQUAL(statfs(other, &facts), 0);
    CHECK_EQUAL(facts.f_blocks, 8);
    CHECK_EQUAL(facts.f_files, 10);
    CHECK_EQUAL(mount(NULL, other, NULL, MS_REMOUNT, "size=64k,nr_inodes=20"), 0);
    CHECK_EQUAL(statfs(other, &facts), 0);
    CHECK_EQUAL(facts.f_blocks, 16);
    CHECK_EQUAL(facts.f_files, 20);
    int file = make("/tmp/mounts-b/x");
    CHECK_EQUAL(ftruncate(file, 0), 0);
    char bytes[16384] = {1};
    CHECK_EQUAL(write(file, bytes, sizeof bytes), sizeof bytes);
    close(file);
    CHECK_ERRNO(mount(NULL, other, NULL, MS_REMOUNT, "size=8k"), EINVAL);
    CHECK_ERRNO(mount(NULL, other, NULL, MS_REMOUNT, "nonsense=1"), EINVAL);
    CHECK_EQUAL(umount(other), 0);
    CHECK_ERRNO(mount("none", other, "tmpfs", 0, "nonsense=1"), EINVAL);
    CHECK_ERRNO(mount("none", other, "tmpfs", 0, "size=x"), EINVAL);
    end();
}

CASE(the_kernels_own_are_mounted_again) {
    static const char *const rows[][2] = {
        {"proc", "/tmp/mounts-b/self/stat"}, {"sysfs", "/tmp/mounts-b/devices/system/cpu/online"},
        {"devtmpfs", "/tmp/mounts-b/null"}, {"devpts", "/tmp/mounts-b/ptmx"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (mount("none", other, rows[i][0], 0, NULL) != 0) case_fails("%s: errno %d", rows[i][0], errno);
        if (access(rows[i][1], F_OK) != 0) case_fails("%s: errno %d", rows[i][1], errno);
        if (i == 1 || i == 2) CHECK_ERRNO(mount("none", other, rows[i][0], 0, NULL), EBUSY);
        CHECK_EQUAL(umount(other), 0);
    }
    end();
}

CASE(errors_have_an_order) {
    begin();
    int file = make("/tmp/mounts-a/file");
    close(file);
    CHECK_ERRNO(mount("none", (char *)1, "tmpfs", 0, NULL), EFAULT);
    CHECK_ERRNO(mount("none", "/tmp/mounts-c", (char *)1, 0, NULL), EFAULT);
    CHECK_ERRNO(mount("none", "/tmp/mounts-c", "no-such-type", 0, NULL), ENOENT);
    CHECK_ERRNO(mount("none", other, "no-such-type", 0, NULL), ENODEV);
    CHECK_ERRNO(mount("none", other, NULL, 0, NULL), EINVAL);
    CHECK_ERRNO(mount("none", "/tmp/mounts-a/file", "tmpfs", 0, NULL), ENOTDIR);
    CHECK_ERRNO(mount(NULL, other, NULL, MS_BIND, NULL), EINVAL);
    CHECK_ERRNO(mount("/tmp/mounts-c", other, NULL, MS_BIND, NULL), ENOENT);
    CHECK_ERRNO(mount("/tmp/mounts-a/file", other, NULL, MS_BIND, NULL), ENOTDIR);
    CHECK_ERRNO(mount(NULL, other, NULL, MS_PRIVATE, NULL), EINVAL);
    CHECK_ERRNO(mount(NULL, folder, NULL, MS_PRIVATE | MS_SHARED, NULL), EINVAL);
    CHECK_ERRNO(umount(other), EINVAL);
    end();
}
