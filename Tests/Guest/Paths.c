// SPDX-License-Identifier: Apache-2.0
//
// The ends of what a file system holds: full ones, long names and paths, links that lead nowhere, names of any bytes.

#include "case.h"
#include <dirent.h>
#include <sys/mount.h>

static char folder[64];

static void enter(void) {
    static int number;
    snprintf(folder, sizeof folder, "/tmp/paths-%d-%d", (int)getpid(), number++);
    CHECK_EQUAL(mkdir(folder, 0700), 0);
    CHECK_EQUAL(chdir(folder), 0);
}

static void leave(void) {
    CHECK_EQUAL(chdir("/tmp"), 0);
    CHECK_EQUAL(rmdir(folder), 0);
}

static int make(const char *name) {
    int file = open(name, O_CREAT | O_RDWR | O_EXCL, 0600);
    CHECK(file >= 0);
    return file;
}

// A folder with a file system of its own; what a case leaves in it goes with it.
static void enter_mount(const char *options) {
    enter();
    CHECK_EQUAL(mount("none", folder, "tmpfs", 0, options), 0);
    CHECK_EQUAL(chdir(folder), 0);
}

static void leave_mount(void) {
    CHECK_EQUAL(chdir("/tmp"), 0);
    CHECK_EQUAL(umount(folder), 0);
    CHECK_EQUAL(rmdir(folder), 0);
}

CASE(a_full_file_system_keeps_what_it_has) {
    enter_mount("size=64k");
    static char page[PAGE], copy[PAGE];
    int file = make("a");
    int pages = 0;
    for (;; pages++) {
        memset(page, 'a' + pages, sizeof page);
        errno = 0;
        ssize_t count = write(file, page, sizeof page);
        if (count != PAGE) {
            CHECK_EQUAL(count, -1);
            CHECK_EQUAL(errno, ENOSPC);
            break;
        }
        CHECK(pages < 100);
    }
    CHECK_EQUAL(pages, 16);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_size, 16 * PAGE);
    for (int i = 0; i < pages; i++) {
        memset(page, 'a' + i, sizeof page);
        CHECK_EQUAL(pread(file, copy, PAGE, i * PAGE), PAGE);
        CHECK(memcmp(page, copy, PAGE) == 0);
    }
    // What is there can be overwritten, a hole can be made, a name can be given; only new pages cannot be had.
    CHECK_EQUAL(pwrite(file, "new", 3, 5), 3);
    CHECK_EQUAL(ftruncate(file, 20 * PAGE), 0);
    CHECK_ERRNO(pwrite(file, "x", 1, 18 * PAGE), ENOSPC);
    CHECK_ERRNO(posix_fallocate(file, 18 * PAGE, PAGE) == ENOSPC ? (errno = ENOSPC, -1) : 0, ENOSPC);
    CHECK_EQUAL(link("a", "b"), 0);
    // Room comes back with the last of a file.
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_EQUAL(unlink("b"), 0);
    int other = make("c");
    CHECK_ERRNO(write(other, page, PAGE), ENOSPC);
    close(file);
    CHECK_EQUAL(write(other, page, PAGE), PAGE);
    close(other);
    leave_mount();
}

CASE(a_write_across_the_end_of_the_room_is_short) {
    enter_mount("size=16k");
    static char pages[8 * PAGE];
    int file = make("a");
    CHECK_EQUAL(write(file, pages, sizeof pages), 4 * PAGE);
    CHECK_ERRNO(write(file, pages, sizeof pages), ENOSPC);
    close(file);
    leave_mount();
}

CASE(inodes_run_out) {
    enter_mount("nr_inodes=4");
    close(make("a"));
    CHECK_EQUAL(mkdir("b", 0700), 0);
    CHECK_EQUAL(symlink("a", "c"), 0);
    CHECK_ERRNO(open("d", O_CREAT | O_RDWR, 0600), ENOSPC);
    CHECK_ERRNO(mkdir("d", 0700), ENOSPC);
    CHECK_ERRNO(symlink("a", "d"), ENOSPC);
    CHECK_ERRNO(mkfifo("d", 0600), ENOSPC);
    CHECK_ERRNO(open(".", O_TMPFILE | O_RDWR, 0600), ENOSPC);
    CHECK_EQUAL(rmdir("b"), 0);
    close(make("d"));
    leave_mount();
}

static sigjmp_buf back;
static volatile int caught;

static void note_fault(int number) {
    caught = number;
    siglongjmp(back, 1);
}

