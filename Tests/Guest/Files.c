// SPDX-License-Identifier: Apache-2.0
//
// Files, folders and links, as POSIX and Linux have them. Everything happens in a folder of its own.

#include "case.h"
#include <dirent.h>
#include <sys/stat.h>
#include <sys/uio.h>

// An empty folder to work in.
static void enter(void) {
    static int number;
    char name[64];
    snprintf(name, sizeof name, "/tmp/files-%d-%d", (int)getpid(), number++);
    CHECK_EQUAL(mkdir(name, 0700), 0);
    CHECK_EQUAL(chdir(name), 0);
}

static void make(const char *name, const char *contents) {
    int file = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    CHECK(file >= 0);
    CHECK_EQUAL(write(file, contents, strlen(contents)), strlen(contents));
    CHECK_EQUAL(close(file), 0);
}

static void check_named(const char *name, const char *contents) {
    int file = open(name, O_RDONLY);
    CHECK(file >= 0);
    check_contents(file, contents);
    close(file);
}

static struct stat status_of(const char *name) {
    struct stat status;
    if (lstat(name, &status) != 0) case_fails("lstat %s: errno %d", name, errno);
    return status;
}

CASE(create_write_and_read) {
    enter();
    make("a", "contents");
    check_named("a", "contents");
    struct stat status = status_of("a");
    CHECK_EQUAL(status.st_size, 8);
    CHECK_EQUAL(status.st_nlink, 1);
    CHECK(S_ISREG(status.st_mode));
    CHECK_EQUAL(status.st_mode & 0777, 0644);
    CHECK_ERRNO(open("a", O_CREAT | O_EXCL | O_WRONLY, 0600), EEXIST);
    CHECK_ERRNO(open("b", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("a/b", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("a", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
    CHECK_ERRNO(open("nothing/b", O_CREAT | O_WRONLY, 0600), ENOENT);
}

CASE(positions) {
    enter();
    int file = open("a", O_CREAT | O_RDWR, 0600);
    CHECK_EQUAL(write(file, "0123456789", 10), 10);
    char bytes[16];
    CHECK_EQUAL(lseek(file, -4, SEEK_END), 6);
    CHECK_EQUAL(read(file, bytes, 16), 4);
    CHECK(memcmp(bytes, "6789", 4) == 0);
    CHECK_EQUAL(read(file, bytes, 16), 0);
    CHECK_EQUAL(pread(file, bytes, 3, 1), 3);
    CHECK(memcmp(bytes, "123", 3) == 0);
    CHECK_EQUAL(lseek(file, 0, SEEK_CUR), 10);
    CHECK_EQUAL(pwrite(file, "xy", 2, 4), 2);
    CHECK_EQUAL(lseek(file, 3, SEEK_SET), 3);
    CHECK_EQUAL(lseek(file, 2, SEEK_CUR), 5);
    CHECK_ERRNO(lseek(file, -6, SEEK_CUR), EINVAL);
    check_named("a", "0123xy6789");
    close(file);
}

CASE(appending) {
    enter();
    make("a", "one");
    int file = open("a", O_WRONLY | O_APPEND);
    CHECK_EQUAL(lseek(file, 0, SEEK_SET), 0);
    CHECK_EQUAL(write(file, "two", 3), 3);
    close(file);
    check_named("a", "onetwo");
}

CASE(holes_are_zero) {
    enter();
    int file = open("a", O_CREAT | O_RDWR, 0600);
    CHECK_EQUAL(lseek(file, 1 << 20, SEEK_SET), 1 << 20);
    CHECK_EQUAL(write(file, "x", 1), 1);
    CHECK_EQUAL(status_of("a").st_size, (1 << 20) + 1);
    char bytes[PAGE];
    for (int offset = 0; offset < 1 << 20; offset += 64 << 10) {
        CHECK_EQUAL(pread(file, bytes, PAGE, offset), PAGE);
        for (size_t i = 0; i < PAGE; i++) CHECK(bytes[i] == 0);
    }
    close(file);
}

CASE(truncation) {
    enter();
    make("a", "0123456789");
    CHECK_EQUAL(truncate("a", 4), 0);
    CHECK_EQUAL(truncate("a", 6), 0);
    char bytes[8];
    int file = open("a", O_RDWR);
    CHECK_EQUAL(read(file, bytes, 8), 6);
    CHECK(memcmp(bytes, "0123\0\0", 6) == 0);
    CHECK_EQUAL(ftruncate(file, 0), 0);
    CHECK_EQUAL(status_of("a").st_size, 0);
    close(file);
    CHECK_ERRNO(truncate(".", 0), EISDIR);
}

CASE(a_removed_file_lives_while_it_is_open) {
    enter();
    make("a", "alive");
    int file = open("a", O_RDONLY);
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_ERRNO(access("a", F_OK), ENOENT);
    char bytes[8];
    CHECK_EQUAL(read(file, bytes, 8), 5);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_nlink, 0);
    close(file);
    CHECK_ERRNO(unlink("a"), ENOENT);
    CHECK_ERRNO(unlink("."), EISDIR);
}

CASE(hard_links) {
    enter();
    make("a", "same");
    CHECK_EQUAL(link("a", "b"), 0);
    CHECK_EQUAL(status_of("a").st_nlink, 2);
    CHECK_EQUAL(status_of("a").st_ino, status_of("b").st_ino);
    CHECK_EQUAL(unlink("a"), 0);
    check_named("b", "same");
    CHECK_ERRNO(link("b", "b"), EEXIST);
    CHECK_ERRNO(link(".", "c"), EPERM);
    CHECK_ERRNO(link("nothing", "c"), ENOENT);
}

CASE(symbolic_links) {
    enter();
    make("a", "target");
    CHECK_EQUAL(symlink("a", "l"), 0);
    check_named("l", "target");
    char bytes[8];
    CHECK_EQUAL(readlink("l", bytes, 8), 1);
    CHECK_EQUAL(bytes[0], 'a');
    CHECK(S_ISLNK(status_of("l").st_mode));
    CHECK_EQUAL(status_of("l").st_size, 1);
    struct stat status;
    CHECK_EQUAL(stat("l", &status), 0);
    CHECK(S_ISREG(status.st_mode));
    CHECK_ERRNO(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_EQUAL(symlink("m", "m"), 0);
    CHECK_ERRNO(open("m", O_RDONLY), ELOOP);
    CHECK_EQUAL(symlink("nowhere", "n"), 0);
    CHECK_ERRNO(open("n", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("n", O_CREAT | O_EXCL | O_WRONLY, 0600), EEXIST);
    int file = open("n", O_CREAT | O_WRONLY, 0600);
    CHECK(file >= 0);
    close(file);
    CHECK_EQUAL(status_of("nowhere").st_size, 0);
    CHECK_ERRNO(readlink("a", bytes, 8), EINVAL);
    CHECK_ERRNO(symlink("x", "l"), EEXIST);
}

CASE(links_in_the_middle_of_a_path) {
    enter();
    CHECK_EQUAL(mkdir("d", 0700), 0);
    make("d/f", "deep");
    CHECK_EQUAL(symlink("d", "l"), 0);
    check_named("l/f", "deep");
    check_named("./l/../d/./f", "deep");
    CHECK_EQUAL(symlink("../d/f", "d/up"), 0);
    check_named("l/up", "deep");
    CHECK_ERRNO(open("d/f/", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(rmdir("l"), ENOTDIR);
}

CASE(renaming) {
    enter();
    make("a", "A");
    make("b", "B");
    CHECK_EQUAL(rename("a", "b"), 0);
    check_named("b", "A");
    CHECK_ERRNO(access("a", F_OK), ENOENT);
    CHECK_EQUAL(mkdir("d", 0700), 0);
    CHECK_EQUAL(mkdir("d/e", 0700), 0);
    CHECK_ERRNO(rename("b", "d"), EISDIR);
    CHECK_ERRNO(rename("d", "b"), ENOTDIR);
    CHECK_ERRNO(rename("d", "d/e/f"), EINVAL);
    CHECK_ERRNO(rename("nothing", "x"), ENOENT);
    CHECK_EQUAL(mkdir("full", 0700), 0);
    make("full/x", "x");
    CHECK_ERRNO(rename("d", "full"), ENOTEMPTY);
    CHECK_EQUAL(rename("b", "b"), 0);
    CHECK_EQUAL(rename("d/e", "moved"), 0);
    struct stat above = status_of("."), up = status_of("moved/..");
    CHECK_EQUAL(above.st_ino, up.st_ino);
}

CASE(renaming_without_replacing_and_exchanging) {
    enter();
    make("a", "A");
    make("b", "B");
    CHECK_ERRNO(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 1), EEXIST);
    CHECK_EQUAL(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 1), 0);
    CHECK_EQUAL(syscall(SYS_renameat2, AT_FDCWD, "c", AT_FDCWD, "b", 2), 0);
    check_named("b", "A");
    check_named("c", "B");
}

CASE(folders) {
    enter();
    CHECK_EQUAL(mkdir("d", 0750), 0);
    CHECK_ERRNO(mkdir("d", 0700), EEXIST);
    CHECK(S_ISDIR(status_of("d").st_mode));
    CHECK_EQUAL(status_of("d").st_mode & 0777, 0750);
    make("d/x", "x");
    CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
    CHECK_ERRNO(unlink("d"), EISDIR);
    CHECK_ERRNO(rmdir("d/x"), ENOTDIR);
    CHECK_EQUAL(unlink("d/x"), 0);
    CHECK_EQUAL(rmdir("d"), 0);
    CHECK_ERRNO(rmdir("d"), ENOENT);
    CHECK_ERRNO(rmdir("."), EINVAL);
}

CASE(listing) {
    enter();
    char name[16];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "file-%d", i);
        make(name, "");
    }
    static char seen[300];
    memset(seen, 0, sizeof seen);
    int dots = 0;
    DIR *folder = opendir(".");
    CHECK(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder));) {
        int number;
        if (entry->d_name[0] == '.') dots++;
        else if (sscanf(entry->d_name, "file-%d", &number) == 1) seen[number] += entry->d_type == DT_REG;
        else case_fails("an entry %s", entry->d_name);
    }
    CHECK_EQUAL(dots, 2);
    for (int i = 0; i < 300; i++) CHECK_EQUAL(seen[i], 1);
    rewinddir(folder);
    int again = 0;
    while (readdir(folder)) again++;
    CHECK_EQUAL(again, 302);
    closedir(folder);
}

CASE(removing_while_listing) {
    enter();
    char name[16];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "f%d", i);
        make(name, "");
    }
    DIR *folder = opendir(".");
    int removed = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] == 'f') removed += unlink(entry->d_name) == 0;
    closedir(folder);
    CHECK_EQUAL(removed, 200);
    CHECK_EQUAL(chdir(".."), 0);
}

