// SPDX-License-Identifier: Apache-2.0
//
// execve(2) and execveat(2): in which order what is wrong is told, which files are programs, and a program that is
// named by its descriptor. The last case starts this program again, to say that it arrived.

#include "case.h"

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

static char *words[] = {"program", NULL}, *none[] = {NULL};
static const char *name = "/tmp/execution";

static void make_program(const char *text, int mode) {
    unlink(name);
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    CHECK(file >= 0);
    CHECK_EQUAL(write(file, text, strlen(text)), strlen(text));
    CHECK_EQUAL(fchmod(file, mode), 0);
    close(file);
}

CASE(the_file_is_looked_up_before_the_words) {
    char *hole = page_before_hole() + PAGE;
    CHECK_ERRNO(CALL(execve, "/no such program", hole, hole), ENOENT);
    CHECK_ERRNO(CALL(execve, "/tmp", hole, hole), EACCES);
    CHECK_ERRNO(CALL(execve, "/proc/version/x", hole, hole), ENOTDIR);
    CHECK_ERRNO(CALL(execve, "", hole, hole), ENOENT);
    CHECK_ERRNO(CALL(execve, hole, words, none), EFAULT);
    make_program("text", 0600);
    CHECK_ERRNO(CALL(execve, name, hole, none), EACCES);
    // What the file holds comes after the words.
    make_program("text", 0700);
    CHECK_ERRNO(CALL(execve, name, hole, none), EFAULT);
    CHECK_ERRNO(CALL(execve, name, words, hole), EFAULT);
    CHECK_ERRNO(CALL(execve, name, words, none), ENOEXEC);
    make_program("", 0700);
    CHECK_ERRNO(CALL(execve, name, words, none), ENOEXEC);
    unlink(name);
}

CASE(scripts_need_their_interpreter) {
    make_program("#!/no such interpreter\n", 0700);
    CHECK_ERRNO(CALL(execve, name, words, none), ENOENT);
    make_program("#!/tmp\n", 0700);
    CHECK_ERRNO(CALL(execve, name, words, none), EACCES);
    make_program("#!\n", 0700);
    CHECK_ERRNO(CALL(execve, name, words, none), ENOEXEC);
    make_program("#!/tmp/execution\n", 0700);
    CHECK_ERRNO(CALL(execve, name, words, none), ELOOP);
    unlink(name);
}

CASE(words_have_a_greatest_length) {
    static char word[32 * PAGE + 1];
    memset(word, 'x', sizeof word - 1);
    char *longest[] = {word, NULL};
    make_program("text", 0700);
    // A word with its end takes 32 pages at most.
    CHECK_ERRNO(CALL(execve, name, longest, none), E2BIG);
    word[32 * PAGE - 1] = 0;
    CHECK_ERRNO(CALL(execve, name, longest, none), ENOEXEC);
    CHECK_ERRNO(CALL(execve, "/no such program", longest, none), ENOENT);
    unlink(name);
}

CASE(files_from_a_descriptor) {
    make_program("text", 0700);
    int folder = open("/tmp", O_RDONLY | O_DIRECTORY), file = open(name, O_RDONLY), path = open(name, O_PATH);
    CHECK_ERRNO(CALL(execveat, folder, "execution", words, none, 0), ENOEXEC);
    CHECK_ERRNO(CALL(execveat, folder, "nothing", words, none, 0), ENOENT);
    CHECK_ERRNO(CALL(execveat, 99, "execution", words, none, 0), EBADF);
    CHECK_ERRNO(CALL(execveat, 99, name, words, none, 0), ENOEXEC);
    CHECK_ERRNO(CALL(execveat, file, "execution", words, none, 0), ENOTDIR);
    CHECK_ERRNO(CALL(execveat, file, "", words, none, 0), ENOENT);
    CHECK_ERRNO(CALL(execveat, file, "", words, none, AT_EMPTY_PATH), ENOEXEC);
    CHECK_ERRNO(CALL(execveat, path, "", words, none, AT_EMPTY_PATH), ENOEXEC);
    CHECK_ERRNO(CALL(execveat, folder, "", words, none, AT_EMPTY_PATH), EACCES);
    CHECK_ERRNO(CALL(execveat, 99, "", words, none, AT_EMPTY_PATH), EBADF);
    CHECK_ERRNO(CALL(execveat, folder, "execution", words, none, 1), EINVAL);
    CHECK_ERRNO(CALL(execveat, folder, page_before_hole() + PAGE, words, none, 0), EFAULT);
    unlink("/tmp/execution.link");
    CHECK_EQUAL(symlink("execution", "/tmp/execution.link"), 0);
    CHECK_ERRNO(CALL(execveat, folder, "execution.link", words, none, AT_SYMLINK_NOFOLLOW), ELOOP);
    CHECK_ERRNO(CALL(execveat, folder, "execution.link", words, none, 0), ENOEXEC);
    CHECK_ERRNO(CALL(execveat, folder, "execution", words, none, AT_SYMLINK_NOFOLLOW), ENOEXEC);
    unlink("/tmp/execution.link");
    unlink(name);
}

// Starts this program again for one case.
static void start_again(const char *one, char *mark) {
    char *arguments[] = {"execution", (char *)one, NULL}, *environment[] = {mark, NULL};
    CHECK_EQUAL(CALL(close_range, 3, -1, 0), 0);
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    CHECK(file >= 0);
    CALL(execveat, file, "", arguments, environment, AT_EMPTY_PATH);
    case_fails("execveat: errno %d", errno);
}

CASE(a_descriptor_becomes_the_program) {
    // A run with failing allocations arms them in this process, not in the next program.
    if (getenv("GUEST_FAILURES")) return;
    if (!getenv("STARTED")) start_again("a_descriptor_becomes_the_program", "STARTED=1");
    CHECK_ERRNO(fcntl(3, F_GETFD), EBADF);
    CHECK_EQUAL(strncmp(getenv("STARTED"), "1", 2), 0);
}
