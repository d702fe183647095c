// SPDX-License-Identifier: Apache-2.0
//
// Limits and identity: what a process may have and who it is.

#include "case.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

extern char **environ;

CASE(the_number_of_descriptors_is_limited) {
    struct rlimit old, limit;
    CHECK_EQUAL(getrlimit(RLIMIT_NOFILE, &old), 0);
    limit = old;
    limit.rlim_cur = 20;
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &limit), 0);
    int last = -1, next;
    while ((next = open("/dev/null", O_RDONLY)) >= 0) last = next;
    int why = errno;
    for (int i = 3; i < 20; i++) close(i);
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &old), 0);
    CHECK_EQUAL(why, EMFILE);
    CHECK_EQUAL(last, 19);
}

CASE(the_size_of_files_is_limited) {
    struct rlimit old, limit;
    CHECK_EQUAL(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = 100;
    signal(SIGXFSZ, SIG_IGN);
    int file = open("limits", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
    char bytes[200] = {0};
    long first = write(file, bytes, 200), second = write(file, bytes, 1);
    int why = errno;
    CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &old), 0);
    CHECK_EQUAL(first, 100);
    CHECK_EQUAL(second, -1);
    CHECK_EQUAL(why, EFBIG);
    close(file);
    unlink("limits");
}

static volatile sig_atomic_t size_signals;

static void note_size_signal(int number, siginfo_t *info, void *context) {
    (void)number, (void)context;
    if (info->si_code == SI_USER && info->si_pid == getpid()) size_signals++;
}

CASE(growing_by_truncate_is_limited) {
    struct rlimit old, limit;
    CHECK_EQUAL(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = 100;
    struct sigaction action = {.sa_sigaction = note_size_signal, .sa_flags = SA_SIGINFO};
    sigaction(SIGXFSZ, &action, NULL);
    size_signals = 0;
    int file = open("limits", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_EQUAL(ftruncate(file, 200), 0);
    CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int larger = truncate("limits", 201), why = errno, signals = size_signals;
    int smaller = truncate("limits", 150), same = truncate("limits", 150), again = truncate("limits", 151);
    int by_descriptor = ftruncate(file, 151);
    CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);
    CHECK_EQUAL(larger, -1);
    CHECK_EQUAL(why, EFBIG);
    CHECK_EQUAL(signals, 1);
    CHECK_EQUAL(smaller, 0);
    CHECK_EQUAL(same, 0);
    CHECK_EQUAL(again, -1);
    CHECK_EQUAL(by_descriptor, -1);
    CHECK_EQUAL(size_signals, 3);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK_EQUAL(status.st_size, 150);
    close(file);
    unlink("limits");
}

CASE(the_address_space_is_limited) {
    struct rlimit old, limit;
    CHECK_EQUAL(getrlimit(RLIMIT_AS, &old), 0);
    limit = old;
    limit.rlim_cur = 64 << 20;
    CHECK_EQUAL(setrlimit(RLIMIT_AS, &limit), 0);
    long result = syscall(SYS_mmap, 0, 128 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int why = errno;
    CHECK_EQUAL(setrlimit(RLIMIT_AS, &old), 0);
    CHECK_EQUAL(result, -1);
    CHECK_EQUAL(why, ENOMEM);
}

CASE(every_limit_can_be_read) {
    for (int i = 0; i < 16; i++) {
        struct rlimit limit, same;
        CHECK_EQUAL(getrlimit(i, &limit), 0);
        CHECK(limit.rlim_cur <= limit.rlim_max);
        CHECK_EQUAL(syscall(SYS_prlimit64, 0, i, 0, &same), 0);
        CHECK(same.rlim_cur == limit.rlim_cur);
    }
}

CASE(the_first_stack) {
    extern int main(int, char **);
    CHECK_EQUAL(getauxval(AT_PAGESZ), PAGE);
    CHECK_EQUAL(getauxval(AT_CLKTCK), 100);
    CHECK_EQUAL(getauxval(AT_UID), getuid());
    CHECK_EQUAL(getauxval(AT_SECURE), 0);
    CHECK(getauxval(AT_RANDOM) != 0);
    CHECK(getauxval(AT_PHDR) != 0 && getauxval(AT_PHENT) == sizeof(Elf64_Phdr) && getauxval(AT_PHNUM) > 0);
    CHECK(strcmp((char *)getauxval(AT_PLATFORM), "x86_64") == 0);
    CHECK(getauxval(AT_EXECFN) != 0);
    CHECK(environ != NULL);
    CHECK(access((char *)getauxval(AT_EXECFN), X_OK) == 0);
}

CASE(the_vdso_is_an_elf_file) {
    unsigned char *vdso = (unsigned char *)getauxval(AT_SYSINFO_EHDR);
    CHECK(vdso != NULL);
    CHECK(memcmp(vdso, "\177ELF\2\1", 6) == 0);
}

CASE(identity) {
    CHECK_EQUAL(syscall(SYS_getpid), getpid());
    CHECK_EQUAL(syscall(SYS_gettid), getpid());
    CHECK(getpid() > 0 && getpgrp() >= 0 && getsid(0) >= 0);
    CHECK_EQUAL(getuid(), geteuid());
    uid_t real, effective, saved;
    CHECK_EQUAL(getresuid(&real, &effective, &saved), 0);
    CHECK(real == effective && effective == saved);
}

CASE(names) {
    struct utsname names;
    CHECK_EQUAL(uname(&names), 0);
    CHECK(strcmp(names.sysname, "Linux") == 0);
    CHECK(strcmp(names.machine, "x86_64") == 0);
    CHECK(atoi(names.release) >= 4);
    CHECK_EQUAL(prctl(PR_SET_NAME, "a-name-of-more-than-15"), 0);
    char name[16];
    CHECK_EQUAL(prctl(PR_GET_NAME, name), 0);
    CHECK(strcmp(name, "a-name-of-more-") == 0);
}

CASE(the_system_has_memory) {
    struct sysinfo info;
    CHECK_EQUAL(sysinfo(&info), 0);
    CHECK(info.mem_unit > 0 && info.totalram > 0 && info.freeram <= info.totalram);
    CHECK(info.procs > 0);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
}

CASE(random_bytes_differ) {
    unsigned char one[64], two[64];
    CHECK_EQUAL(syscall(SYS_getrandom, one, 64, 0), 64);
    CHECK_EQUAL(syscall(SYS_getrandom, two, 64, 1), 64);
    CHECK(memcmp(one, two, 64) != 0);
    int bits = 0;
    for (int i = 0; i < 64; i++) bits += __builtin_popcount(one[i]);
    CHECK(bits > 170 && bits < 342);
}

CASE(places_differ_from_the_image) {
    char here;
    CHECK((uintptr_t)&here > 0x700000000000);
    CHECK((uintptr_t)new_pages(1) > 0x700000000000);
}

CASE(priorities_and_processors) {
    unsigned long mask[16] = {0};
    CHECK(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) > 0);
    CHECK(mask[0] != 0);
    CHECK_EQUAL(getpriority(PRIO_PROCESS, 0), 0);
    unsigned processor = 99;
    CHECK_EQUAL(syscall(SYS_getcpu, &processor, 0, 0), 0);
    CHECK(processor < 1024);
    CHECK_EQUAL(syscall(SYS_sched_yield), 0);
}