CASE(the_working_folder) {
    enter();
    char before[256], after[256];
    CHECK(getcwd(before, sizeof before) != NULL);
    CHECK_EQUAL(mkdir("d", 0700), 0);
    CHECK_EQUAL(chdir("d"), 0);
    CHECK(getcwd(after, sizeof after) != NULL);
    CHECK_EQUAL(strncmp(before, after, strlen(before)), 0);
    CHECK(strcmp(after + strlen(before), "/d") == 0);
    int folder = open("..", O_RDONLY | O_DIRECTORY);
    CHECK_EQUAL(fchdir(folder), 0);
    CHECK(getcwd(after, sizeof after) != NULL);
    CHECK(strcmp(before, after) == 0);
    CHECK_ERRNO(chdir("nothing"), ENOENT);
    CHECK_EQUAL(faccessat(folder, "d", F_OK, 0), 0);
    close(folder);
}

CASE(modes_and_the_mask) {
    enter();
    mode_t old = umask(027);
    int file = open("a", O_CREAT | O_WRONLY, 0666);
    CHECK_EQUAL(status_of("a").st_mode & 0777, 0640);
    CHECK_EQUAL(umask(old), 027);
    CHECK_EQUAL(fchmod(file, 04711), 0);
    CHECK_EQUAL(status_of("a").st_mode & 07777, 04711);
    CHECK_EQUAL(chmod("a", 0600), 0);
    CHECK_EQUAL(status_of("a").st_mode & 07777, 0600);
    close(file);
    CHECK_ERRNO(chmod("nothing", 0600), ENOENT);
}

