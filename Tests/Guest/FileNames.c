// SPDX-License-Identifier: Apache-2.0
//
// Names of files from a directory's descriptor, what refuses to be named or renamed, files that have lost their name,
// the older ways to set times, and what statx(2) knows of a file.

#include "case.h"
#include <dirent.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static char folder_name[] = "/dev/shm/filenames.XXXXXX";

// A folder of its own, open and the working folder.
static int new_folder(void) {
    strcpy(folder_name, "/dev/shm/filenames.XXXXXX");
    CHECK(mkdtemp(folder_name) != NULL);
    CHECK_EQUAL(chdir(folder_name), 0);
    return open(".", O_RDONLY | O_DIRECTORY);
}

static void remove_folder(void) {
    const char *names[] = {"a", "b", "c", "link", "fifo"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) unlink(names[i]);
    rmdir("inner");
    CHECK_EQUAL(rmdir(folder_name), 0);
}

CASE(names_from_a_descriptor) {
    int folder = new_folder();
    char text[16] = {0};
    struct stat status;
    CHECK_EQUAL(CALL(mknodat, folder, "a", S_IFREG | 0600, 0), 0);
    CHECK_EQUAL(CALL(mknodat, folder, "fifo", S_IFIFO | 0600, 0), 0);
    CHECK_EQUAL(stat("fifo", &status), 0);
    CHECK(S_ISFIFO(status.st_mode));
    CHECK_ERRNO(CALL(mknodat, folder, "a", S_IFREG | 0600, 0), EEXIST);
    CHECK_ERRNO(CALL(mknodat, folder, "b", S_IFDIR | 0600, 0), EPERM);
    CHECK_ERRNO(CALL(mknodat, folder, "b", 0170000, 0), EINVAL);
    CHECK_EQUAL(CALL(symlinkat, "target", folder, "link"), 0);
    CHECK_EQUAL(CALL(readlinkat, folder, "link", text, sizeof text), 6);
    CHECK(strcmp(text, "target") == 0);
    CHECK_ERRNO(CALL(symlinkat, "target", folder, "link"), EEXIST);
    CHECK_ERRNO(CALL(symlinkat, "", folder, "c"), ENOENT);
    CHECK_EQUAL(CALL(renameat, folder, "a", folder, "b"), 0);
    CHECK_ERRNO(stat("a", &status), ENOENT);
    CHECK_ERRNO(CALL(renameat, folder, "a", folder, "b"), ENOENT);
    int file = open("b", O_RDONLY);
    CHECK_ERRNO(CALL(renameat, file, "a", folder, "b"), ENOTDIR);
    CHECK_ERRNO(CALL(symlinkat, "target", file, "c"), ENOTDIR);
    CHECK_ERRNO(CALL(mknodat, 99, "c", S_IFREG | 0600, 0), EBADF);
    CHECK_ERRNO(CALL(symlinkat, "target", 99, "c"), EBADF);
    CHECK_ERRNO(CALL(renameat, folder, "b", 99, "c"), EBADF);
    remove_folder();
}