CASE(a_mapping_of_a_full_file_system_is_a_bus_error) {
    enter_mount("size=4k");
    int file = make("a");
    CHECK_EQUAL(ftruncate(file, 2 * PAGE), 0);
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(pages != MAP_FAILED);
    pages[0] = 'a';
    struct sigaction old;
    sigaction(SIGBUS, NULL, &old);
    caught = 0;
    signal(SIGBUS, note_fault);
    if (sigsetjmp(back, 1) == 0) pages[PAGE] = 'b';
    sigaction(SIGBUS, &old, NULL);
    CHECK_EQUAL(caught, SIGBUS);
    CHECK_EQUAL(pages[0], 'a');
    munmap(pages, 2 * PAGE);
    close(file);
    leave_mount();
}

CASE(names_have_a_greatest_length) {
    enter();
    char longest[256], longer[257];
    memset(longest, 'n', sizeof longest);
    memset(longer, 'n', sizeof longer);
    longest[255] = longer[256] = 0;
    close(make(longest));
    CHECK_ERRNO(open(longer, O_CREAT | O_RDWR, 0600), ENAMETOOLONG);
    CHECK_ERRNO(open(longer, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(mkdir(longer, 0700), ENAMETOOLONG);
    CHECK_ERRNO(symlink("a", longer), ENAMETOOLONG);
    CHECK_ERRNO(link(longest, longer), ENAMETOOLONG);
    CHECK_ERRNO(rename(longest, longer), ENAMETOOLONG);
    CHECK_ERRNO(mkfifo(longer, 0600), ENAMETOOLONG);
    CHECK_ERRNO(unlink(longer), ENAMETOOLONG);
    CHECK_ERRNO(rmdir(longer), ENAMETOOLONG);
    CHECK_ERRNO(access(longer, F_OK), ENAMETOOLONG);
    struct stat status;
    CHECK_ERRNO(stat(longer, &status), ENAMETOOLONG);
    char below[300];
    snprintf(below, sizeof below, "%s/a", longer);
    CHECK_ERRNO(stat(below, &status), ENAMETOOLONG);
    CHECK_EQUAL(unlink(longest), 0);
    leave();
}

CASE(paths_have_a_greatest_length) {
    enter();
    static char path[4200];
    close(make("a"));
    // 4095 bytes and a NUL are a path, one more is none.
    for (int i = 0; i < 4094; i += 2) memcpy(path + i, "./", 2);
    strcpy(path + 4094, "a");
    CHECK_EQUAL(strlen(path), 4095);
    CHECK_EQUAL(access(path, F_OK), 0);
    for (int i = 0; i < 4094; i += 2) memcpy(path + i, "./", 2);
    strcpy(path + 4094, "/a");
    CHECK_EQUAL(strlen(path), 4096);
    CHECK_ERRNO(access(path, F_OK), ENAMETOOLONG);
    CHECK_ERRNO(open(path, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(chdir(path), ENAMETOOLONG);
    // A link's text is a path, too.
    memset(path, 't', sizeof path);
    path[4096] = 0;
    CHECK_ERRNO(symlink(path, "l"), ENAMETOOLONG);
    CHECK_EQUAL(unlink("a"), 0);
    leave();
}

CASE(a_tree_may_be_deeper_than_a_path) {
    enter();
    char name[101];
    memset(name, 'd', 100);
    name[100] = 0;
    for (int i = 0; i < 50; i++) {
        CHECK_EQUAL(mkdir(name, 0700), 0);
        CHECK_EQUAL(chdir(name), 0);
    }
    static char path[8192];
    CHECK_ERRNO(syscall(SYS_getcwd, path, 4096), ENAMETOOLONG);
    close(make("a"));
    CHECK_EQUAL(unlink("a"), 0);
    for (int i = 0; i < 50; i++) {
        CHECK_EQUAL(chdir(".."), 0);
        CHECK_EQUAL(rmdir(name), 0);
    }
    leave();
}

CASE(links_may_lead_in_circles) {
    enter();
    CHECK_EQUAL(symlink("a", "b"), 0);
    CHECK_EQUAL(symlink("b", "a"), 0);
    CHECK_EQUAL(symlink("self/x", "self"), 0);
    struct stat status;
    CHECK_ERRNO(stat("a", &status), ELOOP);
    CHECK_EQUAL(lstat("a", &status), 0);
    CHECK_ERRNO(open("a", O_RDONLY), ELOOP);
    CHECK_ERRNO(open("a", O_CREAT | O_RDWR, 0600), ELOOP);
    CHECK_ERRNO(open("a", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERRNO(access("self", F_OK), ELOOP);
    CHECK_ERRNO(chdir("a"), ELOOP);
    CHECK_ERRNO(access("a/b", F_OK), ELOOP);
    CHECK_EQUAL(rename("a", "c"), 0);
    CHECK_EQUAL(unlink("c"), 0);
    CHECK_EQUAL(unlink("b"), 0);
    CHECK_EQUAL(unlink("self"), 0);
    leave();
}

CASE(forty_links_are_not_too_many) {
    enter();
    close(make("0"));
    char name[16], target[16];
    for (int i = 1; i <= 41; i++) {
        snprintf(name, sizeof name, "%d", i);
        snprintf(target, sizeof target, "%d", i - 1);
        CHECK_EQUAL(symlink(target, name), 0);
    }
    CHECK_EQUAL(access("40", F_OK), 0);
    CHECK_ERRNO(access("41", F_OK), ELOOP);
    for (int i = 0; i <= 41; i++) {
        snprintf(name, sizeof name, "%d", i);
        CHECK_EQUAL(unlink(name), 0);
    }
    leave();
}

CASE(names_are_any_bytes) {
    enter();
    char seen[256] = {0};
    for (int byte = 1; byte < 256; byte++) {
        char name[4] = {'x', byte, 'y', 0};
        if (byte == '/') continue;
        close(make(name));
    }
    DIR *entries = opendir(".");
    CHECK(entries != NULL);
    for (struct dirent *entry; (entry = readdir(entries));)
        if (entry->d_name[0] == 'x' && strlen(entry->d_name) == 3) seen[(unsigned char)entry->d_name[1]]++;
    closedir(entries);
    for (int byte = 1; byte < 256; byte++) {
        char name[4] = {'x', byte, 'y', 0};
        CHECK_EQUAL(seen[byte], byte != '/');
        if (byte != '/') CHECK_EQUAL(unlink(name), 0);
    }
    leave();
}

CASE(dots_and_slashes) {
    enter();
    CHECK_EQUAL(mkdir("d", 0700), 0);
    close(make("d/f"));
    CHECK_EQUAL(access(".//d/./../d//f", F_OK), 0);
    CHECK_EQUAL(access("/../../tmp/../tmp/.", F_OK), 0);
    CHECK_ERRNO(access("d/f/", F_OK), ENOTDIR);
    CHECK_ERRNO(access("d/f/.", F_OK), ENOTDIR);
    CHECK_ERRNO(access("d/f/..", F_OK), ENOTDIR);
    CHECK_ERRNO(access("", F_OK), ENOENT);
    CHECK_ERRNO(mkdir("d/.", 0700), EEXIST);
    CHECK_ERRNO(mkdir("d/n/..", 0700), ENOENT);
    CHECK_ERRNO(rmdir("d/."), EINVAL);
    CHECK_ERRNO(rmdir("d/.."), ENOTEMPTY);
    CHECK_ERRNO(unlink("d/.."), EISDIR);
    CHECK_ERRNO(rename("d/.", "e"), EBUSY);
    CHECK_ERRNO(open("new/", O_CREAT | O_WRONLY, 0600), EISDIR);
    CHECK_EQUAL(mkdir("e/", 0700), 0);
    CHECK_EQUAL(mkdir("...", 0700), 0);
    CHECK_EQUAL(rmdir("..."), 0);
    CHECK_EQUAL(rmdir("e/"), 0);
    CHECK_EQUAL(unlink("d/f"), 0);
    CHECK_EQUAL(rmdir("d"), 0);
    leave();
}

// openat2(2): what a walk must not do.
struct how { uint64_t flags, mode, resolve; };
enum { ONE_MOUNT = 1, NO_MAGIC_LINKS = 2, NO_LINKS = 4, BENEATH = 8, IN_ROOT = 16 };

static int open_how(int folder, const char *path, uint64_t flags, uint64_t resolve) {
    struct how how = {flags, 0, resolve};
    int file = (int)syscall(437, folder, path, &how, sizeof how);
    if (file >= 0) close(file);
    return file < 0 ? -1 : 0;
}

CASE(a_walk_stays_beneath_its_folder_or_takes_it_for_the_root) {
    enter();
    CHECK_EQUAL(mkdir("inside", 0700), 0);
    CHECK_EQUAL(mkdir("inside/deep", 0700), 0);
    close(make("outside"));
    close(make("inside/file"));
    CHECK_EQUAL(symlink("../outside", "inside/up"), 0);
    CHECK_EQUAL(symlink("/file", "inside/absolute"), 0);
    CHECK_EQUAL(symlink("deep/../file", "inside/around"), 0);
    int folder = open("inside", O_RDONLY | O_DIRECTORY);
    CHECK(folder >= 0);

    CHECK_EQUAL(open_how(folder, "up", O_RDONLY, 0), 0);
    CHECK_EQUAL(open_how(folder, "file", O_RDONLY, BENEATH), 0);
    CHECK_EQUAL(open_how(folder, "deep/../file", O_RDONLY, BENEATH), 0);
    CHECK_EQUAL(open_how(folder, "around", O_RDONLY, BENEATH), 0);
    CHECK_ERRNO(open_how(folder, "up", O_RDONLY, BENEATH), EXDEV);
    CHECK_ERRNO(open_how(folder, "..", O_RDONLY, BENEATH), EXDEV);
    CHECK_ERRNO(open_how(folder, "deep/../../outside", O_RDONLY, BENEATH), EXDEV);
    CHECK_ERRNO(open_how(folder, "absolute", O_RDONLY, BENEATH), EXDEV);
    CHECK_ERRNO(open_how(folder, "/file", O_RDONLY, BENEATH), EXDEV);

    CHECK_EQUAL(open_how(folder, "/file", O_RDONLY, IN_ROOT), 0);
    CHECK_EQUAL(open_how(folder, "absolute", O_RDONLY, IN_ROOT), 0);
    CHECK_EQUAL(open_how(folder, "../../file", O_RDONLY, IN_ROOT), 0);
    CHECK_ERRNO(open_how(folder, "up", O_RDONLY, IN_ROOT), ENOENT);
    CHECK_ERRNO(open_how(folder, "file", O_RDONLY, IN_ROOT | BENEATH), EINVAL);
    CHECK_ERRNO(open_how(folder, "file", O_RDONLY, 64), EINVAL);
    // The working directory is a folder like others.
    CHECK_ERRNO(open_how(AT_FDCWD, "..", O_RDONLY, BENEATH), EXDEV);
    CHECK_EQUAL(open_how(AT_FDCWD, "/outside", O_RDONLY, IN_ROOT), 0);

    close(folder);
    for (const char *const *name = (const char *const[]){"inside/up", "inside/absolute", "inside/around", "inside/file", "outside", NULL}; *name; name++)
        CHECK_EQUAL(unlink(*name), 0);
    CHECK_EQUAL(rmdir("inside/deep"), 0);
    CHECK_EQUAL(rmdir("inside"), 0);
    leave();
}

CASE(a_walk_follows_no_links_that_it_must_not) {
    enter();
    int file = make("file");
    CHECK_EQUAL(symlink("file", "link"), 0);
    char magic[64];
    snprintf(magic, sizeof magic, "/proc/self/fd/%d", file);
    CHECK_EQUAL(open_how(AT_FDCWD, "link", O_RDONLY, NO_MAGIC_LINKS), 0);
    CHECK_ERRNO(open_how(AT_FDCWD, "link", O_RDONLY, NO_LINKS), ELOOP);
    CHECK_EQUAL(open_how(AT_FDCWD, "link", O_PATH | O_NOFOLLOW, NO_LINKS), 0);
    CHECK_EQUAL(open_how(AT_FDCWD, magic, O_RDONLY, 0), 0);
    CHECK_ERRNO(open_how(AT_FDCWD, magic, O_RDONLY, NO_MAGIC_LINKS), ELOOP);
    close(file);
    CHECK_EQUAL(unlink("link"), 0);
    CHECK_EQUAL(unlink("file"), 0);
    leave();
}

CASE(a_walk_stays_in_its_mount) {
    CHECK_ERRNO(open_how(AT_FDCWD, "/proc/self/status", O_RDONLY, ONE_MOUNT), EXDEV);
    CHECK_EQUAL(open_how(AT_FDCWD, "/proc/self/status", O_RDONLY, 0), 0);
    int proc = open("/proc", O_RDONLY | O_DIRECTORY);
    CHECK(proc >= 0);
    CHECK_EQUAL(open_how(proc, "uptime", O_RDONLY, ONE_MOUNT), 0);
    CHECK_ERRNO(open_how(proc, "../tmp", O_RDONLY, ONE_MOUNT), EXDEV);
    close(proc);
}