CASE(times_of_files) {
    enter();
    make("a", "x");
    struct timespec times[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
    CHECK_EQUAL(utimensat(AT_FDCWD, "a", times, 0), 0);
    struct stat status = status_of("a");
    CHECK_EQUAL(status.st_atim.tv_sec, 1000000000);
    CHECK_EQUAL(status.st_mtim.tv_sec, 1100000000);
    CHECK_EQUAL(status.st_mtim.tv_nsec, 987654321);
    times[0].tv_nsec = UTIME_OMIT, times[1].tv_nsec = UTIME_NOW;
    CHECK_EQUAL(utimensat(AT_FDCWD, "a", times, 0), 0);
    status = status_of("a");
    CHECK_EQUAL(status.st_atim.tv_sec, 1000000000);
    CHECK(status.st_mtim.tv_sec > 1600000000);
}

CASE(duplicates_share_the_position) {
    enter();
    make("a", "0123456789");
    int file = open("a", O_RDONLY), copy = dup(file);
    char bytes[4];
    CHECK_EQUAL(read(file, bytes, 3), 3);
    CHECK_EQUAL(read(copy, bytes, 3), 3);
    CHECK_EQUAL(bytes[0], '3');
    CHECK_EQUAL(fcntl(copy, F_GETFD), 0);
    CHECK_EQUAL(fcntl(copy, F_SETFD, FD_CLOEXEC), 0);
    CHECK_EQUAL(fcntl(copy, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(file, F_GETFD), 0);
    CHECK_EQUAL(fcntl(file, F_DUPFD, 100), 100);
    CHECK_EQUAL(dup2(file, 101), 101);
    close(100), close(101);
    close(copy);
    CHECK_EQUAL(read(file, bytes, 3), 3);
    CHECK_EQUAL(fcntl(file, F_GETFL) & O_ACCMODE, O_RDONLY);
    close(file);
}

CASE(descriptors_are_the_lowest_free) {
    int first = open("/dev/null", O_RDONLY), second = open("/dev/null", O_RDONLY);
    CHECK(second > first);
    close(first);
    CHECK_EQUAL(open("/dev/null", O_RDONLY), first);
    close(first), close(second);
}

CASE(scattered_and_gathered) {
    enter();
    int file = open("a", O_CREAT | O_RDWR, 0600);
    struct iovec out[3] = {{"one", 3}, {"", 0}, {"three", 5}};
    CHECK_EQUAL(writev(file, out, 3), 8);
    char a[2], b[10];
    struct iovec in[2] = {{a, 2}, {b, 10}};
    CHECK_EQUAL(preadv(file, in, 2, 0), 8);
    CHECK(memcmp(a, "on", 2) == 0 && memcmp(b, "ethree", 6) == 0);
    close(file);
}

CASE(devices) {
    char bytes[16] = "xxxxxxxxxxxxxxx", more[16];
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR), random = open("/dev/urandom", O_RDONLY);
    CHECK(null >= 0 && zero >= 0 && random >= 0);
    CHECK_EQUAL(write(null, bytes, 16), 16);
    CHECK_EQUAL(read(null, bytes, 16), 0);
    CHECK_EQUAL(read(zero, bytes, 16), 16);
    for (int i = 0; i < 16; i++) CHECK_EQUAL(bytes[i], 0);
    CHECK_EQUAL(read(random, bytes, 16), 16);
    CHECK_EQUAL(read(random, more, 16), 16);
    CHECK(memcmp(bytes, more, 16) != 0);
    int full = open("/dev/full", O_WRONLY);
    CHECK_ERRNO(write(full, "x", 1), ENOSPC);
    struct stat status = status_of("/dev/null");
    CHECK(S_ISCHR(status.st_mode) && status.st_rdev == 0x103);
    close(null), close(zero), close(random), close(full);
}

CASE(large_files_keep_every_byte) {
    enter();
    static unsigned char block[65536];
    int file = open("a", O_CREAT | O_RDWR, 0600);
    // Without its name it goes with its descriptor, also when the case ends early: thousands of those would fill the memory.
    CHECK_EQUAL(unlink("a"), 0);
    unsigned seed = 42;
    for (int round = 0; round < 32; round++) {
        for (size_t i = 0; i < sizeof block; i++) block[i] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
        CHECK_EQUAL(write(file, block, sizeof block), sizeof block);
    }
    CHECK_EQUAL(lseek(file, 0, SEEK_SET), 0);
    seed = 42;
    for (int round = 0; round < 32; round++) {
        CHECK_EQUAL(read(file, block, sizeof block), sizeof block);
        for (size_t i = 0; i < sizeof block; i++) CHECK(block[i] == (unsigned char)((seed = seed * 1103515245 + 12345) >> 16));
    }
    close(file);
}

CASE(statx_says_what_stat_says) {
    struct stat plain;
    // The kernel's layout: the mode at 28, the inode at 32, the size at 40, the number of links at 16.
    unsigned char extended[256];
    CHECK_EQUAL(stat("/tmp", &plain), 0);
    memset(extended, 0xff, sizeof extended);
    CHECK_EQUAL(syscall(SYS_statx, AT_FDCWD, "/tmp", 0, 0x7ff, extended), 0);
    uint16_t mode;
    uint32_t links, mask, block;
    uint64_t inode, seconds;
    memcpy(&mask, extended, 4);
    memcpy(&block, extended + 4, 4);
    memcpy(&links, extended + 16, 4);
    memcpy(&mode, extended + 28, 2);
    memcpy(&inode, extended + 32, 8);
    memcpy(&seconds, extended + 112, 8);
    CHECK_EQUAL(mask & 0x7ff, 0x7ff);
    CHECK_EQUAL(block, plain.st_blksize);
    CHECK_EQUAL(links, plain.st_nlink);
    CHECK_EQUAL(mode, plain.st_mode);
    CHECK_EQUAL(inode, plain.st_ino);
    CHECK_EQUAL(seconds, plain.st_mtime);
}