CASE(modes_without_following) {
    int folder = new_folder();
    struct stat status;
    close(open("a", O_CREAT | O_RDWR, 0600));
    CHECK_EQUAL(symlink("a", "link"), 0);
    CHECK_EQUAL(CALL(fchmodat2, folder, "a", 0640, 0), 0);
    CHECK_EQUAL(CALL(fchmodat2, folder, "a", 0644, AT_SYMLINK_NOFOLLOW), 0);
    CHECK_EQUAL(CALL(fchmodat2, folder, "link", 0604, 0), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK_EQUAL(status.st_mode & 07777, 0604);
    CHECK_ERRNO(CALL(fchmodat2, folder, "link", 0600, AT_SYMLINK_NOFOLLOW), EOPNOTSUPP);
    int path = open("a", O_PATH);
    CHECK_EQUAL(CALL(fchmodat2, path, "", 0700, AT_EMPTY_PATH), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK_EQUAL(status.st_mode & 07777, 0700);
    CHECK_ERRNO(CALL(fchmodat2, path, "", 0700, 0), ENOENT);
    CHECK_ERRNO(CALL(fchmodat2, folder, "a", 0600, 1), EINVAL);
    CHECK_ERRNO(CALL(fchmodat2, folder, "c", 0600, 0), ENOENT);
    CHECK_ERRNO(CALL(fchmodat2, 99, "a", 0600, 0), EBADF);
    CHECK_ERRNO(CALL(fchmodat2, folder, page_before_hole() + PAGE, 0600, 0), EFAULT);
    remove_folder();
}

CASE(what_cannot_be_renamed) {
    new_folder();
    CHECK_EQUAL(mkdir("inner", 0700), 0);
    CHECK_ERRNO(rename("/", "/x"), EBUSY);
    CHECK_ERRNO(rename("/", "/dev"), EBUSY);
    CHECK_ERRNO(rename("/dev", "/"), EBUSY);
    CHECK_ERRNO(rename("/", "a"), EXDEV);
    CHECK_ERRNO(rename("inner", "/"), EXDEV);
    CHECK_ERRNO(rename(".", "a"), EBUSY);
    CHECK_ERRNO(rename("inner", "."), EBUSY);
    CHECK_ERRNO(rename("inner/..", "a"), EBUSY);
    CHECK_ERRNO(rename("inner", "inner/x"), EINVAL);
    CHECK_ERRNO(rename("/dev/shm", "/dev/x"), EBUSY);
    CHECK_ERRNO(CALL(renameat2, AT_FDCWD, "/dev", AT_FDCWD, "/", 1 /* RENAME_NOREPLACE */), EEXIST);
    CHECK_ERRNO(rmdir("/"), EBUSY);
    CHECK_ERRNO(unlink("/"), EISDIR);
    CHECK_ERRNO(mkdir("/", 0700), EEXIST);
    CHECK_ERRNO(link("/", "/x"), EPERM);
    CHECK_ERRNO(symlink("x", "/"), EEXIST);
    remove_folder();
}

CASE(a_file_without_a_name_gets_one_or_none) {
    new_folder();
    char path[64];
    struct stat status;
    int file = open(".", O_TMPFILE | O_RDWR, 0600);
    CHECK(file >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_nlink, 0);
    CHECK_EQUAL(linkat(AT_FDCWD, path, AT_FDCWD, "a", AT_SYMLINK_FOLLOW), 0);
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_nlink, 1);
    // With O_EXCL it never gets one.
    int own = open(".", O_TMPFILE | O_EXCL | O_RDWR, 0600);
    CHECK(own >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", own);
    CHECK_ERRNO(linkat(AT_FDCWD, path, AT_FDCWD, "b", AT_SYMLINK_FOLLOW), ENOENT);
    CHECK_ERRNO(linkat(own, "", AT_FDCWD, "b", AT_EMPTY_PATH), ENOENT);
    // Nor does a file that has lost its last.
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_ERRNO(linkat(file, "", AT_FDCWD, "b", AT_EMPTY_PATH), ENOENT);
    CHECK_ERRNO(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    remove_folder();
}

// What /proc says of a descriptor.
static void check_name(int descriptor, const char *format, const char *detail) {
    char path[64], got[PAGE] = {0}, expected[PAGE];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    CHECK(readlink(path, got, sizeof got - 1) > 0);
    snprintf(expected, sizeof expected, format, folder_name, detail);
    if (strcmp(got, expected) != 0) case_fails("\"%s\" instead of \"%s\"", got, expected);
}

CASE(a_removed_name_is_still_told) {
    new_folder();
    int file = open("a", O_CREAT | O_RDWR, 0600);
    check_name(file, "%s/%s", "a");
    CHECK_EQUAL(rename("a", "b"), 0);
    check_name(file, "%s/%s", "b");
    CHECK_EQUAL(unlink("b"), 0);
    check_name(file, "%s/%s (deleted)", "b");
    // A new file of that name does not bring the old one back.
    close(open("b", O_CREAT | O_RDWR, 0600));
    check_name(file, "%s/%s (deleted)", "b");
    CHECK_EQUAL(mkdir("inner", 0700), 0);
    int inner = open("inner", O_RDONLY | O_DIRECTORY);
    CHECK_EQUAL(rmdir("inner"), 0);
    check_name(inner, "%s/%s (deleted)", "inner");
    // A name that is replaced by renaming another file is gone, too.
    close(open("c", O_CREAT | O_RDWR, 0600));
    int replaced = open("b", O_RDONLY);
    CHECK_EQUAL(rename("c", "b"), 0);
    check_name(replaced, "%s/%s (deleted)", "b");
    remove_folder();
}

CASE(times_by_older_calls) {
    int folder = new_folder();
    struct stat status;
    close(open("a", O_CREAT | O_RDWR, 0600));
    CHECK_EQUAL(CALL(utime, "a", &(struct utimbuf){100, 200}), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK_EQUAL(status.st_atim.tv_sec * 1000 + status.st_mtim.tv_sec, 100200);
    struct timeval times[2] = {{300, 5}, {400, 999999}}, wrong[2] = {{0, 1000000}, {0, 0}}, negative[2] = {{0, -1}, {0, 0}};
    CHECK_EQUAL(CALL(utimes, "a", times), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK_EQUAL(status.st_atim.tv_sec, 300);
    CHECK_EQUAL(status.st_atim.tv_nsec, 5000);
    CHECK_EQUAL(status.st_mtim.tv_nsec, 999999000);
    times[0].tv_sec = 500;
    CHECK_EQUAL(CALL(futimesat, folder, "a", times), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK_EQUAL(status.st_atim.tv_sec, 500);
    int file = open("a", O_RDONLY);
    times[0].tv_sec = 600;
    CHECK_EQUAL(CALL(futimesat, file, NULL, times), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK_EQUAL(status.st_atim.tv_sec, 600);
    time_t before = time(NULL);
    CHECK_EQUAL(CALL(utimes, "a", NULL), 0);
    CHECK_EQUAL(stat("a", &status), 0);
    CHECK(status.st_mtim.tv_sec >= before - 1);
    CHECK_ERRNO(CALL(utimes, "a", wrong), EINVAL);
    CHECK_ERRNO(CALL(utimes, "a", negative), EINVAL);
    CHECK_ERRNO(CALL(futimesat, folder, "a", wrong), EINVAL);
    CHECK_ERRNO(CALL(utimes, "b", times), ENOENT);
    CHECK_ERRNO(CALL(utime, "b", NULL), ENOENT);
    CHECK_ERRNO(CALL(futimesat, 99, "a", times), EBADF);
    remove_folder();
}

struct extended { uint32_t mask, block_size; uint64_t attributes; uint32_t links, user, group; uint16_t mode, spare;
                  uint64_t inode, size, blocks, attributes_mask; char rest[192]; };

CASE(the_extended_status) {
    new_folder();
    int file = open("a", O_CREAT | O_RDWR, 0600);
    CHECK_EQUAL(write(file, "text", 4), 4);
    struct extended status;
    memset(&status, 0xff, sizeof status);
    CHECK_EQUAL(CALL(statx, AT_FDCWD, "a", 0, 0x7ff, &status), 0);
    CHECK_EQUAL(status.mask & 0x7ff, 0x7ff);
    CHECK_EQUAL(status.size, 4);
    CHECK_EQUAL(status.mode, S_IFREG | 0600);
    // What may be set in the attributes: STATX_ATTR_MOUNT_ROOT (0x2000) at least, and nothing is set that may not be.
    CHECK_EQUAL(status.attributes_mask & 0x2000, 0x2000);
    CHECK_EQUAL(status.attributes & ~status.attributes_mask, 0);
    CHECK_EQUAL(status.attributes & 0x2000, 0);
    CHECK_EQUAL(CALL(statx, AT_FDCWD, "/dev/shm", 0, 0x7ff, &status), 0);
    CHECK_EQUAL(status.attributes & 0x2000, 0x2000);
    CHECK_EQUAL(CALL(statx, file, "", AT_EMPTY_PATH, 0x7ff, &status), 0);
    CHECK_EQUAL(status.size, 4);
    CHECK_ERRNO(CALL(statx, file, "", 0, 0x7ff, &status), ENOENT);
    // AT_STATX_FORCE_SYNC and AT_STATX_DONT_SYNC together.
    CHECK_ERRNO(CALL(statx, file, "", 0x6000 | AT_EMPTY_PATH, 0x7ff, &status), EINVAL);
    remove_folder();
}
